import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCrashLoop, restartDelay } from '../../../core/tasks/restart.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('the delay before a restart', () => {
  test('doubles from 5 s to 300 s', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 60, 2000].map((streak) => restartDelay(streak, 0) / SECOND);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  });

  test('is longer by up to a quarter', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (streak, chance) => {
        const least = restartDelay(streak, 0);
        expect(restartDelay(streak, chance)).toBeGreaterThanOrEqual(least);
        expect(restartDelay(streak, chance)).toBeLessThanOrEqual(least * 1.25);
      }),
    );
  });
});

describe('a crash loop', () => {
  const ends = (count: number, apart: number, ran: number | null) =>
    Array.from({ length: count }, (_, index) => ({ at: NOW - index * apart, ran }));

  test.each([
    ['four quick ends', ends(4, SECOND, 0), false],
    ['five quick ends', ends(5, SECOND, 59 * SECOND), true],
    ['five launches that never started', ends(5, SECOND, null), true],
    ['five lives of a minute', ends(5, 2 * MINUTE, MINUTE), false],
    ['five quick ends over more than 15 minutes', ends(5, 4 * MINUTE, 0), false],
    ['19 ends in a day', ends(19, 60 * MINUTE, 59 * MINUTE), false],
    ['20 ends in a day', ends(20, 60 * MINUTE, 59 * MINUTE), true],
    ['20 ends in more than a day', ends(20, 76 * MINUTE, 75 * MINUTE), false],
  ])('%s', (_, history, expected) => {
    expect(isCrashLoop(history, NOW)).toBe(expected);
  });
});
