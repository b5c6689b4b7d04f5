import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../core/samples/reading.ts';
import { RunUsage } from '../../../core/samples/run-usage.ts';
import { HOUR_MS, MINUTE_MS, type Sample, sampleSchema } from '../../../core/samples/sample.ts';

/** Readings become samples of minutes. */

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const reading = (seconds: number, cpuSeconds: number, memoryBytes: number, bytes = 0): Reading => ({
  at: NOON + seconds * 1000,
  cpuNanoseconds: cpuSeconds * 1e9,
  memoryBytes,
  disk: { readBytes: bytes, writeBytes: 2 * bytes },
  network: undefined,
});

test('a minute is what lies between its readings, weighted by time', () => {
  const usage = new RunUsage();
  usage.add(reading(0, 0, 100));
  usage.add(reading(10, 10, 100, 5));
  usage.add(reading(50, 20, 200, 7));
  expect(usage.takeOver()).toEqual([]);
  expect(usage.newest(false)).toMatchObject([{ seconds: 50, cpu: { percent: 40, max_percent: 100 } }]);
  usage.add(reading(60, 20, 300, 7));
  const sample = {
    at: '2026-03-01T12:00:00.000Z',
    seconds: 60,
    cpu: { percent: 33.33, max_percent: 100 },
    memory: { bytes: 200, max_bytes: 300 },
    disk: { read_bytes: 7, write_bytes: 14 },
    network: null,
    run: { seconds: 60, cpu_p95: 100, memory_peak: 300 },
    first: true,
    ended: false,
  };
  expect(usage.takeOver()).toEqual([sample]);
  expect(usage.takeOver()).toEqual([]);
  // Where nothing more was read, the minute before is the last.
  expect(usage.newest(true)).toEqual([{ ...sample, ended: true }]);
  usage.add(reading(70, 21, 100, 7));
  expect(usage.newest(true)).toMatchObject([{ at: '2026-03-01T12:01:00.000Z', first: false, ended: true }]);
});

test('a counter that goes back counts nothing, and a reading that is not later says nothing', () => {
  const usage = new RunUsage();
  usage.add(reading(0, 5, 1, 9));
  usage.add(reading(0, 50, 1, 90));
  usage.add(reading(10, 1, 1, 2));
  expect(usage.newest(false)).toMatchObject([{ cpu: { percent: 0 }, disk: { read_bytes: 0, write_bytes: 0 } }]);
});

test('readings that follow each other at once do not tell how busy the CPU was', () => {
  const usage = new RunUsage();
  // Two ticks within 12 ms; a run that ends then has its average and nothing else.
  usage.add(reading(0, 1, 100));
  usage.add(reading(0.012, 1.02, 100));
  expect(usage.newest(true)).toMatchObject([{ cpu: { percent: 166.67, max_percent: 166.67 }, run: { cpu_p95: 167 } }]);
  usage.add(reading(1, 1.1, 100));
  usage.add(reading(2, 1.2, 100));
  usage.add(reading(2.4, 1.6, 100));
  expect(usage.newest(true)).toMatchObject([
    { seconds: 2.4, cpu: { percent: 25, max_percent: 25 }, run: { seconds: 2.4, cpu_p95: 10 } },
  ]);
  // What had to wait counts with the next one.
  usage.add(reading(3, 1.6, 100));
  expect(usage.newest(true)).toMatchObject([{ cpu: { max_percent: 40 }, run: { cpu_p95: 40 } }]);
});

describe('whatever is read', () => {
  const step = fc.record({
    milliseconds: fc.integer({ min: 1, max: 200_000 }),
    cpu: fc.integer({ min: 0, max: 4_000_000 }),
    memoryBytes: fc.integer({ min: 0, max: 2 ** 33 }),
    bytes: fc.integer({ min: 0, max: 1e9 }),
    taken: fc.boolean(),
  });
  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
  const life = fc.tuple(fc.integer({ min: 0, max: HOUR_MS }), fc.array(step, { minLength: 1, maxLength: 60 }));

  /** The samples as they are stored: of one minute the last. */
  function samplesOf([begin, steps]: [number, Step[]]): Sample[] {
    const usage = new RunUsage();
    const stored = new Map<string, Sample>();
    const store = (samples: Sample[]) => {
      for (const sample of samples) stored.set(sample.at, sampleSchema.parse(sample));
    };
    const now = { at: NOON + begin, cpuNanoseconds: 0, memoryBytes: 0, bytes: 0 };
    const read = () => {
      const { bytes, ...rest } = now;
      usage.add({
        ...rest,
        disk: { readBytes: bytes, writeBytes: 0 },
        network: { rxBytes: 0, txBytes: bytes },
      });
    };
    read();
    for (const { milliseconds, cpu, memoryBytes, bytes, taken } of steps) {
      now.at += milliseconds;
      now.cpuNanoseconds += cpu * milliseconds;
      now.memoryBytes = memoryBytes;
      now.bytes += bytes;
      read();
      if (taken) store([...usage.takeOver(), ...usage.newest(false)]);
    }
    store([...usage.takeOver(), ...usage.newest(true)]);
    return [...stored.values()];
  }
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

  test('nothing is lost or counted twice', () => {
    fc.assert(
      fc.property(life, (given) => {
        const samples = samplesOf(given);
        const [, steps] = given;
        expect(sum(samples.map(({ disk }) => disk?.read_bytes ?? -1))).toBe(sum(steps.map(({ bytes }) => bytes)));
        expect(sum(samples.map(({ network }) => network?.tx_bytes ?? -1))).toBe(sum(steps.map(({ bytes }) => bytes)));
        expect(sum(samples.map(({ seconds }) => seconds))).toBeCloseTo(
          sum(steps.map(({ milliseconds }) => milliseconds)) / 1000,
          6,
        );
        const cpuSeconds = sum(steps.map(({ cpu, milliseconds }) => (cpu * milliseconds) / 1e9));
        const told = sum(samples.map(({ cpu, seconds }) => (cpu.percent * seconds) / 100));
        // Percents are told with two digits.
        expect(Math.abs(told - cpuSeconds)).toBeLessThanOrEqual(0.0051 * 0.01 * sum(samples.map((it) => it.seconds)));
        expect(samples.at(-1)?.run.memory_peak).toBe(Math.max(0, ...steps.map(({ memoryBytes }) => memoryBytes)));
      }),
      { numRuns: 200 },
    );
  });

  test('samples are of whole minutes in order, no average is above its most, and each hour has a first one', () => {
    fc.assert(
      fc.property(life, (given) => {
        const samples = samplesOf(given);
        const times = samples.map(({ at }) => Date.parse(at));
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(times.every((at) => at % MINUTE_MS === 0)).toBe(true);
        for (const { cpu, memory, run } of samples) {
          expect(cpu.percent).toBeLessThanOrEqual(cpu.max_percent);
          expect(memory.bytes).toBeLessThanOrEqual(memory.max_bytes);
          expect(memory.max_bytes).toBeLessThanOrEqual(run.memory_peak);
        }
        const firsts = samples.filter(({ first }) => first).map(({ at }) => at.slice(0, 13));
        expect(firsts).toEqual([...new Set(samples.map(({ at }) => at.slice(0, 13)))]);
        expect(samples.map(({ ended }) => ended)).toEqual(samples.map((_, index) => index === samples.length - 1));
      }),
      { numRuns: 200 },
    );
  });
});
