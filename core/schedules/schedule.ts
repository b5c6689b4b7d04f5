import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { jobSchema } from '../jobs/job.ts';
import { timerWhen, timingOf, type When } from './expression.ts';
import { nextTimes } from './timing.ts';

/**
 * A schedule, which makes a job at each of its times, and what it has made of the last ones. Pure: nothing here asks a
 * clock. Times are epoch milliseconds.
 *
 * What EventBridge Scheduler has is a timer of one generation: when the times change, or are to rest, another generation
 * begins. A timer never changes, so that no two callers can leave an old one in a new one's place; and what the timer of
 * an earlier generation says is not heard.
 */

/** Of the last ones so many are known. */
const RUNS_KEPT = 20;
/** So many jobs of one that may overlap are active at once: they are part of its record. */
const MOST_ACTIVE = 200;
/** A timer that is set now may be too late for what is nearer. */
const TIMER_SETTING_MS = 60_000;

/** What became of one of its times. */
const runSchema = z.object({
  scheduled_at: z.number(),
  /** Null where none was made. */
  job_id: z.nullable(z.string()),
  /** Why not: `overlap`, or the code of the error by which the job was refused. */
  reason: z.nullable(z.string()),
});
export type Run = z.output<typeof runSchema>;

export const scheduleSchema = z.object({
  /** What each job is; with `auto` of the size that is forecast at its time. */
  job: z.extend(z.omit(jobSchema, { queue: true, schedule_id: true }), { size: z.optional(z.literal('auto')) }),
  expression: z.string(),
  timezone: z.string(),
  /** The first time of a rate. */
  starts_at: z.number(),
  enabled: z.boolean(),
  /** Whether a job is made while another one of it is active. */
  overlap: z.boolean(),
  created_at: z.number(),
  changed_at: z.number(),
  /** Of the timer, from 1 on. */
  generation: z.number(),
  /** By the time of the schedule, the newest last. */
  runs: z.array(runSchema),
  /** Those of its jobs that may be active: that were when its last time came, and the one that it made then. */
  active_jobs: z._default(z.array(z.string()), []),
  /** It is gone for every reader; only its timer may still be there. */
  deleted: z.boolean(),
});
export type Schedule = z.output<typeof scheduleSchema>;

/** A time that has come, as the timer tells of it. */
export interface Fire {
  schedule_id: string;
  generation: number;
  scheduled_at: number;
}

export type Changes = Partial<Pick<Schedule, 'job' | 'expression' | 'timezone' | 'enabled' | 'overlap'>>;

export function newSchedule(asked: Required<Changes>, now: number): Schedule {
  return {
    ...asked,
    starts_at: firstOfRate(asked, now),
    created_at: now,
    changed_at: now,
    generation: 1,
    runs: [],
    active_jobs: [],
    deleted: false,
  };
}

/**
 * The schedule after a change, the same object where it changes nothing. What changes its times, or whether it runs at
 * all, begins another generation.
 */
export function changed(schedule: Schedule, changes: Changes, now: number): Schedule {
  const wanted = { ...schedule, ...changes };
  if (isDeepStrictEqual(wanted, schedule)) return schedule;
  const next = { ...wanted, changed_at: now };
  if (hasTimesOf(next, schedule) && next.enabled === schedule.enabled) return next;
  return { ...next, starts_at: firstOfRate(next, now), generation: schedule.generation + 1 };
}

/** Whether it runs when the other one does, but for pauses. */
export function hasTimesOf(schedule: When, other: When): boolean {
  return isDeepStrictEqual(timerWhen(schedule), timerWhen(other));
}

/** The schedule as it was before a change that can't be, with what it has done since; the timer is another one. */
export function takenBack({ runs, active_jobs, generation }: Schedule, before: Schedule): Schedule {
  return { ...before, runs, active_jobs, generation: generation + 1 };
}

export function deleted(schedule: Schedule, now: number): Schedule {
  return { ...schedule, deleted: true, changed_at: now, generation: schedule.generation + 1 };
}

const MINUTE_MS = 60_000;

/** A rate runs first one period after the next full minute: EventBridge Scheduler is exact to a minute. */
function firstOfRate(when: When, now: number): number {
  const timing = timingOf(when);
  return Math.ceil(now / MINUTE_MS) * MINUTE_MS + (timing?.kind === 'rate' ? timing.period : 0);
}

/** Its next times; none while it rests. */
export function nextRuns(schedule: Schedule, now: number, count: number): number[] {
  const timing = schedule.enabled ? timingOf(schedule) : undefined;
  return timing ? nextTimes(timing, schedule.starts_at, now, count) : [];
}

/**
 * What a timer that is set now tells of, and what it would be too late for: of the first times since this generation began
 * those that have passed, or are about to.
 */
export function timesToTell(schedule: Schedule, now: number): { urgent: number[]; byTimer: number | undefined } {
  const settled = now + TIMER_SETTING_MS;
  const urgent = nextRuns(schedule, 0, RUNS_KEPT).filter((time) => time <= settled);
  return { urgent, byTimer: nextRuns(schedule, settled, 1)[0] };
}

/**
 * What is to be done about a time that has come: nothing by a timer that is past, nothing again for a time of which it is
 * known what became, or is too long ago for that.
 */
export function judge(schedule: Schedule | undefined, fire: Fire): 'past' | 'known' | 'due' {
  if (!schedule || schedule.deleted || fire.generation !== schedule.generation) return 'past';
  const { runs } = schedule;
  const isKnown = runs.some(({ scheduled_at }) => scheduled_at === fire.scheduled_at);
  const isForgotten = runs.length >= RUNS_KEPT && fire.scheduled_at < (runs[0]?.scheduled_at ?? 0);
  return isKnown || isForgotten ? 'known' : 'due';
}

/** The jobs of it that may be active: those that were, and those of its runs, which somebody may have restarted. */
export function knownJobs({ runs, active_jobs }: Schedule): string[] {
  return [...new Set([...active_jobs, ...runs.flatMap(({ job_id }) => job_id ?? [])])];
}

/** @param active those of the known jobs that are */
export function mayRun({ overlap }: Schedule, active: readonly string[]): boolean {
  return active.length < (overlap ? MOST_ACTIVE : 1);
}

/** @param active those of the known jobs that are */
export function withRun(schedule: Schedule, run: Run, active: readonly string[]): Schedule {
  const runs = [...schedule.runs, run].sort((a, b) => a.scheduled_at - b.scheduled_at);
  return {
    ...schedule,
    runs: runs.slice(-RUNS_KEPT),
    active_jobs: [...active, ...(run.job_id === null ? [] : [run.job_id])],
  };
}
