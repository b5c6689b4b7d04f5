import type { StoredSignal } from '../../core/alerts/stored-signal.ts';

/** What dashboards are told of a changed signal: rules without AWS. */

export type SignalEvent = 'signal.created' | 'signal.updated' | 'screenshot.completed' | 'screenshot.failed';

/** What a change is called, or undefined where it shows nobody anything new. */
export function eventOf(before: StoredSignal | undefined, after: StoredSignal): SignalEvent | undefined {
  if (!before) return 'signal.created';
  const isEnd = after.screenshot_status !== before.screenshot_status || after.generation !== before.generation;
  if (isEnd && after.screenshot_status === 'completed') return 'screenshot.completed';
  if (isEnd && after.screenshot_status === 'failed') return 'screenshot.failed';
  return visible(before) === visible(after) ? undefined : 'signal.updated';
}

/**
 * That a capture was begun, tried again, left to our own chart, or asked for again while it had not ended is not told: all
 * that is the same wait.
 */
function visible({
  updated_at,
  generation,
  tries,
  fallback,
  screenshot_status,
  message,
  ...facts
}: StoredSignal): string {
  const waits = screenshot_status === 'pending' || screenshot_status === 'processing';
  const entries = Object.entries({ ...facts, screenshot_status: waits ? 'pending' : screenshot_status });
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
