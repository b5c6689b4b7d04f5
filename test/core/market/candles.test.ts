import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { binanceCandles, parseBinanceKlines } from '../../../core/market/binance.ts';
import { bybitCandles, parseBybitKlines } from '../../../core/market/bybit.ts';
import { candlesAround, candlesForSignal } from '../../../core/market/candles.ts';
import { MarketError } from '../../../core/market/error.ts';
import { createExchanges, type Exchanges } from '../../../local/exchanges/server.ts';

const NOW = Date.parse('2026-03-11T10:07:30Z');
let exchanges: Exchanges;
const doors: Server[] = [];

beforeAll(async () => {
  exchanges = await createExchanges({ seed: 'clients', port: 0, clock: () => NOW });
});
afterAll(() => exchanges.close());
afterEach(() => {
  for (const door of doors.splice(0)) {
    door.close();
    door.closeAllConnections();
  }
});

/** A server that answers everything alike; without a status it never answers. */
async function door(status?: number, headers: Record<string, string> = {}, body = '{}'): Promise<string> {
  const server = createServer((_, response) => {
    if (status !== undefined) response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  doors.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failure(promise: Promise<unknown>): Promise<MarketError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof MarketError)) throw error;
  return error;
}

const request = { symbol: 'BTCUSDT', timeframe: '15m', until: NOW, count: 50 } as const;
const clients = { bybit: bybitCandles, binance: binanceCandles };

describe.each(['bybit', 'binance'] as const)('candles from %s', (exchange) => {
  const candles = clients[exchange];

  it('come oldest first, in exact decimals, the last still forming', async () => {
    const found = await candles(request, { baseUrl: exchanges.url });
    expect(found).toHaveLength(50);
    expect(found.at(-1)?.openTime).toBe(Date.parse('2026-03-11T10:00:00Z'));
    for (const [i, candle] of found.entries()) {
      expect(candle.openTime).toBe(Date.parse('2026-03-11T10:00:00Z') - (49 - i) * 900_000);
      expect(candle.open).toMatch(/^\d+(\.\d+)?$/);
      expect(candle.volume).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(candle.high)).toBeGreaterThanOrEqual(Math.max(Number(candle.open), Number(candle.close)));
      expect(Number(candle.low)).toBeLessThanOrEqual(Math.min(Number(candle.open), Number(candle.close)));
    }
  });

  it('of a symbol that the exchange does not have are an unknown symbol', async () => {
    const error = await failure(candles({ ...request, symbol: 'NOPEUSDT' }, { baseUrl: exchanges.url }));
    expect(error).toMatchObject({ kind: 'unknown_symbol', exchange });
  });

  it('are unreachable without a server, without an answer in time, and at a refusal or a server error', async () => {
    const silent = await door();
    const late = await failure(candles(request, { baseUrl: silent, timeout: 100 }));
    expect(late).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('100 ms') });
    for (const status of [403, 451, 500, 503]) {
      expect(await failure(candles(request, { baseUrl: await door(status) }))).toMatchObject({ kind: 'unreachable' });
    }
    const closed = await door(200);
    for (const server of doors.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await failure(candles(request, { baseUrl: closed }))).toMatchObject({ kind: 'unreachable' });
  });

  it('are rate-limited at 429 and 418, with the seconds that the exchange asks for', async () => {
    const limited = await failure(candles(request, { baseUrl: await door(429, { 'retry-after': '17' }) }));
    expect(limited).toMatchObject({ kind: 'rate_limited', retryAfter: 17 });
    const banned = await failure(candles(request, { baseUrl: await door(418) }));
    expect(banned).toMatchObject({ kind: 'rate_limited', retryAfter: null });
  });

  it('are unexpected in any other shape', async () => {
    for (const body of [
      '<html>',
      '{"a":1}',
      '[[1,2]]',
      'null',
      '{"retCode":0,"retMsg":"OK","result":{"list":[["1"]]}}',
    ]) {
      expect(await failure(candles(request, { baseUrl: await door(200, {}, body) }))).toMatchObject({
        kind: 'unexpected',
      });
    }
  });
});

