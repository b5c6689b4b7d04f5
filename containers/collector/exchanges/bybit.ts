/** Bybit v5's public spot streams: https://bybit-exchange.github.io/docs/v5/ws/connect and the topics' own pages. */

import * as z from 'zod/mini';
import type { Channel } from '../../../core/collectors/collector.ts';
import { BYBIT_INTERVALS } from '../../../core/market/bybit.ts';
import { TIMEFRAMES, type Timeframe } from '../../../core/market/candle.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { levelsOf } from '../book/levels.ts';
import type { Data, Exchange, Frame } from '../feed/exchange.ts';
import { count, decimal, levels, name, parseExact, time } from './json.ts';
import { Scanner } from './scanner.ts';

/** Levels a side of the books that are kept: changes every 200 ms, where 50 levels would come every 20 ms. */
const BOOK_LEVELS = 200;

const TOPICS: Record<Channel, (symbol: string) => string> = {
  trades: (symbol) => `publicTrade.${symbol}`,
  orderbook: (symbol) => `orderbook.${BOOK_LEVELS}.${symbol}`,
  candles: (symbol) => `kline.1.${symbol}`,
};

export const bybit: Exchange = {
  name: 'bybit',
  url: (base) => `${base}/v5/public/spot`,
  topic: (channel, symbol) => TOPICS[channel](symbol),
  request: (operation, topics, id) => JSON.stringify({ op: operation, req_id: String(id), args: topics }),
  topicsPerRequest: 10,
  // The arguments of a connection may be 21,000 characters together; a topic of ours has 40 at most.
  topicsPerConnection: 500,
  requestSpacing: 0,
  keepAlive: { every: 20_000, message: '{"op":"ping"}' },
  lifetime: null,
  candlesChain: true,
  read: (data, receivedAt) => readQuickly(data, receivedAt) ?? readAsJson(data, receivedAt),
};

const scanner = new Scanner();

/** The usual message of trades or of a book's change; undefined for any other, which `readAsJson` takes. */
export function readQuickly(data: Buffer, receivedAt: number): Data | undefined {
  scanner.begin(data);
  if (!scanner.takes('{"topic":"')) return undefined;
  const topic = scanner.name();
  const symbol = topic.slice(topic.lastIndexOf('.') + 1);
  if (topic.startsWith('publicTrade.')) return tradesQuickly(topic, symbol, receivedAt);
  if (topic.startsWith('orderbook.')) return bookQuickly(topic, symbol);
  return undefined;
}

/** `{"topic":"publicTrade.BTCUSDT","ts":1,"type":"snapshot","data":[{"i":"1","T":1,"p":"1","v":"1","S":"Buy",…}]}` */
function tradesQuickly(topic: string, symbol: string, receivedAt: number): Data | undefined {
  scanner.literal(',"ts":');
  scanner.time();
  scanner.literal(',"type":"snapshot","data":[');
  const trades: Trade[] = [];
  do {
    scanner.literal('{"i":"');
    const tradeId = scanner.digits();
    scanner.literal('","T":');
    const timestamp = scanner.time();
    scanner.literal(',"p":"');
    const price = scanner.decimal();
    scanner.literal(',"v":"');
    const quantity = scanner.decimal();
    const bought = scanner.takes(',"S":"Buy"');
    if (!bought) scanner.literal(',"S":"Sell"');
    scanner.literal(',"seq":');
    scanner.integer();
    scanner.literal(',"s":"');
    scanner.sameName(symbol);
    scanner.literal(',"BT":false,"RPI":');
    if (!scanner.takes('false')) scanner.literal('true');
    scanner.literal('}');
    const side = bought ? 'buy' : 'sell';
    trades.push({ exchange: 'bybit', symbol, tradeId, side, price, quantity, timestamp, receivedAt });
  } while (!scanner.failed && scanner.takes(','));
  scanner.literal(']}');
  scanner.end();
  return scanner.failed ? undefined : { kind: 'trades', topic, trades };
}

