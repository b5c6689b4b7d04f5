import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { jobRecords } from '../../core/jobs/job-records.ts';
import { sampleSchema } from '../../core/samples/sample.ts';
import { storeSamples } from '../../core/samples/sample-records.ts';
import { REPORTED_SAMPLES } from '../../core/samples/sampling.ts';
import { JOB_TOKEN, type Route, route } from './route.ts';

/** What jobs use, as their runners tell. */

export const jobSampleRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs/{job_id}/samples',
    summary: 'Takes what a job used, a sample a minute',
    needs: JOB_TOKEN,
    body: z.strictObject({
      pid: z.string().check(z.maxLength(2000)),
      samples: z.array(sampleSchema).check(z.minLength(1), z.maxLength(REPORTED_SAMPLES)),
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
      if (isNow ? pid !== task.pid : !task.past_pids.includes(pid)) throw new ApiError('forbidden');
      await storeSamples({ pid, kind: 'job', name: id, cpu: spec.cpu, memory: spec.memory }, samples);
      // With the record only what stays readable after the end: a write each minute would cost as much as the samples.
      const kept = samples.findLast(({ first, ended }) => first || ended);
      if (kept) await jobRecords.heartbeat(id, caller.generation, kept, Date.now());
      return { statusCode: 204 };
    },
  }),
];
