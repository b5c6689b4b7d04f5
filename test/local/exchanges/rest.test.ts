import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExchanges, type Exchanges } from '../../../local/exchanges/server.ts';

const NOW = Date.parse('2026-03-11T10:07:30.500Z');
const FIFTEEN = 900_000;
const OPEN = Date.parse('2026-03-11T10:00:00Z');
let exchanges: Exchanges;

beforeAll(async () => {
  exchanges = await createExchanges({ seed: 'rest', port: 0, clock: () => NOW });
});
afterAll(() => exchanges.close());

async function get(path: string) {
  const response = await fetch(`${exchanges.url}${path}`);
  const body: ReturnType<typeof JSON.parse> = await response.json();
  return { status: response.status, body };
}

describe('Bybit’s REST', () => {
  const kline = (query: string) => get(`/v5/market/kline?category=spot&symbol=BTCUSDT&interval=15${query}`);

  it('wraps every answer', async () => {
    const { status, body } = await get('/v5/market/time');
    expect(status).toBe(200);
    expect(body).toEqual({
      retCode: 0,
      retMsg: 'OK',
      result: { timeSecond: '1773223650', timeNano: '1773223650500000000' },
      retExtInfo: {},
      time: NOW,
    });
  });

  it('gives candles newest first, as strings, up to the limit', async () => {
    const { body } = await kline('');
    expect(body.result).toMatchObject({ category: 'spot', symbol: 'BTCUSDT' });
    expect(body.result.list).toHaveLength(200);
    expect(body.result.list[0][0]).toBe(String(OPEN));
    expect(body.result.list[199][0]).toBe(String(OPEN - 199 * FIFTEEN));
    expect(body.result.list[7]).toHaveLength(7);
    expect(body.result.list.flat().every((value: unknown) => typeof value === 'string')).toBe(true);
    expect((await kline('&limit=2000')).body.result.list).toHaveLength(1000);
    expect((await kline('&limit=3')).body.result.list).toHaveLength(3);
  });

  it('ends at `end`, and begins at `start` alone', async () => {
    const end = OPEN - 10 * FIFTEEN;
    const times = async (query: string) => (await kline(query)).body.result.list.map((row: string[]) => Number(row[0]));
    expect(await times(`&end=${end + 5}&limit=2`)).toEqual([end, end - FIFTEEN]);
    expect(await times(`&start=${end}&limit=2`)).toEqual([end + FIFTEEN, end]);
    expect(await times(`&start=${end - FIFTEEN}&end=${end}&limit=10`)).toEqual([end, end - FIFTEEN]);
    expect(await times(`&start=${OPEN}`)).toEqual([OPEN]);
    expect(await times(`&start=${NOW}`)).toEqual([]);
    expect(await times('&end=1000')).toEqual([]);
  });

  it('words its refusals with status 200 and a code', async () => {
    const refused = async (path: string) => {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(body).toMatchObject({ result: {}, retExtInfo: {}, time: NOW });
      return [body.retCode, body.retMsg];
    };
    expect(await refused('/v5/market/kline?category=spot&symbol=NOPE&interval=15')).toEqual([
      10001,
      'Not supported symbols',
    ]);
    expect(await refused('/v5/market/kline?category=spot&symbol=BTCUSDT&interval=7')).toEqual([
      10001,
      'Invalid period!',
    ]);
    for (const query of ['category=linear&symbol=BTCUSDT&interval=1', 'symbol=BTCUSDT&interval=1']) {
      expect(await refused(`/v5/market/kline?${query}`)).toEqual([10001, 'params error: Category is invalid']);
    }
    for (const query of ['&limit=x', '&limit=0', '&start=-1', '&start=2&end=1']) {
      expect((await kline(query)).body.retCode).toBe(10001);
    }
  });

  it('gives instruments, tickers, trades and books of one market', async () => {
    const instruments = await get('/v5/market/instruments-info?category=spot');
    expect(instruments.body.result.list.length).toBeGreaterThanOrEqual(20);
    const [pepe] = (await get('/v5/market/instruments-info?category=spot&symbol=PEPEUSDT')).body.result.list;
    expect(pepe).toMatchObject({ baseCoin: 'PEPE', status: 'Trading', priceFilter: { tickSize: '0.00000001' } });

    const trades = (await get('/v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=1000')).body.result.list;
    expect(trades).toHaveLength(60);
    expect(trades[0].execId).toMatch(/^\d{19}$/);
    expect(BigInt(trades[0].execId) - BigInt(trades[59].execId)).toBe(59n);
    expect(Number(trades[0].time)).toBeLessThanOrEqual(NOW);

    const [ticker] = (await get('/v5/market/tickers?category=spot&symbol=BTCUSDT')).body.result.list;
    expect(ticker.lastPrice).toBe(trades[0].price);
    expect(Number(ticker.lowPrice24h)).toBeLessThanOrEqual(Number(ticker.lastPrice));
    expect((await kline('&limit=1')).body.result.list[0][4]).toBe(ticker.lastPrice);

    const book = (await get('/v5/market/orderbook?category=spot&symbol=BTCUSDT&limit=50')).body.result;
    expect(book.b).toHaveLength(50);
    expect(Number(book.b[0][0])).toBeLessThan(Number(book.a[0][0]));
  });
});

