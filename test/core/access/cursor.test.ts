import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCursor, readCursor } from '../../../core/access/cursor.ts';

const key = 'a key for tests';

test('a cursor gives back its position to the list it was made for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (position, user) => {
      expect(readCursor(key, ['signals', user], makeCursor(key, ['signals', user], position))).toBe(position);
    }),
  );
});

test('a cursor altered in any character, or made for another list or by another key, is refused', () => {
  const cursor = makeCursor(key, ['signals', 'ana'], '0199-position');
  fc.assert(
    fc.property(fc.nat(cursor.length), fc.string({ minLength: 0, maxLength: 2 }), (at, replacement) => {
      const altered = cursor.slice(0, at) + replacement + cursor.slice(at + 1);
      fc.pre(altered !== cursor);
      expect(() => readCursor(key, ['signals', 'ana'], altered)).toThrow('invalid_cursor');
    }),
    { numRuns: 1000 },
  );
  expect(() => readCursor(key, ['signals', 'bea'], cursor)).toThrow('invalid_cursor');
  expect(() => readCursor('another key', ['signals', 'ana'], cursor)).toThrow('invalid_cursor');
});
