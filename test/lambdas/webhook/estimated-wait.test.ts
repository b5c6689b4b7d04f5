import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type User } from '../../../core/alerts/user.ts';
import { estimatedWait } from '../../../lambdas/webhook/estimated-wait.ts';

const USER: User = {
  user_id: 'user',
  plan: 'premium',
  created_at: '2026-11-02T12:00:00.000Z',
  webhook_enabled: true,
  secret_hash: new Uint8Array(32),
  ...DEFAULT_SETTINGS,
  admitted: 1,
};

test.each([
  ['a first alert, drawn', {}, false, 2],
  ['a first alert with a chart', {}, true, 20],
  ['a fifth alert at once', { admitted: 5 }, true, 40],
  ['an alert after a quick capture', { admitted: 9, captured: 8, capture_seconds: 4.2 }, true, 5],
  [
    'a fifth alert where each one waited 22 s',
    { admitted: 13, captured: 8, capture_seconds: 22, wait_per_capture: 22 },
    true,
    110,
  ],
  [
    'one alert after five that ran side by side',
    { admitted: 9, captured: 8, capture_seconds: 22, wait_per_capture: 9 },
    true,
    22,
  ],
  ['an alert whose capture ended before it was counted', { admitted: 8, captured: 8, capture_seconds: 0.1 }, true, 1],
] as const)('%s', (_, known, hasChart, seconds) => {
  expect(estimatedWait({ ...USER, ...known }, hasChart)).toBe(seconds);
});
