import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { badField, saying, sayingOfFields } from '../../core/http/schema.ts';
import { JOB_STATUSES, jobStatus } from '../../core/jobs/job-policy.ts';
import { jobRecords } from '../../core/jobs/job-records.ts';
import { checkedJob, type JobRequest } from '../../core/jobs/jobs.ts';
import {
  EXPRESSION_KINDS,
  type ExpressionKind,
  presentWhen,
  readWhen,
  type When,
} from '../../core/schedules/expression.ts';
import { type Changes, nextRuns, type Run, type Schedule } from '../../core/schedules/schedule.ts';
import { getSchedule, listSchedules, type StoredSchedule } from '../../core/schedules/schedule-records.ts';
import { changeSchedule, createSchedule, deleteSchedule } from '../../core/schedules/schedules.ts';
import { isTimeZone } from '../../core/schedules/time-zone.ts';
import { JOB_REFUSALS, jobFields, oneSize } from './jobs.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape, page } from './shapes.ts';

/** Jobs that are made at times: at a rate, by a cron expression, once. */

const NEXT_RUNS = 5;

const PROBLEMS = {
  rate: {
    es: 'no es una frecuencia como 1 minute, 5 minutes, 2 hours o 7 days',
    en: 'is not a rate such as 1 minute, 5 minutes, 2 hours or 7 days',
  },
  cron: {
    es: 'no es una expresión cron de AWS con seis campos: minutos, horas, día del mes, mes, día de la semana y año',
    en: 'is not a cron expression of AWS with six fields: minutes, hours, day of month, month, day of week and year',
  },
  at: {
    es: 'no es una hora como 2026-12-24T18:00:00 que exista en esa zona horaria',
    en: 'is not a time such as 2026-12-24T18:00:00 that there is in that time zone',
  },
};

/** The clock of UTC leaves none out: whether there is such a time in the zone is another question. */
const expression = (kind: ExpressionKind) =>
  z.string().check(
    z.maxLength(240),
    z.refine((text) => readWhen(kind, text, 'UTC') !== undefined, saying(PROBLEMS[kind])),
  );
const AT =
  'A time in the zone, `2026-12-24T18:00:00`, or a moment, `2026-12-24T17:00:00Z`; null where another says when.';
const ZONE = 'IANA time zone of the clock times.';
const ENABLED = 'Whether it runs; else it rests.';

const scheduleFields = {
  ...jobFields,
  rate: z.optional(expression('rate').check(z.describe('`1 minute`, `5 minutes`, `2 hours`, `7 days`.'))),
  cron: z.optional(
    expression('cron').check(
      z.describe('AWS’s six fields: minutes, hours, day of month, month, day of week, year: `0 9 ? * MON-FRI *`.'),
    ),
  ),
  at: z.optional(
    expression('at').check(z.describe('`2026-12-24T18:00:00` in the time zone, or with an offset whatever the zone.')),
  ),
  timezone: z.optional(
    z
      .string()
      .check(
        z.refine(isTimeZone, saying({ es: 'no es una zona horaria IANA', en: 'is not an IANA time zone' })),
        z.describe(ZONE),
      ),
  ),
  enabled: z.optional(z.boolean().check(z.describe(ENABLED))),
  overlap: z.optional(z.boolean()),
};

type Asked = { [Kind in (typeof EXPRESSION_KINDS)[number]]?: string | undefined };
const expressionsIn = (body: Asked) => EXPRESSION_KINDS.filter((kind) => body[kind] !== undefined);

const timeInZone = z.refine<{ at?: string | undefined; timezone?: string | undefined }>(
  ({ at = '', timezone = 'UTC' }) =>
    !isTimeZone(timezone) || !readWhen('at', at, 'UTC') || readWhen('at', at, timezone) !== undefined,
  { ...saying(PROBLEMS.at), path: ['at'] },
);

const newSchedule = z.strictObject({ ...scheduleFields, name: z.string().check(z.regex(/^[\w.-]{1,100}$/)) }).check(
  z.refine(
    (body) => expressionsIn(body).length === 1,
    sayingOfFields({ es: 'lleva uno de rate, cron y at', en: 'takes one of rate, cron and at' }),
  ),
  timeInZone,
  oneSize,
);

const changes = z.strictObject({ ...scheduleFields, command: z.optional(jobFields.command) }).check(
  z.refine(
    (body) => expressionsIn(body).length <= 1,
    sayingOfFields({ es: 'lleva uno de rate, cron y at como mucho', en: 'takes one of rate, cron and at at most' }),
  ),
  timeInZone,
  oneSize,
);

