import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../core/http/errors.ts';
import { sized } from '../../core/jobs/forecast.ts';
import { jobPolicy } from '../../core/jobs/job-policy.ts';
import { jobRecords } from '../../core/jobs/job-records.ts';
import { createJob, jobs } from '../../core/jobs/jobs.ts';
import { logger } from '../../core/log.ts';
import {
  type Fire,
  judge,
  knownJobs,
  mayRun,
  type Run,
  type Schedule,
  withRun,
} from '../../core/schedules/schedule.ts';
import {
  getSchedule,
  type StoredSchedule,
  saveSchedule,
  scheduleWrite,
} from '../../core/schedules/schedule-records.ts';
import { removeTimer } from '../../core/schedules/timers.ts';
import { isActive } from '../../core/tasks/record.ts';
import { Overtaken } from '../../core/tasks/task-records.ts';

/** Others that change the schedule or take places at the same moment are few. */
const TRIES = 20;
const LONGEST_WAIT_MS = 200;

/**
 * Makes the job of a time that has come, once however often it is told of it: the job and what became of the time are one
 * write, on condition that the schedule still is as it was read. So neither a repeat nor a crash nor another time at
 * the same moment makes a second one, and none begins once the schedule is paused or deleted.
 */
export async function fire(told: Fire, now: number): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await sleep(Math.random() * LONGEST_WAIT_MS);
    const stored = await getSchedule(told.schedule_id);
    const verdict = judge(stored?.schedule, told);
    // Nobody needs this timer any more, and nobody else may know of it.
    if (!stored || verdict === 'past') return removeTimer(told.schedule_id, told.generation);
    // Who made its job may not have come to what follows.
    if (verdict === 'known') return jobs.admit();
    if (await run(stored, told.scheduled_at, now)) return;
  }
  throw new Error(`The schedule ${told.schedule_id} changes too often to be run`);
}

/** False where the schedule has changed meanwhile. */
async function run(stored: StoredSchedule, scheduledAt: number, now: number): Promise<boolean> {
  const { id, schedule } = stored;
  const active = await activeJobs(schedule);
  const became = (run: Omit<Run, 'scheduled_at'>) => withRun(schedule, { scheduled_at: scheduledAt, ...run }, active);
  const skip = (reason: string) => {
    logger.info('A time of a schedule is skipped', { schedule_id: id, reason });
    return saveSchedule(stored, became({ job_id: null, reason }));
  };
  if (!mayRun(schedule, active)) return skip('overlap');
  const request = await sized({ ...schedule.job, queue: true, schedule_id: id });
  try {
    await createJob(request, now, (jobId) => scheduleWrite(stored, became({ job_id: jobId, reason: null })));
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    // What the deployment's rules refuse by now is refused at each time.
    if (error instanceof ApiError && error.status === 422) return skip(error.code);
    throw error;
  }
}

/** By id. */
async function activeJobs(schedule: Schedule): Promise<string[]> {
  const jobs = await Promise.all(knownJobs(schedule).map(jobRecords.get));
  return jobs.flatMap((job) => (job && isActive(job.task, jobPolicy(job.spec)) ? job.name : []));
}
