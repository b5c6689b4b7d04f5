/**
 * The trades of the last days, as a chain in the market table: each link holds some trades, or a gap among them, and has
 * the place of the trade before them as its key. Who adds a link says so after which trade it comes; of two who go on
 * after the same one, the first is taken, and the other reads where the chain ends now. So nothing is stored twice, by
 * however many writers and tries, and nothing has to be locked.
 *
 * pk `TRADES#bybit#BTCUSDT` · sk `<time, 13 digits>#<trade id, 20 digits>` of the trade before
 */

import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import type { Market, Trade, TradeGap, TradePoint } from './trade.ts';
import { packTrades, unpackTrades } from './trade-chunk.ts';

/** One write unit: 1 KB with keys and the names of attributes. */
const CHUNK_BYTES = 850;
/** An exchange may tell a trade with an earlier time after one with a later, milliseconds apart. */
const OUT_OF_ORDER_MS = 1000;
/** A call that takes longer will not be answered. */
const CALL_MS = 10_000;

const TableName = () => environment('MARKET_TABLE');
const partition = ({ exchange, symbol }: Market) => `TRADES#${exchange}#${symbol}`;

/** For how long trades are hot, in milliseconds. */
export function hotWindow(): number {
  return Number(environment('HOT_HOURS')) * 3_600_000;
}

/** Where a chain ends: the last trade that is stored, or known to be missing, and how many have been stored till then. */
export interface ChainEnd {
  last: TradePoint;
  total: number;
}

/** Before the first link of all. */
export const BEGINNING: ChainEnd = { last: { tradeId: '0', timestamp: 0 }, total: 0 };

/** What a gap lies between. */
export type GapEnds = Pick<TradeGap, 'from' | 'to'>;

export interface Link extends ChainEnd {
  /** Its key: the trade before its first; of the first link of all, the beginning. */
  after: TradePoint;
  /** How many trades it holds. */
  count: number;
  /** In the exchange's order; empty for a gap. */
  trades(): Trade[];
  /** In place of trades: all between the two are missing. */
  gap?: GapEnds | undefined;
}

const pointSchema = z.object({ tradeId: z.string(), timestamp: z.number() });
const linkSchema = z.object({
  sk: z.string(),
  data: z.optional(z.instanceof(Uint8Array)),
  count: z.number(),
  last: pointSchema,
  total: z.number(),
  gap: z.optional(z.object({ from: pointSchema, to: pointSchema })),
  [EXPIRES]: z.number(),
});

/** Where the chain of a market ends; `BEGINNING` where there is none. */
export async function chainEnd(market: Market): Promise<ChainEnd> {
  const { items } = await query(market, { from: FIRST, to: END, forward: false, links: 1, consistent: true });
  const [item] = items;
  return item === undefined ? BEGINNING : linkOf(market, item);
}

/** The chain's new end, and how many trades the link holds. */
export interface Appended {
  end: ChainEnd;
  count: number;
}

/**
 * Adds a link with as many of the first trades as a write unit takes.
 * @param trades in the exchange's order, what comes right after `end`
 * @returns undefined where the chain goes on in another way by now
 */
export async function appendTrades(
  market: Market,
  { last, total }: ChainEnd,
  trades: readonly Trade[],
  now: number,
): Promise<Appended | undefined> {
  const { data, count } = packTrades(trades, CHUNK_BYTES);
  const stored = trades.slice(0, count);
  const tradeId = stored.at(-1)?.tradeId;
  if (tradeId === undefined) throw new Error('A link without trades');
  // Never earlier than what came before it: keys are in the chain's order.
  const timestamp = stored.reduce((latest, trade) => Math.max(latest, trade.timestamp), last.timestamp);
  const end = { last: { tradeId, timestamp }, total: total + count };
  return (await append(market, last, { data, count, ...end }, now)) ? { end, count } : undefined;
}

/** Adds a link that says what is missing; undefined as with trades. */
export async function appendGap(
  market: Market,
  { last, total }: ChainEnd,
  gap: GapEnds,
  now: number,
): Promise<Appended | undefined> {
  const { tradeId, timestamp } = endOfGap(gap);
  const end = { last: { tradeId, timestamp: Math.max(last.timestamp, timestamp) }, total };
  return (await append(market, last, { gap, count: 0, ...end }, now)) ? { end, count: 0 } : undefined;
}

/** The place before the first trade after a gap: whoever goes on there goes on after the gap. */
export function endOfGap({ to: { tradeId, timestamp } }: Pick<GapEnds, 'to'>): TradePoint {
  return { tradeId: tradeId === '0' ? '0' : String(BigInt(tradeId) - 1n), timestamp };
}

