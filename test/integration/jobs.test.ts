import { DescribeTasksCommand, ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { METRICS } from '../../core/metrics.ts';
import type { Intercept } from '../../local/aws/gateway.ts';
import { AwsError } from '../../local/aws/service.ts';
import { unneededGrants } from './grants.ts';
import { type Listening, listen } from './listen.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { logLines, measuredSeries, seriesNames } from './log-lines.ts';
import { operationsTable, operator } from './operator.ts';

/** Jobs by the REST routes: tasks of the local ECS, each a process of the runner with its command. */

let run: TestRun;
let ecs: ECSClient;
let dashboard: Listening;

/** What happens to the next launch of a life, by its `startedBy`. */
const launches = new Map<string, Intercept>();
/** The overrides of launches, by the same. */
const told = new Map<string, string>();

/** Whether the queue of launches takes nothing. */
let isQueueDown = false;

const intercept: Intercept = (call, next) => {
  if (isQueueDown && call.service === 'sqs' && call.request.body.includes('Launches')) {
    throw new AwsError('InternalServerError', 'Nobody is at home', 500);
  }
  if (call.service !== 'ecs' || call.operation !== 'RunTask') return next();
  const body = call.request.body.toString();
  const { startedBy } = z.object({ startedBy: z.string() }).parse(JSON.parse(body));
  told.set(startedBy, body);
  const planned = launches.get(startedBy);
  launches.delete(startedBy);
  return planned ? planned(call, next) : next();
};

beforeAll(async () => {
  const JOBS = JSON.stringify({ maxRunning: 2, days: 30 });
  const JOB_MISSING = JSON.stringify(['zip']);
  run = await startTestRun({ intercept, variables: { JOBS, JOB_MISSING } });
  ecs = new ECSClient(operator(run));
  dashboard = await listen(run);
}, 120_000);
afterAll(async () => {
  ecs?.destroy();
  dashboard?.socket.terminate();
  await run?.close();
});

const WAIT = { timeout: 60_000, interval: 200 };
const WAITING = ['node', '-e', 'setInterval(() => {}, 1000)'];
const DONE = ['node', '-e', ''];

const jobShape = z.looseObject({ id: z.string(), status: z.string(), pid: z.nullable(z.string()) });

async function create(body: object): Promise<string> {
  const { status, json } = await run.api('POST', '/jobs/', { body });
  expect([status, json['code']]).toEqual([201, undefined]);
  return jobShape.parse(json).id;
}
const get = async (id: string) => jobShape.parse((await run.api('GET', `/jobs/${id}`)).json);
const comesTo = async (id: string, status: string) => {
  await expect.poll(async () => (await get(id)).status, WAIT).toBe(status);
  return get(id);
};
const stop = (id: string) => run.api('DELETE', `/jobs/${id}`);
/** The statuses in which dashboards were shown a job. */
const pushed = (id: string) =>
  dashboard.heard.flatMap(({ type, data }) => (type === 'job.changed' && data['id'] === id ? [data['status']] : []));
const restart = (id: string) => run.api('POST', `/jobs/${id}/restart`, { body: {} });

const pageShape = z.object({
  logs: z.array(z.object({ message: z.string() })),
  next_cursor: z.nullable(z.string()),
});

test('a job runs its command with its variables alone, tells what it used and how it ended', async () => {
  const script = 'console.log(Object.keys(process.env).sort().join()); process.exit(process.env.WHO === "me" ? 0 : 1)';
  const body = { command: ['node', '-e', script], env: { WHO: 'me' }, cpu: 512, memory: 2048, name: 'one' };
  const headers = { 'idempotency-key': 'one-job' };
  const [first, again] = [
    await run.api('POST', '/jobs', { body, headers }),
    await run.api('POST', '/jobs', { body, headers }),
  ];
  expect(first.json).toMatchObject({
    ...body,
    id: expect.stringMatching(/^job_\d{8}_\d{6}_[0-9a-f]{6}$/),
    status: 'starting',
    pid: null,
    timeout_seconds: 3600,
    max_retries: 0,
  });
  expect(again.json).toEqual(first.json);
  const { id } = jobShape.parse(first.json);
  const ended = await comesTo(id, 'succeeded');
  expect(ended).toMatchObject({ exit_code: 0, restarts: 0, attempts: [], pid: expect.stringMatching(/^arn:aws:ecs:/) });
  expect(ended).toMatchObject({ samples: { ended: true, run: { memory_peak: expect.any(Number) } } });
  const { tasks } = await ecs.send(
    new DescribeTasksCommand({ cluster: ended.pid?.split('/')[1], tasks: [ended.pid ?? ''] }),
  );
  expect(tasks).toMatchObject([{ cpu: '512', memory: '2048', startedBy: `j/${id}/1` }]);
  expect((await stop(id)).json).toMatchObject({ code: 'job_not_running', status: 'succeeded' });
  const begunAnew = await restart(id);
  const { created_at } = first.json;
  expect(first.json['start_requested_at']).toBe(created_at);
  expect(begunAnew.json).toMatchObject({ id, status: 'starting', restarts: 1, created_at, samples: null });
  expect(begunAnew.json['start_requested_at']).not.toBe(created_at);
  const anew = await comesTo(id, 'succeeded');
  expect(anew).toMatchObject({ attempts: [ended.pid], exit_code: 0 });
  // Of one so short the news that it runs may come after that of its end, and is none then.
  await expect.poll(() => pushed(id), WAIT).toEqual(expect.arrayContaining(['starting', 'succeeded']));
}, 120_000);

test('one that fails is tried again as often as it may, and one whose time is over is not', async () => {
  const failing = await create({ command: ['node', '-e', 'process.exit(3)'], max_retries: 1 });
  const slow = await create({
    command: ['node', '-e', 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 9)'],
    timeout_seconds: 1,
    max_retries: 3,
  });
  const late = await comesTo(slow, 'timed_out');
  expect(late).toMatchObject({ exit_code: 124, restarts: 0, reason: expect.stringContaining('its time was over') });
  const failed = await comesTo(failing, 'failed');
  expect(failed).toMatchObject({ exit_code: 3, restarts: 1, reason: expect.stringContaining('exit code 3') });
  expect(failed['attempts']).toHaveLength(1);
  expect((await run.api('GET', '/jobs?status=failed&limit=10')).json['jobs']).toMatchObject([{ id: failing }]);
}, 120_000);

test('as many run at once as may, others are refused or wait in order, and a stop frees its place', async () => {
  const running = [await create({ command: WAITING }), await create({ command: WAITING, queue: true })];
  const refused = await run.api('POST', '/jobs', { body: { command: DONE } });
  expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_jobs', limit: 2 } });
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  const waiting: string[] = [];
  for (let count = 0; count < 4; count += 1) waiting.push(await create({ command: DONE, queue: true }));
  const [gone = '', ...others] = waiting;
  expect((await get(gone)).status).toBe('queued');
  expect(await stop(gone)).toMatchObject({ status: 202, json: { status: 'stopped' } });
  expect((await restart(running[0] ?? '')).json).toMatchObject({ code: 'job_active' });
  for (const id of running) await comesTo(id, 'running');
  expect((await run.api('GET', '/debug/tasks')).json['tasks']).toMatchObject(
    running.toReversed().map((name) => ({ kind: 'job', name, status: 'running', startedBy: `j/${name}/1`, due: null })),
  );

  const stopped = await stop(running[0] ?? '');
  expect([stopped.status, stopped.json['stop_requested_at']]).toEqual([202, expect.any(String)]);
  // It may have ended by now.
  expect([202, 409]).toContain((await stop(running[0] ?? '')).status);
  for (const id of others) await comesTo(id, 'succeeded');
  expect(await get(running[0] ?? '')).toMatchObject({ status: 'stopped', exit_code: 143 });
  expect((await stop(running[1] ?? '')).status).toBe(202);
  await comesTo(running[1] ?? '', 'stopped');
  await expect.poll(() => pushed(running[1] ?? ''), WAIT).toEqual(expect.arrayContaining(['running', 'stopped']));
  const begun = await Promise.all(others.map(async (id) => String((await get(id))['started_at'])));
  expect(begun.toSorted()).toEqual(begun);
}, 120_000);

test('a launch that ECS refuses has failed, or waits for room, and gives its place on', async () => {
  const answer = (body: object) => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  });
  const full: Intercept = async () => {
    throw new AwsError('ClientException', 'You’ve reached the limit on the number of vCPUs you can run concurrently');
  };
  const running = [await create({ command: WAITING }), await create({ command: WAITING })];
  const waits = await create({ command: DONE, queue: true });
  launches.set(`j/${waits}/1`, full);
  const refused = await create({ command: DONE, queue: true });
  launches.set(`j/${refused}/1`, async () => answer({ tasks: [], failures: [{ reason: 'Nobody knows why' }] }));
  const last = await create({ command: DONE, queue: true });
  // However far their launch has come, no sweep is needed: it would end them a minute later.
  for (const id of running) expect((await stop(id)).status).toBe(202);
  for (const id of running) {
    await expect.poll(async () => (await get(id)).status, { ...WAIT, timeout: 30_000 }).toBe('stopped');
  }
  expect(await comesTo(refused, 'failed')).toMatchObject({ reason: 'Nobody knows why', exit_code: null, pid: null });
  await comesTo(last, 'succeeded');
  expect(await comesTo(waits, 'succeeded')).toMatchObject({ restarts: 1, max_retries: 0 });
  for (const id of running) await comesTo(id, 'stopped');
}, 120_000);

