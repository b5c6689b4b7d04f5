import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Changes } from '../../../core/schedules/schedule.ts';
import { startWorld, type World } from './world.ts';

/**
 * What makes jobs and what changes their schedules, each stopped at every one of its calls while another one runs: for ever,
 * as a crash does, or until the other one is done.
 */

let world: World;
let schedules: typeof import('../../../core/schedules/schedules.ts');
let records: typeof import('../../../core/schedules/schedule-records.ts');
let jobRecords: typeof import('../../../core/jobs/job-records.ts').jobRecords;
let fire: typeof import('../../../lambdas/schedule/fire.ts').fire;

beforeAll(async () => {
  world = await startWorld();
  // Only now: their clients take the endpoint from the environment.
  schedules = await import('../../../core/schedules/schedules.ts');
  records = await import('../../../core/schedules/schedule-records.ts');
  ({ jobRecords } = await import('../../../core/jobs/job-records.ts'));
  ({ fire } = await import('../../../lambdas/schedule/fire.ts'));
});
// Each of them is many runs.
vi.setConfig({ testTimeout: 120_000 });

afterEach(() => {
  world.intercept = (_, next) => next();
});
afterAll(() => world?.close());

const NOW = Date.now();
const FIRST = NOW + 86_400_000;
const SECOND = FIRST + 86_400_000;
const ASKED: Required<Changes> = {
  job: { name: 'one', command: ['true'], env: {}, cpu: 256, memory: 512, timeout_seconds: 60, max_retries: 0 },
  expression: 'rate(1 day)',
  timezone: 'UTC',
  enabled: true,
  overlap: false,
};

const make = async () => (await schedules.createSchedule(ASKED, Date.now())).id;
const told = (schedule_id: string, scheduled_at: number, generation = 1) =>
  fire({ schedule_id, scheduled_at, generation }, Date.now());
const change = (id: string, changes: Changes) => schedules.changeSchedule(id, () => changes, Date.now());
const runsOf = async (id: string) => (await records.getSchedule(id))?.schedule.runs ?? [];
const timersOf = async (id: string) =>
  (await world.timers()).filter((name) => name.startsWith(id)).map((name) => Number(name.slice(id.length + 1)));

/** The jobs of a schedule, whatever it knows of them. */
async function jobsOf(id: string): Promise<string[]> {
  const { page } = await jobRecords.page(200);
  return page.filter(({ spec }) => spec.schedule_id === id).map(({ name }) => name);
}

/** Runs a program up to one of its calls; answers what lets it go on, or undefined where it makes no such call. */
async function stopped(program: () => Promise<unknown>, call: number): Promise<(() => Promise<unknown>) | undefined> {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<true>();
  let calls = 0;
  world.intercept = async (_, next) => {
    calls += 1;
    if (calls === call) {
      reached.resolve(true);
      await held.promise;
    }
    return next();
  };
  const running = program();
  const isStopped = await Promise.race([reached.promise, running.then(() => false)]);
  if (!isStopped) return undefined;
  return async () => {
    held.resolve();
    await running;
  };
}

/** A program that stops before each of its calls in turn, which is after the one before; how many it makes. */
async function atEveryCall(
  program: (id: string) => Promise<unknown>,
  check: (id: string, goOn: () => Promise<unknown>) => Promise<void>,
): Promise<number> {
  for (let call = 1; ; call += 1) {
    world.intercept = (_, next) => next();
    const id = await make();
    const goOn = await stopped(() => program(id), call);
    if (!goOn) return call - 1;
    await check(id, goOn);
  }
}

describe('while one that makes a job is stopped', () => {
  test('another one that is told of the same time makes it, and only one does', async () => {
    const calls = await atEveryCall(
      (id) => told(id, FIRST),
      async (id, goOn) => {
        await told(id, FIRST);
        const [job] = await jobsOf(id);
        expect(await runsOf(id)).toEqual([{ scheduled_at: FIRST, job_id: job, reason: null }]);
        await goOn();
        await told(id, FIRST);
        expect(await jobsOf(id)).toEqual([job]);
        expect(await runsOf(id)).toHaveLength(1);
      },
    );
    expect(calls).toBeGreaterThan(5);
  });

  test('the next time makes none where the first one did, or the other way round', async () => {
    await atEveryCall(
      (id) => told(id, FIRST),
      async (id, goOn) => {
        await told(id, SECOND);
        expect(await jobsOf(id)).toHaveLength(1);
        await goOn();
        const runs = await runsOf(id);
        expect(runs.map(({ scheduled_at }) => scheduled_at)).toEqual([FIRST, SECOND]);
        expect(new Set(runs.map(({ reason }) => reason))).toEqual(new Set(['overlap', null]));
        expect(await jobsOf(id)).toEqual(runs.flatMap(({ job_id }) => job_id ?? []));
      },
    );
  });

  test.each([
    ['a pause', (id: string) => change(id, { enabled: false })],
    ['a deletion', (id: string) => schedules.deleteSchedule(id, Date.now())],
  ])('%s holds from its answer on', async (_, end) => {
    await atEveryCall(
      (id) => told(id, FIRST),
      async (id, goOn) => {
        await end(id);
        const before = await jobsOf(id);
        expect(await timersOf(id)).toEqual([]);
        await goOn();
        await told(id, FIRST);
        await told(id, SECOND);
        expect(await jobsOf(id)).toEqual(before);
      },
    );
  });
});

describe('while a change is stopped', () => {
  /** What the message does that was sent before, and what timers do that are left. */
  async function settled(id: string): Promise<number[]> {
    await schedules.follow(id, Date.now());
    const { generation } = (await records.getSchedule(id))?.schedule ?? { generation: 0 };
    for (const timer of await timersOf(id)) if (timer !== generation) await told(id, FIRST, timer);
    return timersOf(id);
  }

  test('its timer is set by the message that it sent before', async () => {
    await atEveryCall(
      (id) => change(id, { expression: 'rate(2 days)' }),
      async (id, goOn) => {
        const { schedule } = (await records.getSchedule(id)) ?? {};
        expect(await settled(id)).toEqual([schedule?.generation]);
        await goOn();
        expect(await settled(id)).toEqual([2]);
      },
    );
  });

  test('another one has its own, and so has the one that is the last', async () => {
    await atEveryCall(
      (id) => change(id, { expression: 'rate(2 days)' }),
      async (id, goOn) => {
        await change(id, { expression: 'rate(3 days)' });
        const stored = await records.getSchedule(id);
        expect(stored?.schedule.expression).toBe('rate(3 days)');
        expect(await timersOf(id)).toContain(stored?.schedule.generation);
        await goOn();
        const { schedule } = (await records.getSchedule(id)) ?? {};
        expect(await settled(id)).toEqual([schedule?.generation]);
      },
    );
  });

  test('a schedule that is deleted is gone, and leaves no timer', async () => {
    await atEveryCall(
      (id) => schedules.deleteSchedule(id, Date.now()),
      async (id, goOn) => {
        const { schedule } = (await records.getSchedule(id)) ?? {};
        if (schedule?.deleted !== false) expect(await settled(id)).toEqual([]);
        await goOn();
        expect(await settled(id)).toEqual([]);
        expect(await records.getSchedule(id)).toBeUndefined();
      },
    );
  });
});
