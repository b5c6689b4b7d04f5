import { en, es } from 'zod/locales';
import * as z from 'zod/mini';
import { ApiError, type Language } from './errors.ts';

/** The value as its schema reads it; a 400 that lists every bad field where it does not fit. */
export function parse<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  code: 'invalid_body' | 'invalid_parameter',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(code, (language) => ({ fields: problems(schema, value, language) }));
}

/** The same 400 for what no schema sees: a parameter that is missing for this caller alone. */
export function badField(
  code: 'invalid_body' | 'invalid_parameter',
  path: string,
  problem: Record<Language, string>,
): ApiError {
  return new ApiError(code, (language) => ({ fields: [{ path, problem: problem[language] }] }));
}

/** The parameters of a `refine`: what it says of a value that fails it. */
export function saying(problem: Record<Language, string>) {
  return { params: { problem } };
}

/** The same of a `refine` of several fields, which is asked also where others are bad: all that is wrong is said at once. */
export function sayingOfFields(problem: Record<Language, string>) {
  const when = ({ value }: z.core.ParsePayload) => typeof value === 'object' && value !== null;
  return { ...saying(problem), when };
}

/** Ends a `transform` whose value does not fit. */
export function refuse(context: z.core.ParsePayload, problem: Record<Language, string>): never {
  context.issues.push({ code: 'custom', input: context.value, ...saying(problem) });
  return z.NEVER;
}

const wordsOf = { es: es().localeError, en: en().localeError };

/** Read again, in the caller's language: zod words a problem where it finds it. */
function problems(schema: z.ZodMiniType, value: unknown, language: Language) {
  const { error } = schema.safeParse(value, {
    error: (issue) => (issue.code === 'custom' && issue.params?.['problem']?.[language]) || wordsOf[language](issue),
  });
  return error?.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), problem: issue.message }];
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      problem: String(wordsOf[language]({ ...issue, input: {}, keys: [key] })),
    }));
  });
}
