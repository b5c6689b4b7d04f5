/**
 * The words of alerts, as data: what labels and JSON keys mean, which words make a signal, which name an indicator. A new
 * spelling or language is a new word in one of these lists. Accents, case, `_`, `-`, `.` and camelCase make no difference.
 */
import { foldLabel } from './text.ts';

/**
 * What a label says about its value. `value` is a number that is the price only where nothing speaks against it; `hint` and
 * `name` count only with a signal's or an indicator's word in them; `other` marks labels whose values mean nothing here.
 */
export type Role =
  | 'ticker'
  | 'exchange'
  | 'price'
  | 'value'
  | 'signal'
  | 'direction'
  | 'position'
  | 'hint'
  | 'indicator'
  | 'name'
  | 'timeframe'
  | 'time'
  | 'chart'
  | 'message'
  | 'other';

export interface LabelMeaning {
  readonly role: Role;
  /** Lower is trusted more. */
  readonly rank: number;
}

const LABELS: readonly (readonly [Role, number, string])[] = [
  [
    'ticker',
    0,
    'ticker, tickerid, ticker id, ticker symbol, tv ticker, tv symbol, tradingview symbol, tv instrument, full ticker, sym',
  ],
  [
    'ticker',
    1,
    'symbol, symbols, الرمز, simbolo, symbole, symbool, sembol, simbol, символ, тикер, 심볼, 代码, 銘柄, 종목, mã',
  ],
  [
    'ticker',
    2,
    'instrument, instrumento, strumento, инструмент, pair, pairs, par, paire, paar, währungspaar, coppia, пара, parite, 交易对, 币种, 标的, 品种, currency pair, coin pair, market pair, symbol name, cặp',
  ],
  [
    'ticker',
    3,
    'asset, activo, ativo, actif, papel, актив, stock, hisse, accion nombre, valor cotizado, titolo, contract, contrato, coin, moneda, crypto, cripto, criptomoneda, монета, koin, underlying, security, scrip, product, instrument name, asset name, analisis, wert, aktie, wertpapier, aandeel, s',
  ],
  [
    'exchange',
    0,
    'exchange, exchanges, tv exchange, exchange name, bolsa, borsa, börse, bourse, биржа, 交易所, 取引所, 거래소, sàn, intercambio, corretora',
  ],
  // Of these labels only values that can be nothing but a symbol.
  ['ticker', 4, 'market, mercado, currency, chart, gráfico, position, posición'],
  ['exchange', 2, 'mercado, market, broker, venue, platform, plataforma, e'],
  [
    'price',
    0,
    'price, precio, preço, prix, preis, prezzo, цена, fiyat, giá, harga, cena, prijs, 价格, 価格, 가격, 现价, signal price, price now, precio señal, aktueller preis, prix actuel, preço atual, prezzo attuale, текущая цена, цене, цену, tv price, px, koers, السعر, מחיר, ราคา',
  ],
  [
    'price',
    1,
    'order price, trigger price, triggered price, last price, ultimo precio, close price, closing price, precio cierre, mark price, market price, precio de mercado, execution price, executed price, fill price, filled price, price at alert',
  ],
  [
    'price',
    2,
    'close, cierre, fechamento, clôture, schlusskurs, kurs, chiusura, kapanış, закрытие, 收盘价, 收盘, last, ultimo, spot, cotización, cotação, cours, ltp, cmp, rate',
  ],
  [
    'price',
    3,
    'entry price, precio entrada, preço de entrada, prix d entree, prix entrée, einstiegspreis, einstieg, prezzo di ingresso, цена входа, entry, entry point, entry level, entrada, entrée, вход, ingresso, giriş, 入场, 进场价, buy price, sell price, buy at, sell at, buy entry, sell entry, long entry, short entry, entrypoint',
  ],
  ['price', 4, 'exit price, precio de salida, preço de saída, prix de sortie, limit price, precio limite'],
  ['value', 6, 'value, valor, wert, valeur, valore, значение'],
  [
    'signal',
    0,
    'signal type, signal, señal, tipo señal, sinal, tipo de sinal, segnale, tipo di segnale, signaltyp, сигнал, тип сигнала, sinyal, 信号, シグナル, 신호, tín hiệu, trade signal, signal name, type de signal, sig, sygnał, signaal, إشارة',
  ],
  [
    'signal',
    1,
    'action, acción, ação, aktion, azione, действие, işlem, 操作, 动作, order action, trade action, strategy order action, tipo operación, operación, operation, operação, operazione, cmd, command, comando, transaction type, action type',
  ],
  ['signal', 2, 'side, lado, order side, trade side, trade'],
  [
    'direction',
    0,
    'direction, dirección, direção, richtung, direzione, направление, yön, 方向, sens, trade direction, signal direction, hướng',
  ],
  [
    'position',
    0,
    'position, posición, posição, позиция, posizione, market position, marketposition, strategy market position, sentiment, position side, trade type, positionside, tipo de posición',
  ],
  [
    'hint',
    0,
    'condition, condición, condição, condizione, bedingung, условие, event, evento, evenement, event type, setup, pattern, patrón, padrão, trigger, alert type, tipo de alerta, alerttype, alert name, alert title, kind, b, c',
  ],
  [
    'hint',
    1,
    'type, tipo, typ, тип, order, orden, ordem, ordre, alert, alerta, alerte, alarm, status, estado, reason, motivo, razón, title, título, titel, header, subject, comment, comentario, commentaire, order comment, strategy order comment, data, id, order id, strategy order id',
  ],
  [
    'indicator',
    0,
    'indicator, indicador, indicateur, indikator, indicatore, индикатор, gösterge, 指标, 指標, 지표, chỉ báo, indicator name, nombre indicador, study, estudio, oscillator, oscilador',
  ],
  [
    'indicator',
    1,
    'strategy, estrategia, stratégie, strategia, стратегия, strateji, 策略, 戦略, 전략, chiến lược, strategy name, strategyname, nombre estrategia, strategy title, script, script name, strat, algo, algorithm, algoritmo, system, sistema, система',
  ],
  [
    'name',
    3,
    'name, nombre, nome, nom, title, bot, bot name, robot, source, fuente, origin, tag, recorder, model, setup name',
  ],
  [
    'timeframe',
    0,
    'timeframe, time frame, timeframes, tf, interval, temporalidad, marco temporal, marco de tiempo, intervalo, intervalle, intervall, zeitrahmen, zeiteinheit, zeitebene, unité de temps, ut, таймфрейм, тф, tempo gráfico, zaman dilimi, periyot, 周期, 时间周期, 時間足, 타임프레임, khung thời gian, khung, bar interval, chart timeframe, chart interval, kline interval, candle interval, resolution, resolución, chart resolution',
  ],
  ['timeframe', 1, 'period, periodo, période, период, marco, frame, timeline, tempo, velas, gráfico, chart'],
  [
    'time',
    0,
    'timestamp, alert time, trigger time, triggered at, fired at, timenow, time now, tv time, signal time, marca de tiempo, marca temporal, fecha hora, fecha y hora, data hora, data e hora, date time, datetime, zeitstempel, horodatage',
  ],
  [
    'time',
    1,
    'time, hora, fecha, horario, heure, zeit, uhrzeit, datum, date, data, время, дата, ora, zaman, tarih, 时间, 時間, 시간, ts, sent at, created at, thời gian',
  ],
  ['time', 2, 'bar time, candle time, bartime, open time'],
  ['chart', 0, 'chart id, chartid, id gráfico'],
  [
    'message',
    0,
    'message, messages, msg, mensaje, mensagem, messaggio, nachricht, сообщение, mesaj, 消息, text, texto, texte, testo, текст, content, contenido, conteúdo, body, cuerpo, alert, alerta, alertmessage, caption, payload, summary, resumen, detail, details, detalle, description, descripción, descrição, beschreibung, desc, title, subject, comment, note, notes, notas, pretext, fallback, order alert message, strategy order alert message, info, code',
  ],
  [
    'other',
    0,
    'sl, stop, stop loss, stoploss, tp, take profit, takeprofit, target, targets, objetivo, objetivos, ziel, qty, quantity, cantidad, quantidade, size, amount, monto, importe, volume, volumen, vol, объем, leverage, apalancamiento, alavancagem, lev, risk, riesgo, risco, rr, r r, rsi, macd, ema, sma, adx, atr, vwap, stoch, score, puntuación, confidence, confianza, strength, fuerza, probability, change, cambio, variación, open, high, low, apertura, máximo, mínimo, abertura, contracts, contratos, key, token, secret, pnl, profit, ganancia, lucro, balance, trend, tendencia, order type, nivel, level, support, soporte, resistance, resistencia, account, cuenta, risk reward, position size, entry zone, zone, zona, zona de entrada, win rate, session, bias, sesgo, magic, margin, leverage type',
  ],
];

