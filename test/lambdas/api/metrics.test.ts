import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { HttpEvent } from '../../../core/http/answer.ts';
import { HOUR_MS, MINUTE_MS, type Sample } from '../../../core/samples/sample.ts';
import { createSecretsManager } from '../../../local/aws/secrets-manager.ts';
import { startTable, type TestTable } from '../../core/service-table.ts';
import { type Served, serve } from '../../local/aws/serve.ts';

/** Histories of what tasks used, page by page while time goes on. */

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const ID = '0123456789abcdef0123456789abcdef';
const PID = `arn:aws:ecs:eu-west-1:000000000000:task/cluster/${ID}`;
const KEY = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:cursors-aB3dE6';

let directory: string;
let secrets: Served;
let table: TestTable;
let routes: typeof import('../../../lambdas/api/metrics.ts').metricRoutes;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-metrics-'));
  const service = await createSecretsManager({ dir: directory });
  service.defineSecret({ name: 'cursors', arn: KEY }, { GenerateSecretString: {} });
  secrets = await serve(service);
  const AWS_ENDPOINT_URL_SECRETS_MANAGER = secrets.endpoint;
  const variables = { OPERATIONS_TABLE: 'operations', CURSOR_KEY_SECRET: KEY, AWS_ENDPOINT_URL_SECRETS_MANAGER };
  table = await startTable('operations', variables);
  routes = (await import('../../../lambdas/api/metrics.ts')).metricRoutes;
  const { storeSamples, storeHour } = await import('../../../core/samples/sample-records.ts');
  const { storeFleet } = await import('../../../core/samples/fleet-records.ts');
  const { sumNow } = await import('../../../core/samples/sums.ts');
  const task = { pid: PID, kind: 'job', name: 'job_20260301_120000_abc123', cpu: 256, memory: 512 } as const;
  for (let minute = 0; minute < 7; minute += 1) {
    const sample = sampleAt(NOON + minute * MINUTE_MS);
    await storeSamples(task, [sample]);
    await storeFleet('1m', sumNow(NOON + minute * MINUTE_MS, [{ task, sample }]));
  }
  await storeHour({ task, sample: sampleAt(NOON) });
  await storeFleet('1h', sumNow(NOON, [{ task, sample: sampleAt(NOON) }]));
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON + HOUR_MS });
  return () => vi.useRealTimers();
});
afterAll(async () => {
  await table?.close();
  await secrets?.close();
  await rm(directory, { recursive: true, force: true });
});

function sampleAt(at: number): Sample {
  return {
    ...{ at: new Date(at).toISOString(), seconds: 60, first: at === NOON, ended: false, disk: null, network: null },
    cpu: { percent: 12, max_percent: 20 },
    memory: { bytes: 1000, max_bytes: 2000 },
    run: { seconds: 60, cpu_p95: 20, memory_peak: 2000 },
  };
}

const pageShape = z.object({
  resolution: z.string(),
  points: z.array(z.object({ at: z.string() })),
  next_cursor: z.nullable(z.string()),
});

/** What a history's route answers; queries as the route's schema leaves them. */
async function history(path: '/metrics/system/history' | '/metrics/process/history', query: object) {
  const found = routes.find((route) => route.path === path);
  if (!found?.query) throw new Error('The route is declared');
  const read = found.query.parse({ ...(path.includes('process') && { pid: PID }), ...query });
  const request = {
    caller: { kind: 'nobody' },
    path: {},
    query: read,
    body: undefined,
    event: {} as HttpEvent,
  } as const;
  const answer = await found.handle(request);
  const { resolution, points, next_cursor } = pageShape.parse(JSON.parse(String(answer.body)));
  return { resolution, minutes: points.map(({ at }) => at.slice(11, 16)), next: next_cursor };
}

const at = (time: number) => new Date(time).toISOString();
const ALL = ['12:06', '12:05', '12:04', '12:03', '12:02', '12:01', '12:00'];

describe.each(['/metrics/system/history', '/metrics/process/history'] as const)('%s', (path) => {
  test('comes page by page, each point once, newest first', async () => {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { resolution, minutes, next } = await history(path, { limit: '3', ...(cursor && { cursor }) });
      expect(resolution).toBe('1m');
      expect(minutes.length).toBe(next === null ? 1 : 3);
      seen.push(...minutes);
      cursor = next;
    }
    expect(seen).toEqual(ALL);
  });

  test('a cursor is of its filters', async () => {
    const { next: cursor } = await history(path, { limit: '3' });
    await expect(history(path, { cursor, resolution: '1h' })).rejects.toMatchObject({ code: 'invalid_cursor' });
    await expect(history(path, { cursor, from: at(NOON) })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('from is in it, to is not', async () => {
    const between = async (from: number, to: number) =>
      (await history(path, { from: at(NOON + from * MINUTE_MS), to: at(NOON + to * MINUTE_MS) })).minutes;
    expect(await between(1, 3)).toEqual(['12:02', '12:01']);
    expect(await between(1, 1)).toEqual([]);
    expect(await between(0, 99)).toEqual(ALL);
  });

  test('is by minute as long as minutes that old are kept, and goes on so once it has begun', async () => {
    const query = { from: at(NOON), limit: '3' };
    // Asked for the last 24 hours, and answered a moment later.
    vi.setSystemTime(NOON + 24 * HOUR_MS + 500);
    const first = await history(path, query);
    expect(first).toMatchObject({ resolution: '1m', minutes: ALL.slice(0, 3) });
    vi.setSystemTime(NOON + 25 * HOUR_MS + MINUTE_MS);
    const cursor = first.next;
    expect(await history(path, { ...query, cursor })).toMatchObject({ resolution: '1m', minutes: ['12:03', '12:02'] });
    expect(await history(path, query)).toMatchObject({ resolution: '1h', minutes: ['12:00'] });
  });
});

test('what can’t be a task’s id is looked up nowhere: DynamoDB refuses keys of such a length', async () => {
  table.unitsRead();
  const asked = history('/metrics/process/history', { pid: 'x'.repeat(2000) });
  await expect(asked).rejects.toMatchObject({ code: 'metrics_not_found' });
  expect(table.unitsRead()).toBe(0);
});
