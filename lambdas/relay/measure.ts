import { signalTime } from '../../core/alerts/alert-id.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { METRICS, type Metric, measure } from '../../core/metrics.ts';
import type { SignalChange } from './change.ts';
import { eventOf, type SignalEvent } from './push-events.ts';

/** Measures what changes: alerts that came, captures that ended. */
export function measureChanges(changes: readonly SignalChange[]): void {
  for (const { before, after } of changes) {
    const event = eventOf(before, after);
    const values = event ? valuesOf(event, after) : [];
    if (values.length > 0) measure(timeOf(after), values, { message: event ?? '', ...factsOf(after) });
  }
}

function valuesOf(event: SignalEvent, signal: StoredSignal): [Metric, number][] {
  switch (event) {
    case 'signal.created':
      return [[METRICS.alerts, 1], ...value(METRICS.storeTime, signal.answered_ms)];
    case 'screenshot.failed':
      return [
        [METRICS.captures, 1],
        [METRICS.captureFailures, 1],
      ];
    case 'screenshot.completed':
      return [
        [METRICS.captures, 1],
        [METRICS.captureFailures, 0],
        ...value(METRICS.captureTime, signal.screenshot?.duration_ms),
        ...value(METRICS.fallbacks, signal.screenshot_reason && 1),
        ...value(METRICS.imageWait, signal.generation === 1 ? timeOf(signal) - signalTime(signal.id) : undefined),
      ];
    case 'signal.updated':
      return [];
  }
}

function value(metric: Metric, of: number | '' | undefined): [Metric, number][] {
  return typeof of === 'number' ? [[metric, of]] : [];
}

/** When the signal became what it is, in epoch milliseconds. */
function timeOf({ id, updated_at }: StoredSignal): number {
  return updated_at === undefined ? signalTime(id) : Date.parse(updated_at);
}

function factsOf(signal: StoredSignal): Record<string, string | number> {
  const { id, user_id, generation, screenshot_status, screenshot_source, screenshot_reason } = signal;
  return {
    signal_id: id,
    user_id,
    generation,
    ...(screenshot_source && { source: screenshot_source }),
    // An image has a reason where it is not from the source that was wanted.
    ...(screenshot_reason && { [screenshot_status === 'failed' ? 'reason' : 'fallback']: screenshot_reason }),
  };
}