/** Words that change nothing about what a label means. */
const NEUTRAL = new Set(
  'the de del of el la los do da di du der die das current actual my mi tradingview trading alert alerta latest new nueva nuevo is at in usd usdt eur'.split(
    ' ',
  ),
);

/** With one of these in a label or in the keys above it, its number is no price. */
const NO_PRICE = new Set(
  foldLabel(
    'stop sl tp take profit profits target targets objetivo objetivos trailing trail avg average media promedio open high low apertura maximo minimo max min previous prev anterior change cambio percent percentage pct liquidation liq breakeven invalidation support resistance soporte resistencia ema sma wma hma ma vwap rsi macd atr adx volume volumen vol qty quantity cantidad size amount pnl step deviation offset strike indicators indicator plot plots plot0 level levels nivel dca safety ladder zone risk riesgo distance entries targetprice stopprice safetyorders grid roi fee delta score',
  ).split(' '),
);
/** Of the past, of something else than this alert, or of whoever sends it. */
const ELSEWHERE = new Set(
  'prev previous anterior user usuario account author old history historical stop loss stoploss sl tp take profit takeprofit target targets parent'.split(
    ' ',
  ),
);

const MEANINGS = new Map<string, LabelMeaning[]>();
for (const [role, rank, names] of LABELS) {
  for (const name of names.split(', ')) {
    const key = foldLabel(name);
    const meanings = MEANINGS.get(key) ?? [];
    if (!meanings.some((m) => m.role === role)) MEANINGS.set(key, [...meanings, { role, rank }]);
  }
}

