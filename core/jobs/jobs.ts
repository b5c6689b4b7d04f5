import { randomBytes } from 'node:crypto';
import type { TransactWriteItem } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { ApiError } from '../http/errors.ts';
import { METRICS, measure } from '../metrics.ts';
import { EVERYBODY } from '../push/listener.ts';
import { pushLater } from '../push/push-later.ts';
import { taskPlace } from '../tasks/ecs.ts';
import type { TaskEvent, TaskRecord } from '../tasks/record.ts';
import { supervise } from '../tasks/supervise.ts';
import { NoFreePlace } from '../tasks/task-records.ts';
import { sizeWith } from './fargate-sizes.ts';
import { type Job, jobId, jobSchema } from './job.ts';
import { isOverdue, jobPolicy, jobStatus } from './job-policy.ts';
import { jobRecords, type StoredJob } from './job-records.ts';
import { checkCommand, checkEnv, checkSize } from './job-rules.ts';
import { commandRules, jobSettings, missingExecutables } from './job-settings.ts';
import { presentJob } from './job-shape.ts';
import { jobToken } from './job-token.ts';
import { noteRun } from './note-run.ts';

/** The first part of `startedBy` of a job's task. */
export const JOB_PREFIX = 'j';

/** Launches, stops and looks after the jobs' tasks. */
export const jobs = supervise({
  records: jobRecords,
  prefix: JOB_PREFIX,
  place: () => taskPlace(environment('JOB_TASKS')),
  launchQueue: () => environment('LAUNCH_QUEUE'),
  policy: jobPolicy,
  swept: jobRecords.active,
  overdue: ({ task, spec }, now) => (isOverdue(task, spec, now) ? 'Its time is over' : undefined),
  overrides: async ({ name, task: { generation }, spec: { command, env, cpu, memory, timeout_seconds } }) => ({
    command: ['node', 'index.mjs', ...command],
    cpu,
    memory,
    environment: {
      JOB_ID: name,
      JOB_ENV: JSON.stringify(env),
      JOB_TIMEOUT_SECONDS: String(timeout_seconds),
      JOB_TOKEN: await jobToken({ name, generation }),
    },
  }),
  changed: async (stored, before, now) => {
    measureEnd(stored, before, now);
    await Promise.all([
      pushLater(EVERYBODY, 'job.changed', presentJob(stored, now), now),
      noteRun(stored, before, now),
    ]);
  },
});

function measureEnd({ name, task, spec }: StoredJob, before: TaskRecord | undefined, now: number): void {
  if (task.ended_at === null || before?.ended_at !== null) return;
  const status = jobStatus(task, spec);
  const failures = status === 'failed' || status === 'timed_out' ? 1 : 0;
  measure(
    now,
    [
      [METRICS.jobs, 1],
      [METRICS.jobFailures, failures],
    ],
    { status, job: name },
  );
}

/** What is asked for; the rest has defaults. */
export type JobRequest = Pick<Job, 'command'> & { [Field in Exclude<keyof Job, 'command'>]?: Job[Field] | undefined };

const DEFAULTS = { env: {}, timeout_seconds: 3600, max_retries: 0, queue: false, schedule_id: null };

function jobOf({ command, ...given }: JobRequest): Job {
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return jobSchema.parse({ command, name: command[0], ...DEFAULTS, ...asked, ...sizeWith(given) });
}

/**
 * What is asked for, with what it leaves to us.
 * @throws ApiError 422 where it can't be run
 */
export function checkedJob(request: JobRequest): Job {
  const spec = jobOf(request);
  check(spec);
  return spec;
}

function check(spec: Job): void {
  checkCommand(spec.command, commandRules(), missingExecutables());
  checkEnv(spec.env);
  checkSize(spec);
}

/**
 * Makes a job, which runs at once or, with `queue`, when its turn comes.
 * @param now epoch milliseconds
 * @param alongside what is written with it, all or nothing
 * @throws ApiError 422 where it can't be run, 429 where there is no place; Overtaken where the condition of `alongside` fails
 */
export async function createJob(
  request: JobRequest,
  now: number,
  alongside?: (id: string) => TransactWriteItem,
): Promise<StoredJob> {
  const spec = checkedJob(request);
  for (;;) {
    const id = jobId(now, randomBytes(2).readUInt16BE());
    const { stored, changed } = await begin(id, { type: 'create', queued: spec.queue }, now, spec, alongside?.(id));
    if (changed) return (await jobRecords.get(id)) ?? stored;
  }
}

/**
 * Begins an ended job anew, under the same id.
 * @param alongside what is written with it, all or nothing
 * @throws ApiError 404, 409 with its status where it has not ended, 422 where it may not be run any more, 429 where there
 * is no place; Overtaken where the condition of `alongside` fails
 */
export async function restartJob(id: string, now: number, alongside?: TransactWriteItem): Promise<StoredJob> {
  const known = await jobRecords.get(id);
  if (!known) throw new ApiError('job_not_found', { id });
  const active = ({ task, spec, heartbeat }: StoredJob) =>
    new ApiError('job_active', { id, status: jobStatus(task, spec, heartbeat) });
  if (known.task.ended_at === null) throw active(known);
  // What may run is another matter since.
  check(known.spec);
  const start = { type: 'start', queued: known.spec.queue } as const;
  const { stored, changed } = await begin(id, start, now, known.spec, alongside);
  if (!changed) throw active(stored);
  return (await jobRecords.get(id)) ?? stored;
}

/**
 * Stops a job; one that is being stopped is answered as it is.
 * @throws ApiError 404, 409 with its status where it has ended
 */
export async function stopJob(id: string, now: number): Promise<StoredJob> {
  if (!(await jobRecords.get(id))) throw new ApiError('job_not_found', { id });
  const { stored, changed } = await jobs.tell(id, { type: 'stop' }, now);
  if (!stored) throw new ApiError('job_not_found', { id });
  if (!changed && stored.task.ended_at !== null) {
    throw new ApiError('job_not_running', { id, status: jobStatus(stored.task, stored.spec) });
  }
  return stored;
}

async function begin(
  id: string,
  event: TaskEvent & { queued?: boolean },
  now: number,
  spec: Job,
  alongside?: TransactWriteItem,
) {
  const { maxRunning } = jobSettings();
  const full = () => new ApiError('too_many_jobs', { limit: maxRunning }, { 'retry-after': '10' });
  // Who does not wait does not overtake those who do.
  if (!event.queued && (await jobRecords.queued(1)).length > 0) throw full();
  const { stored, changed } = await jobs.tell(id, event, now, spec, alongside).catch((error: unknown) => {
    throw error instanceof NoFreePlace ? full() : error;
  });
  if (!stored) throw new Error(`The job ${id} was not begun`);
  return { stored, changed };
}
