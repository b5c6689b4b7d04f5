import type { MiddlewareObj } from '@middy/core';
import type * as z from 'zod/mini';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';
import { decimalsAsText } from '../../core/http/decimal.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';

/** More than anything that a schema takes. */
const MAX_BODY_BYTES = 256 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads the body's JSON. No body at all is an empty object, of whatever type it says it is: what a route requires is
 * named then. (middy's own parser does not tell its reviver how a number was written.)
 */
export function jsonBody(schema: z.ZodMiniType): MiddlewareObj<HttpEvent, HttpAnswer> {
  const reviver = decimalsAsText(schema);
  return {
    before: ({ event }) => {
      Object.assign(event, { body: event.body ? read(event, event.body, reviver) : {} });
    },
  };
}

function read(event: HttpEvent, body: string, reviver: ReturnType<typeof decimalsAsText>): unknown {
  if (!JSON_TYPE.test(event.headers['content-type'] ?? '')) throw new ApiError('unsupported_media_type');
  const text = event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new ApiError('payload_too_large', { limit_bytes: MAX_BODY_BYTES });
  }
  try {
    return JSON.parse(text, (name: string, value: unknown, context?: { source?: string }) => {
      // No object can keep it: it would be gone without a word.
      if (name === '__proto__') throw badField('invalid_body', name, { es: 'no se admite', en: 'is not taken' });
      return reviver(name, value, context);
    });
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError('invalid_json', {}, {}, { cause });
  }
}
