import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FARGATE_SIZES, isFargateSize } from '../../../core/jobs/fargate-sizes.ts';
import { cpuTaken, memoryNeeded, smallestSize, upperBound } from '../../../core/jobs/forecast-rules.ts';
import type { EndedRun } from '../../../core/jobs/run-records.ts';
import { startTable, type TestTable } from '../service-table.ts';

/** What the next run will need. */

const MIB = 2 ** 20;

describe('the bound', () => {
  test('is the most with headroom below nineteen values, and one of them from then on', () => {
    expect(upperBound([])).toBeUndefined();
    expect(upperBound([100, 40])).toEqual({ value: 150, method: 'headroom' });
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(upperBound(values.slice(0, 18))).toEqual({ value: 27, method: 'headroom' });
    expect(upperBound(values.slice(0, 19))).toEqual({ value: 19, method: 'quantile' });
    // ⌈0.95 · 101⌉ = 96.
    expect(upperBound(values.toReversed())).toEqual({ value: 96, method: 'quantile' });
  });

  test('holds the next value of any distribution in 95 of 100 cases', () => {
    // Of n + 1 values in any order each is as likely the last one: count in how many it is above the bound of the others.
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(values, (all) => {
        const missed = all.filter((last, index) => last > (upperBound(all.toSpliced(index, 1))?.value ?? -1));
        expect(missed.length / all.length).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 200 },
    );
  });

  test('never falls when a run needed more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
        fc.nat(59),
        fc.nat(1000),
        (all, at, more) => {
          const raised = all.map((value, index) => (index === at % all.length ? value + more : value));
          expect(upperBound(raised)?.value).toBeGreaterThanOrEqual(upperBound(all)?.value ?? 0);
        },
      ),
    );
  });
});

test('a run without memory enough needed twice what it had', () => {
  const run = { memoryPeak: 500 * MIB, cpuP95: 1, size: { cpu: 256, memory: 512 } };
  expect(memoryNeeded({ ...run, outOfMemory: false })).toBe(500 * MIB);
  expect(memoryNeeded({ ...run, outOfMemory: true })).toBe(1024 * MIB);
});

describe('of CPU', () => {
  const taken = (cpuP95: number | null, cpu: number) =>
    cpuTaken({ memoryPeak: 1, cpuP95, outOfMemory: false, size: { cpu, memory: 512 } });

  test('a run counts for no more than it had, and not at all where it was too short to tell', () => {
    expect([taken(12, 256), taken(26, 256), taken(250, 512), taken(null, 256)]).toEqual([12, 25, 50, null]);
  });

  test('what was held back gets the next size up while runs are few, and later what it had', () => {
    const sizeAfter = (runs: number) => smallestSize(1, upperBound(Array(runs).fill(taken(100, 256)))?.value ?? 0).cpu;
    expect([1, 3, 18, 19, 24].map(sizeAfter)).toEqual([512, 512, 512, 256, 256]);
  });

  test('the bound is never above what runs had, headroom aside, nor lower where one of them took more', () => {
    const run = fc.record({ percent: fc.nat(2000), cpu: fc.constantFrom(...FARGATE_SIZES.keys()) });
    const boundOf = (runs: { percent: number; cpu: number }[]) =>
      upperBound(runs.map(({ percent, cpu }) => taken(percent, cpu) ?? 0))?.value ?? -1;
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 60 }), fc.nat(59), fc.nat(500), (runs, at, more) => {
        const had = Math.max(...runs.map(({ cpu }) => (cpu / 1024) * 100));
        expect(boundOf(runs)).toBeLessThanOrEqual(runs.length < 19 ? 1.5 * had : had);
        const raised = runs.map((it, index) =>
          index === at % runs.length ? { ...it, percent: it.percent + more } : it,
        );
        expect(boundOf(raised)).toBeGreaterThanOrEqual(boundOf(runs));
      }),
    );
  });
});

