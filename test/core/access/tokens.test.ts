import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isApiKeyPrefix,
  newApiKey,
  newWebhookToken,
  readApiKey,
  readWebhookToken,
  userLocator,
} from '../../../core/access/tokens.ts';

test('a webhook token leads to its user and to the hash that is stored, and holds neither id nor hash', () => {
  const { token, secretHash } = newWebhookToken('ana|1');
  expect(readWebhookToken(token)).toEqual({ locator: userLocator('ana|1'), secretHash });
  expect(newWebhookToken('ana|1').token).not.toBe(token);
  expect(token).not.toContain('ana');
  expect(token).not.toContain(Buffer.from(secretHash).toString('base64url'));
});

test('an API key reads back into its prefix and hash', () => {
  const { key, prefix, secretHash } = newApiKey(Date.now());
  expect(key).toMatch(/^cmkd_[a-z0-9]{12}[\w-]{43}$/);
  expect(readApiKey(key)).toEqual({ prefix, secretHash });
});

test('prefixes of API keys sort by the time of their making', () => {
  const time = fc.integer({ min: 0, max: Date.UTC(2059, 0) });
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one < other);
      expect(newApiKey(one).prefix < newApiKey(other).prefix).toBe(true);
      expect(isApiKeyPrefix(newApiKey(one).prefix)).toBe(true);
    }),
  );
});

test('what can not be a token or a key is neither', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/^[\w-]{65}$/.test(text));
      expect(readWebhookToken(text)).toBeUndefined();
      expect(readApiKey(text)).toBeUndefined();
    }),
  );
});
