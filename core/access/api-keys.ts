import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { newApiKey, readApiKey, sameHash } from './tokens.ts';

/** API keys in the operations table, one item each: pk `KEY#<prefix>`, sk `key`. */

export const PERMISSIONS = ['read', 'write', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const DEFAULT_EXPIRY_DAYS = 7;
const DAY_MS = 86_400_000;

const schema = z.object({
  prefix: z.string(),
  name: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  created_at: z.string(),
  expires_at: z.string(),
  secret_hash: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type ApiKey = z.output<typeof schema>;

function itemKey(prefix: string) {
  return { pk: `KEY#${prefix}`, sk: 'key' };
}

/** The new key's record, and the key itself, which can't be had again. */
export async function createApiKey(
  { name, permissions, days = DEFAULT_EXPIRY_DAYS }: { name: string; permissions: Permission[]; days?: number },
  now: number,
): Promise<{ apiKey: ApiKey; key: string }> {
  const { key, prefix, secretHash } = newApiKey();
  const apiKey = {
    prefix,
    name,
    permissions,
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + days * DAY_MS).toISOString(),
    secret_hash: secretHash,
  };
  await dynamodb.send(
    new PutCommand({
      TableName: environment('OPERATIONS_TABLE'),
      Item: { ...itemKey(prefix), ...apiKey },
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
    new GetCommand({
      TableName: environment('OPERATIONS_TABLE'),
      Key: itemKey(presented.prefix),
      ConsistentRead: true,
    }),
  );
  if (!Item) return undefined;
  const apiKey = schema.parse(Item);
  if (!sameHash(apiKey.secret_hash, presented.secretHash) || Date.parse(apiKey.expires_at) <= now) return undefined;
  return apiKey;
}

/** `admin` includes `write`, `write` includes `read`. */
export function allows(held: readonly Permission[], needed: Permission): boolean {
  return held.some((permission) => PERMISSIONS.indexOf(permission) >= PERMISSIONS.indexOf(needed));
}
