import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Sample } from '../../../core/samples/sample.ts';
import { type MeasuredTask, startSampling } from '../../../core/samples/sampling.ts';

/** A task that watches itself over a metadata endpoint, and tells of it. */

const WAIT = { timeout: 20_000, interval: 50 };
const TASK = { TaskARN: 'arn:aws:ecs:eu-west-1:000000000000:task/cluster/one', Limits: { CPU: 0.25, Memory: 512 } };

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** Fargate's, whose container uses half a vCPU. @param answers what is known of it; undefined: an error */
async function endpoint(answers: (path: string) => unknown): Promise<string> {
  server = createServer(({ url = '' }, response) => {
    const answer = answers(url);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function stats() {
  const now = Date.now();
  return {
    read: new Date(now).toISOString(),
    cpu_stats: { cpu_usage: { total_usage: (now * 1e6) / 2 } },
    memory_stats: { usage: 300, stats: { inactive_file: 100 } },
    blkio_stats: { io_service_bytes_recursive: null },
    networks: { eth1: { rx_bytes: now, tx_bytes: 2 * now } },
  };
}

test('what could not be told comes again, and the end is told at last', async () => {
  const metadataUri = await endpoint((path) => (path === '/task' ? TASK : stats()));
  const told: { samples: Sample[]; task: MeasuredTask }[] = [];
  const problems: string[] = [];
  let refused = 0;
  const sampling = startSampling({
    metadataUri,
    report: async (samples, task) => {
      refused += 1;
      if (refused < 3) throw new Error('The API is not there');
      told.push({ samples, task });
    },
    onProblem: (message) => problems.push(message),
  });
  await expect.poll(() => told.length, WAIT).toBe(1);
  const [{ samples: [first] = [], task } = { samples: [] }] = told;
  expect(task).toEqual({ pid: TASK.TaskARN, cpu: 256, memory: 512 });
  expect(first).toMatchObject({ memory: { bytes: 200, max_bytes: 200 }, disk: null, first: true, ended: false });
  expect(Math.round(first?.cpu.percent ?? 0)).toBe(50);
  expect(first?.network?.tx_bytes).toBe(2 * (first?.network?.rx_bytes ?? 0));
  // However often it fails, it is said once.
  expect(problems).toHaveLength(1);
  await sampling.stop();
  const last = told.at(-1)?.samples.at(-1);
  expect(last).toMatchObject({ ended: true });
  expect(last?.run.seconds).toBeGreaterThanOrEqual(first?.seconds ?? 0);
});

test('a task that knows nothing of itself tells nothing, and ends as it would', async () => {
  const metadataUri = await endpoint((path) => (path === '/task' ? TASK : undefined));
  const problems: string[] = [];
  let reports = 0;
  const sampling = startSampling({
    metadataUri,
    report: async () => {
      reports += 1;
    },
    onProblem: (message) => problems.push(message),
  });
  await expect.poll(() => problems.length, WAIT).toBe(1);
  await sampling.stop();
  expect([reports, problems.length]).toEqual([0, 1]);
});

test('a run that is over at once is told of, though its first two readings are of one millisecond', async () => {
  const early = stats();
  let readings = 0;
  const metadataUri = await endpoint((path) => {
    if (path === '/task') return TASK;
    readings += 1;
    return readings < 3 ? early : stats();
  });
  const told: Sample[] = [];
  const sampling = startSampling({
    metadataUri,
    report: async (samples) => {
      told.push(...samples);
    },
    onProblem: () => {},
  });
  await sampling.stop();
  expect(told).toMatchObject([{ first: true, ended: true, memory: { bytes: 200 } }]);
});

test('what is not taken at the end, as nobody knows the task yet, is told again', async () => {
  const metadataUri = await endpoint((path) => (path === '/task' ? TASK : stats()));
  const told: Sample[] = [];
  let refused = 0;
  const sampling = startSampling({
    metadataUri,
    report: async (samples) => {
      refused += 1;
      if (refused < 4) throw new Error('No such task yet');
      told.push(...samples);
    },
    onProblem: () => {},
  });
  await sampling.stop();
  expect(told).toMatchObject([{ first: true, ended: true }]);
});
