import { randomBytes } from 'node:crypto';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { isTimedId, timedId } from './alert-id.ts';
import { EXPORT_SORT_PREFIX, exportKey, type Key, locatorOf, partition } from './keys.ts';
import type { SignalFilters } from './signal-filters.ts';
import { storedSignalSchema } from './stored-signal.ts';

/** Every access to the exports' items. An export's file and its item go after the same time. */

const DAY_MS = 86_400_000;
const TableName = () => environment('ALERTS_TABLE');

const text = z.optional(z.string());
const count = z.optional(z.number());
const { result, screenshot_status } = storedSignalSchema.shape;

/** As the filters' schema gives them: `from` and `to` in epoch milliseconds. */
const storedFilters = z.object({
  ticker: text,
  exchange: text,
  symbol: text,
  indicator: text,
  signal_type: text,
  timeframe: text,
  result,
  screenshot_status: z.optional(screenshot_status),
  from: count,
  to: count,
  q: text,
});

export const EXPORT_STATUSES = ['pending', 'running', 'completed', 'failed'] as const;
export const FAILURE_REASONS = ['too_large', 'crashed', 'error'] as const;

const storedExport = z.object({
  pk: z.string(),
  sk: z.string(),
  user_id: z.string(),
  filters: storedFilters,
  status: z.enum(EXPORT_STATUSES),
  created_at: z.string(),
  /** Epoch seconds. */
  expires: z.number(),
  /** Runs that were begun; each writes a file of its own. */
  tries: count,
  /** Of a completed export: whose file it is, with how much in it. */
  completed_try: count,
  rows: count,
  bytes: count,
  completed_at: text,
  /** Of a failed one. */
  reason: z.optional(z.enum(FAILURE_REASONS)),
});
export type StoredExport = z.output<typeof storedExport>;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export function exportId({ sk }: Pick<StoredExport, 'sk'>): string {
  return sk.slice(EXPORT_SORT_PREFIX.length);
}

/** The file that one run writes. */
export function exportFile(stored: Pick<StoredExport, 'pk' | 'sk'>, run: number): string {
  return `${exportFiles(locatorOf(stored))}${exportId(stored)}/${run}.csv`;
}

/** What the names of a user's files begin with. */
export function exportFiles(locator: string): string {
  return `exports/${locator}/`;
}

/** @param days for how long there is something to be had of it */
export async function createExport(
  locator: string,
  { userId, filters, days }: { userId: string; filters: SignalFilters; days: number },
  now: number,
): Promise<StoredExport> {
  const created: StoredExport = {
    ...exportKey(locator, timedId(now, randomBytes(16))),
    user_id: userId,
    filters,
    status: 'pending',
    created_at: new Date(now).toISOString(),
    ...expiresAt(now + days * DAY_MS),
  };
  await dynamodb.send(new PutCommand({ TableName: TableName(), Item: created }));
  return created;
}

/** Undefined where there is none, or none any more. */
export async function getExport(locator: string, id: string, now: number): Promise<StoredExport | undefined> {
  if (!isTimedId(id)) return undefined;
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: exportKey(locator, id), ConsistentRead: true }),
  );
  const stored = Item && storedExport.parse(Item);
  return stored && stored.expires * 1000 > now ? stored : undefined;
}

/** So many of a user's latest exports are looked at for those that have not ended. */
const LOOKED_AT = 50;

/** How many of a user's exports have not ended. */
export async function countUnfinishedExports(locator: string): Promise<number> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': partition(locator), ':prefix': EXPORT_SORT_PREFIX },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: LOOKED_AT,
    }),
  );
  return Items.map((item) => storedExport.parse(item)).filter(({ status }) => !hasEnded(status)).length;
}

function hasEnded(status: StoredExport['status']): boolean {
  return status === 'completed' || status === 'failed';
}

/** Begins a run; undefined where the export has ended, or is gone with its user. */
export async function beginExport(key: Key): Promise<StoredExport | undefined> {
  const { changed } = await change(key, {
    ConditionExpression: '#status IN (:pending, :running)',
    UpdateExpression: 'SET #status = :running ADD tries :one',
    ExpressionAttributeValues: { ':pending': 'pending', ':running': 'running', ':one': 1 },
  });
  return changed;
}

/** Ends it with the file of one run; false where another run had ended it before, or it is gone. */
export async function completeExport(
  key: Key,
  { run, rows, bytes }: { run: number; rows: number; bytes: number },
  now: number,
): Promise<boolean> {
  const { changed, unchanged } = await change(key, {
    ConditionExpression: '#status = :running',
    UpdateExpression:
      'SET #status = :completed, completed_at = :now, completed_try = :run, #rows = :rows, #bytes = :bytes',
    ExpressionAttributeNames: { '#rows': 'rows', '#bytes': 'bytes' },
    ExpressionAttributeValues: {
      ':running': 'running',
      ':completed': 'completed',
      ':now': new Date(now).toISOString(),
      ':run': run,
      ':rows': rows,
      ':bytes': bytes,
    },
  });
  // The SDK sends again where the answer was lost: then this run itself has ended it.
  return changed !== undefined || unchanged?.completed_try === run;
}

/** Ends it without a file; false where it had ended before, or is gone. */
export async function failExport({ pk, sk }: Key, reason: FailureReason): Promise<boolean> {
  const { changed } = await change(
    { pk, sk },
    {
      ConditionExpression: '#status = :running',
      UpdateExpression: 'SET #status = :failed, reason = :reason',
      ExpressionAttributeValues: { ':running': 'running', ':failed': 'failed', ':reason': reason },
    },
  );
  return changed !== undefined;
}

/** The item as it is now, or as it is since the condition did not hold. */
async function change(
  Key: Key,
  update: {
    ConditionExpression: string;
    UpdateExpression: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues: Item;
  },
): Promise<{ changed?: StoredExport; unchanged?: StoredExport | undefined }> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: { ...Key },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...update,
        ExpressionAttributeNames: { '#status': 'status', ...update.ExpressionAttributeNames },
      }),
    );
    return { changed: storedExport.parse(Attributes) };
  } catch (error) {
    const { item } = conditionFailure(error);
    return { unchanged: item && storedExport.parse(item) };
  }
}