test('a job that is recorded is answered, though nobody could be told to launch it', async () => {
  const body = { command: DONE };
  const headers = { 'idempotency-key': 'told to nobody' };
  isQueueDown = true;
  const made = await run.api('POST', '/jobs', { body, headers });
  isQueueDown = false;
  expect([made.status, made.json['status']]).toEqual([201, 'starting']);
  expect((await run.api('POST', '/jobs', { body, headers })).json).toEqual(made.json);
  // Nobody has asked ECS for it, so that a stop is its end.
  expect(await stop(String(made.json['id']))).toMatchObject({ status: 202, json: { status: 'stopped' } });
}, 60_000);

test('a repeat of a request that died once its job was made, or begun anew, answers that job', async () => {
  const { documents, TableName } = await operationsTable(run);
  const body = { command: DONE, name: 'dies' };
  const post = () => run.api('POST', '/jobs', { body, headers: { 'idempotency-key': 'it dies' } });
  const first = await post();
  const { id } = jobShape.parse(first.json);
  await comesTo(id, 'succeeded');
  /** Before the answer to what has made the job was kept. */
  const die = async () => {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
    const died = Items.filter(({ made }) => made === id);
    for (const { pk } of died) {
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk, sk: 'request' },
          UpdateExpression: 'REMOVE answer SET running_until = :past',
          ExpressionAttributeValues: { ':past': Date.now() - 1 },
        }),
      );
    }
    return died.length;
  };
  expect(await die()).toBe(1);
  const again = await post();
  expect([again.status, again.json['id'], again.json['status']]).toEqual([201, id, 'succeeded']);
  expect((await post()).headers.get('idempotency-replayed')).toBe('true');
  expect((await run.api('GET', '/jobs?name=dies')).json['jobs']).toMatchObject([{ id }]);
  const anew = () =>
    run.api('POST', `/jobs/${id}/restart`, { body: {}, headers: { 'idempotency-key': 'it dies again' } });
  expect(await anew()).toMatchObject({ status: 200, json: { id, restarts: 1 } });
  await comesTo(id, 'succeeded');
  expect(await die()).toBe(2);
  expect(await anew()).toMatchObject({ status: 200, json: { id, status: 'succeeded', restarts: 1 } });
}, 60_000);

