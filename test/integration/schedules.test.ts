import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectionDropped, type Intercept } from '../../local/aws/gateway.ts';
import { AwsError } from '../../local/aws/service.ts';
import { unneededGrants } from './grants.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { operator } from './operator.ts';

/** Schedules by the REST routes: their timers are in the local EventBridge Scheduler, their jobs run. */

let run: TestRun;
let scheduler: SchedulerClient;
let sqs: SQSClient;
let queue: string;

/**
 * How many of the next calls that set a timer, or tell of a time, fail; whether the answers of those that make a job are
 * lost; of how many of the next writes of a schedule it is not heard.
 */
const faults = { timers: 0, times: 0, jobs: false, writes: 0 };

const intercept: Intercept = async (call, next) => {
  if (call.operation === 'CreateSchedule' && faults.timers > 0) {
    faults.timers -= 1;
    throw new AwsError('InternalServerException', 'Not now', 500);
  }
  if (call.operation === 'SendMessage' && faults.times > 0 && call.request.body.includes('scheduled_at')) {
    faults.times -= 1;
    throw new AwsError('ServiceUnavailable', 'Not now', 500);
  }
  const isWrite = call.operation === 'TransactWriteItems' && call.request.body.includes('SCHEDULES');
  const makesJob = isWrite && call.request.body.includes('QUEUED_JOBS');
  if (isWrite && faults.writes > 0) {
    faults.writes -= 1;
    await next();
    throw new AwsError('InternalServerError', 'Not now', 500);
  }
  // Its message is put back: the next time it finds what was done.
  if (call.operation === 'ChangeMessageVisibility') faults.jobs = false;
  if (!makesJob || !faults.jobs) return next();
  await next();
  throw new ConnectionDropped();
};
/** So often the SDK sends a call. */
const SDK_TRIES = 3;

beforeAll(async () => {
  run = await startTestRun({ intercept });
  scheduler = new SchedulerClient(operator(run));
  sqs = new SQSClient(operator(run));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
  queue = QueueUrls.find((url) => url.includes('SchedulesQueue')) ?? '';
}, 120_000);
afterAll(async () => {
  scheduler?.destroy();
  sqs?.destroy();
  await run?.close();
});

const WAIT = { timeout: 60_000, interval: 100 };
const QUICK = ['node', '-e', '0'];
const LONG = ['node', '-e', 'setTimeout(() => {}, 600_000)'];

const scheduleShape = z.looseObject({
  id: z.string(),
  next_runs: z.array(z.string()),
  last_runs: z.array(
    z.object({
      scheduled_at: z.string(),
      job_id: z.string().nullable(),
      status: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
type Shown = z.output<typeof scheduleShape>;

async function make(body: object): Promise<Shown> {
  const answer = await run.api('POST', '/schedules', { body: { name: 'one', command: QUICK, ...body } });
  expect([answer.status, answer.json['code']]).toEqual([201, undefined]);
  return scheduleShape.parse(answer.json);
}
const show = async (id: string) => scheduleShape.parse((await run.api('GET', `/schedules/${id}`)).json);
const change = async (id: string, body: object) => {
  const { status, json } = await run.api('PATCH', `/schedules/${id}`, { body });
  return { status, json };
};
const jobsOf = async (id: string) => {
  const { json } = await run.api('GET', `/jobs?limit=200&schedule_id=${id}`);
  return z.array(z.looseObject({ id: z.string(), schedule_id: z.literal(id) })).parse(json['jobs']);
};
const timersOf = async (id: string) => {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: id }));
  return Schedules.map(({ Name = '' }) => Name.slice(id.length));
};
const send = (message: object) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(message) }));
/** As a timer does. */
const fire = (schedule_id: string, generation: number, scheduled_at: string) =>
  send({ kind: 'fire', schedule_id, generation, scheduled_at });

/** Until the queue of schedules is empty. */
async function heard(): Promise<void> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const waiting = async () => {
    const asked = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...AttributeNames] });
    const { Attributes = {} } = await sqs.send(asked);
    return AttributeNames.map((name) => Attributes[name]);
  };
  await expect.poll(waiting, WAIT).toEqual(['0', '0']);
}

