import type { Sample } from '../samples/sample.ts';
import type { TaskRecord } from '../tasks/record.ts';
import { jobStatus } from './job-policy.ts';
import type { StoredJob } from './job-records.ts';

/** A run whose end a change of its job's record tells of. Pure: nothing here asks a clock. */

export interface EndedLife {
  pid: string;
  /** For how many milliseconds it ran. */
  ran: number;
  /** It did what it was for, or used up its time: it says what such a job needs. */
  isWhole: boolean;
  exitCode: number | null;
  reason: string;
}

/** Undefined where none ended, or it never ran. */
export function endedLife({ task, spec }: Pick<StoredJob, 'task' | 'spec'>, before: TaskRecord): EndedLife | undefined {
  const hasEnded = before.ended_at === null && (task.ended_at !== null || task.restarts > before.restarts);
  const pid = task.pid ?? task.past_pids.at(-1);
  if (!hasEnded || task.ran === null || pid === undefined) return undefined;
  const status = jobStatus(task, spec);
  return {
    pid,
    ran: task.ran,
    isWhole: status === 'succeeded' || status === 'timed_out',
    exitCode: task.exit_code,
    reason: task.last_end ?? '',
  };
}

/** Less is mostly the start of the runner itself. */
const TELLING_SECONDS = 1;

/** What a run says of the CPU that such a job takes; null where it was too short to tell. */
export function tellingCpu({ seconds, cpu_p95 }: Sample['run']): number | null {
  return seconds < TELLING_SECONDS ? null : cpu_p95;
}

const KILLED = 137;
/** A kill at nine tenths of its memory was for want of it, where ECS does not say. */
const NEARLY_ALL = 0.9;

/** @param memoryPeak bytes, of what the run was given in MiB */
export function ranOutOfMemory({ exitCode, reason }: EndedLife, memoryPeak: number, memory: number): boolean {
  return /OutOfMemory/.test(reason) || (exitCode === KILLED && memoryPeak >= NEARLY_ALL * memory * 2 ** 20);
}
