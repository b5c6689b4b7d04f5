import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createLogs, type Logs } from '../../../local/aws/logs.ts';
import { createEcs, type Ecs } from '../../../local/ecs/ecs.ts';
import { startTaskMetadata, type TaskMetadata } from '../../../local/ecs/metadata.ts';
import { type Image, makeImage } from './programs.ts';

/** Tasks of the local ECS: processes, their states, and how they end. */

const DEFINITION = 'arn:aws:ecs:eu-west-1:000000000000:task-definition/family:1';
const PROPERTIES = {
  ContainerDefinitions: [
    {
      Name: 'one',
      Image: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:tag',
      Command: ['node', 'index.mjs'],
      Environment: [{ Name: 'WAY', Value: 'gentle' }],
      Essential: true,
      StopTimeout: 1,
      LogConfiguration: {
        LogDriver: 'awslogs',
        Options: { 'awslogs-group': 'group', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'p' },
      },
    },
  ],
  Cpu: '256',
  Memory: '512',
  Family: 'family',
  ExecutionRoleArn: 'execution',
  TaskRoleArn: 'task',
  NetworkMode: 'awsvpc',
  RequiresCompatibilities: ['FARGATE'],
  RuntimePlatform: {},
};
const WAIT = { timeout: 20_000, interval: 50 };

const taskShape = z.looseObject({ taskArn: z.string(), lastStatus: z.string(), version: z.number() });
const eventShape = z.object({ detail: taskShape });

let image: Image;
let directory: string;
let logs: Logs;
let ecs: Ecs;
let metadata: TaskMetadata;
let events: z.infer<typeof taskShape>[];
let denied: string[];

beforeEach(async () => {
  image = await makeImage();
  directory = await mkdtemp(join(tmpdir(), 'vigia-ecs-'));
  logs = createLogs(join(directory, 'logs.db'));
  logs.store.createGroup('group');
  events = [];
  denied = [];
  metadata = await startTaskMetadata((id) => ecs.running(id));
  ecs = createEcs({
    metadataUri: (id) => metadata.uri(id),
    endpointUrl: () => 'http://127.0.0.1:1',
    logs: logs.store,
    authorize: (_role, action) => !denied.includes(action),
    credentials: () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }),
    onEvent: (event) => events.push(eventShape.parse(event).detail),
  });
  ecs.defineCluster('cluster');
  ecs.defineTask({ logicalId: 'Task', arn: DEFINITION }, PROPERTIES, {
    directory: () => image.directory,
    environment: () => ({}),
  });
});
afterEach(async () => {
  await ecs.close(100);
  await metadata.close();
  await logs.service.close();
  await rm(directory, { recursive: true, force: true });
  await image.remove();
});

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const body = Buffer.from(JSON.stringify({ cluster: 'cluster', ...input }));
  const request = { operation, method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body };
  return JSON.parse((await ecs.service.handle(request)).body.toString());
}

async function run(way: string, clientToken?: string): Promise<string> {
  const { tasks } = await call('RunTask', {
    taskDefinition: DEFINITION,
    launchType: 'FARGATE',
    startedBy: 'c/name/1',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    overrides: { containerOverrides: [{ name: 'one', environment: [{ name: 'WAY', value: way }] }] },
    ...(clientToken && { clientToken }),
  });
  return z.array(taskShape).parse(tasks)[0]?.taskArn ?? '';
}
const look = async (arn: string) =>
  z.array(taskShape).parse((await call('DescribeTasks', { tasks: [arn] }))['tasks'])[0];
const comesTo = (arn: string, status: string) =>
  expect.poll(async () => (await look(arn))?.lastStatus, WAIT).toBe(status);

const says = (text: string) =>
  expect.poll(() => JSON.stringify([...logs.store.events({ group: 'group' })]), WAIT).toContain(text);

test('a task runs its program with its environment, tells of each state, and ends on SIGTERM', async () => {
  const arn = await run('gentle');
  await says('way gentle, region eu-west-1');
  await call('StopTask', { task: arn.slice(arn.lastIndexOf('/') + 1), reason: 'enough' });
  await comesTo(arn, 'STOPPED');
  expect(await look(arn)).toMatchObject({
    startedBy: 'c/name/1',
    stopCode: 'UserInitiated',
    stoppedReason: 'enough',
    containers: [{ name: 'one', exitCode: 0 }],
    startedAt: expect.any(Number),
  });
  expect(events.map(({ lastStatus }) => lastStatus)).toEqual([
    'PROVISIONING',
    'PENDING',
    'RUNNING',
    'RUNNING',
    'STOPPED',
  ]);
  expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
});

