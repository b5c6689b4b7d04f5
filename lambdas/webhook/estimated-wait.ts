import type { User } from '../../core/alerts/user.ts';
import { captureSource } from '../../core/captures/source.ts';

/** Captures of one user that run side by side. */
const SIDE_BY_SIDE = 3;

/** Until a user's first capture has been measured: what a browser capture and a drawn chart usually take, in seconds. */
const UNMEASURED = { tradingview: 20, builtin: 2 };

/**
 * Seconds until the image of the alert that was just admitted: the captures in front of this user (alerts admitted since
 * the one whose capture ended last, this one included), three at a time, each as long as the last one took.
 */
export function estimatedWait(user: User, hasChart: boolean): number {
  const waiting = Math.max(1, user.admitted - (user.captured ?? 0));
  const seconds = user.capture_seconds ?? UNMEASURED[captureSource(user, hasChart)];
  return Math.max(1, Math.ceil(Math.ceil(waiting / SIDE_BY_SIDE) * seconds));
}
