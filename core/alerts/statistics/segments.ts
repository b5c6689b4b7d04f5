import { setTimeout } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../../aws/dynamodb.ts';
import { environment } from '../../aws/environment.ts';
import { ApiError } from '../../http/errors.ts';
import { signalTime } from '../alert-id.ts';
import { partition, SUMMARY_SORT_PREFIX } from '../keys.ts';

const TableName = () => environment('ALERTS_TABLE');

/** One entry of a transaction of the document client: `{ Update: … }`, `{ Delete: … }` or `{ Put: … }`. */
export type TransactWriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Ten tries with waits of up to 20, 40, … 1,000 ms. */
const TRIES = 10;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/**
 * Writes a signal and notes in the same transaction that its segment has to follow. Every change of a stored signal's
 * facts, result or profit has to go through here, its deletion too; a change of its capture, notes or counters need not.
 *
 * False where the condition of `write` did not hold; nothing is written then. Throws ApiError `unavailable` where too
 * many write the same segment for too long.
 */
export async function writeWithSegment(locator: string, signalId: string, write: TransactWriteItem): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await setTimeout(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS));
    const note = noteOfChange(locator, signalId, await summaryBefore(locator, signalId));
    try {
      await dynamodb.send(new TransactWriteCommand({ TransactItems: [write, note] }));
      return true;
    } catch (error) {
      const [own, segment] = cancellation(error);
      if (own === 'ConditionalCheckFailed') return false;
      // Anything but another writer in the way, or a segment that has just been made of the signals it is among.
      if (![own, segment].some((reason) => PASSING.has(reason ?? ''))) throw error;
    }
  }
  throw new ApiError('unavailable', {}, { 'retry-after': '1' });
}

const PASSING = new Set(['ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError']);

/** Why each item of a transaction was refused; any other error is thrown on. */
function cancellation(error: unknown): (string | undefined)[] {
  if (!(error instanceof TransactionCanceledException)) throw error;
  return (error.CancellationReasons ?? []).map(({ Code }) => Code);
}

const summaryItem = z.object({ sk: z.string(), last: z.optional(z.string()) });

/** The last summary that starts before the signal: of its segment, or of the one before where it is in none yet. */
async function summaryBefore(locator: string, signalId: string): Promise<z.output<typeof summaryItem> | undefined> {
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
  const item = Items[0] && summaryItem.parse(Items[0]);
  return item?.sk.startsWith(SUMMARY_SORT_PREFIX) ? item : undefined;
}

function noteOfChange(locator: string, signalId: string, found: z.output<typeof summaryItem> | undefined) {
  if (found?.last !== undefined && signalId <= found.last) {
    return {
      Update: {
        TableName: TableName(),
        Key: { pk: partition(locator), sk: found.sk },
        ConditionExpression: '#last >= :signal',
        UpdateExpression: 'ADD #rev :one, #changed :time',
        ExpressionAttributeNames: { '#last': 'last', '#rev': 'rev', '#changed': 'changed' },
        ExpressionAttributeValues: { ':one': 1, ':time': new Set([signalTime(signalId)]), ':signal': signalId },
      },
    };
  }
  // In no segment yet: whoever is just making the one it will be in must not succeed with what was read before.
  const sk = found?.last === undefined ? (found?.sk ?? SUMMARY_SORT_PREFIX) : SUMMARY_SORT_PREFIX + found.last;
  return {
    Update: {
      TableName: TableName(),
      Key: { pk: partition(locator), sk },
      ConditionExpression: 'attribute_not_exists(#last)',
      UpdateExpression: 'ADD #rev :one',
      ExpressionAttributeNames: { '#last': 'last', '#rev': 'rev' },
      ExpressionAttributeValues: { ':one': 1 },
    },
  };
}