test('what ended while nobody heard is found by the sweep', async () => {
  const id = await create({ command: WAITING });
  const { pid } = await comesTo(id, 'running');
  run.cloud.runSchedules();
  await ecs.send(new StopTaskCommand({ cluster: pid?.split('/')[1], task: pid ?? '', reason: 'It ended' }));
  expect(await comesTo(id, 'failed')).toMatchObject({ reason: expect.stringContaining('It ended') });
}, 120_000);

test('samples are taken from the life that they are of, and from nobody else', async () => {
  const [id, other] = [await create({ command: WAITING }), await create({ command: WAITING })];
  const { pid } = await comesTo(id, 'running');
  const tokenOf = (it: string) => /job_1\.[\w-]+/.exec(told.get(`j/${it}/1`) ?? '')?.[0] ?? '';
  const usage = { percent: 1, max_percent: 1 };
  const memory = { bytes: 1, max_bytes: 1 };
  const sample = {
    seconds: 1,
    cpu: usage,
    memory,
    disk: null,
    network: null,
    run: { seconds: 1, cpu_p95: 1, memory_peak: 1 },
  };
  const at = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
  const body = { pid, samples: [{ at, ...sample, first: false, ended: false }] };
  const send = async (token: string, content: object = body) => {
    const headers = { 'x-api-key': '', authorization: `Bearer ${token}` };
    return (await run.api('POST', `/jobs/${id}/samples`, { body: content, headers })).status;
  };
  const token = tokenOf(id);
  expect(token).toHaveLength(49);
  expect(await send(token)).toBe(204);
  expect(await send(tokenOf(other))).toBe(401);
  expect(await send(token.replace('job_1', 'job_2'))).toBe(401);
  expect(await send(token.slice(0, 20) + (token[20] === 'A' ? 'B' : 'A') + token.slice(21))).toBe(401);
  expect(await send(token, { ...body, pid: 'arn:of-another' })).toBe(403);
  expect(await send(token, { ...body, pid: pid?.split('/').at(-1) })).toBe(204);
  const minute = Date.parse(at);
  for (const time of [minute + 1, minute + 3 * 60_000, minute - 30 * 60_000, minute - 26 * 3_600_000]) {
    const samples = [{ ...body.samples[0], at: new Date(time).toISOString() }];
    expect([time - minute, await send(token, { pid, samples })]).toEqual([time - minute, 400]);
  }
  expect(await send(token, { pid, samples: [{ ...body.samples[0], seconds: 1e9 }] })).toBe(400);
  expect((await run.api('GET', `/metrics/process?pid=${pid}`)).json).toMatchObject({ at });
  expect((await run.api('POST', `/jobs/${id}/samples`, { body })).status).toBe(403);
  const asJob = { headers: { 'x-api-key': '', authorization: `Bearer ${token}` } };
  expect((await run.api('GET', `/jobs/${id}`, asJob)).status).toBe(403);
  // Each minute of each job: what it leaves in the logs is a part of its cost.
  const taken = (await run.api('POST', `/jobs/${id}/samples`, { body, ...asJob })).headers.get('x-request-id');
  const lines = () =>
    logLines(run).filter(({ requestId, request_id }) => [requestId, request_id].includes(taken ?? ''));
  await expect.poll(lines, WAIT).toMatchObject([{ route: 'POST /jobs/{job_id}/samples', status: '204' }]);
  expect(JSON.stringify(lines()).length).toBeLessThanOrEqual(300);
  await comesTo(other, 'running');
  await Promise.all([id, other].map(stop));
  await Promise.all([id, other].map((it) => comesTo(it, 'stopped')));
}, 120_000);

