import { createHash, randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { packMessage, unpackMessage } from '../../core/alerts/stored-signal.ts';
import { conditionFailure, dynamodb, type Item, type TransactWriteItem } from '../../core/aws/dynamodb.ts';
import { environment } from '../../core/aws/environment.ts';
import { expiresAt } from '../../core/aws/expiry.ts';
import type { HttpAnswer } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';
import { logger } from '../../core/log.ts';

/**
 * `Idempotency-Key`: what a caller sends twice happens once. One item a request in the operations table, pk
 * `IDEMPOTENCY#<hash of caller, route and key>`:
 *
 *     put, if there is none ──▶ the request runs ──▶ its answer is kept for 24 h
 *                                  │  └─ it failed ──▶ deleted: it can be tried again
 *                                  └─ what it makes is noted, in one write with what is made ──▶ a repeat answers that
 *
 * A request whose instance died leaves a claim that counts for no longer than a function may run. Powertools' utility
 * makes the same two writes, but wants a table of its own, keeps every answer whole (here no secret is ever stored), and
 * does not tell its caller how to come back: wrapped for these three it was longer than this.
 */

export const IDEMPOTENCY_HEADER = 'idempotency-key';
const REPLAYED = { 'idempotency-replayed': 'true' };
const KEPT_MS = 24 * 3_600_000;
/** API Gateway gives up after 30 s, and the function before. */
const RUNNING_MS = 30_000;
const RETRY_AFTER_SECONDS = 1;

export interface IdempotentRequest {
  caller: unknown;
  /** Method, path and its parameters, whatever way they were written. */
  route: unknown;
  key: string | undefined;
  /** All that the request asks for. */
  content: unknown;
  showsSecret: boolean;
}

const answerSchema = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.union([z.string(), z.custom<Uint8Array>((value) => value instanceof Uint8Array)]),
});
const recordSchema = z.object({
  content_hash: z.string(),
  attempt: z.string(),
  running_until: z.number(),
  /** The id of what an earlier attempt made, whatever then became of it. */
  made: z.optional(z.string()),
  /** Absent while the first request runs; `secret` where it can't be shown again. */
  answer: z.optional(z.union([answerSchema, z.literal('secret')])),
});
type StoredAnswer = z.output<typeof answerSchema>;
type Earlier = z.output<typeof recordSchema>;

/** What an attempt at a request under a key knows of those before it, and tells those after it. */
export interface Claim {
  /** The id of what an earlier attempt made before it came to an answer. */
  made: string | undefined;
  /** Notes what is made; in one transaction with it, which fails once the claim is another attempt's. */
  note(id: string): TransactWriteItem;
}

/** The first answer to this request where it was made before, else what `handle` answers now. */
export async function once(
  request: IdempotentRequest,
  handle: (claim?: Claim) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  if (request.key === undefined) return handle();
  checkKey(request.key);
  const pk = `IDEMPOTENCY#${sha256([request.caller, request.route, request.key])}`;
  const contentHash = sha256(request.content);
  const attempt = randomUUID();
  const earlier = await claim(pk, contentHash, attempt, Date.now());
  if (earlier?.answer !== undefined || (earlier && earlier.content_hash !== contentHash)) {
    return replay(earlier, contentHash);
  }
  const made = earlier && (await takeOver(pk, earlier, attempt, Date.now()));
  let answer: HttpAnswer;
  try {
    answer = await handle({ made, note: (id) => noteMade(pk, attempt, id) });
  } catch (error) {
    await release(pk, attempt).catch((failed: unknown) =>
      logger.warn('A claim stays until it ends', { error: failed }),
    );
    throw error;
  }
  const kept = request.showsSecret ? 'secret' : packAnswer(answer);
  await keep(pk, attempt, kept).catch((error: unknown) => logger.error('An answer was not kept', { error }));
  return answer;
}

