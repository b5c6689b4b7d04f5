import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { LogPosition } from '../../../core/jobs/job-logs.ts';
import type { LogLine } from '../../../core/jobs/log-streams.ts';
import { createLogs, type Logs } from '../../../local/aws/logs.ts';
import { type Served, serve } from '../../local/aws/serve.ts';

/** What jobs print, read through CloudWatch Logs as it is here. */

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00.000Z');

let directory: string;
let logs: Logs;
let now = NOW;
let server: Served;
let read: typeof import('../../../core/jobs/job-logs.ts');
let streams: typeof import('../../../core/jobs/log-streams.ts');
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-job-logs-'));
  logs = createLogs(join(directory, 'logs.db'), () => now);
  server = await serve(logs.service);
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('JOB_LOG_GROUP', 'jobs');
  read = await import('../../../core/jobs/job-logs.ts');
  streams = await import('../../../core/jobs/log-streams.ts');
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  now = NOW;
  if (logs.store.hasGroup('jobs')) logs.store.deleteGroup('jobs');
  logs.store.createGroup('jobs');
});

function print(run: string, messages: readonly string[], timestamp = now): void {
  logs.store.ensureStream('jobs', `job/job/${run}`);
  if (messages.length > 0) {
    const lines = messages.map((message) => ({ timestamp, message }));
    logs.store.put('jobs', `job/job/${run}`, lines);
  }
}
const texts = ({ lines }: { lines: LogLine[] }) => lines.map(({ run, message }) => `${run} ${message}`);
const numbered = (count: number, word = 'line') => Array.from({ length: count }, (_, index) => `${word} ${index}`);
const holds =
  (word: string) =>
  ({ message }: LogLine) =>
    message.includes(word);

test('the last lines come from as many runs as it takes, those that match or all', async () => {
  expect(await read.lastLines([], 0, 5, undefined)).toMatchObject({ lines: [], isEnd: true });
  print('a', numbered(3));
  print('b', []);
  print('c', numbered(2));
  const runs = ['a', 'b', 'c', 'of no stream yet'];
  expect(texts(await read.lastLines(runs, 0, 4, undefined))).toEqual(['a line 1', 'a line 2', 'c line 0', 'c line 1']);
  expect(texts(await read.lastLines(runs, 0, 2, holds('0')))).toEqual(['a line 0', 'c line 0']);
  expect(texts(await read.lastLines(runs, NOW + 1, 9, undefined))).toEqual([]);
  const before1970 = -NOW;
  expect(texts(await read.lastLines(['c'], before1970, 9, undefined))).toEqual(['c line 0', 'c line 1']);
});

test('a job has as many runs as it has', async () => {
  const runs = numbered(51, 'run');
  for (const run of runs) print(run, ['hello', 'world']);
  const last = await read.lastLines(runs, 0, 1000, undefined);
  expect([last.lines.length, last.searchedFrom]).toEqual([102, undefined]);
  const first = await read.linesAfter(runs, read.beginOfLog(runs, 0), 200, undefined);
  expect([first.lines.length, first.isEnd]).toEqual([102, true]);
  // One that fell out of the record.
  const lost = read.linesAfter(runs.slice(1), read.beginOfLog(runs, 0), 200, undefined);
  await expect(lost).rejects.toMatchObject({ code: 'invalid_cursor' });
});

test('what a run printed at last is followed until the next one prints, and a position is good for a day', async () => {
  const on = (from: LogPosition) => read.linesAfter(['a', 'b'], from, 100, undefined);
  print('a', ['one']);
  print('b', []);
  const tail = await read.lastLines(['a', 'b'], 0, 9, undefined);
  const first = await on(read.beginOfLog(['a', 'b'], 0));
  print('a', ['late']);
  print('b', ['two']);
  for (const { next } of [tail, first]) expect(texts(await on(next))).toEqual(['a late', 'b two']);
  now += DAY + 1;
  await expect(on(first.next)).rejects.toMatchObject({ code: 'invalid_cursor' });
});

test('what is searched backward is bounded, and told', async () => {
  const long = 'x'.repeat(10_000);
  print('a', ['needle', ...Array<string>(500).fill(long)], NOW - 1000);
  const found = await read.lastLines(['a'], 0, 1, holds('needle'));
  expect([found.lines, found.searchedFrom]).toEqual([[], NOW - 1000]);
  // Forward it is found by going on.
  let page = await read.linesAfter(['a'], read.beginOfLog(['a'], 0), 100, holds('nothing'));
  expect([page.lines, page.isEnd]).toEqual([[], false]);
  page = await read.linesAfter(['a'], page.next, 100, holds('nothing'));
  expect(page.isEnd).toBe(true);
});

