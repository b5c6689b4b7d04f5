import { expect, test } from 'vitest';
import { isStranded } from '../../../lambdas/sweep/stranded.ts';

test('a capture is stranded when its queue is empty, or when no queue can be that long', () => {
  const hour = 3_600_000;
  expect(isStranded(0, hour)).toBe(true);
  expect(isStranded(1, hour)).toBe(false);
  expect(isStranded(1, 25 * hour)).toBe(true);
});