const PRICE_WORDS = new Set(['price', 'precio', 'preco', 'prix', 'preis', 'prezzo', 'цена', 'fiyat'].map(foldLabel));
const DIGITS_AT_END = /\s?\d{1,2}$/;

/**
 * What a label or JSON key means, by every list that has it; empty for an unknown one.
 * @param label as written
 * @param above the keys of the JSON objects around it, outermost first
 * @param isWhole false for the end of a longer text, where a price's word among others makes no price's label
 */
export function meaningsOf(label: string, above: readonly string[] = [], isWhole = true): readonly LabelMeaning[] {
  const key = foldLabel(label);
  if (!key || key.length > 48) return [];
  const around = above.map(foldLabel);
  const words = key.split(' ');
  const found =
    MEANINGS.get(`${around.at(-1)} ${key}`) ??
    MEANINGS.get(key) ??
    MEANINGS.get(words.filter((word) => !NEUTRAL.has(word)).join(' ')) ??
    MEANINGS.get(key.replace(DIGITS_AT_END, '')) ??
    (isWhole ? priceByWord(words) : []);
  if (found.length === 0) return found;
  const wordsAround = around.flatMap((name) => name.split(' '));
  const noPrice = [...wordsAround, ...(words.length > 1 ? words : [])].some((word) => NO_PRICE.has(word));
  const elsewhere = [...wordsAround, ...words].some((word) => ELSEWHERE.has(word));
  return found.filter(
    ({ role }) =>
      !(noPrice && (role === 'price' || role === 'value')) && !(elsewhere && role !== 'other' && role !== 'message'),
  );
}

