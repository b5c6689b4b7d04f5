import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { beginOf, cpuShape, MINUTE_MS, memoryShape, runShape, sampleSchema, usageShape } from './sample.ts';
import type { TaskSample } from './sample-records.ts';
import { type FleetUsage, MIB, percentOf, sumNow } from './sums.ts';

/** What a task uses, as the API and pushes show it. */

export const processShape = z.strictObject({
  pid: z.string().check(z.describe('The ARN of the ECS task.')),
  kind: z.enum(['collector', 'job']),
  name: z.string().check(z.describe("The collector's name, or the job's id.")),
  at: isoTime.check(z.describe('When the minute begins that this is of; after a day, the last hour.')),
  seconds: sampleSchema.shape.seconds,
  cpu: z.extend(cpuShape, { capacity_percent: z.number().check(z.describe('What it was given.')) }),
  memory: z.extend(memoryShape, { capacity_bytes: z.int().check(z.describe('What it was given.')) }),
  disk: usageShape.disk,
  network: usageShape.network,
  run: runShape.check(z.describe('Of its whole run so far.')),
  ended: z.boolean().check(z.describe('It said that it ends.')),
});
processShape.register(z.globalRegistry, { id: 'ProcessUsage' });

export function presentProcess({ task, sample }: TaskSample): z.output<typeof processShape> {
  const { at, seconds, cpu, memory, disk, network, run, ended } = sample;
  return {
    pid: task.pid,
    kind: task.kind,
    name: task.name,
    at,
    seconds,
    cpu: { ...cpu, capacity_percent: percentOf(task) },
    memory: { ...memory, capacity_bytes: task.memory * MIB },
    disk,
    network,
    run,
    ended,
  };
}

/** What all of these together use. */
export function presentSystem(samples: readonly TaskSample[], now: number): FleetUsage {
  return sumNow(beginOf(MINUTE_MS, now), samples);
}
