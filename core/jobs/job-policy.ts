import type { TaskPolicy } from '../tasks/policy.ts';
import type { TaskRecord } from '../tasks/record.ts';
import { restartDelay } from '../tasks/restart.ts';
import type { Job } from './job.ts';

/** How a job ends. Pure: nothing here asks a clock. */

export const JOB_STATUSES = ['queued', 'starting', 'running', 'succeeded', 'failed', 'stopped', 'timed_out'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What the runner exits with after its command's time is over, as GNU's `timeout` does. */
export const TIMED_OUT_CODE = 124;
/** A command may exit with that code by itself; ECS's times are not the runner's. Of a short time it is the half. */
const TIMEOUT_MARGIN_MS = 5_000;
/** By then the runner has ended its command, or was ended itself. */
export const PATIENCE_MS = 60_000;

type Timed = Pick<Job, 'timeout_seconds' | 'max_retries'>;

/**
 * A command is begun `max_retries` + 1 times at most, whatever ended it: nobody knows how far it came. What kept it
 * from being begun is tried again for as long as it takes, where it is no fault of the task. One whose time is over is
 * not tried again.
 */
export function jobPolicy({ timeout_seconds, max_retries }: Timed): TaskPolicy {
  return {
    hasOutcome: true,
    next(history, { reason, counts, began, ran, exitCode }, now, chance) {
      const ends = counts || began ? [...history.ends, { at: now, ran }] : history.ends;
      if (exitCode === 0) return { ends, failure: null };
      if (isTimeout(exitCode, ran, timeout_seconds) || ends.length > max_retries) return { ends, failure: reason };
      return { ends, delay: restartDelay(history.streak, chance), streak: history.streak + 1 };
    },
  };
}

function isTimeout(exitCode: number | null, ran: number | null, timeoutSeconds: number): boolean {
  if (ran === null) return false;
  const timeout = timeoutSeconds * 1000;
  const margin = Math.min(TIMEOUT_MARGIN_MS, timeout / 2);
  return ran >= timeout + PATIENCE_MS || (exitCode === TIMED_OUT_CODE && ran >= timeout - margin);
}

/** @param heartbeat the last one's generation: it may come before ECS's own word that the task runs */
export function jobStatus(task: TaskRecord, spec: Timed, heartbeat?: { generation: number }): JobStatus {
  if (task.ended_at === null) {
    if (task.queued) return 'queued';
    return task.started_at !== null || heartbeat?.generation === task.generation ? 'running' : 'starting';
  }
  if (task.wanted === 'stopped') return 'stopped';
  if (task.failure === null) return 'succeeded';
  return isTimeout(task.exit_code, task.ran, spec.timeout_seconds) ? 'timed_out' : 'failed';
}

/** Whether its task is to be stopped from outside: the runner should have ended it long ago. */
export function isOverdue({ started_at, ended_at }: TaskRecord, spec: Timed, now: number): boolean {
  return ended_at === null && started_at !== null && now > started_at + spec.timeout_seconds * 1000 + PATIENCE_MS;
}
