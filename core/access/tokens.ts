import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * Webhook tokens and API keys. Both are a public part that finds the record, and a 32-byte secret of which only the
 * SHA-256 is stored.
 */

const SECRET_LENGTH = 43; // 32 bytes in base64url
const LOCATOR_LENGTH = 22; // 16 bytes in base64url
const PREFIX_LENGTH = 12;
const KEY_MARK = 'cmkd_';

export interface WebhookToken {
  locator: string;
  secretHash: Uint8Array;
}

/** Which user's records a webhook token points at: derived from the user's id, so that no index from one to the other is needed. */
export function userLocator(userId: string): string {
  return createHash('sha256').update(`user:${userId}`).digest().subarray(0, 16).toString('base64url');
}

export function newWebhookToken(userId: string): { token: string; secretHash: Uint8Array } {
  const secret = randomBytes(32).toString('base64url');
  return { token: userLocator(userId) + secret, secretHash: hashSecret(secret) };
}

/** The parts of a token, or undefined where it can't be one. */
export function readWebhookToken(token: string): WebhookToken | undefined {
  if (!/^[\w-]{65}$/.test(token)) return undefined;
  return { locator: token.slice(0, LOCATOR_LENGTH), secretHash: hashSecret(token.slice(LOCATOR_LENGTH)) };
}

export function newApiKey(): { key: string; prefix: string; secretHash: Uint8Array } {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const prefix = Array.from({ length: PREFIX_LENGTH }, () => letters[randomInt(letters.length)]).join('');
  const secret = randomBytes(32).toString('base64url');
  return { key: KEY_MARK + prefix + secret, prefix, secretHash: hashSecret(secret) };
}

export function readApiKey(key: string): { prefix: string; secretHash: Uint8Array } | undefined {
  const match = new RegExp(`^${KEY_MARK}([a-z0-9]{${PREFIX_LENGTH}})([\\w-]{${SECRET_LENGTH}})$`).exec(key);
  if (!match?.[1] || !match[2]) return undefined;
  return { prefix: match[1], secretHash: hashSecret(match[2]) };
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