function priceByWord(words: readonly string[]): readonly LabelMeaning[] {
  return words.length <= 4 && words.some((word) => PRICE_WORDS.has(word)) ? [{ role: 'price', rank: 1 }] : [];
}

/** Whether a key tells of another time, order or person than this alert: its value is no fact of it. */
export const isOfElsewhere = (label: string, above: readonly string[]): boolean =>
  [...above, label].some((name) =>
    foldLabel(name)
      .split(' ')
      .some((word) => ELSEWHERE.has(word)),
  );

/** Words of one list, folded. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(foldLabel));

/** Words that alone make a signal that one could act on. */
export const LONG_WORDS = wordSet(
  'buy long kaufsignal compra comprar compre comprado largo largos achat acheter kaufen kauf acquisto acquista лонг покупка купить покупать покупай beli larga largas mua 做多 买入 多头 买 買い ロング 매수 롱 شراء kupno longs bid',
);
export const SHORT_WORDS = wordSet(
  'sell short verkaufsignal verkaufssignal venta vender venda vende corto cortos corta cortas vente vendre verkaufen verkauf vendita vendi шорт продажа продать продавать продавай jual bán 做空 卖出 空头 卖 売り ショート 매도 숏 بيع sprzedaż shorts ask',
);
export const EXIT_WORDS = wordSet(
  'close closed closing exit exits exited exitlong exitshort closelong closeshort flat flatten cover tp tp1 tp2 tp3 tp4 sl stop stopped stoploss takeprofit profit target cerrar cierra cierre salida salir saída sair fechar fechamento sortie sortir fermer schließen ausstieg закрыть закрытие выход uscita chiudi chiudere çıkış 平仓 平多 平空 止盈 止损 cancel reduce',
);
/** Words that make a signal only together: entries, crossings, patterns, states of a trend. */
export const SIGNAL_WORDS = wordSet(
  'enter entry entrada entrar einstieg entrée open abrir bullish bearish bull bear alcista bajista alcistas bajistas haussier baissier haussière baissière alta baixa bullisch bärisch бычий медвежий бычья медвежья rialzista ribassista uptrend downtrend cross crosses crossed crossing crossover crossunder crossdown crossup cruce cruza cruzó cruzando cruzamento cruzou croisement croise kreuzt kreuzung пересечение пересек incrocio incrocia breakout breakdown break breaks broke broken ruptura rompe rompió rotura rompimento cassure ausbruch пробой rottura divergence divergencia divergenz дивергенция divergenza reversal reversión giro vuelta umkehr retournement oversold overbought sobreventa sobrecompra sobrevendido sobrecomprado surachat survente überkauft überverkauft перекупленность перепроданность retest rebote bounce rejection rechazo pullback retroceso squeeze spike pump dump sweep touch touched toca tocó engulfing envolvente hammer doji strike bos choch cisd fvg flip flipped changed surge 金叉 死叉 golden death pivot reentry buystop sellstop buylimit selllimit rally',
);
/** Words that say only that this is an alert: no signal, no name. */
export const BOILERPLATE = wordSet(
  'alert alerts alerta alertas alerte alarm alarma signal signals señal señales sinal segnale сигнал new nueva nuevo nova nouvelle neue новый the a an of for de del la el en on in trading tradingview activada activado activated triggered detected detectada detectado generada generado por by indicador indicator notification notificación aviso info trade trades update hot vip premium free pro bot price precio message mensaje test prueba webhook is has been just your tu hit now ahora warning atención attention any function call strategy estrategia setup position posición tipo type side lado acción direction dirección',
);
/** Words that make a name an indicator's or a strategy's. */
export const INDICATOR_WORDS = wordSet(
  'rsi macd ema sma wma hma vwma ma mas adx dmi atr vwap stoch stochastic stochrsi cci mfi obv tsi tsl bollinger bb bands keltner donchian ichimoku supertrend trend trends trendline squeeze momentum lux luxalgo ut bot smc ict wavetrend wt cipher cypher oscillator indicator indicador strategy estrategia stratégie signals overlay overlays scanner screener algo scalper scalping hull parabolic psar sar heikin ashi renko fibonacci fib orb fvg pivot ribbon cloud channel volume profile delta divergence chandelier zlema alma kama dema tema t3 qqe kdj ssl zigzag nadaraya kernel regression filter range gaussian lorentzian classification alphatrend halftrend kumo vidya aroon williams choppiness zscore system apidevs v1 v2 v3 v4 v5 v6 script pro+ bandas media medias oscilador tendencia sniper suite',
);
/** Words of readings that are no prices: a number after one of them is an oscillator's, a volume, a size, an order's end. */
export const NO_PRICE_WORDS = wordSet(
  'rsi macd adx dmi atr stoch stochastic stochrsi cci mfi obv tsi momentum volume volumen vol score confidence confianza strength fuerza qty quantity cantidad size amount monto contracts contratos shares leverage risk riesgo profit ganancia pnl roi sl stop stoploss loss tp tp1 tp2 tp3 tp4 takeprofit target targets objetivo objetivos id change cambio spread dominance funding oi position posición winrate probability oscillator oscilador k d histogram williams hist balance account cuenta order',
);

