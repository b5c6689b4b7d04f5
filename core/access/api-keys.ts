import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { newApiKey, readApiKey, sameHash } from './tokens.ts';

/**
 * API keys in the operations table: pk `KEYS`, sk the prefix, which begins with its time. One partition lists them in
 * the order of their making without an index or a scan. Keys are few and don't grow with traffic, but their reads do:
 * one read unit a request. A partition gives 3,000 of those a second, and DynamoDB splits a busy one between keys.
 */

const PARTITION = 'KEYS';

export const PERMISSIONS = ['read', 'write', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const DEFAULT_EXPIRY_DAYS = 7;
export const MAX_EXPIRY_DAYS = 3650;
const DAY_MS = 86_400_000;
/** So long after its end a key is still shown. */
const SHOWN_MS = 30 * DAY_MS;
/** How exact `last_used_at` is: at most one write in this time. */
const USE_STEP_MS = 60_000;

const schema = z.object({
  prefix: z.string(),
  name: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  created_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.optional(z.string()),
  secret_hash: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type ApiKey = z.output<typeof schema>;

const TableName = () => environment('OPERATIONS_TABLE');

function itemKey(prefix: string) {
  return { pk: PARTITION, sk: prefix };
}

/** The new key's record, and the key itself, which can't be had again. */
export async function createApiKey(
  { name, permissions, days = DEFAULT_EXPIRY_DAYS }: { name: string; permissions: Permission[]; days?: number },
  now: number,
): Promise<{ apiKey: ApiKey; key: string }> {
  const { key, prefix, secretHash } = newApiKey(now);
  const end = now + days * DAY_MS;
  const apiKey = {
    prefix,
    name,
    permissions: PERMISSIONS.filter((permission) => permissions.includes(permission)),
    created_at: new Date(now).toISOString(),
    expires_at: new Date(end).toISOString(),
    secret_hash: secretHash,
  };
  await dynamodb.send(
    new PutCommand({
      TableName: TableName(),
      Item: { ...itemKey(prefix), ...apiKey, ...expiresAt(end + SHOWN_MS) },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
  return { apiKey, key };
}

/** The record of a presented key, or undefined where it is unknown, wrong, expired or revoked. */
export async function findApiKey(key: string, now: number): Promise<ApiKey | undefined> {
  const presented = readApiKey(key);
  if (!presented) return undefined;
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: itemKey(presented.prefix), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const apiKey = schema.parse(Item);
  if (!sameHash(apiKey.secret_hash, presented.secretHash) || Date.parse(apiKey.expires_at) <= now) return undefined;
  return apiKey;
}

/** A page of all keys, newest first; `before` is the prefix that the page before ended with. */
export async function listApiKeys(
  limit: number,
  before: string | undefined,
): Promise<{ apiKeys: ApiKey[]; next: string | undefined }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': PARTITION },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
      ...(before === undefined ? {} : { ExclusiveStartKey: itemKey(before) }),
    }),
  );
  const apiKeys = Items.map((item) => schema.parse(item));
  return { apiKeys, next: LastEvaluatedKey && apiKeys.at(-1)?.prefix };
}

/** From the next request on the key is refused. False where there was none. */
export async function revokeApiKey(prefix: string): Promise<boolean> {
  const { Attributes } = await dynamodb.send(
    new DeleteCommand({ TableName: TableName(), Key: itemKey(prefix), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
}

/** Those of the prefixes whose keys have been revoked or have expired. */
export async function endedKeys(prefixes: readonly string[], now: number): Promise<Set<string>> {
  const found = await Promise.all(
    prefixes.map(async (prefix) => {
      const { Item } = await dynamodb.send(
        new GetCommand({ TableName: TableName(), Key: itemKey(prefix), ConsistentRead: true }),
      );
      return Item && Date.parse(schema.parse(Item).expires_at) > now ? [] : [prefix];
    }),
  );
  return new Set(found.flat());
}

/** Notes that the key, as it was just found, is used now. */
export async function noteUse({ prefix, last_used_at }: ApiKey, now: number): Promise<void> {
  if (last_used_at !== undefined && Date.parse(last_used_at) > now - USE_STEP_MS) return;
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: itemKey(prefix),
        // A key revoked meanwhile must not come back, and of requests at once only one writes.
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at < :step)',
        UpdateExpression: 'SET last_used_at = :now',
        ExpressionAttributeValues: {
          ':now': new Date(now).toISOString(),
          ':step': new Date(now - USE_STEP_MS).toISOString(),
        },
      }),
    );
  } catch (error) {
    conditionFailure(error);
  }
}

/** `admin` includes `write`, `write` includes `read`. */
export function allows(held: readonly Permission[], needed: Permission): boolean {
  return held.some((permission) => PERMISSIONS.indexOf(permission) >= PERMISSIONS.indexOf(needed));
}
