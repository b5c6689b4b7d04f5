import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobPolicy } from '../../../core/jobs/job-policy.ts';
import { isActive, reduce, type TaskRecord } from '../../../core/tasks/record.ts';
import { NoFreePlace } from '../../../core/tasks/task-records.ts';
import { startTable, type TestTable } from '../service-table.ts';
import { type JobStore, NAMES, PLACES, SPEC, type Step, steps, World } from './world.ts';

/** The same sequences for the rules alone, in memory, and for the store. */

let table: TestTable;
beforeAll(async () => {
  const JOBS = JSON.stringify({ maxRunning: PLACES, days: 30 });
  table = await startTable('operations', { OPERATIONS_TABLE: 'operations', JOBS, AWS_MAX_ATTEMPTS: '2' });
});
afterAll(() => table.close());

function inMemory(): JobStore {
  const records = new Map<string, TaskRecord>();
  const policy = jobPolicy(SPEC);
  const names = (queued: boolean) =>
    [...records].filter(([, it]) => isActive(it, policy) && it.queued === queued).map(([name]) => name);
  return {
    async tell(name, event, now) {
      const before = records.get(name);
      const after = reduce(before, event, now, 0.5, policy);
      if (after === undefined) return true;
      const hasPlace = (it: TaskRecord | undefined) => it !== undefined && isActive(it, policy) && !it.queued;
      if (hasPlace(after) && !hasPlace(before) && names(false).length >= PLACES) return false;
      records.set(name, after);
      return true;
    },
    records: async () => new Map(records),
    queued: async () =>
      names(true).toSorted((a, b) => (records.get(a)?.asked_at ?? 0) - (records.get(b)?.asked_at ?? 0)),
    holders: async () => new Set(names(false)),
  };
}

/** @param run makes the names of one sequence its own */
async function inTable(run: number): Promise<JobStore> {
  const { jobRecords } = await import('../../../core/jobs/job-records.ts');
  const { placeHolders } = await import('../../../core/tasks/places.ts');
  const keyOf = (name: string) => `${run}-${name}`;
  const nameOf = (key: string) => key.slice(key.indexOf('-') + 1);
  return {
    tell: (name, event, now) =>
      jobRecords.tell(keyOf(name), event, now, SPEC).then(
        () => true,
        (error: unknown) => {
          if (error instanceof NoFreePlace) return false;
          throw error;
        },
      ),
    async records() {
      const all = await Promise.all(NAMES.map((name) => jobRecords.get(keyOf(name))));
      return new Map(all.flatMap((it) => (it ? [[nameOf(it.name), it.task] as const] : [])));
    },
    queued: async () => (await jobRecords.queued(100)).map(nameOf),
    holders: async () => new Set([...(await placeHolders('JOBS'))].map(nameOf)),
  };
}

async function play(store: JobStore, taken: Step[]): Promise<void> {
  const world = new World(store);
  for (const step of taken) {
    await world.take(step);
    await world.check();
  }
  await world.settle();
}

test('whatever happens in whatever order: records are true, no job runs twice at once, none is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(steps, (taken) => play(inMemory(), taken)),
    { numRuns: 200 },
  );
}, 60_000);

test('the store does as the rules do', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      run += 1;
      await play(await inTable(run), taken.slice(0, 20));
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 60_000);

test('of many that begin at once exactly as many have a place as there are, and the others wait in order', async () => {
  const { jobRecords } = await import('../../../core/jobs/job-records.ts');
  const { placeHolders } = await import('../../../core/tasks/places.ts');
  const now = Date.now();
  const names = Array.from({ length: 12 }, (_, index) => `at-once-${String(index).padStart(2, '0')}`);
  const begun = await Promise.allSettled(names.map((name) => jobRecords.tell(name, { type: 'create' }, now, SPEC)));
  const refused = begun.filter((it) => it.status === 'rejected');
  expect(refused.map(({ reason }) => reason)).toEqual(Array(10).fill(expect.any(NoFreePlace)));
  const holders = await placeHolders('JOBS');
  expect(holders.size).toBe(PLACES);
  const others = names.filter((name) => !holders.has(name));
  await Promise.all(
    others.map((name, index) => jobRecords.tell(name, { type: 'create', queued: true }, now + index, SPEC)),
  );
  expect(await jobRecords.queued(100)).toEqual(others);
  // Everyone gives up at once.
  await Promise.all(names.map((name) => jobRecords.tell(name, { type: 'stop' }, now - 1)));
  expect(await jobRecords.queued(100)).toEqual([]);
  expect(await placeHolders('JOBS')).toEqual(new Set());
});

test('records of earlier versions, which knew of no places, are read and given theirs', async () => {
  const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
  const { dynamodb } = await import('../../../core/aws/dynamodb.ts');
  const { collectorRecords } = await import('../../../core/collectors/collector-records.ts');
  const { placeHolders } = await import('../../../core/tasks/places.ts');
  const task = {
    wanted: 'running',
    generation: 1,
    asked_at: 1,
    stopped_at: null,
    launch_at: 1,
    pid: 'arn:task/1',
    version: 3,
    started_at: 2,
    ended_at: null,
    ends: [],
    streak: 0,
    restarts: 0,
    last_end: null,
    failure: null,
    past_pids: [],
  };
  const spec = { exchange: 'bybit', channels: ['trades'], timeframe: null, symbols: null };
  const Item = { pk: 'COLLECTORS', sk: 'old', spec, task, revision: 4 };
  await dynamodb.send(new PutCommand({ TableName: 'operations', Item }));
  const all = await collectorRecords.all();
  expect(all).toMatchObject([{ name: 'old', task: { ...task, queued: false, exit_code: null, ran: null } }]);
  await collectorRecords.settle(all);
  expect(await placeHolders('COLLECTORS')).toEqual(new Set(['old']));
  await collectorRecords.tell('old', { type: 'stop' }, Date.now());
  expect(await placeHolders('COLLECTORS')).toEqual(new Set());
});

test('what was written, and its answer lost, is known for its own when it is sent again', async () => {
  const { jobRecords } = await import('../../../core/jobs/job-records.ts');
  const now = Date.now();
  await jobRecords.tell('lost', { type: 'create' }, now, SPEC);
  for (const event of [{ type: 'attempt', generation: 1 }, { type: 'stop' }] as const) {
    // The read goes well, and what is written then.
    table.faults.push(undefined, 'lost');
    expect(await jobRecords.tell('lost', event, now)).toMatchObject({ changed: true });
  }
});