test('the smallest size fits, and none that is smaller does', () => {
  expect(smallestSize(0, 0)).toEqual({ cpu: 256, memory: 512 });
  expect(smallestSize(2048 * MIB, 25)).toEqual({ cpu: 256, memory: 2048 });
  expect(smallestSize(2048 * MIB + 1, 25)).toEqual({ cpu: 512, memory: 3072 });
  expect(smallestSize(1, 25.01)).toEqual({ cpu: 512, memory: 1024 });
  // More than there is.
  expect(smallestSize(2 ** 50, 1e6)).toEqual({ cpu: 16384, memory: 122880 });
  fc.assert(
    fc.property(fc.nat(122880), fc.nat(1600), (mebibytes, percent) => {
      const size = smallestSize(mebibytes * MIB, percent);
      expect(isFargateSize(size)).toBe(true);
      expect(size.memory).toBeGreaterThanOrEqual(mebibytes);
      expect((size.cpu / 1024) * 100).toBeGreaterThanOrEqual(percent);
      for (const [cpu, memories] of FARGATE_SIZES) {
        for (const memory of memories) {
          const isSmaller = cpu < size.cpu || (cpu === size.cpu && memory < size.memory);
          if (isSmaller) expect(memory < mebibytes || (cpu / 1024) * 100 < percent).toBe(true);
        }
      }
    }),
  );
});

describe('over the table', () => {
  let table: TestTable;
  let records: typeof import('../../../core/jobs/run-records.ts');
  let forecasts: typeof import('../../../core/jobs/forecast.ts');
  beforeAll(async () => {
    table = await startTable('operations', { OPERATIONS_TABLE: 'operations' });
    records = await import('../../../core/jobs/run-records.ts');
    forecasts = await import('../../../core/jobs/forecast.ts');
  });
  afterAll(() => table?.close());
  beforeEach(() => void vi.useRealTimers());

  const run = (index: number, memoryPeak: number): EndedRun => ({
    job_id: `job_20260301_120000_${String(index).padStart(6, '0')}`,
    pid: `arn:aws:ecs:eu-west-1:000000000000:task/cluster/${index}`,
    ended_at: Date.now() - 1000 * (100 - index),
    ran: 5000,
    cpu: 1024,
    memory: 4096,
    cpu_p95: 40,
    memory_peak: memoryPeak,
    out_of_memory: false,
  });

  test('a name without runs gets the smallest size, another one what its runs needed, with the evidence', async () => {
    expect(await forecasts.forecastFor('unknown')).toEqual({
      name: 'unknown',
      quantile: 0.95,
      runs: 0,
      memory: null,
      cpu: null,
      size: { cpu: 256, memory: 512 },
      evidence: [],
    });
    for (let index = 0; index < 30; index += 1) await records.storeRun('report', run(index, (index + 1) * 100 * MIB));
    // Of too long ago.
    await records.storeRun('report', { ...run(29, 3000 * MIB), ended_at: Date.now() - 91 * 86_400_000 });
    const forecast = await forecasts.forecastFor('report');
    expect(forecast).toMatchObject({
      runs: 30,
      memory: { bytes: 3000 * MIB, method: 'quantile' },
      cpu: { percent: 40, method: 'quantile' },
      size: { cpu: 512, memory: 3072 },
    });
    expect(forecast.evidence[0]).toEqual({
      job_id: 'job_20260301_120000_000029',
      pid: 'arn:aws:ecs:eu-west-1:000000000000:task/cluster/29',
      ended_at: expect.any(String),
      duration: 5,
      size: { cpu: 1024, memory: 4096 },
      cpu_p95: 40,
      memory_peak: 3000 * MIB,
      out_of_memory: false,
    });
  });

  test('runs too short to tell of CPU get the least of it, also beside older ones that are longer', async () => {
    const brief = { ...run(0, 80 * MIB), cpu: 256, memory: 512, cpu_p95: null };
    for (const index of [1, 2, 3]) await records.storeRun('brief', { ...brief, ended_at: brief.ended_at + index });
    expect(await forecasts.forecastFor('brief')).toMatchObject({
      runs: 3,
      memory: { bytes: 120 * MIB, method: 'headroom' },
      cpu: null,
      size: { cpu: 256, memory: 512 },
      evidence: Array(3).fill({ cpu_p95: null }),
    });
    await records.storeRun('brief', { ...brief, cpu_p95: 30 });
    expect(await forecasts.forecastFor('brief')).toMatchObject({
      cpu: { percent: 37.5, method: 'headroom' },
      size: { cpu: 512, memory: 1024 },
    });
  });
});
