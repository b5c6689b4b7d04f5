import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { configSchema } from '../../config/schema.ts';
import { firstFreePort } from '../../local/ports.ts';
import type { Outputs } from '../../local/run.ts';
import { startProcess } from '../integration/start-process.ts';

const JOBS = 200;
/** The local run is killed once so many have ended. */
const KILLED_AT = 80;
const RETRIES = 3;
const PATIENCE_MS = 8 * 60_000;

const jobShape = z.object({
  id: z.string(),
  env: z.object({ NUMBER: z.coerce.number() }),
  status: z.string(),
  restarts: z.number(),
  reason: z.string().nullable(),
  started_at: z.string().nullable(),
});
type Job = z.infer<typeof jobShape>;
const pageShape = z.object({ jobs: z.array(jobShape), next_cursor: z.string().nullable() });

/**
 * Asks for 200 jobs at once where five may run, kills the local run in the middle, and looks at what became of them: all
 * succeed, each of them ran, and they began in the order of their making.
 */
export default async function jobs(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-jobs-'));
  const port = await firstFreePort();
  const file = join(directory, 'begun');
  const data = join(directory, 'data');
  const { maxRunning } = configSchema.parse({}).jobs;
  const began = Date.now();
  try {
    const first = await startProcess(data, port);
    const made = await Promise.all(Array.from({ length: JOBS }, (_, number) => create(first.outputs, number, file)));
    const asked = Date.now();
    let most = 0;
    await seen(first.outputs, (all) => {
      most = Math.max(most, atOnce(all));
      return count(all, 'succeeded') >= KILLED_AT;
    });
    await first.kill();

    const second = await startProcess(data, port);
    let all: Job[] = [];
    try {
      await seen(second.outputs, (now) => {
        all = now;
        most = Math.max(most, atOnce(now));
        return now.every(({ status }) => ['succeeded', 'failed', 'timed_out'].includes(status));
      });
    } finally {
      await second.stop();
    }
    const numbers = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
    const figures = {
      jobs: made.length,
      succeeded: count(all, 'succeeded'),
      ran: new Set(numbers).size,
      begunAgain: numbers.length - new Set(numbers).size,
      restarted: all.filter(({ restarts }) => restarts > 0).length,
      outOfOrder: outOfOrder(all, maxRunning),
      mostAtOnce: most,
      askedSeconds: Math.round((asked - began) / 100) / 10,
      seconds: Math.round((Date.now() - began) / 1000),
    };
    console.log(JSON.stringify(figures));
    for (const job of all) if (job.status !== 'succeeded') console.log(JSON.stringify(job));
    const { succeeded, ran, outOfOrder: wrong, mostAtOnce } = figures;
    return succeeded === JOBS && ran === JOBS && wrong === 0 && mostAtOnce <= maxRunning;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const count = (all: readonly Job[], status: string) => all.filter((it) => it.status === status).length;
const atOnce = (all: readonly Job[]) => count(all, 'starting') + count(all, 'running');

/** How many began before one that was made so many places before them; those that began again are not counted. */
function outOfOrder(all: readonly Job[], places: number): number {
  const once = all.filter(({ restarts }) => restarts === 0).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const starts = once.map(({ started_at }) => started_at ?? '');
  return starts.filter((start, index) => starts.slice(0, Math.max(0, index - places)).some((it) => it > start)).length;
}

async function create({ apiUrl, adminApiKey }: Outputs, number: number, file: string): Promise<string> {
  const response = await fetch(`${apiUrl}/jobs/`, {
    method: 'POST',
    headers: { 'x-api-key': adminApiKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      // The shell is the command here.
      command: ['sh', '-c', 'echo $NUMBER >> $FILE'],
      env: { NUMBER: String(number), FILE: file },
      max_retries: RETRIES,
      queue: true,
    }),
  });
  if (response.status !== 201) throw new Error(`A job was answered ${response.status}: ${await response.text()}`);
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

/** Looks at all jobs until they are as they should. */
async function seen({ apiUrl, adminApiKey }: Outputs, isDone: (all: Job[]) => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(1000)) {
    const all: Job[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const response = await fetch(`${apiUrl}/jobs/?limit=200${query}`, { headers: { 'x-api-key': adminApiKey } });
      const page = pageShape.parse(await response.json());
      all.push(...page.jobs);
      cursor = page.next_cursor;
    } while (cursor !== null);
    if (isDone(all)) return;
    if (Date.now() > end) throw new Error(`The jobs came to no end: ${JSON.stringify(all.slice(0, 3))}`);
  }
}
