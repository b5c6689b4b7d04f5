import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ApiError, type Language } from '../../../core/http/errors.ts';
import { badField, parse, saying } from '../../../core/http/schema.ts';

const schema = z.strictObject({
  name: z.string(),
  limit: z._default(z.coerce.number().check(z.int(), z.maximum(200)), 50),
  colour: z.optional(
    z.string().check(z.refine((it) => it !== 'pink', saying({ es: 'no es de fiar', en: 'is a lie' }))),
  ),
});

function refusal(value: unknown): ApiError {
  try {
    parse(schema, value, 'invalid_body');
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error('It was not refused');
}

function problems(error: ApiError, language: Language): Record<string, string> {
  const { fields } = error.context(language) as { fields: { path: string; problem: string }[] };
  return Object.fromEntries(fields.map(({ path, problem }) => [path, problem]));
}

describe('what does not fit', () => {
  test('is named with every bad field, in the language of the caller', () => {
    const error = refusal({ limit: 300, colour: 'pink', more: 1, most: 2 });
    expect([error.code, error.status]).toEqual(['invalid_body', 400]);
    const spanish = problems(error, 'es');
    const english = problems(error, 'en');
    expect(Object.keys(spanish).sort()).toEqual(['colour', 'limit', 'more', 'most', 'name']);
    expect(Object.keys(english).sort()).toEqual(['colour', 'limit', 'more', 'most', 'name']);
    expect([spanish['more'], english['most']]).toEqual([
      expect.stringMatching(/"more"$/),
      expect.stringMatching(/"most"$/),
    ]);
    expect(spanish['colour']).toBe('no es de fiar');
    expect(english['colour']).toBe('is a lie');
    expect(spanish['name']).toMatch(/se esperaba texto/);
    expect(english['name']).toMatch(/expected string/);
    expect(spanish['limit']).toMatch(/200/);
    expect(english['more']).toMatch(/Unrecognized key/);
  });

  test('and a field that no schema sees as well', () => {
    const error = badField('invalid_parameter', 'user_id', { es: 'es obligatorio', en: 'is required' });
    expect(problems(error, 'es')).toEqual({ user_id: 'es obligatorio' });
    expect(problems(error, 'en')).toEqual({ user_id: 'is required' });
  });
});

test('what fits is read', () => {
  expect(parse(schema, { name: 'x' }, 'invalid_body')).toEqual({ name: 'x', limit: 50 });
});
