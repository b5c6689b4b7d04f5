import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { SMALLEST } from './fargate-sizes.ts';
import {
  type Bound,
  cpuTaken,
  memoryNeeded,
  type PastRun,
  QUANTILE,
  smallestSize,
  upperBound,
} from './forecast-rules.ts';
import { jobName } from './job.ts';
import { type EndedRun, lastRuns } from './run-records.ts';

/** What the next run of a job will need, with the evidence. */

const method = z
  .enum(['quantile', 'headroom'])
  .check(
    z.describe('`quantile`: of the runs; `headroom`: while they are too few for that, half as much again as the most.'),
  );

export const sizeShape = z.strictObject({
  cpu: z.int().check(z.describe('1024 units are a vCPU.')),
  memory: z.int().check(z.describe('MiB.')),
});

export const forecastShape = z.strictObject({
  name: z.string(),
  quantile: z
    .number()
    .check(z.describe('The next run, if it is like these, needs no more than that with this probability.')),
  runs: z.int().check(z.describe('How many are looked at: the last ones of 90 days that did not fail of themselves.')),
  memory: z.nullable(z.strictObject({ bytes: z.int(), method })).check(z.describe('Null without any run.')),
  cpu: z
    .nullable(
      z.strictObject({
        percent: z.number().check(z.describe('Of one vCPU; a run counts for no more than it had.')),
        method,
      }),
    )
    .check(z.describe('Null without any run that was long enough to tell.')),
  size: sizeShape.check(z.describe('The smallest of Fargate that fits; the smallest of all without any run.')),
  evidence: z
    .array(
      z.strictObject({
        job_id: z.string().check(z.describe('Whose run it was.')),
        pid: z.string().check(z.describe('The ARN of the ECS task.')),
        ended_at: isoTime.check(z.describe('When it ended.')),
        duration: z.number().check(z.describe('For how many seconds it ran.')),
        size: sizeShape.check(z.describe('What it was given.')),
        cpu_p95: z
          .nullable(z.number())
          .check(
            z.describe(
              'The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU. Null where it ran for less than a second.',
            ),
          ),
        memory_peak: z.int().check(z.describe('In bytes.')),
        out_of_memory: z.boolean().check(z.describe('It counts for twice the memory that it was given.')),
      }),
    )
    .check(z.describe('The runs, newest first.')),
});
export type Forecast = z.output<typeof forecastShape>;
forecastShape.register(z.globalRegistry, { id: 'JobForecast' });

/** @param name of the jobs */
export async function forecastFor(name: string): Promise<Forecast> {
  const runs = await lastRuns(name, Date.now());
  const past = runs.map(pastRun);
  const memory = upperBound(past.map(memoryNeeded));
  const cpu = upperBound(past.map(cpuTaken).filter((percent) => percent !== null));
  return {
    name,
    quantile: QUANTILE,
    runs: runs.length,
    memory: memory ? { bytes: Math.ceil(memory.value), method: memory.method } : null,
    cpu: cpu ? { percent: rounded(cpu), method: cpu.method } : null,
    size: memory ? smallestSize(memory.value, cpu?.value ?? 0) : SMALLEST,
    evidence: runs.map(({ ended_at, ran, cpu, memory, ...run }) => ({
      ...run,
      ended_at: new Date(ended_at).toISOString(),
      duration: ran / 1000,
      size: { cpu, memory },
    })),
  };
}

/** A request for a job, of the size that the forecast suggests where it leaves that to us. */
export async function sized<
  Request extends { command: string[]; name?: string | undefined; size?: 'auto' | undefined },
>({ size, ...request }: Request): Promise<Omit<Request, 'size'>> {
  return size === 'auto' ? { ...request, ...(await forecastFor(jobName(request))).size } : request;
}

function pastRun({ cpu, memory, cpu_p95, memory_peak, out_of_memory }: EndedRun): PastRun {
  return { memoryPeak: memory_peak, cpuP95: cpu_p95, outOfMemory: out_of_memory, size: { cpu, memory } };
}

const rounded = ({ value }: Bound) => Math.round(value * 100) / 100;
