import { locatorOf } from '../../core/alerts/keys.ts';
import type { CaptureDeadLetter } from '../../core/captures/job.ts';
import type { SignalChange } from './change.ts';

/** The captures that failed by that very change; `npm run redrive` asks for them again. */
export function failedCaptures(changes: readonly SignalChange[]): Required<CaptureDeadLetter>[] {
  return changes.flatMap(({ before, after }) => {
    const { id: signal_id, generation, screenshot_status, screenshot_reason: reason } = after;
    const wasFailed = before?.screenshot_status === 'failed' && before.generation === generation;
    if (screenshot_status !== 'failed' || wasFailed || reason === undefined) return [];
    return [{ locator: locatorOf(after), signal_id, generation, reason }];
  });
}
