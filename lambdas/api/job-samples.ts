import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { badField, saying } from '../../core/http/schema.ts';
import { jobRecords } from '../../core/jobs/job-records.ts';
import { beginOf, HOUR_MS, MINUTE_MS, sampleSchema } from '../../core/samples/sample.ts';
import { shortId, storeSamples } from '../../core/samples/sample-records.ts';
import { REPORTED_SAMPLES } from '../../core/samples/sampling.ts';
import { JOB_TOKEN, type Route, route } from './route.ts';

/** What jobs use, as their runners tell. */

const DAY_SECONDS = 86_400;
/** Points of a minute are kept no longer. */
const OLDEST_MS = 25 * HOUR_MS;
/** By which the clocks of a task and of ours may differ. */
const SKEW_MS = MINUTE_MS;

const BEFORE_ITS_BEGIN = { es: 'es anterior al trabajo', en: 'is before the job' };

/** One that can be true: of a whole minute of the last day. */
const reported = z.extend(sampleSchema, {
  at: sampleSchema.shape.at.check(
    z.refine(
      (at) => Date.parse(at) % MINUTE_MS === 0,
      saying({ es: 'no es un minuto entero', en: 'is no whole minute' }),
    ),
    z.refine((at) => Date.parse(at) <= Date.now() + SKEW_MS, saying({ es: 'aún no ha llegado', en: 'is yet to come' })),
    z.refine((at) => Date.parse(at) > Date.now() - OLDEST_MS, saying({ es: 'es demasiado antiguo', en: 'is too old' })),
  ),
  // Between two readings may lie more than the minute that it is counted in.
  seconds: sampleSchema.shape.seconds.check(z.maximum(DAY_SECONDS)),
});

export const jobSampleRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs/{job_id}/samples',
    summary: 'Takes what a job used, a sample a minute',
    needs: JOB_TOKEN,
    body: z.strictObject({
      pid: z.string().check(z.maxLength(2000), z.describe('The ARN of the task, or its short id.')),
      samples: z.array(reported).check(z.minLength(1), z.maxLength(REPORTED_SAMPLES)),
    }),
    success: { status: 204 },
    errors: ['job_not_found'],
    handle: async ({ caller, path: { job_id: id }, body: { pid, samples } }) => {
      const stored = await jobRecords.get(id);
      if (!stored || caller.kind !== 'job') throw new ApiError('job_not_found', { id });
      const { spec, task } = stored;
      const isNow = caller.generation === task.generation;
      // ECS may have begun it before it has told us so.
      if (isNow && task.pid === null) throw new ApiError('unavailable', {}, { 'retry-after': '5' });
      const arn = (isNow ? [task.pid ?? ''] : task.past_pids).find((it) => it === pid || shortId(it) === pid);
      if (arn === undefined) throw new ApiError('forbidden');
      const early = samples.findIndex(
        ({ at }) => isNow && Date.parse(at) < beginOf(MINUTE_MS, task.asked_at) - SKEW_MS,
      );
      if (early >= 0) throw badField('invalid_body', `samples.${early}.at`, BEFORE_ITS_BEGIN);
      await storeSamples({ pid: arn, kind: 'job', name: id, cpu: spec.cpu, memory: spec.memory }, samples);
      // With the record only what stays readable after the end: a write each minute would cost as much as the samples.
      const kept = samples.findLast(({ first, ended }) => first || ended);
      if (kept) await jobRecords.heartbeat(id, caller.generation, kept, Date.now());
      return { statusCode: 204 };
    },
  }),
];
