import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as binanceReaders from '../../../../containers/collector/exchanges/binance.ts';
import * as bybitReaders from '../../../../containers/collector/exchanges/bybit.ts';
import type { Frame } from '../../../../containers/collector/feed/exchange.ts';

const { bybit } = bybitReaders;
const { binance } = binanceReaders;
const RECEIVED = 1_786_310_822_700;
const bytes = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

/** Mostly what exchanges write, now and then what they never should. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: usual, weight: 40 }, { arbitrary: odd, weight: 1 });

const decimals = mostly(
  fc.oneof(
    fc.constantFrom('0', '0.00000000', '65140.5', '0.1', '123456789012345678.000000000000000001'),
    fc.tuple(fc.nat(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  ),
  fc.constantFrom('', '.', '1.', '.5', '1.2.3', '-1', '1e5', ' 1'),
);
const levels = fc.array(fc.tuple(decimals, decimals), { maxLength: 4 });
const numbers = mostly<number>(fc.nat(), fc.constantFrom(2 ** 53, 2 ** 52, 4_102_444_800_001, -1, 1.5));
/** As JSON, beyond 2^53 as well. */
const ids = mostly(
  fc.oneof(fc.nat().map(String), fc.constantFrom('9007199254740993', '18446744073709551615')),
  fc.constantFrom('007', '-3'),
);
const names = mostly(fc.constantFrom('BTCUSDT', '1000PEPEUSDT'), fc.constantFrom('ÑUSDT', '"', ''));