describe('Binance’s REST', () => {
  const klines = (query: string) => get(`/api/v3/klines?symbol=BTCUSDT&interval=15m${query}`);

  it('answers ping and time', async () => {
    expect(await get('/api/v3/ping')).toEqual({ status: 200, body: {} });
    expect(await get('/api/v3/time')).toEqual({ status: 200, body: { serverTime: NOW } });
  });

  it('gives candles oldest first with eight decimals, up to the limit', async () => {
    const { status, body } = await klines('');
    expect(status).toBe(200);
    expect(body).toHaveLength(500);
    const last = body.at(-1);
    expect(last).toHaveLength(12);
    expect(last[0]).toBe(OPEN);
    expect(last[6]).toBe(OPEN + FIFTEEN - 1);
    for (const index of [1, 2, 3, 4, 5, 7, 9, 10]) expect(last[index]).toMatch(/^\d+\.\d{8}$/);
    expect(Number.isInteger(last[8])).toBe(true);
    expect((await klines('&limit=5000')).body).toHaveLength(1000);
  });

  it('begins at `startTime` and ends at `endTime`', async () => {
    const end = OPEN - 10 * FIFTEEN;
    const times = async (query: string) => (await klines(query)).body.map((row: number[]) => row[0]);
    expect(await times(`&endTime=${end + 5}&limit=2`)).toEqual([end - FIFTEEN, end]);
    expect(await times(`&startTime=${end}&limit=2`)).toEqual([end, end + FIFTEEN]);
    expect(await times(`&startTime=${end - 1}&endTime=${end + FIFTEEN - 1}`)).toEqual([end]);
    expect(await times(`&startTime=${NOW}`)).toEqual([]);
  });

  it('words its refusals with status 400 and a code', async () => {
    const refused = async (path: string) => {
      const { status, body } = await get(path);
      expect(status).toBe(400);
      return body;
    };
    expect(await refused('/api/v3/klines?symbol=NOPE&interval=15m')).toEqual({ code: -1121, msg: 'Invalid symbol.' });
    expect(await refused('/api/v3/klines?symbol=BTCUSDT&interval=15')).toEqual({
      code: -1120,
      msg: 'Invalid interval.',
    });
    expect(await refused('/api/v3/klines?interval=15m')).toMatchObject({ code: -1102 });
    expect(await refused('/api/v3/klines?symbol=btcusdt&interval=1m')).toMatchObject({ code: -1100 });
    expect(await refused('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=x')).toMatchObject({ code: -1100 });
    expect(await refused('/api/v3/depth?symbol=BTCUSDT&limit=0')).toMatchObject({ code: -1130 });
  });

  it('gives symbols, prices, trades and books of one market', async () => {
    const info = (await get('/api/v3/exchangeInfo?symbol=BTCEUR')).body;
    expect(info.symbols).toHaveLength(1);
    expect(info.symbols[0]).toMatchObject({ symbol: 'BTCEUR', baseAsset: 'BTC', quoteAsset: 'EUR', status: 'TRADING' });
    const trades = (await get('/api/v3/trades?symbol=BTCUSDT&limit=1000')).body;
    expect(trades).toHaveLength(1000);
    expect(trades[999].id - trades[0].id).toBe(999);
    const price = (await get('/api/v3/ticker/price?symbol=BTCUSDT')).body;
    expect(price).toEqual({ symbol: 'BTCUSDT', price: trades[999].price });
    expect((await get('/api/v3/ticker/price')).body.length).toBeGreaterThanOrEqual(20);
    const book = (await get('/api/v3/depth?symbol=BTCUSDT&limit=20')).body;
    expect(book.asks).toHaveLength(20);
    expect(Number(book.bids[0][0])).toBeLessThan(Number(book.asks[0][0]));
  });
});

describe('the exchange server', () => {
  it('refuses what it does not know', async () => {
    expect(await get('/api/v3/nothing')).toMatchObject({ status: 404 });
    expect((await fetch(`${exchanges.url}/api/v3/ping`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${exchanges.url}//`)).status).toBe(400);
  });

  it('says when its port is taken, and shows the same market on another', async () => {
    const port = Number(new URL(exchanges.url).port);
    await expect(createExchanges({ seed: 'rest', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await createExchanges({ seed: 'rest', port: 0, clock: () => NOW });
    const path = '/api/v3/klines?symbol=SOLUSDT&interval=1m&limit=100';
    const there: unknown = await (await fetch(other.url + path)).json();
    await other.close();
    expect(there).toEqual((await get(path)).body);
  });
});