test('what can’t be run is refused, naming what is valid', async () => {
  const refused = async (body: object) => {
    const { status, json } = await run.api('POST', '/jobs', { body });
    return [status, json['code'], JSON.stringify(json)];
  };
  const size = await refused({ command: DONE, cpu: 256, memory: 4096 });
  expect(size).toEqual([422, 'invalid_size', expect.stringContaining('{"cpu":256,"memory":[512,1024,2048]}')]);
  expect((await refused({ command: ['vi', 'file'] })).slice(0, 2)).toEqual([422, 'command_not_allowed']);
  expect((await refused({ command: ['zip'] })).slice(0, 2)).toEqual([422, 'command_not_found']);
  expect((await refused({ command: ['bash', '-c', 'sudo reboot'] })).slice(0, 2)).toEqual([422, 'command_denied']);
  expect((await refused({ command: DONE, env: { AWS_REGION: 'x' } })).slice(0, 2)).toEqual([422, 'reserved_variable']);
  expect((await refused({ command: ['node', 'x'.repeat(4090)] })).slice(0, 2)).toEqual([422, 'command_too_long']);
  expect((await refused({ command: DONE, env: { A: 'x'.repeat(2045) } })).slice(0, 2)).toEqual([422, 'env_too_long']);
  expect((await refused({ command: DONE, env: { 'A-B': 'x' } })).slice(0, 2)).toEqual([400, 'invalid_body']);
  expect((await refused({ command: [] })).slice(0, 2)).toEqual([400, 'invalid_body']);
  // Any name is one, also where it means something to JavaScript.
  const odd = await run.api('POST', '/jobs', { body: '{"command": ["true"], "env": {"constructor": "x"}}' });
  expect([odd.status, JSON.stringify(odd.json['env'])]).toEqual([201, '{"constructor":"x"}']);
  await comesTo(String(odd.json['id']), 'succeeded');
  const hidden = '{"command": ["node"], "env": {"__proto__": "x"}}';
  expect((await run.api('POST', '/jobs', { body: hidden })).json).toMatchObject({ fields: [{ path: '__proto__' }] });
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/restart'],
  ] as const) {
    const unknown = await run.api(method, `/jobs/${'x'.repeat(1100)}${path}`);
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'job_not_found']);
  }
}, 120_000);