test('one that does not heed SIGTERM is killed after its stop timeout, one that crashes has its exit code', async () => {
  const [stubborn, crash] = [await run('stubborn'), await run('crash')];
  await says('way stubborn');
  const kept = () =>
    [...logs.store.events({ group: 'group' })].flatMap(({ message }) => /keeps (\S+)/.exec(message)?.[1] ?? []);
  await expect.poll(() => kept().length, WAIT).toBe(2);
  await call('StopTask', { task: stubborn });
  await comesTo(stubborn, 'STOPPED');
  expect(await look(stubborn)).toMatchObject({ containers: [{ exitCode: 137 }] });
  await comesTo(crash, 'STOPPED');
  await expect.poll(() => kept().filter((it) => existsSync(it)), WAIT).toEqual([]);
  expect(await look(crash)).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 3 }] });
});

test('the same client token is the same task, and a task of nobody is missing', async () => {
  const first = await run('gentle', 'token');
  expect(await run('gentle', 'token')).toBe(first);
  expect(await run('gentle', 'other')).not.toBe(first);
  await expect(run('stubborn', 'token')).rejects.toMatchObject({
    code: 'ConflictException',
    detail: { resourceIds: [first] },
  });
  const { tasks, failures } = await call('DescribeTasks', { tasks: ['none'] });
  expect([tasks, failures]).toEqual([[], [{ arn: expect.stringMatching(/\/cluster\/none$/), reason: 'MISSING' }]]);
  await expect(call('StopTask', { task: 'none' })).rejects.toThrow('not found');
});

test('a task whose execution role may not read the image never starts', async () => {
  denied.push('ecr:BatchGetImage');
  const arn = await run('gentle');
  await comesTo(arn, 'STOPPED');
  const stopped = await look(arn);
  expect(stopped).toMatchObject({ stopCode: 'TaskFailedToStart' });
  expect(stopped?.['stoppedReason']).toContain('CannotPullContainerError');
  expect(stopped).not.toHaveProperty('startedAt');
});

const statsShape = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({ usage: z.number() }),
  blkio_stats: z.object({ io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })) }),
});

test('a task is told by its metadata endpoint who it is and what it uses, its children too', async () => {
  const arn = await run('busy');
  await says('a child of busy is up');
  const uri = z
    .string()
    .parse(/metadata ([^"]+)/.exec(JSON.stringify([...logs.store.events({ group: 'group' })]))?.[1]);
  const ask = async (path: string) => (await fetch(uri + path)).json();
  expect(await ask('/task')).toMatchObject({
    TaskARN: arn,
    Limits: { CPU: 0.25, Memory: 512 },
    Containers: [{ Name: 'one', DesiredStatus: 'RUNNING' }],
  });
  const used = async () => statsShape.parse(await ask('/stats'));
  const first = await used();
  // Two programs of Node's.
  expect(first.memory_stats.usage).toBeGreaterThan(2 * 25_000_000);
  await expect
    .poll(async () => (await used()).cpu_stats.cpu_usage.total_usage, WAIT)
    .toBeGreaterThan(first.cpu_stats.cpu_usage.total_usage);
  const written = async () => (await used()).blkio_stats.io_service_bytes_recursive.find(({ op }) => op === 'Write');
  await expect.poll(async () => (await written())?.value, WAIT).toBeGreaterThanOrEqual(1_000_000);
  const all = z.record(z.string(), z.looseObject({})).parse(await ask('/task/stats'));
  expect(Object.values(all)).toMatchObject([{ name: 'one' }]);
  expect((await fetch(`${uri}/other`)).status).toBe(404);

  await call('StopTask', { task: arn });
  await comesTo(arn, 'STOPPED');
  expect((await fetch(`${uri}/stats`)).status).toBe(404);
});

test('a task dies with the process that runs it, even where that is killed', async () => {
  const parent = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'parent.ts'), image.directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: directory },
  });
  const [said] = await once(parent.stdout.setEncoding('utf8'), 'data');
  const task = Number(/process (\d+)/.exec(String(said))?.[1]);
  expect(isRunning(task)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(task), WAIT).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
