/** Binance's spot streams: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */

import * as z from 'zod/mini';
import type { Channel } from '../../../core/collectors/collector.ts';
import { TIMEFRAMES } from '../../../core/market/candle.ts';
import { levelsOf } from '../book/levels.ts';
import type { Data, Exchange, Frame } from '../feed/exchange.ts';
import { count, decimal, levels, name, parseExact, time, wholeNumber } from './json.ts';
import { Scanner } from './scanner.ts';

const STREAMS: Record<Channel, string> = { trades: 'trade', orderbook: 'depth@100ms', candles: 'kline_1m' };

export const binance: Exchange = {
  name: 'binance',
  url: (base) => `${base}/stream`,
  topic: (channel, symbol) => `${symbol.toLowerCase()}@${STREAMS[channel]}`,
  request: (operation, topics, id) => JSON.stringify({ method: operation.toUpperCase(), params: topics, id }),
  topicsPerRequest: 100,
  topicsPerConnection: 1024,
  // Five messages a second, pongs among them.
  requestSpacing: 250,
  keepAlive: null,
  lifetime: 24 * 60 * 60_000,
  candlesChain: false,
  read: (data, receivedAt) => readQuickly(data, receivedAt) ?? readAsJson(data, receivedAt),
};

const scanner = new Scanner();

/** The usual message of a trade or of a book's change; undefined for any other, which `readAsJson` takes. */
export function readQuickly(data: Buffer, receivedAt: number): Data | undefined {
  scanner.begin(data);
  if (!scanner.takes('{"stream":"')) return undefined;
  const topic = scanner.name();
  if (scanner.takes(',"data":{"e":"trade","E":')) return tradeQuickly(topic, receivedAt);
  if (scanner.takes(',"data":{"e":"depthUpdate","E":')) return bookQuickly(topic);
  return undefined;
}

/** `…"E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1,"m":true,"M":true}}` */
function tradeQuickly(topic: string, receivedAt: number): Data | undefined {
  scanner.integer();
  scanner.literal(',"s":"');
  const symbol = scanner.name();
  scanner.literal(',"t":');
  const tradeId = scanner.digits();
  scanner.literal(',"p":"');
  const price = scanner.decimal();
  scanner.literal(',"q":"');
  const quantity = scanner.decimal();
  scanner.literal(',"T":');
  const timestamp = scanner.time();
  const sold = scanner.takes(',"m":true');
  if (!sold) scanner.literal(',"m":false');
  scanner.literal(',"M":');
  if (!scanner.takes('true')) scanner.literal('false');
  scanner.literal('}}');
  scanner.end();
  if (scanner.failed) return undefined;
  const side = sold ? 'sell' : 'buy';
  const trade = { exchange: 'binance', symbol, tradeId, side, price, quantity, timestamp, receivedAt } as const;
  return { kind: 'trades', topic, trades: [trade] };
}

/** `…"E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["1","1"]],"a":[]}}` */
function bookQuickly(topic: string): Data | undefined {
  const timestamp = scanner.time();
  scanner.literal(',"s":"');
  const symbol = scanner.name();
  scanner.literal(',"U":');
  const first = scanner.integer();
  scanner.literal(',"u":');
  const last = scanner.integer();
  scanner.literal(',"b":');
  const bids = scanner.levels();
  scanner.literal(',"a":');
  const asks = scanner.levels();
  scanner.literal('}}');
  scanner.end();
  if (scanner.failed) return undefined;
  return { kind: 'book', topic, update: { symbol, snapshot: false, first, last, bids, asks, timestamp } };
}

const id = z.nullish(count);
const acknowledged = z.object({ result: z.null(), id });
/** Both ways in which Binance has worded errors. */
const refused = z.union([
  z.object({ error: z.object({ code: z.number(), msg: z.string() }), id }),
  z.pipe(
    z.object({ code: z.number(), msg: z.string(), id: z.optional(id) }),
    z.transform(({ code, msg, id: of }) => ({ error: { code, msg }, id: of })),
  ),
]);
const event = z.object({ e: z.string() });
const wrapped = z.object({ stream: z.string(), data: z.unknown() });

const trade = z.object({ s: z.string(), t: wholeNumber, p: decimal, q: decimal, T: time, m: z.boolean() });
const depth = z.object({ E: time, s: z.string(), U: count, u: count, b: levels, a: levels });
const kline = z.object({
  E: time,
  s: z.string(),
  k: z.object({
    t: time,
    i: z.enum(TIMEFRAMES),
    o: decimal,
    h: decimal,
    l: decimal,
    c: decimal,
    v: decimal,
    x: z.boolean(),
  }),
});

/** Any message, by `JSON.parse`. */
export function readAsJson(data: Buffer, receivedAt: number): Frame {
  try {
    return readBody(parseExact(data.toString()), receivedAt);
  } catch (error) {
    return { kind: 'malformed', reason: String(error) };
  }
}

function readBody(body: unknown, receivedAt: number): Frame {
  const done = acknowledged.safeParse(body);
  if (done.success) return { kind: 'acknowledged', id: done.data.id ?? null };
  const failed = refused.safeParse(body);
  if (failed.success) {
    const { error, id: of } = failed.data;
    return { kind: 'refused', id: of ?? null, reason: `${error.msg} (code ${error.code})` };
  }
  if (isShutdown(body)) return { kind: 'closing' };
  const { stream, data } = wrapped.parse(body);
  if (isShutdown(data)) return { kind: 'closing' };
  return readEvent(name.parse(stream), data, receivedAt);
}

function isShutdown(body: unknown): boolean {
  const parsed = event.safeParse(body);
  return parsed.success && parsed.data.e === 'serverShutdown';
}

function readEvent(topic: string, data: unknown, receivedAt: number): Frame {
  const { e } = event.parse(data);
  if (e === 'trade') {
    const { s: symbol, t: tradeId, p: price, q: quantity, T: timestamp, m } = trade.parse(data);
    const side = m ? 'sell' : 'buy';
    const made = { exchange: 'binance', symbol, tradeId, side, price, quantity, timestamp, receivedAt } as const;
    return { kind: 'trades', topic, trades: [made] };
  }
  if (e === 'depthUpdate') {
    const { E: timestamp, s: symbol, U: first, u: last, b, a } = depth.parse(data);
    const update = { symbol, snapshot: false, first, last, bids: levelsOf(b), asks: levelsOf(a), timestamp };
    return { kind: 'book', topic, update };
  }
  if (e !== 'kline') return { kind: 'malformed', reason: `An event of the kind ${e}` };
  const { E: timestamp, s: symbol, k } = kline.parse(data);
  const prices = { open: k.o, high: k.h, low: k.l, close: k.c, volume: k.v };
  const candle = { symbol, timeframe: k.i, openTime: k.t, ...prices, closed: k.x };
  return { kind: 'candles', topic, candles: [candle], timestamp };
}