test('a schedule makes a job at its time, once', async () => {
  const at = new Date(Date.now() + 6000).toISOString();
  const made = await make({ name: 'report', at, timezone: 'Europe/Madrid', env: { WHO: 'me' }, size: 'auto' });
  const time = `${at.slice(0, 19)}.000Z`;
  expect(made).toMatchObject({
    id: expect.stringMatching(/^schedule_\d{8}_\d{6}_[0-9a-f]{6}$/),
    name: 'report',
    command: QUICK,
    env: { WHO: 'me' },
    cpu: null,
    memory: null,
    size: 'auto',
    rate: null,
    cron: null,
    at: `${at.slice(0, 19)}Z`,
    timezone: 'Europe/Madrid',
    enabled: true,
    overlap: false,
    next_runs: [time],
    last_runs: [],
  });
  await expect
    .poll(async () => (await show(made.id)).last_runs, WAIT)
    .toEqual([{ scheduled_at: time, job_id: expect.stringMatching(/^job_/), status: 'succeeded', reason: null }]);
  expect((await show(made.id)).next_runs).toEqual([]);
  expect(await jobsOf(made.id)).toMatchObject([
    { name: 'report', env: { WHO: 'me' }, cpu: 256, memory: 512, status: 'succeeded' },
  ]);
}, 120_000);

test('a rate is told of by its timer, and however often it is told, each time makes one job', async () => {
  const { id, next_runs } = await make({ rate: '5 minutes', overlap: true });
  run.cloud.runSchedules();
  await expect.poll(async () => (await show(id)).last_runs, WAIT).toMatchObject([{ scheduled_at: next_runs[0] }]);
  const times = next_runs.slice(1, 3);
  await Promise.all([...times, ...times, ...times].map((time) => fire(id, 1, time)));
  const runs = async () => (await show(id)).last_runs.map(({ scheduled_at, status }) => [scheduled_at, status]);
  const ended = (count: number) =>
    next_runs
      .slice(0, count)
      .toReversed()
      .map((time) => [time, 'succeeded']);
  await expect.poll(runs, WAIT).toEqual(ended(3));
  // The function hears of what it wrote only when the message comes again.
  faults.jobs = true;
  await fire(id, 1, next_runs[3] ?? '');
  await expect.poll(() => faults.jobs, WAIT).toBe(false);
  await expect.poll(runs, WAIT).toEqual(ended(4));
  for (const time of next_runs.slice(0, 4)) await fire(id, 1, time);
  await heard();
  expect(await runs()).toEqual(ended(4));
  expect(new Set((await jobsOf(id)).map((job) => job.id))).toEqual(
    new Set((await show(id)).last_runs.map(({ job_id }) => job_id)),
  );
}, 120_000);

test('a time is left out while the job of the one before is active, unless that is asked for', async () => {
  const { id, next_runs } = await make({ cron: '0 9 ? * MON-FRI *', timezone: 'Europe/Madrid', command: LONG });
  const [first = '', second = '', third = ''] = next_runs;
  await fire(id, 1, first);
  await expect.poll(async () => (await show(id)).last_runs, WAIT).toHaveLength(1);
  await fire(id, 1, second);
  await expect
    .poll(async () => (await show(id)).last_runs[0], WAIT)
    .toEqual({
      scheduled_at: second,
      job_id: null,
      status: null,
      reason: 'overlap',
    });
  expect(await change(id, { overlap: true, command: QUICK })).toMatchObject({ status: 200, json: { overlap: true } });
  await fire(id, 1, third);
  await expect.poll(async () => (await show(id)).last_runs[0]?.status, WAIT).toBe('succeeded');
  const [{ id: active } = { id: '' }] = (await jobsOf(id)).slice(-1);
  expect((await run.api('DELETE', `/jobs/${active}`)).status).toBe(202);
}, 120_000);

test('a pause and a deletion hold against what is on its way', async () => {
  const { id, next_runs } = await make({ rate: '1 hour', overlap: true });
  const [first = '', second = ''] = next_runs;
  expect(await change(id, { enabled: false })).toMatchObject({ status: 200, json: { enabled: false, next_runs: [] } });
  expect(await timersOf(id)).toEqual([]);
  await fire(id, 1, first);
  const on = await change(id, { enabled: true });
  expect(on).toMatchObject({ status: 200, json: { enabled: true } });
  expect(await timersOf(id)).toEqual(['-3']);
  await fire(id, 1, second);
  await fire(id, 3, second);
  await expect.poll(async () => (await show(id)).last_runs, WAIT).toMatchObject([{ scheduled_at: second }]);

  expect((await run.api('DELETE', `/schedules/${id}`)).status).toBe(204);
  expect((await run.api('GET', `/schedules/${id}`)).status).toBe(404);
  expect((await run.api('DELETE', `/schedules/${id}`)).status).toBe(404);
  expect((await change(id, { enabled: true })).status).toBe(404);
  expect(await timersOf(id)).toEqual([]);
  await fire(id, 3, new Date(Date.now()).toISOString());
  await heard();
  expect(await jobsOf(id)).toHaveLength(1);
}, 120_000);

