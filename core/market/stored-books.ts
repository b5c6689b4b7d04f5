/**
 * The last order book of each market, in the market table: pk `BOOK#bybit#BTCUSDT`, sk `book`. It is stored each 5 s, also
 * where nothing has changed: that it was says until when it held.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import type { Market } from './trade.ts';

export const BOOK_LEVELS = 50;
/** Who keeps a book in step stores it three times meanwhile. Milliseconds. */
const LEFT_ALONE = 15_000;
/** A write that takes longer will not be answered. */
const CALL_MS = 5000;
/** A book is of no use after a day. */
const KEPT = 86_400_000;

const levelsSchema = z.array(z.tuple([z.string(), z.string()]));
export type Level = z.output<typeof levelsSchema>[number];

export interface StoredBook extends Market {
  /** Best first: price, quantity. */
  bids: Level[];
  asks: Level[];
  /** The exchange's number of its last update. */
  sequence: number;
  /** When the exchange made that update, by its clock; when it came, and when this was stored, by ours. Epoch milliseconds. */
  timestamp: number;
  receivedAt: number;
  storedAt: number;
  /** No update before `storedAt` is missing. */
  inStep: boolean;
}

const sidesSchema = z.object({ bids: levelsSchema, asks: levelsSchema });
const schema = z.object({
  levels: z.instanceof(Uint8Array),
  sequence: z.number(),
  timestamp: z.number(),
  receivedAt: z.number(),
  storedAt: z.number(),
  inStep: z.boolean(),
  [EXPIRES]: z.number(),
});

const TableName = () => environment('MARKET_TABLE');
const keyOf = ({ exchange, symbol }: Market) => ({ pk: `BOOK#${exchange}#${symbol}`, sk: 'book' });

/**
 * Stores a book. One that is out of step takes the place of its own writer's, or of one that is no better: another
 * collector may well have the book in step.
 * @param writer the same for all books of one process, and for those of no other
 */
export async function storeBook(book: StoredBook, writer: string): Promise<void> {
  const { exchange, symbol, bids, asks, ...facts } = book;
  const item = {
    ...keyOf(book),
    ...facts,
    levels: deflateRawSync(JSON.stringify({ bids, asks })),
    writer,
    ...expiresAt(book.storedAt + KEPT),
  };
  const isFree = 'attribute_not_exists(pk) OR writer = :writer OR inStep = :false OR storedAt < :leftAlone';
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: item,
        ...(!book.inStep && {
          ConditionExpression: isFree,
          ExpressionAttributeValues: {
            ':writer': writer,
            ':false': false,
            ':leftAlone': book.storedAt - LEFT_ALONE,
          },
        }),
      }),
      { abortSignal: AbortSignal.timeout(CALL_MS) },
    );
  } catch (error) {
    conditionFailure(error);
  }
}

/** The last book; one that nobody has stored of late is not in step. Undefined where there is none. */
export async function readBook(market: Market, now: number): Promise<StoredBook | undefined> {
  const { Item } = await dynamodb.send(new GetCommand({ TableName: TableName(), Key: keyOf(market) }));
  if (!Item) return undefined;
  const { levels, expires, ...facts } = schema.parse(Item);
  if (expires * 1000 <= now) return undefined;
  const sides = sidesSchema.parse(JSON.parse(inflateRawSync(levels).toString()));
  return { ...market, ...sides, ...facts, inStep: holds(facts, now) };
}

/** Whether a stored book may be taken for the exchange's of now. */
export function holds({ inStep, storedAt }: Pick<StoredBook, 'inStep' | 'storedAt'>, now: number): boolean {
  return inStep && now <= storedAt + LEFT_ALONE;
}
