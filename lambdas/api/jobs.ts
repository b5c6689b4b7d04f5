import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { sayingOfFields } from '../../core/http/schema.ts';
import { forecastFor, forecastShape, sized } from '../../core/jobs/forecast.ts';
import { JOB_STATUSES } from '../../core/jobs/job-policy.ts';
import { jobRecords, type StoredJob } from '../../core/jobs/job-records.ts';
import { jobShape, presentJob } from '../../core/jobs/job-shape.ts';
import { createJob, restartJob, stopJob } from '../../core/jobs/jobs.ts';
import { lastSample, shortId } from '../../core/samples/sample-records.ts';
import type { Claim } from './idempotency.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { listShape, page } from './shapes.ts';

/** Commands that run as tasks: begin, see, stop, begin again. */

/** DynamoDB and ECS take no other text. */
const text = (longest: number) => z.string().check(z.maxLength(longest), z.regex(/^[^\0]*$/));

/** What a job is asked for; a schedule asks for the same. */
export const jobFields = {
  command: z.array(text(4096)).check(z.minLength(1), z.maxLength(500)),
  /** The executable's, unless told otherwise. */
  name: z.optional(z.string().check(z.regex(/^[\w.-]{1,100}$/))),
  env: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z_]\w{0,127}$/)), text(2048))),
  cpu: z.optional(z.int()).check(z.describe('1024 units are a vCPU. Without, the least that goes with `memory`.')),
  memory: z.optional(z.int()).check(z.describe('MiB. Without, the least that goes with `cpu`.')),
  timeout_seconds: z.optional(z.int().check(z.minimum(1), z.maximum(7 * 86_400))),
  max_retries: z.optional(z.int().check(z.minimum(0), z.maximum(10))),
  size: z
    .optional(z.literal('auto'))
    .check(z.describe('In place of `cpu` and `memory`: what the forecast for the name suggests.')),
};

/** Of what has these fields: one or the other says the size. */
export const oneSize = z.refine<{ size?: unknown; cpu?: unknown; memory?: unknown }>(
  ({ size, cpu, memory }) => size === undefined || (cpu === undefined && memory === undefined),
  sayingOfFields({ es: 'lleva size, o bien cpu y memory', en: 'takes either size, or cpu and memory' }),
);

const createBody = z
  .strictObject({
    ...jobFields,
    /** Waits in the order of creation where no place is free. */
    queue: z.optional(z.boolean()),
  })
  .check(oneSize);

createBody.register(z.globalRegistry, {
  id: 'CreateJob',
  examples: [{ command: ['python', '-c', 'print("hola")'], queue: true }],
});

/** Why a command can't be run at all. */
export const JOB_REFUSALS = [
  'command_not_allowed',
  'command_denied',
  'command_not_found',
  'command_too_long',
  'env_too_long',
  'reserved_variable',
  'invalid_size',
] as const;

export const jobRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs',
    summary: 'Runs a command as a task of its own',
    description:
      'The command is a list of arguments: no shell reads it, and it reaches no API of AWS. With `queue` it waits for a ' +
      'place in the order of creation; without, it is refused where there is none.',
    needs: 'admin',
    body: createBody,
    success: { status: 201, body: jobShape },
    errors: [...JOB_REFUSALS, 'too_many_jobs'],
    handle: async ({ body, claim }) => {
      const now = Date.now();
      const made = (await madeBefore(claim)) ?? (await createJob(await sized(body), now, claim?.note));
      return presentJob(made, now);
    },
  }),
  route({
    method: 'GET',
    path: '/jobs',
    summary: 'Jobs, the newest first',
    needs: 'read',
    query: z.strictObject({
      ...page,
      status: z.optional(z.enum(JOB_STATUSES)),
      name: z.optional(z.string()),
      schedule_id: z.optional(z.string().check(z.describe('Jobs that this schedule made.'))),
    }),
    success: { status: 200, body: listShape('jobs', jobShape) },
    errors: ['invalid_cursor'],
    handle: async ({ query: { limit, cursor, ...filters } }) => {
      const now = Date.now();
      const { before, after } = await listCursor(['jobs', filters], cursor);
      const found = await jobRecords.page(limit, before);
      const jobs = found.page.map((stored) => presentJob(stored, now));
      return {
        jobs: jobs
          .filter(({ status }) => filters.status === undefined || status === filters.status)
          .filter(({ name }) => filters.name === undefined || name === filters.name)
          .filter(({ schedule_id }) => filters.schedule_id === undefined || schedule_id === filters.schedule_id),
        next_cursor: after(found.before),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/forecast',
    summary: 'What the next run of the jobs of a name will need, with the evidence',
    description:
      'Of the CPU and memory that earlier runs used, the bound that the next one stays below with the stated probability, ' +
      'and the smallest size of Fargate that holds both. `size: "auto"` in a job uses it.',
    needs: 'read',
    query: z.strictObject({ name: z.string().check(z.minLength(1), z.maxLength(100)) }),
    success: { status: 200, body: forecastShape },
    handle: async ({ query }) => forecastFor(query.name),
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}',
    summary: 'One job',
    needs: 'read',
    success: { status: 200, body: jobShape },
    errors: ['job_not_found'],
    handle: async ({ path }) => {
      const stored = await jobRecords.get(path.job_id);
      if (!stored) throw new ApiError('job_not_found', { id: path.job_id });
      const now = Date.now();
      // The record itself has what was told at first and at last.
      const last = stored.task.pid === null ? undefined : await lastSample(shortId(stored.task.pid), now);
      return presentJob({ ...stored, report: last?.sample ?? stored.report }, now);
    },
  }),
  route({
    method: 'DELETE',
    path: '/jobs/{job_id}',
    summary: 'Stops a job; its record stays',
    description: 'Its command gets a SIGTERM, and 20 s later a SIGKILL. One that waits for a place leaves the queue.',
    needs: 'admin',
    success: { status: 202, body: jobShape },
    errors: ['job_not_found', 'job_not_running'],
    handle: async ({ path }) => {
      const now = Date.now();
      return presentJob(await stopJob(path.job_id, now), now);
    },
  }),
  route({
    method: 'POST',
    path: '/jobs/{job_id}/restart',
    summary: 'Begins a job anew that has ended, under the same id',
    needs: 'admin',
    body: z.strictObject({}),
    success: { status: 200, body: jobShape },
    errors: ['job_not_found', 'job_active', ...JOB_REFUSALS, 'too_many_jobs'],
    handle: async ({ path, claim }) => {
      const now = Date.now();
      const begun = (await madeBefore(claim)) ?? (await restartJob(path.job_id, now, claim?.note(path.job_id)));
      return presentJob(begun, now);
    },
  }),
];

/** What an earlier attempt at a request made, or began anew, before it came to an answer. */
async function madeBefore(claim: Claim | undefined): Promise<StoredJob | undefined> {
  return claim?.made === undefined ? undefined : jobRecords.get(claim.made);
}
