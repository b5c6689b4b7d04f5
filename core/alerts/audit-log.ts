import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { idBound } from './alert-id.ts';
import { auditRetention, OUTCOMES, type Outcome, RECORDED_A_MINUTE } from './audit.ts';
import { AUDIT_SORT_PREFIX, partition, SIGNAL_SORT_PREFIX } from './keys.ts';
import { storedSignalSchema, unpackMessage } from './stored-signal.ts';

/** Reads the audit log: stored signals and the records of all other calls, merged in the order of their ids. */

export interface AuditEntry {
  /** Begins with the entry's time, as a signal's id does. */
  id: string;
  outcome: Outcome;
  /** The signal that was made or repeated. */
  signal_id?: string | undefined;
  /** Absent where the entry stands for calls that were only counted. */
  source_address?: string | undefined;
  bytes?: number | undefined;
  /** From the call's arrival to the write that tells of it, in milliseconds. */
  answered_ms?: number | undefined;
  /** For how many calls the entry stands. */
  count: number;
}

export interface AuditFilters {
  outcome?: Outcome | undefined;
  /** Epoch milliseconds, inclusive and exclusive. */
  from?: number | undefined;
  to?: number | undefined;
}

const recordSchema = z.object({
  outcome: z.enum(OUTCOMES),
  source_address: z.optional(z.string()),
  bytes: z.optional(z.number()),
  answered_ms: z.optional(z.number()),
  signal_id: z.optional(z.string()),
  /** Of a counter: all calls of its minute, those with a record included. */
  calls: z.optional(z.number()),
});

/** With a filter over what is read, so many records a page: about 250 KB. */
const FILTERED_RECORDS = 1000;

/** What one query found, newest first; `readTo` is the id that it stopped at, undefined where it came to the end. */
interface Found {
  entries: AuditEntry[];
  readTo: string | undefined;
}

interface Range {
  locator: string;
  /** Ids from `low` to `high`, and below `before`. */
  low: string;
  high: string;
  before: string | undefined;
}

/**
 * A page, newest first; `before` is the id that the page before ended with. Reads one page of DynamoDB's of signals (1
 * MB) and a small one of records.
 */
export async function auditPage(
  locator: string,
  { outcome, from = 0, to = Number.MAX_SAFE_INTEGER }: AuditFilters,
  limit: number,
  before: string | undefined,
  now: number,
): Promise<{ entries: AuditEntry[]; next: string | undefined }> {
  const range = {
    locator,
    low: idBound(Math.max(from, now - auditRetention())),
    high: idBound(Math.min(to, END)),
    before,
  };
  const [signals, records] = await Promise.all([
    outcome === undefined || outcome === 'accepted' ? readSignals(range, limit) : { entries: [], readTo: undefined },
    readRecords(range, outcome, limit),
  ]);
  // Below the place where one of the two stopped first, it may still hold something newer than the other.
  const [complete = ''] = [signals.readTo ?? '', records.readTo ?? ''].sort().reverse();
  const entries = [...signals.entries, ...records.entries]
    .filter(({ id }) => id >= complete)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const page = entries.slice(0, limit);
  return { entries: page, next: entries.length > limit ? page.at(-1)?.id : complete || undefined };
}

/** The last time that an id can hold. */
const END = 2 ** 48 - 1;

async function readSignals(range: Range, limit: number): Promise<Found> {
  const { items, readTo } = await readRange(range, SIGNAL_SORT_PREFIX, { Limit: limit + 1 });
  const entries = items.map((item) => {
    const { id, message, source_address, answered_ms } = storedSignalSchema.parse(item);
    const bytes = Buffer.byteLength(unpackMessage(message));
    return { id, outcome: 'accepted' as const, signal_id: id, source_address, bytes, answered_ms, count: 1 };
  });
  return { entries, readTo };
}

async function readRecords(range: Range, outcome: Outcome | undefined, limit: number): Promise<Found> {
  const { items, readTo } = await readRange(range, AUDIT_SORT_PREFIX, {
    // A counter that counts no more than has its own records is not shown; there is one of those to each record at most.
    FilterExpression: `(attribute_not_exists(calls) OR calls > :recorded)${outcome ? ' AND outcome = :outcome' : ''}`,
    ExpressionAttributeValues: { ':recorded': RECORDED_A_MINUTE, ...(outcome && { ':outcome': outcome }) },
    Limit: outcome ? FILTERED_RECORDS : 2 * limit + 1,
  });
  const entries = items.map((item) => {
    const { calls, ...record } = recordSchema.parse(item);
    const count = calls === undefined ? 1 : calls - RECORDED_A_MINUTE;
    return { id: String(item['sk']).slice(AUDIT_SORT_PREFIX.length), ...record, count };
  });
  return { entries, readTo };
}

async function readRange(
  { locator, low, high, before }: Range,
  prefix: string,
  query: { Limit: number; FilterExpression?: string; ExpressionAttributeValues?: Item },
): Promise<{ items: Item[]; readTo: string | undefined }> {
  if (low > high || (before !== undefined && before < low)) return { items: [], readTo: undefined };
  const pk = partition(locator);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: environment('ALERTS_TABLE'),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ScanIndexForward: false,
      ConsistentRead: true,
      ...(before === undefined ? {} : { ExclusiveStartKey: { pk, sk: prefix + before } }),
      ...query,
      ExpressionAttributeValues: {
        ...query.ExpressionAttributeValues,
        ':pk': pk,
        // No id is as short as a bound, so that none is equal to one.
        ':low': prefix + low,
        ':high': prefix + high,
      },
    }),
  );
  const last = LastEvaluatedKey?.['sk'];
  return { items: Items, readTo: typeof last === 'string' ? last.slice(prefix.length) : undefined };
}
