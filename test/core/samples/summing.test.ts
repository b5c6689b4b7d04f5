import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, type Sample } from '../../../core/samples/sample.ts';
import { startTable, type TestTable } from '../service-table.ts';

/** Samples in the table, and what sweeps make of them, over a DynamoDB of its own. */

let table: TestTable;
let records: typeof import('../../../core/samples/sample-records.ts');
let fleet: typeof import('../../../core/samples/fleet-records.ts');
let summing: typeof import('../../../core/samples/summing.ts');
let points: typeof import('../../../core/samples/points.ts');
beforeAll(async () => {
  table = await startTable('operations', { OPERATIONS_TABLE: 'operations' });
  records = await import('../../../core/samples/sample-records.ts');
  fleet = await import('../../../core/samples/fleet-records.ts');
  summing = await import('../../../core/samples/summing.ts');
  points = await import('../../../core/samples/points.ts');
});
afterAll(() => table?.close());

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const ONE = {
  pid: 'arn:aws:ecs:eu-west-1:000000000000:task/Vigia-CollectorsNetworkCluster/0123456789abcdef0123456789abcdef',
  kind: 'job',
  name: 'job_20260301_120000_abc123',
  cpu: 256,
  memory: 512,
} as const;
const OTHER = { ...ONE, pid: ONE.pid.replace('0123', 'ffff'), kind: 'collector', name: 'bybit_BTCUSDT_1m' } as const;

function sampleAt(minute: number, more: Partial<Sample> = {}): Sample {
  return {
    at: new Date(NOON + minute * MINUTE_MS).toISOString(),
    seconds: 60,
    cpu: { percent: 12.34, max_percent: 98.76 },
    memory: { bytes: 123_456_789, max_bytes: 234_567_890 },
    disk: { read_bytes: 1_000_000, write_bytes: 2_000_000 },
    network: { rx_bytes: 123_456_789, tx_bytes: 12_345_678 },
    run: { seconds: 60 * (minute + 1), cpu_p95: 88, memory_peak: 234_567_890 },
    first: minute % 60 === 0,
    ended: false,
    ...more,
  };
}
const id = '0123456789abcdef0123456789abcdef';
const minutesOf = async (now: number) =>
  (await fleet.fleetIn('1m', points.EVER, 200, now)).map(({ at, collectors, jobs }) => [
    at.slice(11, 16),
    collectors,
    jobs,
  ]);

test('a minute of a task costs one write, and is there once however often it comes', async () => {
  await records.storeSamples(ONE, [sampleAt(0, { seconds: 5 })]);
  // It is listed with the first one of an hour.
  expect(table.unitsWritten()).toBe(2);
  await records.storeSamples(ONE, [sampleAt(1)]);
  expect(table.unitsWritten()).toBe(1);
  await records.storeSamples(ONE, [sampleAt(0), sampleAt(1), sampleAt(2)]);
  table.unitsRead();
  const found = await records.samplesIn(id, '1m', points.EVER, 10, NOON);
  expect(found.map(({ sample }) => sample)).toEqual([sampleAt(2), sampleAt(1), sampleAt(0)]);
  expect(table.unitsRead()).toBeLessThanOrEqual(0.5);
  expect(await records.samplesIn(id, '1m', { from: NOON, to: NOON + MINUTE_MS }, 10, NOON)).toEqual([
    { task: ONE, sample: sampleAt(0) },
  ]);
});

test('what runs now is what was heard of last and did not say that it ends', async () => {
  await records.storeSamples(OTHER, [sampleAt(0), sampleAt(1)]);
  const running = async (minute: number) =>
    (await summing.samplesNow(NOON + minute * MINUTE_MS)).map(({ task, sample }) => [
      task.name,
      sample.at.slice(11, 16),
    ]);
  expect((await running(3)).sort()).toEqual([
    [OTHER.name, '12:01'],
    [ONE.name, '12:02'],
  ]);
  expect(await running(4.5)).toEqual([[ONE.name, '12:02']]);
  await records.storeSamples(ONE, [sampleAt(2, { ended: true })]);
  expect(await running(4.5)).toEqual([]);
});

test('sweeps that fail, come twice or late leave a point of every minute', async () => {
  await summing.sumUp(NOON + 1.5 * MINUTE_MS);
  await summing.sumUp(NOON + 1.5 * MINUTE_MS);
  const first = ['12:00', 1, 1];
  expect(await minutesOf(NOON)).toEqual([first]);
  // The next one is over, and not all of it may be there.
  await summing.sumUp(NOON + 2 * MINUTE_MS + 10_000);
  expect(await minutesOf(NOON)).toEqual([first]);
  table.faults.push(undefined, 'refused');
  await expect(summing.sumUp(NOON + 6.5 * MINUTE_MS)).rejects.toThrow();
  await Promise.all([summing.sumUp(NOON + 6.5 * MINUTE_MS), summing.sumUp(NOON + 6.5 * MINUTE_MS)]);
  expect(await minutesOf(NOON)).toEqual([
    ['12:05', 0, 0],
    ['12:04', 0, 0],
    ['12:03', 0, 0],
    ['12:02', 0, 1],
    ['12:01', 1, 1],
    first,
  ]);
});

test('hours that are over are summed with what came late, for each task and for all, and stay when minutes have gone', async () => {
  await records.storeSamples(ONE, [sampleAt(30), sampleAt(65, { first: true })]);
  await summing.sumUp(NOON + HOUR_MS + 4 * MINUTE_MS);
  expect(await records.samplesIn(id, '1h', points.EVER, 10, NOON)).toEqual([]);
  await summing.sumUp(NOON + HOUR_MS + 6 * MINUTE_MS);
  const [hour] = await records.samplesIn(id, '1h', points.EVER, 10, NOON);
  expect(hour).toMatchObject({
    task: ONE,
    sample: { at: sampleAt(0).at, seconds: 240, disk: { read_bytes: 4_000_000, write_bytes: 8_000_000 } },
  });
  expect(await fleet.fleetIn('1h', { from: NOON, to: points.EVER.to }, 10, NOON)).toMatchObject([
    { at: sampleAt(0).at, collectors: 1, jobs: 1, disk: { read_bytes: 6_000_000 } },
  ]);

  const nextDay = NOON + 30 * HOUR_MS;
  expect(await records.samplesIn(id, '1m', points.EVER, 10, nextDay)).toEqual([]);
  expect(await records.lastSample(id, nextDay)).toEqual(hour);
  // The local run was off for a day: what is older than all samples is left out, the rest comes by and by.
  await summing.sumUp(nextDay + 10 * MINUTE_MS);
  const since = { from: NOON + HOUR_MS, to: points.EVER.to };
  const hours = (await fleet.fleetIn('1h', since, 100, nextDay)).map(({ at }) => at.slice(5, 13));
  expect([hours.length, hours[0], hours.at(-1)]).toEqual([24, '03-02T17', '03-01T18']);
  expect(await records.lastSample(id, NOON + 40 * 24 * HOUR_MS)).toBeUndefined();
});