test('what a job prints is read and followed, what it uses is measured and forecast', async () => {
  const script = `
    const held = Buffer.alloc(150_000_000, 1);
    for (let line = 0; line < 300; line += 1) console.log('line ' + line);
    const end = Date.now() + 1500;
    while (Date.now() < end);
    console.error('needle, of ' + held.length);`;
  const id = await create({ command: ['node', '-e', script], name: 'measured' });
  const logs = async (query: string) => {
    const { status, json } = await run.api('GET', `/logs/${id}${query}`);
    expect(status).toBe(200);
    return pageShape.parse(json);
  };
  let next = '?since=3600';
  const followed: string[] = [];
  const follow = async () => {
    const page = await logs(next);
    followed.push(...page.logs.map(({ message }) => message));
    next = `?cursor=${page.next_cursor}`;
    return followed.length;
  };
  await expect.poll(follow, WAIT).toBe(301);
  // Of two streams nobody knows which line was first.
  const [printed, said] = [followed.filter((it) => it.startsWith('line')), followed.filter((it) => /needle/.test(it))];
  expect(printed).toEqual(Array.from({ length: 300 }, (_, line) => `line ${line}`));
  expect(said).toEqual(['needle, of 150000000']);
  const ended = await comesTo(id, 'succeeded');

  expect((await logs('')).logs).toHaveLength(100);
  expect((await logs('?limit=5')).logs).toHaveLength(5);
  expect((await logs('?since=1960-01-01T00:00:00Z&limit=1')).logs).toHaveLength(1);
  expect((await logs('?tail=2&q=LINE')).logs.map(({ message }) => message)).toEqual(['line 298', 'line 299']);
  const first = await logs('?since=3600&limit=2');
  expect(first.logs.map(({ message }) => message)).toEqual(['line 0', 'line 1']);
  expect((await logs(`?limit=1&cursor=${first.next_cursor}`)).logs.map(({ message }) => message)).toEqual(['line 2']);
  expect((await run.api('GET', `/logs/${id}?q=x&cursor=${first.next_cursor}`)).status).toBe(400);
  expect((await run.api('GET', `/logs/${id}?since=yesterday`)).status).toBe(400);

  const usage = (await run.api('GET', `/metrics/process?pid=${ended['pid']}`)).json;
  expect(usage).toMatchObject({ pid: ended['pid'], kind: 'job', name: id, ended: true });
  const { run: whole } = z.object({ run: z.object({ memory_peak: z.number() }) }).parse(usage);
  expect(whole.memory_peak).toBeGreaterThan(150_000_000);
  expect(ended['samples']).toMatchObject({ ended: true, run: whole });

  const forecast = async () => (await run.api('GET', '/jobs/forecast?name=measured')).json;
  await expect.poll(forecast, WAIT).toMatchObject({
    runs: 1,
    memory: { method: 'headroom', bytes: Math.ceil(whole.memory_peak * 1.5) },
    evidence: [{ job_id: id, pid: ended['pid'], out_of_memory: false, size: { cpu: 256, memory: 512 } }],
  });
  const { size } = z.object({ size: z.object({ cpu: z.number(), memory: z.number() }) }).parse(await forecast());
  expect(await get(await create({ command: DONE, name: 'measured', size: 'auto' }))).toMatchObject(size);
  const both = { command: DONE, size: 'auto', cpu: 256 };
  expect((await run.api('POST', '/jobs', { body: both })).status).toBe(400);

  run.cloud.runSchedules();
  const seen = () => dashboard.heard.filter(({ type }) => type === 'metrics').map(({ data }) => data);
  await expect.poll(seen, WAIT).toContainEqual(expect.objectContaining({ processes: expect.any(Array) }));
  await expect
    .poll(async () => (await run.api('GET', '/metrics/system/history?limit=1')).json['points'], WAIT)
    .toMatchObject([{ cpu: { percent: expect.any(Number) } }]);

  const { jobs, jobFailures, jobsRunning, jobsQueued, jobsStuck } = METRICS;
  const series = seriesNames([jobs, jobFailures, jobsRunning, jobsQueued, jobsStuck]);
  await expect.poll(() => [...measuredSeries(logLines(run))], WAIT).toEqual(expect.arrayContaining([...series]));

  expect((await run.api('DELETE', `/logs/${id}`)).status).toBe(204);
  expect((await logs('')).logs).toEqual([]);
  expect((await run.api('POST', '/logs/cleanup', { body: { older_than_days: 1 } })).json).toEqual({
    deleted: 0,
    more: false,
  });
}, 120_000);

test('nothing was granted that no job needs, and nothing was missing', () => {
  expect(unneededGrants(run, 'jobs')).toEqual([]);
  expect(run.problems).toEqual([]);
});
