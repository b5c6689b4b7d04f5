import { describe, expect, it } from 'vitest';
import { parseAlert } from '../../../../core/alerts/parse/index.ts';

describe('prices', () => {
  it.each([
    ['$67,890.50', '67890.50'],
    ['67.890,50 €', '67890.50'],
    ['1,067,890.12', '1067890.12'],
    ['1.067.890,12', '1067890.12'],
    ['12,34,567.80', '1234567.80'],
    ["1'234.50", '1234.50'],
    ['67 890,50', '67890.50'],
    ['1.182e-05', '0.00001182'],
    ['1.5E3', '1500'],
    ['-37.63', '-37.63'],
    ['$-37.63', '-37.63'],
    ['−37.63', '-37.63'],
    ['.5', '0.5'],
    ['007.10', '7.10'],
    ['67890.5 USDT', '67890.5'],
    ['67890.5USDT', '67890.5'],
    ['R$ 38,45', '38.45'],
    ['0,5234', '0.5234'],
    ['0,523', '0.523'],
    ['123456789012345.12345678', '123456789012345.12345678'],
  ])('Precio: %s is %s', (written, price) => {
    expect(parseAlert(`Ticker: BINANCE:BTCUSDT\nPrecio: ${written}`).price).toBe(price);
  });

  it('takes a comma before three digits for thousands, a point always for the decimal mark', () => {
    expect(parseAlert('Price: 1,234').price).toBe('1234');
    expect(parseAlert('Price: 1.234').price).toBe('1.234');
  });

  it.each([
    'NaN',
    'N/A',
    '2.5%',
    '10x',
    '15m',
    '67000 - 67500',
    '14:30',
    '1,23,4',
    '12-10-2025',
    '{{close}}',
    '5 bars',
    '3R',
  ])('Price: %s is none', (written) => {
    expect(parseAlert(`Ticker: BINANCE:BTCUSDT\nPrice: ${written}`).price).toBeNull();
  });

  it.each(['0.00000001', '123456789012345.12345678', '67890.50', '1e400'])(
    'keeps the JSON number %s exact',
    (number) => {
      const price = parseAlert(`{"ticker":"BTCUSDT","price":${number}}`).price;
      expect(price).toBe(number === '1e400' ? null : number);
    },
  );

  it.each([
    '{"ticker":"BTCUSDT","stop_price":1,"take_profit":{"price":2},"qty":3,"avg_price":4,"targets":[{"price":5}]}',
    'BTCUSDT long, SL 66000, TP 70000, size 0.5',
    'BTCUSDT volume is 184233411',
    'RSI Crossing 70 on BTCUSDT, 15',
    'BTCUSDT RSI at 28.41',
    '1234567,buy,BTCUSDT,risk=2,sl=50',
    'Price crossed above the 200 EMA on BTCUSDT',
  ])('is no quantity, stop, target, volume, oscillator or id: %s', (body) => {
    expect(parseAlert(body)).toMatchObject({ symbol: 'BTCUSDT', price: null });
  });

  it('is the value of a condition, but not of an oscillator or a volume', () => {
    const alert = (value: string, condition: string) =>
      parseAlert(JSON.stringify({ symbol: 'BTCUSDT', value, condition }));
    expect(alert('67890.5', 'MA Crossover').price).toBe('67890.5');
    expect(alert('74.2', 'RSI Signal').price).toBeNull();
    expect(alert('184233411', 'Volume Alert').price).toBeNull();
  });
});

