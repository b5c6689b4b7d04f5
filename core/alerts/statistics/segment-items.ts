import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { cancellation, dynamodb, type Item, PASSING, type TransactWriteItem } from '../../aws/dynamodb.ts';
import { environment } from '../../aws/environment.ts';
import { ApiError } from '../../http/errors.ts';
import { signalTime } from '../alert-id.ts';
import { FACTS_SORT_PREFIX, partition, SUMMARY_SORT_PREFIX } from '../keys.ts';
import { packFacts, type SignalFact, unpackFacts } from './facts.ts';
import type { ReadBudget } from './read-budget.ts';
import { type Summary, summarySchema } from './summary.ts';

/**
 * Every access to the items of segments. A segment is a stretch of a user's signals, from after the id `start` up to
 * `last`; its two items are written together and its bounds never change. Segments follow one another without a gap:
 *
 *     M#<start>   last, summary   what its signals add up to
 *                 changed         the times of signals that were changed since, so that both items have to follow
 *                 rev             counts all changes
 *     F#<start>   facts           its signals' facts, packed
 *
 * The signals after the last segment are the tail. Their changes are counted in the `rev` of the item that will be the
 * next segment's: whoever makes it from signals read before such a change does not succeed.
 */

const TableName = () => environment('ALERTS_TABLE');

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const packedSummary = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text): unknown => JSON.parse(text)),
  ),
  summarySchema,
);
const summaryItem = z.object({
  sk: z.string(),
  rev: z.optional(z.number()),
  last: z.optional(z.string()),
  summary: z.optional(packedSummary),
  changed: z.optional(z.set(z.number())),
});

export interface Segment {
  start: string;
  last: string;
  rev: number | undefined;
  summary: Summary;
  /** The times of signals changed since the summary was made. */
  changed: ReadonlySet<number>;
}

/** All segments of a user in their order, and the revision of the tail, undefined where it has none. */
export async function readSegments(
  locator: string,
  budget: ReadBudget,
): Promise<{ segments: Segment[]; tailRev: number | undefined }> {
  const range = { pk: partition(locator), from: SUMMARY_SORT_PREFIX, to: `${SUMMARY_SORT_PREFIX}~` };
  const segments: Segment[] = [];
  let tailRev: number | undefined;
  for await (const items of budget.pages(range, tooLarge)) {
    for (const item of items) {
      const segment = segmentOf(item);
      if (segment) segments.push(segment);
      else tailRev = summaryItem.parse(item).rev;
    }
  }
  return { segments, tailRev };
}

export async function readSegment(locator: string, start: string, budget: ReadBudget): Promise<Segment | undefined> {
  const item = await budget.get({ pk: partition(locator), sk: SUMMARY_SORT_PREFIX + start });
  return item && segmentOf(item);
}

function segmentOf(item: Item): Segment | undefined {
  const { sk, last, rev, summary, changed = new Set<number>() } = summaryItem.parse(item);
  if (last === undefined || summary === undefined) return undefined;
  return { start: sk.slice(SUMMARY_SORT_PREFIX.length), last, rev, summary, changed };
}

export async function readFacts(locator: string, start: string, budget: ReadBudget): Promise<SignalFact[]> {
  const item = await budget.get({ pk: partition(locator), sk: FACTS_SORT_PREFIX + start });
  return factsItem.parse(item).facts;
}

/** The facts of the segments from one start to another, by their starts. */
export async function* readAllFacts(
  locator: string,
  from: string,
  to: string,
  budget: ReadBudget,
): AsyncGenerator<[start: string, facts: SignalFact[]], void> {
  const range = { pk: partition(locator), from: FACTS_SORT_PREFIX + from, to: FACTS_SORT_PREFIX + to };
  for await (const items of budget.pages(range, tooLarge)) {
    for (const item of items) {
      const { sk, facts } = factsItem.parse(item);
      yield [sk.slice(FACTS_SORT_PREFIX.length), facts];
    }
  }
}

const factsItem = z.object({ sk: z.string(), facts: z.pipe(bytes, z.transform(unpackFacts)) });

/** No later request would read less. */
export function tooLarge(): ApiError {
  return new ApiError('analysis_too_large');
}

/**
 * Writes a new segment, or one whose signals were read again. False where a change, or another maker, came between
 * `rev` and now: it was made of what is past.
 */
export async function putSegment(
  locator: string,
  segment: Omit<Segment, 'changed'>,
  facts: readonly SignalFact[],
): Promise<boolean> {
  const { start, last, rev, summary } = segment;
  const unchanged = rev === undefined ? 'attribute_not_exists(#rev)' : '#rev = :rev';
  const pk = partition(locator);
  try {
    await dynamodb.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: TableName(),
              Key: { pk, sk: SUMMARY_SORT_PREFIX + start },
              ConditionExpression: `(attribute_not_exists(#last) OR #last = :last) AND ${unchanged}`,
              UpdateExpression: 'SET #last = :last, summary = :summary REMOVE #changed',
              ExpressionAttributeNames: { '#last': 'last', '#rev': 'rev', '#changed': 'changed' },
              ExpressionAttributeValues: {
                ':last': last,
                ':summary': JSON.stringify(summary),
                ...(rev === undefined ? {} : { ':rev': rev }),
              },
            },
          },
          {
            Put: {
              TableName: TableName(),
              Item: { pk, sk: FACTS_SORT_PREFIX + start, facts: packFacts(facts) },
            },
          },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (cancellation(error).some((reason) => PASSING.has(reason ?? ''))) return false;
    throw error;
  }
}

/** What a signal's change is noted in: its segment, or the tail that follows the segment before. */
export type Place = { segment: string } | { tailAfter: string };

export async function placeOf(locator: string, signalId: string): Promise<Place> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk AND sk < :signal',
      ExpressionAttributeValues: { ':pk': partition(locator), ':signal': SUMMARY_SORT_PREFIX + signalId },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: 1,
    }),
  );
  const before = z.object({ sk: z.string(), last: z.optional(z.string()) }).safeParse(Items[0]).data;
  if (!before?.sk.startsWith(SUMMARY_SORT_PREFIX)) return { tailAfter: '' };
  const start = before.sk.slice(SUMMARY_SORT_PREFIX.length);
  if (before.last === undefined) return { tailAfter: start };
  return signalId <= before.last ? { segment: start } : { tailAfter: before.last };
}

/** The write that notes a signal's change; its condition fails where the tail has become a segment meanwhile. */
export function noteOfChange(locator: string, signalId: string, place: Place): TransactWriteItem {
  const pk = partition(locator);
  const common = { TableName: TableName(), ExpressionAttributeNames: { '#last': 'last', '#rev': 'rev' } };
  if ('tailAfter' in place) {
    return {
      Update: {
        ...common,
        Key: { pk, sk: SUMMARY_SORT_PREFIX + place.tailAfter },
        ConditionExpression: 'attribute_not_exists(#last)',
        UpdateExpression: 'ADD #rev :one',
        ExpressionAttributeValues: { ':one': 1 },
      },
    };
  }
  return {
    Update: {
      ...common,
      Key: { pk, sk: SUMMARY_SORT_PREFIX + place.segment },
      ConditionExpression: 'attribute_exists(#last)',
      UpdateExpression: 'ADD #rev :one, changed :time',
      ExpressionAttributeValues: { ':one': 1, ':time': new Set([signalTime(signalId)]) },
    },
  };
}
