import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRun, type TestRun } from './local-run.ts';

/** Jobs by the REST routes: tasks of the local ECS, each a process of the runner with its command. */

let run: TestRun;

beforeAll(async () => {
  run = await startTestRun();
}, 120_000);
afterAll(() => run?.close());

const WAIT = { timeout: 60_000, interval: 200 };

async function create(body: object): Promise<Record<string, unknown>> {
  const { status, json } = await run.api('POST', '/jobs/', { body });
  expect([status, json['code']]).toEqual([201, undefined]);
  return json;
}
const get = async (id: unknown) => (await run.api('GET', `/jobs/${id}`)).json;

test('a job runs its command and tells how it ended', async () => {
  const job = await create({
    command: ['node', '-e', 'console.log(process.env.WHO); process.exit(0)'],
    env: { WHO: 'me' },
  });
  expect(job).toMatchObject({
    id: expect.stringMatching(/^job_\d{8}_\d{6}_[0-9a-f]{6}$/),
    status: 'starting',
    pid: null,
  });
  await expect.poll(() => get(job['id']), WAIT).toMatchObject({ status: 'succeeded', exit_code: 0 });
}, 120_000);
