import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * Webhook tokens and API keys. Both are a public part that finds the record, and a 32-byte secret of which only the
 * SHA-256 is stored.
 */

const SECRET_LENGTH = 43; // 32 bytes in base64url
const LOCATOR_LENGTH = 22; // 16 bytes in base64url
/** Of a key's prefix: 8 digits to the base 36 for the millisecond it was made in (until 2059), and 4 by chance. */
const TIME_LENGTH = 8;
const PREFIX_LENGTH = 12;
/** How API keys begin. */
export const API_KEY_MARK = 'cmkd_';

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

/** Prefixes sort by the time they were made at. */
export function newApiKey(now: number): { key: string; prefix: string; secretHash: Uint8Array } {
  const chance = randomInt(36 ** (PREFIX_LENGTH - TIME_LENGTH)).toString(36);
  const prefix = now.toString(36).padStart(TIME_LENGTH, '0') + chance.padStart(PREFIX_LENGTH - TIME_LENGTH, '0');
  const secret = randomBytes(32).toString('base64url');
  return { key: API_KEY_MARK + prefix + secret, prefix, secretHash: hashSecret(secret) };
}

export function isApiKeyPrefix(text: string): boolean {
  return new RegExp(`^[a-z0-9]{${PREFIX_LENGTH}}$`).test(text);
}

export function readApiKey(key: string): { prefix: string; secretHash: Uint8Array } | undefined {
  const match = new RegExp(`^${API_KEY_MARK}([a-z0-9]{${PREFIX_LENGTH}})([\\w-]{${SECRET_LENGTH}})$`).exec(key);
  if (!match?.[1] || !match[2]) return undefined;
  return { prefix: match[1], secretHash: hashSecret(match[2]) };
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
