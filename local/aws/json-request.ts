import type { z } from 'zod';
import { AwsError } from './service.ts';

/** Bodies of requests over AWS's JSON protocols. */

/** @throws AwsError SerializationException */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

/**
 * @param code of the service's error for a request that does not fit
 * @throws AwsError with that code that names all that is wrong or not supported here, or SerializationException
 */
export function readFields<T>(schema: z.ZodType<T>, body: Buffer, code: string): T {
  const result = schema.safeParse(readJson(body));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AwsError(code, problems.join('; '));
}
