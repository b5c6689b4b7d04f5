import type { User } from '../../core/alerts/user.ts';
import { captureSource } from '../../core/captures/source.ts';

/** Captures of one user that run side by side where nobody else waits. */
const SIDE_BY_SIDE = 3;

/** Until a user's first capture has been measured: what a browser capture and a drawn chart usually take, in seconds. */
const UNMEASURED = { tradingview: 20, builtin: 2 };

/** The captures that a user waits for: alerts admitted since the one whose capture ended last. */
export function waitingCaptures({ admitted, captured = 0 }: Pick<User, 'admitted' | 'captured'>): number {
  return Math.max(1, admitted - captured);
}

/**
 * Seconds until the image of the alert that was just admitted: each capture that its user waits for costs what it cost
 * when the user last waited, as long as others' queues were then; the image comes no sooner than a capture takes.
 */
export function estimatedWait(user: User, hasChart: boolean): number {
  const waiting = waitingCaptures(user);
  const seconds = user.capture_seconds ?? UNMEASURED[captureSource(user, hasChart)];
  const alone = Math.ceil(waiting / SIDE_BY_SIDE) * seconds;
  const expected = user.wait_per_capture === undefined ? alone : user.wait_per_capture * waiting;
  return Math.max(1, Math.ceil(Math.max(seconds, expected)));
}
