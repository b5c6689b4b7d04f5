import { createHash, randomBytes } from 'node:crypto';
import { GetCommand, PutCommand, type TransactWriteCommandInput, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { signalTime, timedId } from './alert-id.ts';
import { auditKey, locatorOf } from './keys.ts';
import { type StoredSignal, unpackMessage } from './stored-signal.ts';

/**
 * What is kept of calls to a user's webhook. A stored signal is itself the record of an accepted alert; repeats and
 * refusals write one of their own, and so does the deletion of a signal. None ever holds a token.
 */

export const OUTCOMES = [
  'accepted',
  'duplicate',
  'wrong_token',
  'disabled',
  'address',
  'too_large',
  'empty',
  'quota',
  'rate_minute',
  'rate_hour',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A call to the webhook. */
export interface WebhookCall {
  /** Source address as API Gateway saw it. */
  address: string;
  /** API Gateway's id of the request, for the log. */
  requestId: string;
  bytes: number;
  /** Epoch milliseconds. */
  now: number;
  /** When it began, by `performance.now()`. */
  startedAt: number;
}

/** Milliseconds since the call began. */
export function elapsed({ startedAt }: WebhookCall): number {
  return Math.round(performance.now() - startedAt);
}

/** So many calls of one outcome in a minute have a record each; those beyond are only counted. */
export const RECORDED_A_MINUTE = 20;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const TableName = () => environment('ALERTS_TABLE');

/** For how long calls stay in the audit log, in milliseconds. */
export function auditRetention(): number {
  return Number(environment('AUDIT_DAYS')) * DAY_MS;
}

/**
 * Notes a call that made no signal: one write that counts it among those of its minute and outcome, and a second with
 * its record where it is one of the first.
 */
export async function noteCall(
  locator: string,
  outcome: Exclude<Outcome, 'accepted'>,
  call: WebhookCall,
  signalId?: string,
): Promise<void> {
  const calls = await countCall(locator, outcome, call.now);
  if (calls > RECORDED_A_MINUTE) return;
  await dynamodb.send(
    new PutCommand({
      TableName: TableName(),
      Item: {
        ...auditKey(locator, timedId(call.now, randomBytes(16))),
        outcome,
        source_address: call.address,
        bytes: call.bytes,
        answered_ms: elapsed(call),
        signal_id: signalId,
        ...expiresAt(call.now + auditRetention()),
      },
    }),
  );
}

/** How many calls of this outcome came in this minute. The counter's id lies at the minute's beginning. */
async function countCall(locator: string, outcome: Outcome, now: number): Promise<number> {
  const minute = now - (now % MINUTE_MS);
  const id = timedId(minute, createHash('sha256').update(outcome).digest());
  const { expires } = expiresAt(minute + auditRetention());
  const { Attributes } = await dynamodb.send(
    new UpdateCommand({
      TableName: TableName(),
      Key: auditKey(locator, id),
      UpdateExpression: 'SET outcome = :outcome, expires = :expires ADD calls :one',
      ExpressionAttributeValues: { ':outcome': outcome, ':expires': expires, ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes?.['calls']);
}

/** The write by which the acceptance of a signal stays in the audit log; it belongs to the deletion of the signal. */
export function auditOfDeleted(signal: StoredSignal): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
  return {
    Put: {
      TableName: TableName(),
      Item: {
        ...auditKey(locatorOf(signal), signal.id),
        outcome: 'accepted',
        source_address: signal.source_address,
        bytes: Buffer.byteLength(unpackMessage(signal.message)),
        answered_ms: signal.answered_ms,
        signal_id: signal.id,
        ...expiresAt(signalTime(signal.id) + auditRetention()),
      },
    },
  };
}

/** Whether a signal of the last days was deleted. */
export async function wasDeleted(locator: string, signalId: string): Promise<boolean> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: { ...auditKey(locator, signalId) }, ConsistentRead: true }),
  );
  return Item !== undefined;
}