test('a timer that could not be set follows later', async () => {
  faults.timers = SDK_TRIES;
  const { id } = await make({ rate: '2 hours' });
  expect([faults.timers, await timersOf(id)]).toEqual([0, []]);
  // It has been asked for, a minute from now; that is not waited for here.
  await send({ kind: 'follow', schedule_id: id });
  await expect.poll(() => timersOf(id), WAIT).toEqual(['-1']);
  const timer = await scheduler.send(new GetScheduleCommand({ Name: `${id}-1`, GroupName: (await groupOf(id)) ?? '' }));
  expect(timer).toMatchObject({ ScheduleExpression: 'rate(2 hours)', State: 'ENABLED' });
});

test('a request that failed after it made a schedule finds it at the next try, under its Idempotency-Key', async () => {
  const body = { name: 'unheard', command: QUICK, rate: '2 hours' };
  const ask = () => run.api('POST', '/schedules', { body, headers: { 'idempotency-key': 'unheard' } });
  faults.writes = Number.POSITIVE_INFINITY;
  expect((await ask()).status).toBe(503);
  faults.writes = 0;
  const { status, json } = await ask();
  expect(status).toBe(201);
  const list = z.array(z.looseObject({ id: z.string(), name: z.string() }));
  const { json: all } = await run.api('GET', '/schedules?limit=200');
  const made = list.parse(all['schedules']).filter(({ name }) => name === 'unheard');
  expect(made.map(({ id }) => id)).toEqual([json['id']]);
});

test('a change whose answer was lost is answered when the SDK has sent it again', async () => {
  faults.writes = 1;
  const { id } = await make({ rate: '2 hours' });
  faults.writes = 1;
  expect((await run.api('DELETE', `/schedules/${id}`)).status).toBe(204);
  expect([faults.writes, await timersOf(id)]).toEqual([0, []]);
});

test('a time that nobody could be told of is told of later', async () => {
  faults.times = SDK_TRIES;
  const { id, next_runs } = await make({ at: new Date(Date.now() + 6000).toISOString() });
  expect([faults.times, (await show(id)).last_runs]).toEqual([0, []]);
  // As above.
  await send({ kind: 'follow', schedule_id: id });
  await expect.poll(async () => (await show(id)).last_runs, WAIT).toMatchObject([{ scheduled_at: next_runs[0] }]);
}, 120_000);

async function groupOf(id: string): Promise<string | undefined> {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: id }));
  return Schedules[0]?.GroupName;
}

