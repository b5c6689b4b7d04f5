import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { preferenceChanges } from '../../../lambdas/api/notification-preferences.ts';

/** What is taken where receivers on this machine are not allowed, as deployed. */

const SECRET = `whsec_${Buffer.alloc(24).toString('base64')}`;
const takes = (changes: object) => preferenceChanges.safeParse(changes).success;

beforeAll(() => vi.stubEnv('LOOPBACK_RECEIVERS', 'refused'));
afterAll(() => vi.unstubAllEnvs());

describe('a webhook', () => {
  const webhook = (url: string) => takes({ webhook: { url, secret: SECRET } });

  test('may be at a public name', () => expect(webhook('https://hooks.example.com/in?x=1')).toBe(true));

  test.each([
    'http://127.0.0.1:8080/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://0x7f.1/',
  ])('may not be at %s', (url) => expect(webhook(url)).toBe(false));

  test('has an address of a length that can be kept', () => {
    expect(webhook(`https://hooks.example.com/${'x'.repeat(2100)}`)).toBe(false);
  });
});

test.each([
  [42, '42'],
  [-1001234567890, '-1001234567890'],
  ['-1001234567890', '-1001234567890'],
  ['@canal_es', '@canal_es'],
])('the chat %j is %s', (chat_id, kept) => {
  const telegram = { bot_token: `1:${'a'.repeat(35)}`, chat_id };
  expect(preferenceChanges.parse({ telegram }).telegram).toMatchObject({ chat_id: kept });
});

test.each([1.5, '', '@', '@1', '1 2', '../1', null])('the chat %j is none', (chat_id) => {
  expect(takes({ telegram: { bot_token: `1:${'a'.repeat(35)}`, chat_id } })).toBe(false);
});