describe('symbols', () => {
  it.each([
    ['BINANCE:ETHUSDT.P', 'BINANCE', 'ETHUSDT.P'],
    ['binance:ethusdt', 'BINANCE', 'ETHUSDT'],
    ['CME_MINI:ES1!', 'CME_MINI', 'ES1!'],
    ['NYSE:BRK.B', 'NYSE', 'BRK.B'],
    ['OANDA:XAU_USD', 'OANDA', 'XAU_USD'],
    ['KRX:005930', 'KRX', '005930'],
  ])('%s', (ticker, exchange, symbol) => {
    expect(parseAlert(`Ticker: ${ticker}`)).toMatchObject({ ticker: `${exchange}:${symbol}`, exchange, symbol });
  });

  it('joins an exchange and a symbol that are told apart', () => {
    const facts = { ticker: 'BYBIT:BTCUSDT', exchange: 'BYBIT', symbol: 'BTCUSDT' };
    expect(parseAlert('{"exchange":"bybit","symbol":"BTCUSDT"}')).toMatchObject(facts);
    expect(parseAlert('Alerta de BYBIT\nSímbolo: BTCUSDT')).toMatchObject(facts);
    expect(parseAlert('Exchange: Bybit Futures\nPair: BTC/USDT')).toMatchObject(facts);
  });

  it('writes pairs as TradingView does', () => {
    expect(parseAlert('{"pair":"USDT_BTC"}').symbol).toBe('BTCUSDT');
    expect(parseAlert('{"instrument":"BTC-USDT-SWAP"}').symbol).toBe('BTCUSDT.P');
    expect(parseAlert('Coin: #SOL/USDT').symbol).toBe('SOLUSDT');
  });

  it('keeps a spread whole', () => {
    const spread = 'BINANCE:BTCUSDT/BINANCE:ETHUSDT';
    expect(parseAlert(`Ticker: ${spread}`)).toMatchObject({ ticker: spread, exchange: null });
  });

  it.each([
    'YOUR_TICKER',
    'TU_TICKER',
    '{{ticker}}',
    '{{exchange}}:{{ticker}}',
    '{ticker}',
    '%ticker%',
    'N/A',
    '[TICKER]',
  ])('is not the template text %s', (text) => {
    expect(parseAlert(`Ticker: ${text}`)).toMatchObject({ ticker: null, exchange: null, symbol: null });
    expect(parseAlert(JSON.stringify({ ticker: text })).ticker).toBeNull();
  });

  it('is no time of day', () => {
    expect(parseAlert('Recordatorio: reunión a las 15:30, traer informe Q4')).toMatchObject({ parse_status: 'none' });
  });
});

describe('indicators', () => {
  it.each(['ADX DEF [APIDEVS]', 'ADX DEF [APIDEVs]', '🐸 ADX DEF APIDEVS 👑', '*Adx   def* `APIDEVS`'])(
    '%s',
    (indicator) => {
      expect(parseAlert(JSON.stringify({ indicator })).indicator_key).toBe('adx def apidevs');
    },
  );

  it('keeps the name as sent', () => {
    expect(parseAlert('🔧 Indicador: 🐸 ADX DEF APIDEVS 👑').indicator).toBe('🐸 ADX DEF APIDEVS 👑');
  });

  it('has no key without a name', () => {
    expect(parseAlert('{"indicator":"{{strategy.order.comment}}"}')).toMatchObject({
      indicator: null,
      indicator_key: null,
    });
    expect(parseAlert('{"indicator":"🐸"}')).toMatchObject({ indicator: null, indicator_key: null });
  });
});

describe('direction', () => {
  it.each([
    ['{"direction":"LONG","signal_type":"Divergencia"}', 'long'],
    ['{"side":"sell"}', 'short'],
    ['{"action":"enter_short"}', 'short'],
    ['{"action":"buy_to_open"}', 'long'],
    ['{"action":"exit_long"}', null],
    ['{"action":"closeshort"}', null],
    ['{"action":"sell","sentiment":"flat"}', null],
    ['{"action":"sell","market_position":"long"}', null],
    ['S: order sell @ 1 filled on BTCUSDT. New strategy position is 0', null],
    ['S: order sell @ 1 filled on BTCUSDT. New strategy position is -1', 'short'],
    ['Señal: Divergencia Alcista 🟢', 'long'],
    ['Señal: Divergencia Bajista 🔴', 'short'],
    ['Señal: Compra/Venta', null],
    ['Señal: Cruce TSI/TSL 🟢', null],
    ['Señal de salida SHORT', null],
    ['{"prev_market_position":"long"}', null],
  ])('%s: %s', (body, direction) => {
    expect(parseAlert(body).direction).toBe(direction);
  });
});