/** `{"topic":"orderbook.200.BTCUSDT","ts":1,"type":"delta","data":{"s":"BTCUSDT","b":[],"a":[],"u":1,"seq":1},"cts":1}` */
function bookQuickly(topic: string, symbol: string): Data | undefined {
  scanner.literal(',"ts":');
  scanner.time();
  const snapshot = scanner.takes(',"type":"snapshot"');
  if (!snapshot) scanner.literal(',"type":"delta"');
  scanner.literal(',"data":{"s":"');
  scanner.sameName(symbol);
  scanner.literal(',"b":');
  const bids = scanner.levels();
  scanner.literal(',"a":');
  const asks = scanner.levels();
  scanner.literal(',"u":');
  const last = scanner.integer();
  scanner.literal(',"seq":');
  scanner.integer();
  scanner.literal('},"cts":');
  const timestamp = scanner.time();
  scanner.literal('}');
  scanner.end();
  if (scanner.failed) return undefined;
  return { kind: 'book', topic, update: { symbol, snapshot, first: last, last, bids, asks, timestamp } };
}

const answer = z.object({
  op: z.string(),
  success: z.optional(z.boolean()),
  ret_msg: z.optional(z.string()),
  req_id: z.optional(z.string()),
});

const trade = z.object({
  i: z.string().check(z.regex(/^\d+$/)),
  T: time,
  p: decimal,
  v: decimal,
  S: z.enum(['Buy', 'Sell']),
  s: z.string(),
});

const TIMEFRAME_OF = new Map<string, Timeframe>(TIMEFRAMES.map((timeframe) => [BYBIT_INTERVALS[timeframe], timeframe]));
const candle = z.object({
  start: time,
  interval: z.string(),
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal,
  confirm: z.boolean(),
});

const message = z.object({
  topic: name,
  ts: time,
  type: z.enum(['snapshot', 'delta']),
  cts: z.optional(time),
  data: z.unknown(),
});
const book = z.object({ s: z.string(), b: levels, a: levels, u: count });

/** Any message, by `JSON.parse`. */
export function readAsJson(data: Buffer, receivedAt: number): Frame {
  try {
    const body = parseExact(data.toString());
    const answered = answer.safeParse(body);
    return answered.success ? readAnswer(answered.data) : readMessage(message.parse(body), receivedAt);
  } catch (error) {
    return { kind: 'malformed', reason: String(error) };
  }
}

function readAnswer(answered: z.infer<typeof answer>): Frame {
  const { op, success, ret_msg: reason = '', req_id: id } = answered;
  if (op === 'pong' || op === 'ping') return { kind: 'pong' };
  const answeredId = id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
  return success === true ? { kind: 'acknowledged', id: answeredId } : { kind: 'refused', id: answeredId, reason };
}

function readMessage({ topic, ts, cts, type, data }: z.infer<typeof message>, receivedAt: number): Frame {
  const [channel = '', ...rest] = topic.split('.');
  const symbol = rest.at(-1) ?? '';
  if (channel === 'publicTrade') {
    const trades = z.array(trade).check(z.minLength(1)).parse(data);
    return { kind: 'trades', topic, trades: trades.map((one) => readTrade(one, receivedAt)) };
  }
  if (channel === 'orderbook') {
    const { s, b, a, u } = book.parse(data);
    const timestamp = cts ?? ts;
    const sides = { bids: levelsOf(b), asks: levelsOf(a) };
    const update = { symbol: s, snapshot: type === 'snapshot', first: u, last: u, ...sides, timestamp };
    return { kind: 'book', topic, update };
  }
  if (channel !== 'kline') return { kind: 'malformed', reason: `A message of the topic ${topic}` };
  const candles = z.array(candle).parse(data);
  return { kind: 'candles', topic, candles: candles.map((one) => readCandle(one, symbol)), timestamp: ts };
}

function readTrade({ i, T, p, v, S, s }: z.infer<typeof trade>, receivedAt: number): Trade {
  const side = S === 'Buy' ? 'buy' : 'sell';
  return { exchange: 'bybit', symbol: s, tradeId: i, side, price: p, quantity: v, timestamp: T, receivedAt };
}

function readCandle({ start, interval, confirm, ...rest }: z.infer<typeof candle>, symbol: string) {
  const timeframe = TIMEFRAME_OF.get(interval);
  if (timeframe === undefined) throw new Error(`A candle of the interval ${interval}`);
  const { open, high, low, close, volume } = rest;
  return { symbol, timeframe, openTime: start, open, high, low, close, volume, closed: confirm };
}
