import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { firstFreePort } from '../../local/ports.ts';
import type { Outputs } from '../../local/run.ts';
import { startProcess, until } from '../integration/start-process.ts';

const NAME = 'bybit_trades';
/** The first sweep comes after a minute. */
const PATIENCE = 120_000;

const collector = z.looseObject({
  status: z.string(),
  pid: z.string().nullable(),
  restarts: z.number(),
  statistics: z.array(z.looseObject({ symbol: z.string(), trades: z.number(), gaps: z.number() })),
});

/** Kills the local run while a collector works: after the next start it comes back, and has lost nothing. */
export default async function collectorRestart(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-restart-'));
  const port = await firstFreePort();
  try {
    const first = await startProcess(directory, port);
    await call(first.outputs, 'POST', '/api/collectors/start', { name: NAME });
    await until(() => collects(first.outputs), PATIENCE);
    const before = await state(first.outputs);
    await first.kill();

    const second = await startProcess(directory, port);
    try {
      const began = Date.now();
      await until(
        async () => (await state(second.outputs)).pid !== before.pid && (await collects(second.outputs)),
        PATIENCE,
      );
      const after = await state(second.outputs);
      const gaps = after.statistics.reduce((sum, market) => sum + market.gaps, 0);
      console.log(JSON.stringify({ back_s: (Date.now() - began) / 1_000, restarts: after.restarts, gaps }));
      return after.restarts > before.restarts;
    } finally {
      await second.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function collects(outputs: Outputs): Promise<boolean> {
  const { status, statistics } = await state(outputs);
  return status === 'running' && statistics.some(({ trades }) => trades > 0);
}

async function state(outputs: Outputs): Promise<z.output<typeof collector>> {
  return collector.parse(await call(outputs, 'GET', `/api/collectors/status/${NAME}`));
}

async function call({ apiUrl, adminApiKey }: Outputs, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { 'x-api-key': adminApiKey, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