newSchedule.register(z.globalRegistry, {
  id: 'NewSchedule',
  description: 'One of `rate`, `cron` and `at` says when it runs.',
  oneOf: EXPRESSION_KINDS.map((kind) => ({ required: [kind] })),
  examples: [
    { name: 'nightly', command: ['python', '-c', 'print("hola")'], cron: '0 3 * * ? *', timezone: 'Europe/Madrid' },
  ],
});
changes.register(z.globalRegistry, {
  id: 'ScheduleChanges',
  description: 'One of `rate`, `cron` and `at` takes the place of what it runs by.',
  examples: [{ enabled: false }],
});

const scheduleShape = z.strictObject({
  id: z.string(),
  name: z.string().check(z.describe('Also that of its jobs.')),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cpu: z.nullable(z.int()).check(z.describe('1024 units are a vCPU; null where `size` is `auto`.')),
  memory: z.nullable(z.int()).check(z.describe('MiB; null where `size` is `auto`.')),
  size: z
    .nullable(z.enum(['auto']))
    .check(z.describe('`auto`: each job is of the size that the forecast suggests at its time.')),
  timeout_seconds: z.int(),
  max_retries: z.int(),
  rate: z.nullable(z.string()),
  cron: z.nullable(z.string()),
  at: z.nullable(z.string()).check(z.describe(AT)),
  timezone: z.string().check(z.describe(ZONE)),
  enabled: z.boolean().check(z.describe(ENABLED)),
  overlap: z.boolean(),
  created_at: isoTime,
  updated_at: isoTime,
  next_runs: z.array(isoTime),
});

const runShape = z.strictObject({
  scheduled_at: isoTime,
  job_id: z.nullable(z.string()),
  status: z.nullable(z.enum(JOB_STATUSES)).check(z.describe('Of the job now; null where none is known any more.')),
  reason: z
    .nullable(z.string())
    .check(z.describe('Why no job was made: `overlap`, or the code of the error by which it was refused.')),
});

const scheduleWithRunsShape = z.extend(scheduleShape, {
  last_runs: z.array(runShape),
});

scheduleShape.register(z.globalRegistry, { id: 'Schedule' });
scheduleWithRunsShape.register(z.globalRegistry, { id: 'ScheduleWithRuns' });

