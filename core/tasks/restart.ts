import type { End, TaskPolicy } from './policy.ts';

/** When a task that ended unasked is started again, and when it has ended too often. Times are in milliseconds. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A task that lives for less than this has not run. */
const UNSTABLE_MS = 60 * SECOND;
/** One that lives for so long is stable: what came before it counts no more for the next delay. */
const STABLE_MS = 10 * MINUTE;

const FIRST_DELAY_MS = 5 * SECOND;
const LONGEST_DELAY_MS = 300 * SECOND;
/** So that tasks that died together don't come back together. */
const JITTER = 0.25;

const UNSTABLE_WINDOW_MS = 15 * MINUTE;
const MOST_UNSTABLE = 5;
const WINDOW_MS = 24 * 60 * MINUTE;
const MOST_ENDS = 20;

export function isUnstable({ ran }: End): boolean {
  return ran === null || ran < UNSTABLE_MS;
}

export function isStable(ran: number | null): boolean {
  return ran !== null && ran >= STABLE_MS;
}

/**
 * How long to wait after an end.
 * @param streak restarts since the last stable life
 * @param chance from 0 up to 1
 */
export function restartDelay(streak: number, chance: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** streak);
  return Math.round(delay * (1 + JITTER * chance));
}

/** The ends that still count at a time. */
export function recentEnds(ends: readonly End[], now: number): End[] {
  return ends.filter(({ at }) => at > now - WINDOW_MS);
}

/** Whether a task that has come to these ends is given up. */
export function isCrashLoop(ends: readonly End[], now: number): boolean {
  const unstable = ends.filter((end) => isUnstable(end) && end.at > now - UNSTABLE_WINDOW_MS);
  return unstable.length >= MOST_UNSTABLE || recentEnds(ends, now).length >= MOST_ENDS;
}

/** Of tasks that are to be kept running, until they end too often. */
export const keptRunning: TaskPolicy = {
  hasOutcome: false,
  next(history, { reason, counts, ran }, now, chance) {
    const ends = counts ? [...recentEnds(history.ends, now), { at: now, ran }] : history.ends;
    if (counts && isCrashLoop(ends, now)) return { ends, failure: reason };
    const streak = isStable(ran) ? 0 : history.streak;
    return { ends, delay: restartDelay(streak, chance), streak: streak + 1 };
  },
};
