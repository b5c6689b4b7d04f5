import { createHash } from 'node:crypto';

/**
 * One alert is one (user, chart, body) at one time. Its hash recognises the repeats that TradingView sends; the signal's
 * id follows from the hash and the time at which admission noted it, so that a repeat, or a resend after a crash between
 * admission and storing, always arrives at the same signal.
 */
export interface AlertIdentity {
  /** Base64url characters (66 bits) that tell a user's alerts of a few seconds apart. */
  hash: string;
  digest: Uint8Array;
}

const HASH_LENGTH = 11;

export function identifyAlert(locator: string, chart: string | undefined, body: string): AlertIdentity {
  const digest = createHash('sha256')
    .update(JSON.stringify([locator, chart ?? null]))
    .update(body)
    .digest();
  return { hash: digest.toString('base64url').slice(0, HASH_LENGTH), digest };
}

export function signalId(notedAt: number, alert: AlertIdentity): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(notedAt));
  return timedId(notedAt, createHash('sha256').update(alert.digest).update(time).digest());
}

/**
 * A UUID whose first 48 bits are the time in milliseconds, as in version 7 (RFC 9562), the rest of 16 given bytes
 * (version 8): ids sort as their times do.
 */
export function timedId(milliseconds: number, rest: Uint8Array): string {
  const bytes = Buffer.from(rest.subarray(0, 16));
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Sorts before every id of that time or later, and after every id of an earlier one. */
export function idBound(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** When the alert of a signal was admitted, in epoch milliseconds. */
export function signalTime(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16);
}

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whether a text may be an id of `timedId`. */
export function isTimedId(text: string): boolean {
  return ID.test(text);
}
