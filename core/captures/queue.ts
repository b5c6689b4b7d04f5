import type { StoredSignal } from '../alerts/stored-signal.ts';
import type { PlanName, User } from '../alerts/user.ts';
import { environment } from '../aws/environment.ts';
import { captureSource } from './source.ts';

/** The URL of the queue in which a signal's capture waits. */
export function captureQueue(user: User, signal: StoredSignal): string {
  const isBuiltin = signal.fallback !== undefined || captureSource(user, signal.chart_id !== undefined) === 'builtin';
  if (isBuiltin) return environment('CHART_QUEUE');
  const queues: Record<PlanName, string> = JSON.parse(environment('BROWSER_QUEUES'));
  return queues[user.plan];
}
