import { expect, it } from 'vitest';
import { Throttle } from '../../../local/http-api/throttle.ts';

it('lets a burst pass, then so many a second', () => {
  let now = 0;
  const throttle = new Throttle(2, 3, () => now);
  const take = (count: number) => Array.from({ length: count }, () => throttle.take());
  expect(take(4)).toEqual([true, true, true, false]);
  now = 499;
  expect(take(1)).toEqual([false]);
  now = 1000;
  expect(take(3)).toEqual([true, true, false]);
  now = 60_000;
  expect(take(4)).toEqual([true, true, true, false]);
});
