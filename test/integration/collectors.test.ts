import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestRun, type TestRun } from './local-run.ts';

/** Collectors by the REST routes: tasks of the local ECS, each a process of the container's own program. */

let run: TestRun;

beforeAll(async () => {
  run = await startTestRun();
}, 120_000);
afterAll(async () => {
  await run?.close();
});

const collector = z.looseObject({ pid: z.string(), name: z.string(), status: z.string() });
const list = z.object({ collectors: z.array(collector) });

async function status(query = ''): Promise<z.infer<typeof collector>[]> {
  const { json } = await run.api('GET', `/api/collectors/status${query}`);
  return list.parse(json).collectors;
}

test('a collector starts, is seen, is refused twice, and stops', async () => {
  const body = { timeframe: '1m', symbol: 'ETHUSDT' };
  const started = await run.api('POST', '/api/collectors/start', { body });
  expect(started).toMatchObject({
    status: 200,
    json: {
      message: 'Collector iniciado para ETHUSDT en timeframe 1m',
      pid: expect.stringMatching(/^arn:aws:ecs:.*:task\//),
    },
  });
  const pid = String(started.json['pid']);
  await expect.poll(async () => (await status())[0]?.status, { timeout: 20_000 }).toBe('running');
  expect(await status()).toMatchObject([
    { pid, name: 'bybit_ETHUSDT_1m', exchange: 'bybit', timeframe: '1m', symbol: 'ETHUSDT', stoppedAt: null },
  ]);
  expect(await run.api('POST', '/collectors/start/', { body })).toMatchObject({ status: 409, json: { pid } });
  const stopped = await run.api('POST', '/api/collectors/stop', { body: { pid } });
  expect(stopped).toMatchObject({ status: 200, json: { message: 'Collector detenido exitosamente', pid } });
  expect(await status()).toEqual([]);
  expect(await status('?all=true')).toMatchObject([{ pid, status: 'stopped', uptime: 0 }]);
  expect(await run.api('POST', '/api/collectors/stop', { body: { pid } })).toMatchObject({
    status: 404,
    json: { error: 'Collector no encontrado o ya detenido', pid },
  });
  expect(run.problems).toEqual([]);
});
