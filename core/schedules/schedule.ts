import * as z from 'zod/mini';
import { jobSchema } from '../jobs/job.ts';
import { nextTimes, readTiming } from './timing.ts';

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
  /** Whether a job is made while the one before is active. */
  overlap: z.boolean(),
  created_at: z.number(),
  changed_at: z.number(),
  /** Of the timer, from 1 on. */
  generation: z.number(),
  /** By the time of the schedule, the newest last. */
  runs: z.array(runSchema),
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
    starts_at: firstOfRate(asked.expression, now),
    created_at: now,
    changed_at: now,
    generation: 1,
    runs: [],
    deleted: false,
  };
}

/** The schedule after a change. What changes its times, or whether it runs at all, begins another generation. */
export function changed(schedule: Schedule, changes: Changes, now: number): Schedule {
  const next = { ...schedule, ...changes, changed_at: now };
  const isSame = (['expression', 'timezone', 'enabled'] as const).every((field) => next[field] === schedule[field]);
  if (isSame) return next;
  return { ...next, starts_at: firstOfRate(next.expression, now), generation: schedule.generation + 1 };
}

export function deleted(schedule: Schedule, now: number): Schedule {
  return { ...schedule, deleted: true, changed_at: now, generation: schedule.generation + 1 };
}

const MINUTE_MS = 60_000;

/** A rate runs first one period after the next full minute: EventBridge Scheduler is exact to a minute. */
function firstOfRate(expression: string, now: number): number {
  const timing = readTiming(expression, 'UTC');
  return Math.ceil(now / MINUTE_MS) * MINUTE_MS + (timing?.kind === 'rate' ? timing.period : 0);
}

/** Its next times; none while it rests. */
export function nextRuns({ expression, timezone, enabled, starts_at }: Schedule, now: number, count: number): number[] {
  const timing = enabled ? readTiming(expression, timezone) : undefined;
  return timing ? nextTimes(timing, starts_at, now, count) : [];
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

/** The job that it made last. */
export function lastJob({ runs }: Schedule): string | undefined {
  return runs.findLast(({ job_id }) => job_id !== null)?.job_id ?? undefined;
}

export function withRun(schedule: Schedule, run: Run): Schedule {
  const runs = [...schedule.runs, run].sort((a, b) => a.scheduled_at - b.scheduled_at);
  return { ...schedule, runs: runs.slice(-RUNS_KEPT) };
}
