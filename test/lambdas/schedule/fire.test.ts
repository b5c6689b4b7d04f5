import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Changes } from '../../../core/schedules/schedule.ts';
import type { Intercept } from '../../../local/aws/gateway.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { startWorld, type World } from './world.ts';

/**
 * What makes jobs and what changes their schedules, each stopped at every one of its calls while another one runs: for ever,
 * as a crash does, or until the other one is done.
 */

let world: World;
let schedules: typeof import('../../../core/schedules/schedules.ts');
let records: typeof import('../../../core/schedules/schedule-records.ts');
let messages: typeof import('../../../core/schedules/schedule-messages.ts');
let jobRecords: typeof import('../../../core/jobs/job-records.ts').jobRecords;
let jobs: typeof import('../../../core/jobs/jobs.ts');
let fire: typeof import('../../../lambdas/schedule/fire.ts').fire;

beforeAll(async () => {
  world = await startWorld();
  // Only now: their clients take the endpoint from the environment.
  schedules = await import('../../../core/schedules/schedules.ts');
  records = await import('../../../core/schedules/schedule-records.ts');
  messages = await import('../../../core/schedules/schedule-messages.ts');
  ({ jobRecords } = await import('../../../core/jobs/job-records.ts'));
  jobs = await import('../../../core/jobs/jobs.ts');
  ({ fire } = await import('../../../lambdas/schedule/fire.ts'));
});
// Each of them is many runs.
vi.setConfig({ testTimeout: 120_000 });

/** What becomes of calls besides. */
const pass: Intercept = (_, next) => next();
let rule = pass;