function checkKey(key: string): void {
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return;
  throw badField('invalid_parameter', 'Idempotency-Key', {
    es: 'debe tener de 1 a 255 caracteres ASCII imprimibles',
    en: 'must have 1 to 255 printable ASCII characters',
  });
}

/** The record of an earlier request, or undefined where this one now has the key. */
async function claim(pk: string, contentHash: string, attempt: string, now: number): Promise<Earlier | undefined> {
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: environment('OPERATIONS_TABLE'),
        Item: {
          ...itemKey(pk),
          content_hash: contentHash,
          attempt,
          running_until: now + RUNNING_MS,
          ...expiresAt(now + KEPT_MS),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR expires <= :seconds',
        ExpressionAttributeValues: { ':seconds': Math.floor(now / 1000) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    return recordSchema.parse(conditionFailure(error).item);
  }
}

/**
 * Goes on where an earlier attempt ended without an answer. What that has not written by now it never will.
 * @returns the id of what it made
 * @throws ApiError where it may still run
 */
async function takeOver(pk: string, earlier: Earlier, attempt: string, now: number): Promise<string | undefined> {
  const inUse = new ApiError('idempotency_key_in_use', {}, { 'retry-after': String(RETRY_AFTER_SECONDS) });
  if (earlier.running_until > now) throw inUse;
  const taken = await ifOwn(pk, earlier.attempt, 'SET attempt = :next, running_until = :until', {
    ':next': attempt,
    ':until': now + RUNNING_MS,
  });
  if (!taken) throw inUse;
  return recordSchema.parse(taken).made;
}

function replay({ content_hash, answer }: Earlier, contentHash: string): HttpAnswer {
  if (content_hash !== contentHash) throw new ApiError('idempotency_key_reused');
  if (answer === undefined) throw new Error('An earlier request has no answer');
  if (answer === 'secret') throw new ApiError('secret_shown_once');
  return { ...answer, headers: { ...answer.headers, ...REPLAYED }, body: unpackMessage(answer.body) };
}

/** A request that outlived its claim must not write over the one that took its place. */
const OWN = { ConditionExpression: 'attempt = :attempt' };

/** The record as it then is; undefined where the key is another attempt's. */
async function ifOwn(pk: string, attempt: string, UpdateExpression: string, values: Item): Promise<Item | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: environment('OPERATIONS_TABLE'),
        Key: itemKey(pk),
        ...OWN,
        UpdateExpression,
        ExpressionAttributeValues: { ...values, ':attempt': attempt },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
}

async function keep(pk: string, attempt: string, answer: StoredAnswer | 'secret'): Promise<void> {
  await ifOwn(pk, attempt, 'SET answer = :answer', { ':answer': answer });
}

function noteMade(pk: string, attempt: string, id: string): TransactWriteItem {
  return {
    Update: {
      TableName: environment('OPERATIONS_TABLE'),
      Key: itemKey(pk),
      ...OWN,
      UpdateExpression: 'SET made = :made',
      ExpressionAttributeValues: { ':made': id, ':attempt': attempt },
    },
  };
}

/** A failed request can be tried again, and differ, unless it has made something: then a repeat has to know of that. */
async function release(pk: string, attempt: string): Promise<void> {
  try {
    await dynamodb.send(
      new DeleteCommand({
        TableName: environment('OPERATIONS_TABLE'),
        Key: itemKey(pk),
        ConditionExpression: `${OWN.ConditionExpression} AND attribute_not_exists(made)`,
        ExpressionAttributeValues: { ':attempt': attempt },
      }),
    );
  } catch (error) {
    conditionFailure(error);
    await ifOwn(pk, attempt, 'SET running_until = :now', { ':now': Date.now() });
  }
}

function itemKey(pk: string) {
  return { pk, sk: 'request' };
}

function packAnswer({ statusCode = 200, headers = {}, body = '' }: HttpAnswer): StoredAnswer {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { statusCode, headers: Object.fromEntries(texts), body: packMessage(body) };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
