import { describe, expect, test } from 'vitest';
import { partition } from '../../../core/alerts/keys.ts';
import type { StoredSignal } from '../../../core/alerts/stored-signal.ts';
import { failedCaptures } from '../../../lambdas/relay/failed-captures.ts';
import { eventOf } from '../../../lambdas/relay/push-events.ts';
import { wantedCaptures } from '../../../lambdas/relay/wanted-captures.ts';

/** What follows from a signal's change: a job, a dead letter, a push. */

const PENDING: StoredSignal = {
  pk: partition('locator'),
  id: 'signal',
  user_id: 'user',
  sequence: 1,
  parse_status: 'none',
  message: 'BTCUSDT',
  generation: 1,
  screenshot_status: 'pending',
};
const BEGUN: StoredSignal = { ...PENDING, screenshot_status: 'processing', tries: 1 };
const FAILED: StoredSignal = { ...BEGUN, screenshot_status: 'failed', screenshot_reason: 'timeout', tries: 4 };
const FALLEN_BACK: StoredSignal = { ...PENDING, fallback: 'session_expired' };
const COMPLETED: StoredSignal = { ...BEGUN, screenshot_status: 'completed', screenshot_source: 'builtin' };
const again = (before: StoredSignal): StoredSignal => ({ ...PENDING, generation: before.generation + 1 });

const LETTER = { locator: 'locator', signal_id: 'signal', generation: 1, reason: 'timeout' };

describe.each([
  ['new', undefined, PENDING, { job: true, push: 'signal.created' }],
  ['begun', PENDING, BEGUN, {}],
  ['tried again', BEGUN, { ...BEGUN, tries: 2 }, {}],
  ['left to our own chart', BEGUN, FALLEN_BACK, { job: true }],
  ['completed', BEGUN, COMPLETED, { push: 'screenshot.completed' }],
  ['failed', BEGUN, FAILED, { push: 'screenshot.failed', letter: LETTER }],
  ['asked for again after a failure', FAILED, again(FAILED), { job: true, push: 'signal.updated' }],
  ['asked for again by the sweep', BEGUN, again(BEGUN), { job: true }],
  ['changed after a failure', FAILED, { ...FAILED, notes: 'mine' }, { push: 'signal.updated' }],
  [
    'failed a second time',
    { ...BEGUN, generation: 2 },
    { ...FAILED, generation: 2 },
    { push: 'screenshot.failed', letter: { ...LETTER, generation: 2 } },
  ],
] as const)('a capture that is %s', (_, before, after, { job = false, push, letter }: Follows) => {
  test('is followed by what has to follow, and nothing else', () => {
    expect(wantedCaptures([{ before, after }])).toEqual(job ? [after] : []);
    expect(eventOf(before, after)).toBe(push);
    expect(failedCaptures([{ before, after }])).toEqual(letter ? [letter] : []);
  });
});

interface Follows {
  job?: boolean;
  push?: string;
  letter?: typeof LETTER;
}
