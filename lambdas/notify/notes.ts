import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../../core/aws/dynamodb.ts';
import { environment } from '../../core/aws/environment.ts';
import { expiresAt } from '../../core/aws/expiry.ts';

/**
 * What is known of notifications, so that each is sent once. One item each in the operations table, pk `NOTE#<id>`:
 *
 *     begin ──▶ held while it is sent ──▶ sent: whoever comes later does nothing
 *       ▲              └─ it failed ──▶ held for the wait before the next try ──┐
 *       └───────────────────────────────────────────────────────────────────────┘
 *
 * A run that died holds it for no longer than the function may run. Given up, it is forgotten: who takes it out of the
 * dead-letter queue begins anew.
 */

/** Longer than a job may lie in the queue, which is as long as SQS can. */
const KEPT_MS = 15 * 24 * 3_600_000;

const noteSchema = z.object({
  tries: z.number(),
  /** Epoch milliseconds. */
  held_until: z.number(),
  /** The run that holds it. */
  run: z.string(),
  sent_at: z.optional(z.string()),
});

const TableName = () => environment('OPERATIONS_TABLE');
const keyOf = (id: string) => ({ pk: `NOTE#${id}`, sk: 'notification' });

export type Turn = { kind: 'yours'; tries: number } | { kind: 'held'; until: number } | { kind: 'sent' };

/**
 * Takes a notification to send it; each time is a try.
 * @param run names this run
 * @param heldMs for how long nobody else may send it
 */
export async function begin(id: string, run: string, heldMs: number, now: number): Promise<Turn> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: keyOf(id),
        ConditionExpression: 'attribute_not_exists(pk) OR (attribute_not_exists(sent_at) AND held_until <= :now)',
        UpdateExpression: 'SET held_until = :until, run = :run, expires = :expires ADD tries :one',
        ExpressionAttributeValues: {
          ':now': now,
          ':until': now + heldMs,
          ':run': run,
          ':expires': expiresAt(now + KEPT_MS).expires,
          ':one': 1,
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'yours', tries: noteSchema.parse(Attributes).tries };
  } catch (error) {
    const note = noteSchema.parse(conditionFailure(error).item);
    if (note.sent_at !== undefined) return { kind: 'sent' };
    // The SDK sends again where the answer was lost: then it is this run that holds it.
    return note.run === run ? { kind: 'yours', tries: note.tries } : { kind: 'held', until: note.held_until };
  }
}

export async function noteSent(id: string, now: number): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: TableName(),
      Key: keyOf(id),
      UpdateExpression: 'SET sent_at = :now',
      ExpressionAttributeValues: { ':now': new Date(now).toISOString() },
    }),
  );
}

/** Holds it until the next try. */
export async function noteFailed(id: string, nextTry: number): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: TableName(),
      Key: keyOf(id),
      UpdateExpression: 'SET held_until = :until',
      ExpressionAttributeValues: { ':until': nextTry },
    }),
  );
}

export async function forget(id: string): Promise<void> {
  await dynamodb.send(new DeleteCommand({ TableName: TableName(), Key: keyOf(id) }));
}