afterEach(() => {
  rule = pass;
  world.intercept = pass;
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
const end = (job: string) => jobs.stopJob(job, Date.now());
const runsOf = async (id: string) => (await records.getSchedule(id))?.schedule.runs ?? [];
const reasonsOf = async (id: string) => (await runsOf(id)).map(({ reason }) => reason);
const timersOf = async (id: string) =>
  (await world.timers()).filter((name) => name.startsWith(id)).map((name) => Number(name.slice(id.length + 1)));

/** The jobs of a schedule, whatever it knows of them. */
async function jobsOf(id: string): Promise<string[]> {
  const { page } = await jobRecords.page(200);
  return page.filter(({ spec }) => spec.schedule_id === id).map(({ name }) => name);
}

/** Runs a program up to one of its calls; answers what lets it go on, or undefined where it makes no such call. */
async function stopped(program: () => Promise<unknown>, stop: number): Promise<(() => Promise<unknown>) | undefined> {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<true>();
  let calls = 0;
  world.intercept = async (call, next) => {
    calls += 1;
    if (calls === stop) {
      reached.resolve(true);
      await held.promise;
    }
    return rule(call, next);
  };
  const running = program();
  const isStopped = await Promise.race([reached.promise, running.then(() => false)]);
  world.intercept = rule;
  if (!isStopped) return undefined;
  return async () => {
    held.resolve();
    await running;
  };
}

/** What the queue was told since then is heard at a time, and what it is told by that. */
async function heard(since: number, now: number): Promise<void> {
  for (let at = since; at < world.sent.length; at += 1) {
    const message = messages.readScheduleMessage(world.sent[at]?.body ?? '');
    await (message.kind === 'fire' ? fire(message, now) : schedules.follow(message.schedule_id, now));
  }
}

/** A program that stops before each of its calls in turn, which is after the one before; how many it makes. */
async function atEveryCall(
  program: (id: string) => Promise<unknown>,
  check: (id: string, goOn: () => Promise<unknown>) => Promise<void>,
): Promise<number> {
  for (let call = 1; ; call += 1) {
    world.intercept = pass;
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

describe('without overlap', () => {
  const DAY_MS = 86_400_000;

  test('a job is known for as long as it is active, however many times are left out', async () => {
    const id = await make();
    for (let day = 0; day < 23; day += 1) await told(id, FIRST + day * DAY_MS);
    const [job = '', ...others] = await jobsOf(id);
    expect([others, await reasonsOf(id)]).toEqual([[], Array(20).fill('overlap')]);
    await end(job);
    await told(id, FIRST + 23 * DAY_MS);
    expect(await jobsOf(id)).toHaveLength(2);
  });

  test('an earlier job counts too, made while it was allowed or restarted since', async () => {
    const id = await make();
    await change(id, { overlap: true });
    await told(id, FIRST);
    await told(id, SECOND);
    await change(id, { overlap: false });
    const [first = '', second = ''] = (await runsOf(id)).map(({ job_id }) => job_id ?? '');
    await end(second);
    await told(id, SECOND + DAY_MS);
    await end(first);
    await told(id, SECOND + 2 * DAY_MS);
    const [, , , third = ''] = (await runsOf(id)).map(({ job_id }) => job_id ?? '');
    await end(third);
    await jobs.restartJob(first, Date.now());
    await told(id, SECOND + 3 * DAY_MS);
    await end(first);
    await told(id, SECOND + 4 * DAY_MS);
    expect(await reasonsOf(id)).toEqual([null, null, 'overlap', null, 'overlap', null]);
  });
});

describe('a time that no timer can be set for', () => {
  const AT = Math.floor(FIRST / 1000) * 1000;
  const ONCE = { ...ASKED, expression: `at(${new Date(AT).toISOString().slice(0, 19)}Z)` };

  test('is told of by the queue, and not before it comes', async () => {
    const { id } = await schedules.createSchedule(ONCE, AT - 2500);
    expect(world.sent.slice(-2).map(({ body, delay }) => [messages.readScheduleMessage(body), delay])).toEqual([
      [{ kind: 'follow', schedule_id: id }, 60],
      [{ kind: 'fire', schedule_id: id, generation: 1, scheduled_at: AT }, 3],
    ]);
    expect(await timersOf(id)).toEqual([]);
  });

  test('runs once, wherever the request for it is stopped', async () => {
    for (let call = 1; ; call += 1) {
      const since = world.sent.length;
      const before = (await records.listSchedules(200, undefined)).schedules.length;
      const goOn = await stopped(() => schedules.createSchedule(ONCE, AT - 1), call);
      // A minute later.
      await heard(since, AT + 60_000);
      const { schedules: all } = await records.listSchedules(200, undefined);
      const stored = all.slice(0, all.length - before);
      expect(stored.map(({ schedule }) => schedule.runs)).toEqual(
        stored.map(() => [{ scheduled_at: AT, job_id: expect.any(String), reason: null }]),
      );
      if (!goOn) break;
      await goOn();
      await heard(since, AT + 60_000);
      const [{ id } = { id: '' }] = (await records.listSchedules(1, undefined)).schedules;
      expect([await reasonsOf(id), await jobsOf(id)]).toEqual([[null], [expect.any(String)]]);
    }
  });

  test('runs when EventBridge Scheduler was away until it had passed', async () => {
    rule = async ({ operation }, next) => {
      if (operation === 'CreateSchedule') throw new AwsError('InternalServerException', 'Not now', 500);
      return next();
    };
    world.intercept = rule;
    const { id } = await schedules.createSchedule(ONCE, NOW);
    expect(await timersOf(id)).toEqual([]);
    await heard(world.sent.length - 1, AT + 1);
    expect(await reasonsOf(id)).toEqual([null]);
  });
});

describe('what EventBridge Scheduler refuses for good', () => {
  const REFUSED = { expression: 'rate(7 days)' };
  const refuse: Intercept = async ({ operation, request }, next) => {
    const isRefused = operation === 'CreateSchedule' && request.body.includes(REFUSED.expression);
    if (isRefused) throw new AwsError('ValidationException', 'Invalid Schedule Expression rate(7 days).');
    return next();
  };
  const refusal = { status: 422, code: 'schedule_refused' };

  test('is refused, and leaves no schedule', async () => {
    world.intercept = refuse;
    await expect(schedules.createSchedule({ ...ASKED, ...REFUSED }, Date.now())).rejects.toMatchObject(refusal);
    const { schedules: all } = await records.listSchedules(200, undefined);
    expect(all.filter(({ schedule }) => schedule.expression === REFUSED.expression)).toEqual([]);
  });

  test('leaves a schedule as it was', async () => {
    const id = await make();
    const before = (await records.getSchedule(id))?.schedule;
    world.intercept = refuse;
    await expect(change(id, { ...REFUSED, overlap: true })).rejects.toMatchObject(refusal);
    expect((await records.getSchedule(id))?.schedule).toEqual({ ...before, generation: 3 });
    expect(await timersOf(id)).toEqual([3]);
  });

  test('takes nothing from another change at the same moment', async () => {
    rule = refuse;
    await atEveryCall(
      (id) => change(id, REFUSED).catch((error: unknown) => expect(error).toMatchObject(refusal)),
      async (id, goOn) => {
        await change(id, { expression: 'rate(3 days)' });
        await goOn();
        await schedules.follow(id, Date.now());
        const { expression, generation } = (await records.getSchedule(id))?.schedule ?? {};
        expect([expression, await timersOf(id)]).toEqual(['rate(3 days)', [generation]]);
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

  test('another one makes that it changes the times after all: the message comes first there too', async () => {
    await atEveryCall(
      (id) => change(id, { expression: ASKED.expression, overlap: true }),
      async (id, goOn) => {
        await change(id, { expression: 'rate(3 days)' });
        await goOn();
        const { generation = 0 } = (await records.getSchedule(id))?.schedule ?? {};
        const asked = world.sent.filter(({ body }) => body === JSON.stringify({ kind: 'follow', schedule_id: id }));
        expect(asked.length).toBeGreaterThanOrEqual(generation);
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