export const scheduleRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/schedules',
    summary: 'Makes a schedule, which creates a job at each of its times',
    description:
      'A rate runs first one period after the next full minute. A time that the clock of the zone skips is left out, one ' +
      'that it shows twice runs once. Where no place is free, the job waits for one.',
    needs: 'admin',
    body: newSchedule,
    success: { status: 201, body: scheduleWithRunsShape },
    errors: [...JOB_REFUSALS, 'schedule_never_runs', 'schedule_refused'],
    handle: async ({ body, claim }) => {
      const now = Date.now();
      const made = claim?.made === undefined ? undefined : await shownSchedule(claim.made);
      if (made) return presentWithRuns(made, now);
      const { rate, cron, at, timezone = 'UTC', enabled = true, overlap = false, ...job } = body;
      const when = whenOf({ rate, cron, at }, timezone);
      const asked = { job: jobOf(job), ...when, enabled, overlap };
      return presentWithRuns(await createSchedule(asked, now, claim?.note), now);
    },
  }),
  route({
    method: 'GET',
    path: '/schedules',
    summary: 'All schedules, newest first',
    needs: 'read',
    query: z.strictObject(page),
    success: { status: 200, body: listShape('schedules', scheduleShape) },
    handle: async ({ query: { limit, cursor } }) => {
      const now = Date.now();
      const { before, after } = await listCursor(['schedules'], cursor);
      const found = await listSchedules(limit, before);
      return {
        schedules: found.schedules.map((stored) => presentSchedule(stored, now)),
        next_cursor: after(found.before),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/schedules/{id}',
    summary: 'A schedule, with what became of its last times',
    needs: 'read',
    success: { status: 200, body: scheduleWithRunsShape },
    errors: ['schedule_not_found'],
    handle: async ({ path }) => presentWithRuns(await existingSchedule(path.id), Date.now()),
  }),
  route({
    method: 'PATCH',
    path: '/schedules/{id}',
    summary: 'Changes a schedule; `enabled` pauses it and lets it go on',
    description: 'A rate begins anew where its times change, or where it goes on after a pause.',
    needs: 'admin',
    body: changes,
    success: { status: 200, body: scheduleWithRunsShape },
    errors: [...JOB_REFUSALS, 'schedule_not_found', 'schedule_never_runs', 'schedule_refused'],
    handle: async ({ path, body }) => {
      const now = Date.now();
      const changed = await changeSchedule(path.id, (schedule) => changesOf(body, schedule), now);
      if (!changed) throw new ApiError('schedule_not_found', { id: path.id });
      return presentWithRuns(changed, now);
    },
  }),
  route({
    method: 'DELETE',
    path: '/schedules/{id}',
    summary: 'Deletes a schedule; jobs that it made go on',
    needs: 'admin',
    success: { status: 204 },
    errors: ['schedule_not_found'],
    handle: async ({ path }) => {
      if (!(await deleteSchedule(path.id, Date.now()))) throw new ApiError('schedule_not_found', { id: path.id });
      return { statusCode: 204 };
    },
  }),
];

async function existingSchedule(id: string): Promise<StoredSchedule> {
  const stored = await shownSchedule(id);
  if (!stored) throw new ApiError('schedule_not_found', { id });
  return stored;
}

async function shownSchedule(id: string): Promise<StoredSchedule | undefined> {
  const stored = await getSchedule(id);
  return stored?.schedule.deleted ? undefined : stored;
}

function changesOf(body: z.output<typeof changes>, schedule: Schedule): Changes {
  const { rate, cron, at, timezone, enabled, overlap, ...fields } = body;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const asked = expressionsIn(body).length > 0 ? { rate, cron, at } : presentWhen(schedule.expression);
  return {
    // What is refused by now must not be in the way of a pause.
    ...(Object.keys(given).length > 0 && { job: jobOf({ ...withoutOtherSize(schedule.job, body), ...given }) }),
    ...whenOf(asked, timezone ?? schedule.timezone),
    ...(enabled !== undefined && { enabled }),
    ...(overlap !== undefined && { overlap }),
  };
}

/** Without the size that the change takes the place of. */
function withoutOtherSize({ size, cpu, memory, ...job }: Schedule['job'], change: z.output<typeof changes>) {
  if (change.size === 'auto') return job;
  const isSized = change.cpu !== undefined || change.memory !== undefined;
  return { ...job, cpu, memory, ...(!isSized && { size }) };
}

/** @throws ApiError 422 where it can't be run */
function jobOf({ size, ...request }: JobRequest & { size?: 'auto' | undefined }): Schedule['job'] {
  const { queue: _, schedule_id: __, ...job } = checkedJob(request);
  return { ...job, ...(size && { size }) };
}

/** @throws ApiError 400 for what is no expression, or a time that the zone's clock never shows */
function whenOf(asked: { [Kind in keyof Asked]: Asked[Kind] | null }, timezone: string): When {
  for (const kind of EXPRESSION_KINDS) {
    const text = asked[kind];
    if (text === undefined || text === null) continue;
    const when = readWhen(kind, text, timezone);
    if (!when) throw badField('invalid_body', kind, PROBLEMS[kind]);
    return when;
  }
  throw new Error('A schedule has no expression');
}

function presentSchedule({ id, schedule }: StoredSchedule, now: number): z.input<typeof scheduleShape> {
  const { job, expression, timezone, enabled, overlap, created_at, changed_at } = schedule;
  const iso = (time: number) => new Date(time).toISOString();
  return {
    id,
    ...job,
    size: job.size ?? null,
    ...(job.size === 'auto' && { cpu: null, memory: null }),
    ...presentWhen(expression),
    timezone,
    enabled,
    overlap,
    created_at: iso(created_at),
    updated_at: iso(changed_at),
    next_runs: nextRuns(schedule, now, NEXT_RUNS).map(iso),
  };
}

async function presentWithRuns(stored: StoredSchedule, now: number): Promise<z.input<typeof scheduleWithRunsShape>> {
  const last_runs = await Promise.all(stored.schedule.runs.toReversed().map(presentRun));
  return { ...presentSchedule(stored, now), last_runs };
}

async function presentRun({ scheduled_at, job_id, reason }: Run): Promise<z.input<typeof runShape>> {
  const job = job_id === null ? undefined : await jobRecords.get(job_id);
  const status = job ? jobStatus(job.task, job.spec, job.heartbeat) : null;
  return { scheduled_at: new Date(scheduled_at).toISOString(), job_id, status, reason };
}
