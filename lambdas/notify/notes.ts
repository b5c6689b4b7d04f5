import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../../core/aws/dynamodb.ts';
import { environment } from '../../core/aws/environment.ts';
import { expiresAt } from '../../core/aws/expiry.ts';

/**
 * What is known of notifications, so that each is sent once: how often it was tried, and whether it was sent. One item
 * each in the operations table, pk `NOTE#<id>`. Given up, it is forgotten: what is taken out of the dead-letter queue
 * begins anew.
 */

/** Longer than a job may lie in its queue. */
const KEPT_MS = 15 * 24 * 3_600_000;

const noteSchema = z.object({ tries: z.number() });

const TableName = () => environment('OPERATIONS_TABLE');
const keyOf = (id: string) => ({ pk: `NOTE#${id}`, sk: 'notification' });

/** Begins a try; which one it is, or undefined where the notification has been sent. */
export async function beginTry(id: string, now: number): Promise<number | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: keyOf(id),
        ConditionExpression: 'attribute_not_exists(sent_at)',
        UpdateExpression: 'SET expires = :expires ADD tries :one',
        ExpressionAttributeValues: { ':expires': expiresAt(now + KEPT_MS).expires, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return noteSchema.parse(Attributes).tries;
  } catch (error) {
    conditionFailure(error);
    return undefined;
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

export async function forget(id: string): Promise<void> {
  await dynamodb.send(new DeleteCommand({ TableName: TableName(), Key: keyOf(id) }));
}