describe('what the exchanges answer', () => {
  it('from Bybit becomes candles oldest first', () => {
    const body = {
      retCode: 0,
      retMsg: 'OK',
      result: {
        symbol: 'BTCUSDT',
        category: 'spot',
        list: [
          ['1670608800000', '17071', '17073', '17027', '17055.5', '268611', '15.74462667'],
          ['1670605200000', '17071.5', '17071.5', '17061', '17071', '4177', '0.24469757'],
        ],
      },
      retExtInfo: {},
      time: 1672025956592,
    };
    expect(parseBybitKlines(body, { status: 200, resetAt: null, now: 0 })).toEqual([
      { openTime: 1670605200000, open: '17071.5', high: '17071.5', low: '17061', close: '17071', volume: '4177' },
      { openTime: 1670608800000, open: '17071', high: '17073', low: '17027', close: '17055.5', volume: '268611' },
    ]);
  });

  it('from Bybit over its limit says when to come back', () => {
    const body = { retCode: 10006, retMsg: 'Too many visits!', result: {} };
    const parse = (resetAt: string | null) => () => parseBybitKlines(body, { status: 200, resetAt, now: 1_000_000 });
    expect(parse('1004500')).toThrow(expect.objectContaining({ kind: 'rate_limited', retryAfter: 5 }));
    expect(parse(null)).toThrow(expect.objectContaining({ kind: 'rate_limited', retryAfter: null }));
  });

  it('from Binance becomes candles with its decimals untouched', () => {
    const row = [1499040000000, '0.01634790', '0.80000000', '0.01575800', '0.01577100', '148976.11427815'];
    const rest = [1499644799999, '2434.19055334', 308, '1756.87402397', '28.46694368', '0'];
    expect(parseBinanceKlines([[...row, ...rest]], 200)).toEqual([
      {
        openTime: 1499040000000,
        open: '0.01634790',
        high: '0.80000000',
        low: '0.01575800',
        close: '0.01577100',
        volume: '148976.11427815',
      },
    ]);
  });

  it('from Binance over its limit is rate-limited whatever the status', () => {
    const body = { code: -1003, msg: 'Too much request weight used' };
    expect(() => parseBinanceKlines(body, 400)).toThrow(expect.objectContaining({ kind: 'rate_limited' }));
  });
});

describe('candles around a signal', () => {
  const at = Date.parse('2026-03-10T12:34:56Z');
  const signal = { exchange: 'BINANCE', symbol: 'ETHUSDT', timeframe: '15m', at } as const;
  const addresses = () => ({ bybitUrl: exchanges.url, binanceUrl: exchanges.url });

  it('hold the signal’s candle and a few after it', async () => {
    const request = { exchange: 'bybit', symbol: 'ETHUSDT', timeframe: '15m', at } as const;
    const candles = await candlesAround(request, addresses());
    expect(candles).toHaveLength(120);
    const own = candles.findIndex((candle) => candle.openTime === Date.parse('2026-03-10T12:30:00Z'));
    expect(own).toBe(107);
  });

  it('come from the signal’s exchange, at its symbol', async () => {
    const found = await candlesForSignal(signal, addresses());
    expect(found?.market).toEqual({ exchange: 'binance', symbol: 'ETHUSDT', exact: true });
    expect(found?.candles).toHaveLength(120);
  });

  it('come from the other exchange where the first does not know the symbol or can’t be reached', async () => {
    const unknown = await door(400, {}, '{"code":-1121,"msg":"Invalid symbol."}');
    const down = await door(503);
    for (const binanceUrl of [unknown, down]) {
      const found = await candlesForSignal(signal, { ...addresses(), binanceUrl });
      expect(found?.market).toEqual({ exchange: 'bybit', symbol: 'ETHUSDT', exact: false });
    }
  });

  it('are none where no exchange knows the symbol or can know it, or has history so old', async () => {
    expect(await candlesForSignal({ ...signal, symbol: 'NOPEUSDT' }, addresses())).toBeNull();
    expect(await candlesForSignal({ ...signal, exchange: 'NASDAQ', symbol: 'AAPL' }, addresses())).toBeNull();
    expect(await candlesForSignal({ ...signal, at: Date.UTC(2012, 0, 1) }, addresses())).toBeNull();
  });

  it('fail where nobody could say, so that it can be tried again', async () => {
    const limited = await door(429, { 'retry-after': '3' });
    const promise = candlesForSignal(signal, { bybitUrl: await door(500), binanceUrl: limited });
    expect(await failure(promise)).toMatchObject({ kind: 'rate_limited', retryAfter: 3 });
    const half = candlesForSignal({ ...signal, symbol: 'NOPEUSDT' }, { ...addresses(), bybitUrl: await door(500) });
    expect(await failure(half)).toMatchObject({ kind: 'unreachable', exchange: 'bybit' });
  });
});
