import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { isoText } from './points.ts';
import { beginOf, cpuShape, HOUR_MS, MINUTE_MS, memoryShape, type Sample, usageShape } from './sample.ts';
import type { TaskSample } from './sample-records.ts';

/** What samples come to, of one task over an hour or of all tasks at once. Pure: nothing here asks a clock. */

/** What all tasks together used, or use. */
export const fleetUsageSchema = z.strictObject({
  at: isoTime.check(z.describe('When the minute or hour begins.')),
  collectors: z.int().check(z.describe('How many there were.')),
  jobs: z.int().check(z.describe('How many there were.')),
  cpu: z.extend(cpuShape, {
    max_percent: z.number().check(z.describe('The most of any minute.')),
    capacity_percent: z.number().check(z.describe('What the tasks were given; 25 for a quarter of a vCPU.')),
  }),
  memory: z.extend(memoryShape, {
    max_bytes: z.int().check(z.describe('The most of any minute.')),
    capacity_bytes: z.int().check(z.describe('What the tasks were given.')),
  }),
  disk: usageShape.disk,
  network: usageShape.network,
});
export type FleetUsage = z.output<typeof fleetUsageSchema>;

export const MIB = 2 ** 20;

/** Of one vCPU; Fargate's units are 1,024 a vCPU. */
export function percentOf({ cpu }: { cpu: number }): number {
  return (cpu / 1024) * 100;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const rounded = (percent: number) => Math.round(percent * 100) / 100;

/** The sums of counters; null where none was counted. */
function counted<Counters extends Record<string, number>>(all: readonly (Counters | null)[]): Counters | null {
  const known = all.filter((one) => one !== null);
  const [first] = known;
  if (!first) return null;
  const names = Object.keys(first) as (keyof Counters)[];
  return Object.fromEntries(names.map((name) => [name, sum(known.map((one) => one[name]))])) as Counters;
}

/** What the samples of one run within an hour come to; oldest first, at least one. */
export function sumHour(samples: readonly [Sample, ...Sample[]]): Sample {
  const seconds = sum(samples.map((it) => it.seconds));
  const average = (of: (sample: Sample) => number) =>
    seconds === 0 ? 0 : sum(samples.map((it) => of(it) * it.seconds)) / seconds;
  const { at, run, ended } = samples.at(-1) ?? samples[0];
  return {
    at: isoText(beginOf(HOUR_MS, Date.parse(at))),
    seconds,
    cpu: {
      percent: rounded(average(({ cpu }) => cpu.percent)),
      max_percent: Math.max(...samples.map(({ cpu }) => cpu.max_percent)),
    },
    memory: {
      bytes: Math.round(average(({ memory }) => memory.bytes)),
      max_bytes: Math.max(...samples.map(({ memory }) => memory.max_bytes)),
    },
    disk: counted(samples.map(({ disk }) => disk)),
    network: counted(samples.map(({ network }) => network)),
    run,
    first: true,
    ended,
  };
}

/** What the tasks of some samples use at once: each sample for what it says, however long it was measured. */
export function sumNow(at: number, found: readonly TaskSample[]): FleetUsage {
  return sumAll(at, found, () => 1);
}

/** What all tasks used in a minute; one that ran for a part of it counts for that part. */
export function sumMinute(at: number, found: readonly TaskSample[]): FleetUsage {
  return sumAll(at, found, ({ seconds }) => (seconds * 1000) / MINUTE_MS);
}

function sumAll(at: number, found: readonly TaskSample[], weight: (sample: Sample) => number): FleetUsage {
  const weighed = (of: (it: TaskSample) => number) => sum(found.map((it) => of(it) * weight(it.sample)));
  const percent = rounded(weighed(({ sample }) => sample.cpu.percent));
  const bytes = Math.round(weighed(({ sample }) => sample.memory.bytes));
  const count = (wanted: string) => new Set(found.flatMap(({ task }) => (task.kind === wanted ? task.pid : []))).size;
  return {
    at: isoText(at),
    collectors: count('collector'),
    jobs: count('job'),
    cpu: {
      percent,
      max_percent: percent,
      capacity_percent: rounded(weighed(({ task }) => percentOf(task))),
    },
    memory: {
      bytes,
      max_bytes: bytes,
      capacity_bytes: Math.round(weighed(({ task }) => task.memory * MIB)),
    },
    disk: counted(found.map(({ sample }) => sample.disk)),
    network: counted(found.map(({ sample }) => sample.network)),
  };
}

/** What all tasks used in an hour, from all samples of its minutes. */
export function sumFleetHour(at: number, found: readonly TaskSample[]): FleetUsage {
  const ofMinutes = [...Map.groupBy(found, ({ sample }) => sample.at)].map(([minute, ofMinute]) =>
    sumMinute(Date.parse(minute), ofMinute),
  );
  /** Over all minutes, also those of which there is no sample. */
  const average = (of: (usage: FleetUsage) => number) => sum(ofMinutes.map(of)) / (HOUR_MS / MINUTE_MS);
  const { collectors, jobs } = sumAll(at, found, () => 0);
  return {
    at: isoText(at),
    collectors,
    jobs,
    cpu: {
      percent: rounded(average(({ cpu }) => cpu.percent)),
      max_percent: Math.max(0, ...ofMinutes.map(({ cpu }) => cpu.percent)),
      capacity_percent: rounded(average(({ cpu }) => cpu.capacity_percent)),
    },
    memory: {
      bytes: Math.round(average(({ memory }) => memory.bytes)),
      max_bytes: Math.max(0, ...ofMinutes.map(({ memory }) => memory.bytes)),
      capacity_bytes: Math.round(average(({ memory }) => memory.capacity_bytes)),
    },
    disk: counted(found.map(({ sample }) => sample.disk)),
    network: counted(found.map(({ sample }) => sample.network)),
  };
}
