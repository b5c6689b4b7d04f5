import { expect, test } from 'vitest';
import { ApiError, preferredLanguage } from '../../../core/http/errors.ts';

test.each([
  [undefined, 'es'],
  ['', 'es'],
  ['en', 'en'],
  ['en-GB,en;q=0.9', 'en'],
  ['es-MX, en;q=0.9', 'es'],
  ['es;q=0.5, EN;q=0.8', 'en'],
  ['fr, de;q=0.7', 'es'],
  ['en;q=0', 'es'],
  ['*', 'es'],
  [';;;q=,en;q=nonsense', 'es'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test('an error has its status and a sentence in both languages', () => {
  const error = new ApiError('quota_exceeded', { limit: 5 });
  expect(error.status).toBe(429);
  expect(error.sentence('es')).toBe('Cuota mensual de alertas agotada.');
  expect(error.sentence('en')).toBe("The month's quota of alerts is used up.");
});