describe('timeframes', () => {
  it.each([
    ['15', '15m'],
    ['60', '1h'],
    ['240', '4h'],
    ['1440', '1d'],
    ['D', '1d'],
    ['1D', '1d'],
    ['W', '1w'],
    ['M', '1M'],
    ['3M', '3M'],
    ['15M', '15m'],
    ['30S', '30s'],
    ['1H', '1h'],
    ['4h', '4h'],
    ['H4', '4h'],
    ['M15', '15m'],
    ['15 min', '15m'],
    ['1 hora', '1h'],
    ['4 horas', '4h'],
    ['diario', '1d'],
    ['15 минут', '15m'],
    ['0', null],
    ['soon', null],
    ['{{interval}}', null],
  ])('%s is %s', (written, timeframe) => {
    expect(parseAlert(`Ticker: BTCUSDT\nTimeframe: ${written}`).timeframe).toBe(timeframe);
  });
});

describe('times', () => {
  it.each([
    ['2025-10-28T02:45:05Z', '2025-10-28T02:45:05.000Z'],
    ['2025-10-28T02:45:05.5+02:00', '2025-10-28T00:45:05.500Z'],
    ['2025-10-27 14:30:00', '2025-10-27T14:30:00.000Z'],
    ['1761619505', '2025-10-28T02:45:05.000Z'],
    ['1761619505123', '2025-10-28T02:45:05.123Z'],
    ['28/10/2025, 3:48:48', '2025-10-28T03:48:48.000Z'],
    ['10/28/2025 3:48 PM', '2025-10-28T15:48:00.000Z'],
    ['05.06.2025 10:00', '2025-06-05T10:00:00.000Z'],
    ['05/06/2025 10:00', null],
    ['2025-02-30T10:00:00Z', null],
    ['2025-10-28T25:00:00Z', null],
    ['14:30', null],
    ['99999999999999', null],
  ])('%s is %s', (written, timestamp) => {
    expect(parseAlert(`{"symbol":"BTCUSDT","time":"${written}"}`).timestamp).toBe(timestamp);
  });

  it('reads the day first in a Spanish message', () => {
    expect(parseAlert('Precio: 5\nFecha: 05/06/2025 10:00').timestamp).toBe('2025-06-05T10:00:00.000Z');
  });
});

describe('charts', () => {
  it.each([
    ['{"chart_id":"Q7w5R5x8"}', 'Q7w5R5x8'],
    ['https://www.tradingview.com/chart/Q7w5R5x8/', 'Q7w5R5x8'],
    ['[ver](https://es.tradingview.com/chart/Q7w5R5x8/?symbol=X)', 'Q7w5R5x8'],
    ['https://www.tradingview.com/x/Q7w5R5x8/', null],
    ['https://www.tradingview.com/chart/DOGEUSDT/aB3dE5f7-idea/', null],
    ['https://example.com/chart/Q7w5R5x8/', null],
    ['{"chart_id":"YOUR_CHART_ID"}', null],
  ])('%s: %s', (body, chart) => {
    expect(parseAlert(body).chart_id).toBe(chart);
  });
});

describe('parse status', () => {
  it.each([
    ['{"ticker":"BTCUSDT","price":1,"action":"buy"}', 'full'],
    ['{"ticker":"BTCUSDT","price":1}', 'partial'],
    ['{"timeframe":"15"}', 'partial'],
    ['{"hello":"world"}', 'none'],
    ['', 'none'],
  ])('%s: %s', (body, status) => {
    expect(parseAlert(body).parse_status).toBe(status);
  });
});

describe('bounds', () => {
  it('cuts long names and takes no endless symbol', () => {
    const facts = parseAlert(
      JSON.stringify({ ticker: 'A'.repeat(500), indicator: 'I'.repeat(500), signal_type: 'S'.repeat(500) }),
    );
    expect(facts.ticker).toBeNull();
    expect(facts.indicator).toHaveLength(200);
    expect(facts.indicator_key).toHaveLength(200);
    expect(facts.signal_type).toHaveLength(200);
  });

  it('lets no control character through', () => {
    const facts = parseAlert('{"indicator":"A\\u0000B\\nC\\u001b[31m","signal_type":"x\u0007y"}');
    expect(JSON.stringify(facts)).not.toMatch(/\\u00|\\n/);
  });
});
