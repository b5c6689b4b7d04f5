import type * as z from 'zod/mini';
import { ApiError } from './errors.ts';

/** The value as its schema reads it; a 400 that lists every bad field where it does not fit. */
export function parse<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  code: 'invalid_body' | 'invalid_parameter',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({
    path: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.'),
    problem: issue.message,
  }));
  throw new ApiError(code, { fields });
}
