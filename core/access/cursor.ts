import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../http/errors.ts';

/**
 * Cursors are opaque to callers and signed over what they belong to (whose list, which filters), so that one made for
 * another user or other filters is as invalid as an altered one.
 */
export function makeCursor(key: string, scope: unknown, position: string): string {
  return `${Buffer.from(position).toString('base64url')}.${signature(key, scope, position)}`;
}

/** The position a cursor was made for; a 400 where it was altered or belongs to another list. */
export function readCursor(key: string, scope: unknown, cursor: string): string {
  const [encoded = '', given = ''] = cursor.split('.');
  const position = Buffer.from(encoded, 'base64url').toString();
  const expected = signature(key, scope, position);
  if (cursor !== `${encoded}.${given}` || given.length !== expected.length) throw new ApiError('invalid_cursor');
  // Decoding base64url ignores stray characters, so the whole text must be the one that encoding gives.
  const canonical = Buffer.from(position).toString('base64url') === encoded;
  if (!canonical || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) throw new ApiError('invalid_cursor');
  return position;
}

function signature(key: string, scope: unknown, position: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([scope, position]))
    .digest('base64url')
    .slice(0, 22);
}
