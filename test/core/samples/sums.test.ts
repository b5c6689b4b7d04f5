import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginOf, HOUR_MS, MINUTE_MS, type Sample, sampleSchema } from '../../../core/samples/sample.ts';
import type { TaskSample } from '../../../core/samples/sample-records.ts';
import { fleetUsageSchema, sumFleetHour, sumHour, sumMinute, sumNow } from '../../../core/samples/sums.ts';

/** What samples come to. */

const NOON = Date.parse('2026-03-01T12:00:00.000Z');

function sampleOf(minute: number, seconds: number, percent: number, bytes: number, more: Partial<Sample> = {}): Sample {
  return {
    at: new Date(NOON + minute * MINUTE_MS).toISOString(),
    seconds,
    cpu: { percent, max_percent: percent * 2 },
    memory: { bytes, max_bytes: bytes * 2 },
    disk: { read_bytes: 1, write_bytes: 2 },
    network: null,
    run: { seconds: 60 * minute + seconds, cpu_p95: percent, memory_peak: bytes * 2 },
    first: minute === 0,
    ended: false,
    ...more,
  };
}
const task = (id: string, kind: 'collector' | 'job' = 'job') =>
  ({ pid: `arn:task/${id}`, kind, name: id, cpu: 512, memory: 1024 }) as const;

test('a task counts in a minute for the part of it in which it ran, and now for what it is', () => {
  const all: TaskSample[] = [
    { task: task('a', 'collector'), sample: sampleOf(0, 60, 30, 1000) },
    { task: task('b'), sample: sampleOf(0, 15, 80, 2000, { network: { rx_bytes: 5, tx_bytes: 6 }, disk: null }) },
  ];
  expect(sumMinute(NOON, all)).toEqual({
    at: '2026-03-01T12:00:00.000Z',
    collectors: 1,
    jobs: 1,
    cpu: { percent: 50, max_percent: 50, capacity_percent: 62.5 },
    memory: { bytes: 1500, max_bytes: 1500, capacity_bytes: 1.25 * 2 ** 30 },
    disk: { read_bytes: 1, write_bytes: 2 },
    network: { rx_bytes: 5, tx_bytes: 6 },
  });
  expect(sumNow(NOON, all)).toMatchObject({ cpu: { percent: 110, capacity_percent: 100 }, memory: { bytes: 3000 } });
  expect(sumMinute(NOON, [])).toMatchObject({ jobs: 0, cpu: { percent: 0 }, disk: null, network: null });
});

test('an hour of a task is the average over what was measured of it', () => {
  const hour = sumHour([sampleOf(58, 30, 100, 10), sampleOf(59, 60, 10, 40, { ended: true })]);
  expect(hour).toMatchObject({
    at: '2026-03-01T12:00:00.000Z',
    seconds: 90,
    cpu: { percent: 40, max_percent: 200 },
    memory: { bytes: 30, max_bytes: 80 },
    disk: { read_bytes: 2, write_bytes: 4 },
    network: null,
    run: { memory_peak: 80 },
    ended: true,
  });
});

const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 20 });
const fleet = fc.dictionary(fc.stringMatching(/^[a-f]$/), minutes, { minKeys: 1 }).chain((tasks) =>
  fc.tuple(
    ...Object.entries(tasks).flatMap(([id, times]) =>
      times.map((minute) =>
        fc
          .tuple(
            fc.integer({ min: 1, max: 60 }),
            fc.integer({ min: 0, max: 400 }),
            fc.integer({ min: 0, max: 2 ** 30 }),
          )
          .map(([seconds, percent, bytes]) => ({
            task: task(id),
            sample: sampleOf(minute, seconds, percent, bytes),
          })),
      ),
    ),
  ),
);
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

test('whoever ran when, the hour holds the CPU of all minutes and of all tasks, once', () => {
  fc.assert(
    fc.property(fleet, (all) => {
      const hour = fleetUsageSchema.parse(sumFleetHour(NOON, all));
      const cpuSeconds = sum(all.map(({ sample: { cpu, seconds } }) => (cpu.percent * seconds) / 100));
      expect((hour.cpu.percent * 3600) / 100).toBeCloseTo(cpuSeconds, -1);
      const ofTasks = [...Map.groupBy(all, ({ task: { pid } }) => pid).values()].map((found) => {
        const [first, ...rest] = found.map(({ sample }) => sample);
        return sampleSchema.parse(sumHour([first ?? sampleOf(0, 0, 0, 0), ...rest]));
      });
      expect(sum(ofTasks.map(({ cpu, seconds }) => (cpu.percent * seconds) / 100))).toBeCloseTo(cpuSeconds, -1);
      expect(sum(ofTasks.map(({ disk }) => disk?.read_bytes ?? -1))).toBe(hour.disk?.read_bytes);
      expect(hour.disk?.read_bytes).toBe(all.length);
      expect(hour.jobs).toBe(ofTasks.length);
      expect(hour.cpu.percent).toBeLessThanOrEqual(hour.cpu.max_percent);
      expect(hour.memory.bytes).toBeLessThanOrEqual(hour.memory.max_bytes);
      for (const { at } of ofTasks) expect(Date.parse(at)).toBe(beginOf(HOUR_MS, NOON));
    }),
    { numRuns: 100 },
  );
});