/** Exchanges by other names than TradingView's. Keys folded. */
export const EXCHANGE_ALIASES: Readonly<Record<string, string>> = {
  okex: 'OKX',
  'gate io': 'GATEIO',
  gate: 'GATEIO',
  huobi: 'HTX',
  'crypto com': 'CRYPTOCOM',
  'binance us': 'BINANCEUS',
  'capital com': 'CAPITALCOM',
  'coinbase pro': 'COINBASE',
  forexcom: 'FOREXCOM',
  'forex com': 'FOREXCOM',
  'new york stock exchange': 'NYSE',
};
/** TradingView's names of exchanges that a text may name without a label. */
export const EXCHANGES = new Set(
  'BINANCE BINANCEUS BYBIT OKX OKEX COINBASE KRAKEN KUCOIN BITGET GATEIO MEXC BITMEX BITFINEX BITSTAMP GEMINI HTX HUOBI POLONIEX PHEMEX DERIBIT BINGX CRYPTOCOM WHITEBIT BITTREX UPBIT BITHUMB DYDX HYPERLIQUID NASDAQ NYSE AMEX ARCA BATS CBOE OTC CME CME_MINI COMEX NYMEX CBOT CBOT_MINI ICEUS ICEEUR EUREX NSE BSE MCX LSE TSX TSXV ASX BMFBOVESPA BME BMV BVL BVC BCBA BYMA XETR FWB SWB EURONEXT MIL SIX TSE HKEX SSE SZSE KRX TWSE SGX IDX BIST MOEX GPW OMXSTO FX FX_IDC OANDA FOREXCOM FXCM PEPPERSTONE CAPITALCOM EIGHTCAP ICMARKETS SAXO TVC SP DJ INDEX CRYPTOCAP CRYPTO BLACKBULL FTMO FOREX FPMARKETS VANTAGE ACTIVTRADES COINEX BITRUE'.split(
    ' ',
  ),
);

/** Text that a template left to be filled in. Tested on the folded value. */
export const TEMPLATE_TEXT =
  /^(?:your|my own|tu|tus|su|seu|insert|enter your|put your|replace|change me|changeme|example|ejemplo|xxx+|todo|lorem)(?: |$)|^(?:n a|na|nan|null|none|nil|undefined|unknown|desconocido|true|false|yes|no|si|on|off|test|string|empty|ticker|symbol|exchange|pair|price|precio|action|accion|side|direction|interval|timeframe|name|all|any|any alert function call)$/;