const bybitTrades = fc.record({
  symbol: names,
  made: fc.array(
    fc.record({
      i: ids,
      T: numbers,
      p: decimals,
      v: decimals,
      S: fc.constantFrom('Buy', 'Sell', 'buy'),
      RPI: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
const bybitTradesText = bybitTrades.map(({ symbol, made }) =>
  JSON.stringify({
    topic: `publicTrade.${symbol}`,
    ts: RECEIVED,
    type: 'snapshot',
    data: made.map(({ i, T, p, v, S, RPI }) => ({ i, T, p, v, S, seq: 1, s: symbol, BT: false, RPI })),
  }),
);
const bybitBookText = fc
  .record({ symbol: names, type: fc.constantFrom('snapshot', 'delta'), b: levels, a: levels, u: numbers, cts: numbers })
  .map(({ symbol, type, b, a, u, cts }) =>
    JSON.stringify({
      topic: `orderbook.200.${symbol}`,
      ts: RECEIVED,
      type,
      data: { s: symbol, b, a, u, seq: 7 },
      cts,
    }),
  );
const binanceTradeText = fc
  .record({ s: names, t: ids, p: decimals, q: decimals, T: numbers, m: fc.boolean() })
  .map(({ s, t, p, q, T, m }) => {
    const data = JSON.stringify({ e: 'trade', E: RECEIVED, s, t: 0, p, q, T, m, M: true }).replace('"t":0', `"t":${t}`);
    return `{"stream":"btcusdt@trade","data":${data}}`;
  });
const binanceBookText = fc
  .record({ s: names, U: numbers, u: numbers, b: levels, a: levels })
  .map(({ s, U, u, b, a }) =>
    JSON.stringify({ stream: 'btcusdt@depth@100ms', data: { e: 'depthUpdate', E: RECEIVED, s, U, u, b, a } }),
  );

/** A message, or one that was damaged in one place. */
const damaged = (texts: fc.Arbitrary<string>) =>
  fc.oneof(
    texts,
    fc.tuple(texts, fc.nat(), fc.constantFrom('', '"', ',', '0', ' ', '}', '\\', 'é')).map(([text, place, by]) => {
      const at = place % text.length;
      return text.slice(0, at) + by + text.slice(at + 1);
    }),
  );

describe.each([
  { name: 'Bybit', readers: bybitReaders, texts: fc.oneof(bybitTradesText, bybitBookText) },
  { name: 'Binance', readers: binanceReaders, texts: fc.oneof(binanceTradeText, binanceBookText) },
])('the quick reader of $name', ({ readers, texts }) => {
  it('says what JSON.parse says, or nothing', () => {
    let quick = 0;
    fc.assert(
      fc.property(damaged(texts), (text) => {
        const found = readers.readQuickly(bytes(text), RECEIVED);
        if (found === undefined) return;
        quick += 1;
        expect(found).toEqual(readers.readAsJson(bytes(text), RECEIVED));
      }),
      { numRuns: 1500 },
    );
    expect(quick).toBeGreaterThan(100);
  });
});

describe('Bybit’s messages', () => {
  const read = (body: unknown) => bybit.read(bytes(body), RECEIVED);

  it('are answers by number, pongs and refusals', () => {
    expect(read({ success: true, ret_msg: 'subscribe', conn_id: 'x', req_id: '7', op: 'subscribe' })).toEqual({
      kind: 'acknowledged',
      id: 7,
    });
    expect(read({ success: false, ret_msg: 'Invalid topic: x', conn_id: 'x', op: 'subscribe' })).toEqual({
      kind: 'refused',
      id: null,
      reason: 'Invalid topic: x',
    });
    expect(read({ success: true, ret_msg: 'pong', conn_id: 'x', op: 'ping' })).toEqual({ kind: 'pong' });
  });

  it('are candles', () => {
    const data = {
      start: 60_000,
      end: 119_999,
      interval: '1',
      open: '2',
      close: '3',
      high: '4',
      low: '1',
      volume: '9',
    };
    const topic = 'kline.1.BTCUSDT';
    const message = { type: 'snapshot', topic, ts: 1, data: [{ ...data, turnover: '5', confirm: true, timestamp: 1 }] };
    const prices = { open: '2', high: '4', low: '1', close: '3', volume: '9' };
    expect(read(message)).toEqual({
      kind: 'candles',
      topic,
      candles: [{ symbol: 'BTCUSDT', timeframe: '1m', openTime: 60_000, ...prices, closed: true }],
      timestamp: 1,
    });
  });

  it('are malformed where they are something else', () => {
    for (const body of ['', '{', '[]', '{"topic":1}', '{"topic":"publicTrade.X","ts":1,"type":"snapshot","data":[]}']) {
      expect(read(body).kind).toBe('malformed');
    }
  });

  it('ask for ten topics at most, and keep trade ids exact', () => {
    expect(bybit.request('subscribe', ['publicTrade.BTCUSDT'], 3)).toBe(
      '{"op":"subscribe","req_id":"3","args":["publicTrade.BTCUSDT"]}',
    );
    expect(bybit.topicsPerRequest).toBe(10);
  });
});

describe('Binance’s messages', () => {
  const read = (body: unknown) => binance.read(bytes(body), RECEIVED);

  it('are answers, refusals in both wordings, and announcements of a shutdown', () => {
    expect(read({ result: null, id: 4 })).toEqual({ kind: 'acknowledged', id: 4 });
    const reason = 'Invalid request (code 2)';
    expect(read({ error: { code: 2, msg: 'Invalid request' }, id: 4 })).toEqual({ kind: 'refused', id: 4, reason });
    expect(read({ code: 2, msg: 'Invalid request', id: 4 })).toEqual({ kind: 'refused', id: 4, reason });
    expect(read({ e: 'serverShutdown', E: 1 })).toEqual({ kind: 'closing' });
    expect(read({ stream: '!serverShutdown', data: { e: 'serverShutdown', E: 1 } })).toEqual({ kind: 'closing' });
  });

  it('keep trade ids beyond 2^53 exact, in the usual order of keys and in any other', () => {
    const usual = `{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":9007199254740993,"p":"1.5","q":"2","T":1,"m":true,"M":true}}`;
    const other = `{"data":{"t":9007199254740993,"e":"trade","E":1,"s":"BTCUSDT","p":"1.5","q":"2","T":1,"m":true,"M":true},"stream":"btcusdt@trade"}`;
    const trade = { tradeId: '9007199254740993', side: 'sell', price: '1.5', quantity: '2', timestamp: 1 };
    for (const text of [usual, other]) {
      expect(read(text)).toMatchObject({ kind: 'trades', topic: 'btcusdt@trade', trades: [trade] });
    }
  });

  it('are malformed where they are something else', () => {
    for (const body of ['', '{"stream":"x@trade","data":{}}', '{"stream":"x@trade","data":{"e":"trade"}}', 'null']) {
      expect(read(body).kind).toBe('malformed');
    }
  });
});

const RECORDED = new URL('../../../../../shared/data/exchanges/cryptofeed/', import.meta.url);

/** Frames as an exchange sent them, from files that are not part of the repository. */
function recorded(file: string): string[] {
  const lines = readFileSync(new URL(file, RECORDED), 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const { t, data }: { t: string; data: string } = JSON.parse(line);
    return t === 'recv' ? [data] : [];
  });
}

// Recordings lie beside the repository where there are any, and are no part of it.
if (existsSync(RECORDED))
  describe('recorded messages', () => {
    const kinds = (frames: Frame[]) => Map.groupBy(frames, (frame) => frame.kind);

    it('of Bybit are all read, books and trades without JSON.parse', () => {
      const messages = recorded('bybit-v5-spot-BTCUSDT-20260809.jsonl').filter((text) => !text.includes('"tickers.'));
      const frames = kinds(messages.map((text) => bybit.read(bytes(text), RECEIVED)));
      expect(frames.get('malformed')).toBeUndefined();
      expect(frames.get('book')).toHaveLength(300);
      expect(frames.get('trades')).toHaveLength(11);
      const slow = messages.filter((text) => bybitReaders.readQuickly(bytes(text), RECEIVED) === undefined);
      expect(slow.filter((text) => /orderbook|publicTrade/.test(text))).toEqual([]);
    });

    it('of Binance are all read, books without JSON.parse', () => {
      const messages = recorded('binance-spot-20211012.jsonl').filter((text) => /depth|kline/.test(text));
      const frames = kinds(messages.map((text) => binance.read(bytes(text), RECEIVED)));
      expect(frames.get('malformed')).toBeUndefined();
      expect(frames.get('book')).toHaveLength(177);
      const slow = messages.filter((text) => binanceReaders.readQuickly(bytes(text), RECEIVED) === undefined);
      expect(slow.filter((text) => text.includes('depthUpdate'))).toEqual([]);
    });
  });