test('an answer holds no more than fits into one, whatever the lines are made of', async () => {
  print('a', Array<string>(20).fill('\u0001'.repeat(100_000)));
  const { lines, next } = await read.linesAfter(['a'], read.beginOfLog(['a'], 0), 100, undefined);
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(JSON.stringify(lines)).length).toBeLessThan(6_000_000);
  expect((await read.linesAfter(['a'], next, 100, undefined)).lines.length).toBeGreaterThan(0);
  const last = await read.lastLines(['a'], 0, 100, undefined);
  expect(JSON.stringify(JSON.stringify(last.lines)).length).toBeLessThan(6_000_000);
  expect(last.searchedFrom).toBe(NOW);
  expect(await read.lastLines(['a'], 0, 2, holds('\u0001'))).toMatchObject({ searchedFrom: undefined });
});

test('no line is too long to be read past', async () => {
  print('a', ['\u0001'.repeat(2 ** 20)]);
  print('a', ['after']);
  const { lines } = await follow(['a'], read.beginOfLog(['a'], 0), 100, undefined);
  expect([lines.length, lines.at(-1)?.message]).toEqual([2, 'after']);
  expect(JSON.stringify(JSON.stringify(lines[0])).length).toBeLessThan(6_000_000);
});

/** Goes on until there is nothing more for now. */
async function follow(runs: string[], from: LogPosition, limit: number, word: string | undefined) {
  const lines: LogLine[] = [];
  for (let next = from; ; ) {
    const page = await read.linesAfter(runs, next, limit, word === undefined ? undefined : holds(word));
    expect(page.lines.length).toBeLessThanOrEqual(limit);
    lines.push(...page.lines);
    next = read.readPosition(read.writePosition(page.next));
    if (page.isEnd) return { lines, next };
  }
}

const printed = fc.record({
  /** Lines of one millisecond. */
  count: fc.integer({ min: 0, max: 30 }),
  isNewRun: fc.boolean(),
  later: fc.integer({ min: 0, max: 2 }),
  reads: fc.boolean(),
});

test('whoever follows gets every line once and in order, however it is paged and whatever comes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(printed, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom(undefined, 'a', 'b'),
      async (steps, limit, word) => {
        logs.store.deleteGroup('jobs');
        logs.store.createGroup('jobs');
        const all: string[] = [];
        const runs: string[] = [];
        let position = read.beginOfLog(runs, 0);
        const got: string[] = [];
        const readOn = async () => {
          const { lines, next } = await follow(runs, position, limit, word);
          got.push(...texts({ lines }));
          position = next;
          // Nothing new: the same cursor.
          const again = await read.linesAfter(runs, next, limit, word === undefined ? undefined : holds(word));
          expect(again).toMatchObject({ lines: [], next, isEnd: true });
        };
        for (const { count, isNewRun, later, reads } of steps) {
          now += later;
          if (isNewRun || runs.length === 0) runs.push(`run${runs.length}`);
          const run = runs.at(-1) ?? '';
          const messages = Array.from(
            { length: count },
            (_, index) => `${index % 3 === 0 ? 'a' : 'b'} ${all.length + index}`,
          );
          if (count > 0) print(run, messages);
          all.push(...messages.map((message) => `${run} ${message}`));
          if (reads) await readOn();
        }
        await readOn();
        const wanted = all.filter((line) => word === undefined || line.split(' ')[1] === word);
        expect(got).toEqual(wanted);
        const last = await read.lastLines(runs, 0, limit, word === undefined ? undefined : holds(`${word} `));
        expect(texts(last)).toEqual(wanted.slice(-limit));
        expect(await read.linesAfter(runs, last.next, 200, undefined)).toMatchObject({ lines: [], isEnd: true });
      },
    ),
    { numRuns: 25 },
  );
});

test('old output goes, a hundred runs at once, and what runs keeps it', async () => {
  now = NOW - 9 * DAY;
  for (let run = 0; run < 120; run += 1) print(`old${run}`, ['x'], now + run);
  print('silent', []);
  now = NOW;
  print('new', ['x']);
  print('none yet', []);
  expect(await streams.deleteOldLogs(NOW - 8 * DAY, new Set(['old0', 'silent']))).toEqual({ deleted: 100, more: true });
  expect(await streams.deleteOldLogs(NOW - 8 * DAY, new Set(['old0']))).toEqual({ deleted: 20, more: false });
  expect(await streams.deleteOldLogs(NOW - 8 * DAY, new Set(['old0']))).toEqual({ deleted: 0, more: false });
  expect(logs.store.streams('jobs', '').map(({ name }) => name)).toEqual(
    ['new', 'none yet', 'old0'].map((run) => `job/job/${run}`),
  );
  await streams.deleteLogs(['new', 'of no stream']);
  expect(texts(await read.lastLines(['new'], 0, 9, undefined))).toEqual([]);
});

test('old output goes, however many have printed nothing since', async () => {
  now = NOW - 9 * DAY;
  for (const run of ['one', 'two']) print(run, ['x']);
  now = NOW - 2 * DAY;
  for (const run of numbered(510, 'silent')) print(run, []);
  now = NOW;
  expect(await streams.deleteOldLogs(NOW - 8 * DAY, new Set())).toEqual({ deleted: 2, more: false });
});
