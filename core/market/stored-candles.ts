/**
 * Candles as collectors leave them and as they are read, in the market table.
 *
 * pk `CANDLES#bybit#BTCUSDT#1m` · sk open time, 13 digits
 *
 * Those that are over are stored in every timeframe. Of those that form only the minute is: the longer ones are its sum
 * with the minutes before it.
 */

import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import type { CollectedCandle, Timeframe } from './candle.ts';
import { sumMinutes } from './sum-minutes.ts';
import { durationOf, openTimeOf } from './timeframe.ts';
import type { Market } from './trade.ts';

const DAY = 86_400_000;
/** For how long candles are kept after they opened. */
const KEPT: Record<Timeframe, number> = {
  '1m': 7 * DAY,
  '5m': 30 * DAY,
  '15m': 60 * DAY,
  '30m': 100 * DAY,
  '1h': 200 * DAY,
  '4h': 400 * DAY,
};
/** A candle that forms is stored each 5 s; one that was not for so long has lost its collector. Milliseconds. */
const LEFT_ALONE = 15_000;
/** A call that takes longer will not be answered. */
const CALL_MS = 5000;

/** A candle as it was stored; `storedAt` by the clock of who did, epoch milliseconds. */
export interface StoredCandle extends CollectedCandle {
  storedAt: number;
}

const schema = z.object({
  sk: z.string(),
  open: z.string(),
  high: z.string(),
  low: z.string(),
  close: z.string(),
  volume: z.string(),
  trades: z.number(),
  closed: z.boolean(),
  complete: z.boolean(),
  storedAt: z.number(),
  [EXPIRES]: z.number(),
});

const TableName = () => environment('MARKET_TABLE');
const partition = ({ exchange, symbol }: Market, timeframe: Timeframe) => `CANDLES#${exchange}#${symbol}#${timeframe}`;
const sortKey = (openTime: number) => String(openTime).padStart(13, '0');

/**
 * What a candle counts against another of the same time: the heavier one stays, of equal ones the later. One that is over and
 * has all its trades outweighs any other, so that a collector which began within a candle never undoes it; else the one
 * that holds more trades is nearer to the truth.
 */
export function weightOf({
  closed,
  complete,
  trades,
}: Pick<CollectedCandle, 'closed' | 'complete' | 'trades'>): number {
  return (closed && complete ? WHOLE : 0) + 2 * trades + (closed ? 1 : 0);
}
/** More than the trades of any candle can make up. */
const WHOLE = 2 ** 50;

/**
 * Stores a candle, unless a heavier one of another writer is there: who has stored it knows more of it later, also that
 * trades were missed.
 * @param writer the same for all candles of one process, and for those of no other
 */
export async function storeCandle(candle: CollectedCandle, writer: string, now: number): Promise<void> {
  const { exchange, symbol, timeframe, openTime, ...facts } = candle;
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: {
          pk: partition(candle, timeframe),
          sk: sortKey(openTime),
          ...facts,
          weight: weightOf(candle),
          writer,
          storedAt: now,
          ...expiresAt(openTime + KEPT[timeframe]),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR weight <= :weight OR writer = :writer',
        ExpressionAttributeValues: { ':weight': weightOf(candle), ':writer': writer },
      }),
      { abortSignal: AbortSignal.timeout(CALL_MS) },
    );
  } catch (error) {
    conditionFailure(error);
  }
}

export interface CandleQuery {
  market: Market;
  timeframe: Timeframe;
  /** Epoch milliseconds: candles that open at `from` or later, and before `to`. */
  from: number;
  to: number;
  limit: number;
}

/** The candles that there are, newest first, the current one too; at most `limit` of them, and whether there are more. */
export async function readCandles(
  query: CandleQuery,
  now: number,
): Promise<{ candles: StoredCandle[]; more: boolean }> {
  const { market, timeframe, limit } = query;
  const [stored, latest] = await Promise.all([
    readStored(query, limit + 1, now),
    timeframe === '1m' || query.to <= openTimeOf(timeframe, now) - durationOf(timeframe)
      ? []
      : latestOf(market, timeframe, now),
  ]);
  const known = new Set(stored.map(({ openTime }) => openTime));
  const missing = latest.filter(
    ({ openTime }) => openTime >= query.from && openTime < query.to && !known.has(openTime),
  );
  const candles = [...stored, ...missing].sort((a, b) => b.openTime - a.openTime);
  return { candles: candles.slice(0, limit).map((candle) => settled(candle, now)), more: candles.length > limit };
}

/** The longer candles that are not stored as long as they form: the current one and the one before, which may close late. */
async function latestOf(market: Market, timeframe: Timeframe, now: number): Promise<StoredCandle[]> {
  const current = openTimeOf(timeframe, now);
  const from = current - durationOf(timeframe);
  const limit = (2 * durationOf(timeframe)) / durationOf('1m');
  const stored = await readStored({ market, timeframe: '1m', from, to: now + 1, limit }, limit, now);
  const minutes = stored.map((minute) => settled(minute, now));
  const [newest] = minutes;
  if (newest === undefined) return [];
  const closedUntil = newest.closed ? newest.openTime + durationOf('1m') : newest.openTime;
  return [from, current].flatMap((openTime) => {
    const candle = sumMinutes(minutes, timeframe, openTime, closedUntil);
    return candle ? [{ ...market, ...candle, storedAt: newest.storedAt }] : [];
  });
}

/**
 * A candle as it has to be read now: nobody counts on where it was left alone, so that trades may be missing; and what is
 * over is closed, whether or not its collector lived to close it.
 */
export function settled(candle: StoredCandle, now: number): StoredCandle {
  if (candle.closed || now <= candle.storedAt + LEFT_ALONE) return candle;
  return { ...candle, complete: false, closed: now >= candle.openTime + durationOf(candle.timeframe) };
}

async function readStored(
  { market, timeframe, from, to }: CandleQuery,
  most: number,
  now: number,
): Promise<StoredCandle[]> {
  if (from >= to) return [];
  const found: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: TableName(),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :last',
        ExpressionAttributeValues: {
          ':pk': partition(market, timeframe),
          ':from': sortKey(from),
          ':last': sortKey(to - 1),
        },
        ScanIndexForward: false,
        Limit: most - found.length,
        ExclusiveStartKey,
      }),
      { abortSignal: AbortSignal.timeout(CALL_MS) },
    );
    found.push(...Items);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey && found.length < most);
  return found
    .map((item) => schema.parse(item))
    .filter(({ expires }) => expires * 1000 > now)
    .map(({ sk, expires: _, ...facts }) => ({ ...market, timeframe, openTime: Number(sk), ...facts }));
}

/** Stretches of time that candles cover without a hole between them, newest first; `from` and `to` in epoch milliseconds. */
export function covered(candles: readonly CollectedCandle[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { openTime, timeframe } of candles.toSorted((a, b) => b.openTime - a.openTime)) {
    const to = openTime + durationOf(timeframe);
    const newer = stretches.at(-1);
    if (newer?.from === to) newer.from = openTime;
    else stretches.push({ from: openTime, to });
  }
  return stretches;
}
