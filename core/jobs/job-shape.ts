import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { shownPid } from '../tasks/record.ts';
import { madeAt } from '../timed-id.ts';
import { jobReportSchema } from './job.ts';
import { JOB_STATUSES, type JobStatus, jobStatus } from './job-policy.ts';
import type { StoredJob } from './job-records.ts';

/** A job as the API and pushes show it. */

const pid = z.string().check(z.describe('The ARN of the ECS task.'));

export const jobShape = z.strictObject({
  id: z.string().check(z.describe('What it is called, through all of its attempts.')),
  name: z.string(),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cpu: z.int().check(z.describe('1024 units are a vCPU.')),
  memory: z.int().check(z.describe('MiB.')),
  timeout_seconds: z.int(),
  max_retries: z.int(),
  queue: z.boolean(),
  status: z.enum(JOB_STATUSES),
  pid: z
    .nullable(pid)
    .check(z.describe('The ARN of the ECS task: of this attempt, or of the last one while the next is awaited.')),
  exit_code: z.nullable(z.int()).check(z.describe('Of the last attempt that ended; null where it is not known.')),
  reason: z.nullable(z.string()).check(z.describe('Why the last attempt ended; null before any has.')),
  created_at: isoTime,
  start_requested_at: isoTime.check(z.describe('When it was asked for, or last asked to begin anew.')),
  started_at: z.nullable(isoTime).check(z.describe('When the task of this attempt began to run.')),
  stopped_at: z.nullable(isoTime).check(z.describe('When it ended for good.')),
  stop_requested_at: z.nullable(isoTime).check(z.describe('When it was asked to stop.')),
  duration: z.nullable(z.number()).check(z.describe('Seconds that this attempt has run for, or the last one ran for.')),
  restarts: z.int().check(z.describe('How often it was begun again, by a retry or by a call.')),
  attempts: z.array(pid).check(z.describe('The tasks of earlier attempts, the newest last.')),
  schedule_id: z.nullable(z.string()),
  samples: z
    .nullable(jobReportSchema)
    .check(z.describe('What this attempt used, as it told last; null before it has told of anything.')),
});
export type JobState = z.output<typeof jobShape>;

jobShape.register(z.globalRegistry, { id: 'Job' });

export function presentJob({ name: id, spec, task, heartbeat, report }: StoredJob, now: number): JobState {
  const { schedule_id, ...asked } = spec;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const hasEnded = task.ended_at !== null;
  const endedAt = task.started_at !== null && task.ran !== null ? task.started_at + task.ran : task.ended_at;
  const status = jobStatus(task, spec, heartbeat);
  const ran = hasEnded || task.started_at === null ? task.ran : Math.max(0, now - task.started_at);
  return {
    id,
    ...asked,
    status,
    pid: shownPid(task),
    exit_code: task.exit_code,
    reason: task.last_end === null ? null : [task.last_end, ...meaningOf(status, task.exit_code)].join('; '),
    created_at: new Date(madeAt(id)).toISOString(),
    start_requested_at: new Date(task.asked_at).toISOString(),
    started_at: iso(task.started_at),
    stopped_at: hasEnded ? iso(endedAt) : null,
    stop_requested_at: iso(task.stopped_at),
    duration: ran === null ? null : ran / 1000,
    restarts: task.generation - 1,
    attempts: task.past_pids,
    schedule_id,
    samples: (heartbeat?.generation === task.generation ? report : undefined) ?? null,
  };
}

/** Where ECS's reason does not say it: also what the runner, and any shell, says by these codes. */
function meaningOf(status: JobStatus, exitCode: number | null): string[] {
  if (status === 'timed_out') return ['its time was over'];
  if (exitCode === 127) return ['the code of an executable that is not there'];
  return exitCode === 126 ? ["the code of one that can't be run"] : [];
}