/** Whether the link was added; a lost answer is found out as another link in its place would be. */
async function append(market: Market, after: TradePoint, link: Item, now: number): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { pk: partition(market), sk: keyOf(after), ...link, ...expiresAt(now + hotWindow()) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
      { abortSignal: AbortSignal.timeout(CALL_MS) },
    );
    return true;
  } catch (error) {
    conditionFailure(error);
    return false;
  }
}

export interface ReadOptions {
  /** Links to read at a time; as many as 1 MB holds where not said. */
  links?: number;
  /** Links up to this one, its key included. */
  upTo?: TradePoint | undefined;
}

/**
 * Every link that may hold a trade or a gap from `from` until before `to`, epoch milliseconds. Links of before and after
 * may be among them.
 */
export async function* readLinks(
  market: Market,
  from: number,
  to: number,
  order: 'oldest' | 'newest',
  { links, upTo }: ReadOptions = {},
): AsyncGenerator<Link> {
  const forward = order === 'oldest';
  const now = Date.now() / 1000;
  const last = upTo === undefined ? timeKey(to + OUT_OF_ORDER_MS) : keyOf(upTo);
  const first = forward ? await keyBefore(market, from) : FIRST;
  let start: Item | undefined;
  do {
    const page = await query(market, { from: first, to: last, forward, links, start });
    for (const item of page.items) {
      const link = linkOf(market, item);
      const isHot = Number(item[EXPIRES]) > now;
      if (isHot) yield link;
      if (!forward && (!isHot || link.after.timestamp < from)) return;
    }
    start = page.next;
  } while (start !== undefined);
}

/** The key of the last link whose trade before it is earlier than `from`. */
async function keyBefore(market: Market, from: number): Promise<string> {
  const { items } = await query(market, { from: FIRST, to: timeKey(from), forward: false, links: 1 });
  return String(items[0]?.['sk'] ?? FIRST);
}

/** How many trades of a market are stored, and how many were each second of late: read from a few links, however many there are. */
export async function countHotTrades(
  market: Market,
  now: number,
): Promise<{ trades: number; perSecond: number; last: TradePoint }> {
  const [{ last, total }, before, beforeRecent] = await Promise.all([
    chainEnd(market),
    totalBefore(market, now - hotWindow()),
    totalBefore(market, now - RATE_MS),
  ]);
  return { trades: total - before, perSecond: ((total - beforeRecent) / RATE_MS) * 1000, last };
}

/** Over how long trades per second are counted. */
const RATE_MS = 300_000;

/** How many trades the chain had before this time, to a link's precision. */
async function totalBefore(market: Market, time: number): Promise<number> {
  const earlier = await query(market, { from: FIRST, to: timeKey(time), forward: false, links: 1 });
  const found = earlier.items[0] ?? (await query(market, { from: FIRST, to: END, forward: true, links: 1 })).items[0];
  if (found === undefined) return 0;
  const { last, total, count } = linkOf(market, found);
  return last.timestamp < time ? total : total - count;
}

interface Range {
  from: string;
  to: string;
  forward: boolean;
  links?: number | undefined;
  start?: Item | undefined;
  consistent?: boolean;
}

async function query(market: Market, range: Range): Promise<{ items: Item[]; next: Item | undefined }> {
  if (range.from > range.to) return { items: [], next: undefined };
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': partition(market), ':from': range.from, ':to': range.to },
      ScanIndexForward: range.forward,
      Limit: range.links,
      ExclusiveStartKey: range.start,
      ConsistentRead: range.consistent,
    }),
    { abortSignal: AbortSignal.timeout(CALL_MS) },
  );
  return { items: Items, next: LastEvaluatedKey };
}

function linkOf(market: Market, item: Item): Link {
  const { sk, data, ...link } = linkSchema.parse(item);
  const [time = '', id = ''] = sk.split('#');
  return {
    ...link,
    after: { tradeId: String(BigInt(id)), timestamp: Number(time) },
    trades: () => (data === undefined ? [] : unpackTrades(data, market)),
  };
}

/** Before and after all keys. */
const FIRST = '0';
const END = '~';
/** No key is as short as this, so that none is equal to it. */
const timeKey = (timestamp: number) => String(Math.min(Math.max(timestamp, 0), LAST_TIME)).padStart(13, '0');
const LAST_TIME = 9_999_999_999_999;
const keyOf = ({ tradeId, timestamp }: TradePoint) => `${timeKey(timestamp)}#${tradeId.padStart(20, '0')}`;