test('a schedule that can not be is refused with what is wrong', async () => {
  const body = { name: 'bad', command: QUICK, rate: '5 minutes' };
  const { rate: _, ...timeless } = body;
  for (const [refused, status, code, path] of [
    [timeless, 400, 'invalid_body', ''],
    [{ ...body, cron: '0 9 * * ? *' }, 400, 'invalid_body', ''],
    [{ ...body, rate: '5 seconds' }, 400, 'invalid_body', 'rate'],
    [{ ...timeless, cron: '0 9 * * *' }, 400, 'invalid_body', 'cron'],
    [{ ...timeless, at: '2027-03-28T02:30:00', timezone: 'Europe/Madrid' }, 400, 'invalid_body', 'at'],
    [{ ...body, timezone: 'Europe/Nowhere' }, 400, 'invalid_body', 'timezone'],
    [{ ...body, name: 'a b' }, 400, 'invalid_body', 'name'],
    [{ ...timeless, at: '2020-01-01T00:00:00' }, 422, 'schedule_never_runs'],
    [{ ...timeless, cron: '0 9 30 2 ? *' }, 422, 'schedule_never_runs'],
    [{ ...timeless, at: '2020-01-01T00:00:00', enabled: false }, 422, 'schedule_never_runs'],
    [{ ...body, command: ['sudo', 'ls'] }, 422, 'command_not_allowed'],
    [{ ...body, cpu: 1 }, 422, 'invalid_size'],
  ] as const) {
    const answer = await run.api('POST', '/schedules', { body: refused });
    expect([answer.status, answer.json['code']], JSON.stringify(refused)).toEqual([status, code]);
    if (path !== undefined) expect(answer.json['fields']).toMatchObject([{ path }]);
  }
  const all = await run.api('POST', '/schedules', {
    body: {
      name: 'a b',
      command: [],
      rate: '5 seconds',
      cron: '* *',
      at: 'noon',
      timezone: 'utc',
      size: 'auto',
      cpu: 1,
    },
  });
  const fields = z.array(z.object({ path: z.string() })).parse(all.json['fields']);
  const paths = ['', '', 'at', 'command', 'cron', 'name', 'rate', 'timezone'];
  expect([all.status, fields.map(({ path }) => path).toSorted()]).toEqual([400, paths]);

  const gap = { name: 'a b', command: QUICK, at: '2027-03-28T02:30:00', timezone: 'Europe/Madrid' };
  expect((await run.api('POST', '/schedules', { body: gap })).json['fields']).toMatchObject([
    { path: 'name' },
    { path: 'at' },
  ]);

  const { id } = await make({ rate: '1 day' });
  expect(await change(id, { timezone: 'Europe/Madrid' })).toMatchObject({ json: { timezone: 'Europe/Madrid' } });
  const known = await show(id);
  expect(await change(id, {})).toMatchObject({ status: 200, json: known });
  expect(await change(id, { at: '2020-01-01T00:00:00' })).toMatchObject({ status: 422 });
  expect(await change(id, { at: '2020-01-01T00:00:00', enabled: false })).toMatchObject({ status: 422 });
  expect(await change(id, { rate: '1 hour', cron: '0 9 * * ? *' })).toMatchObject({ status: 400 });
  expect(await change(id, { memory: 1 })).toMatchObject({ status: 422, json: { code: 'invalid_size' } });
  expect(await show(id)).toMatchObject({ rate: '1 day', memory: 512 });
  expect(await change(id, { cron: '0 9 1 1 ? *', timezone: 'Europe/Madrid', cpu: 512, memory: 1024 })).toMatchObject({
    status: 200,
    json: { rate: null, cron: '0 9 1 1 ? *', cpu: 512, memory: 1024, size: null },
  });
  expect(await change(id, { size: 'auto' })).toMatchObject({ json: { cpu: null, memory: null, size: 'auto' } });
  expect(await change(id, { enabled: false })).toMatchObject({ json: { size: 'auto' } });
  expect(await change(id, { size: 'auto', cpu: 256 })).toMatchObject({ status: 400 });
  expect(await change(id, { memory: 1024 })).toMatchObject({ json: { cpu: 256, memory: 1024, size: null } });
});

test('what is no id of a schedule is unknown', async () => {
  for (const id of ['x'.repeat(3000), 'schedule_', '%00', '%F0%9F%91%91']) {
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const { status, json } = await run.api(method, `/schedules/${id}`, method === 'PATCH' ? { body: {} } : {});
      expect([status, json['code']], `${method} ${id}`).toEqual([404, 'schedule_not_found']);
    }
  }
});

test('schedules are listed, the newest first', async () => {
  const made: string[] = [];
  for (let one = 0; one < 3; one += 1) made.unshift((await make({ rate: '1 day' })).id);
  const page = async (query: string) => {
    const { json } = await run.api('GET', `/schedules?${query}`);
    const { schedules, next_cursor } = z
      .object({ schedules: z.array(z.looseObject({ id: z.string() })), next_cursor: z.string().nullable() })
      .parse(json);
    return { ids: schedules.map(({ id }) => id), next_cursor };
  };
  const all = (await page('limit=200')).ids;
  expect(all.slice(0, 3)).toEqual(made);
  const first = await page('limit=2');
  const second = await page(`limit=2&cursor=${first.next_cursor}`);
  expect([...first.ids, ...second.ids]).toEqual(all.slice(0, 4));
  expect((await run.api('GET', '/schedules?cursor=of-nobody')).status).toBe(400);
});

test('every grant of schedules is needed', () => {
  expect(unneededGrants(run, 'schedules')).toEqual([]);
});
