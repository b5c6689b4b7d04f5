import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { synthesize } from '../../local/assembly/synth.ts';
import type { Intercept } from '../../local/aws/gateway.ts';
import { type LocalRun, startLocalRun } from '../../local/run.ts';
import { ROOT } from '../assembly.ts';
import { replayRun } from '../replay-run.ts';
import { percentile, round } from './figures.ts';
import { COMMON_INDICATOR, COMMON_SYMBOL, RARE_SYMBOL, seedSignals } from './reads-seed.ts';
import { withoutCaptures } from './without-captures.ts';

/** What lists, statistics and analyses read of the alerts table, and how long they take, over HTTP. */

const SIZES = [1000, 100_000] as const;
const ROUNDS = 25;

const source = z.looseObject({ ConsistentRead: z.boolean().optional() });
const requestSchema = z.looseObject({ ...source.shape, RequestItems: z.record(z.string(), source).optional() });
const capacity = z.object({ TableName: z.string(), CapacityUnits: z.number() });
const responseSchema = z.object({
  ConsumedCapacity: z.union([capacity.transform((one) => [one]), z.array(capacity)]).default([]),
});

interface Reads {
  units: number;
  kb: number;
}

export default async function bench(): Promise<object[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-bench-'));
  const assembly = await synthesize({ root: ROOT, out: join(ROOT, 'cdk.out', 'test') });
  const reads: Reads = { units: 0, kb: 0 };
  const run = await startLocalRun({
    ...replayRun(join(directory, 'data')),
    assembly: await withoutCaptures(assembly, directory),
    intercept: countReads(reads),
  });
  try {
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(...(await measure(run, reads, size)));
    const [small, large] = SIZES;
    return [...rows, ...ratios(rows, small, large)];
  } finally {
    await run.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Counts read units of the alerts table: 4 KB of a consistent read, 8 KB of another. */
function countReads(reads: Reads): Intercept {
  return async ({ caller, operation, request }, next) => {
    const isRead = ['GetItem', 'Query', 'BatchGetItem'].includes(operation);
    if (!isRead || caller.kind !== 'role' || !caller.session.includes('PlatformApi')) return next();
    const input = requestSchema.parse(JSON.parse(request.body.toString()));
    request.body = Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }));
    const response = await next();
    const { ConsumedCapacity } = responseSchema.parse(JSON.parse(response.body.toString()));
    const sources = input.RequestItems ? Object.values(input.RequestItems) : [input];
    const unitKb = sources.every(({ ConsistentRead }) => ConsistentRead === true) ? 4 : 8;
    for (const { TableName, CapacityUnits } of ConsumedCapacity) {
      if (!TableName.includes('Alerts')) continue;
      reads.units += CapacityUnits;
      reads.kb += CapacityUnits * unitKb;
    }
    return response;
  };
}

interface Row {
  figure: string;
  signals: number;
  read_units: number;
  read_kb: number;
  p50_ms: number;
  p95_ms: number;
}

async function measure(run: LocalRun, reads: Reads, size: number): Promise<Row[]> {
  const { apiUrl, adminApiKey } = run.outputs;
  const headers = { 'x-api-key': adminApiKey, 'content-type': 'application/json' };
  const id = `user-${size}`;
  const created = await fetch(`${apiUrl}/api/users`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ id, plan: 'premium' }),
  });
  const { webhook_token } = z.object({ webhook_token: z.string() }).parse(await created.json());
  const seedStart = performance.now();
  await seedSignals(run, { id, locator: webhook_token.slice(0, 22) }, size);
  console.error(`${size} signals written in ${Math.round((performance.now() - seedStart) / 1000)} s`);

  const request = async (path: string, init: RequestInit = {}) => {
    const start = performance.now();
    Object.assign(reads, { units: 0, kb: 0 });
    const response = await fetch(`${apiUrl}${path}`, { headers, ...init });
    const body: unknown = await response.json();
    return { status: response.status, body, ms: performance.now() - start, ...reads };
  };
  const list = `/api/users/${id}/signals?limit=50`;
  const stats = `/api/users/${id}/stats`;
  const analytics = `/api/users/${id}/analytics?group_by=`;
  const rows: Row[] = [await firstSummary(() => request(stats), size)];
  const figure = async (name: string, path: string) => {
    const answers = [];
    for (let round = 0; round < ROUNDS; round += 1) answers.push(await request(path));
    rows.push(rowOf(name, size, answers));
  };
  await figure('list', list);
  await figure('list by symbol', `${list}&ticker=${COMMON_SYMBOL}`);
  await figure('list by a rare symbol', `${list}&ticker=${RARE_SYMBOL}`);
  await figure('list by indicator', `${list}&indicator=${encodeURIComponent(COMMON_INDICATOR)}`);
  await figure('list by result', `${list}&result=breakeven`);
  await figure('stats', stats);
  for (const grouping of ['symbol', 'indicator', 'day', 'hour']) {
    await figure(`analytics by ${grouping}`, `${analytics}${grouping}`);
  }
  const week = new Date(Date.now() - 7 * 86_400_000).toISOString();
  await figure('analytics by day, last week', `${analytics}day&from=${week}`);

  const oldest = z
    .object({ signals: z.array(z.object({ id: z.string() })).min(1) })
    .parse((await request(`${list}&ticker=${RARE_SYMBOL}`)).body).signals[0]?.id;
  const patches = [];
  const after = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const init = { method: 'PATCH', body: JSON.stringify({ result: 'win', profit_loss: String(round) }) };
    patches.push(await request(`/api/signals/${oldest}`, init));
    after.push(await request(stats));
  }
  rows.push(rowOf('result of an old signal set', size, patches), rowOf('stats after that', size, after));
  return rows;
}

interface Answer extends Reads {
  status: number;
  ms: number;
}

/** A history that was never summed up, as after an import: one row for all requests until there is an answer. */
async function firstSummary(ask: () => Promise<Answer>, size: number): Promise<Row> {
  const answers: Answer[] = [];
  do answers.push(await ask());
  while (answers.at(-1)?.status === 503);
  const largest = Math.max(...answers.map(({ units }) => units));
  console.error(`summed up by ${answers.length} requests; the largest read ${largest} units`);
  return rowOf(
    `first stats, by ${answers.length} requests`,
    size,
    answers.map((it) => ({ ...it, status: it.status === 503 ? 200 : it.status })),
  );
}

function rowOf(figure: string, signals: number, answers: readonly Answer[]): Row {
  const failed = answers.find(({ status }) => status !== 200);
  if (failed) throw new Error(`${figure} was answered ${failed.status}`);
  return {
    figure,
    signals,
    read_units: percentile(
      answers.map(({ units }) => units),
      0.5,
    ),
    read_kb: percentile(
      answers.map(({ kb }) => kb),
      0.5,
    ),
    p50_ms: round(
      percentile(
        answers.map(({ ms }) => ms),
        0.5,
      ),
      1,
    ),
    p95_ms: round(
      percentile(
        answers.map(({ ms }) => ms),
        0.95,
      ),
      1,
    ),
  };
}

function ratios(rows: readonly Row[], small: number, large: number): object[] {
  const figures = new Set(rows.map(({ figure }) => figure));
  return [...figures].flatMap((figure) => {
    const of = (size: number) => rows.find((row) => row.figure === figure && row.signals === size);
    const [few, many] = [of(small), of(large)];
    if (!few || !many) return [];
    return [
      {
        figure,
        ratio_of_reads: round(many.read_units / few.read_units),
        ratio_of_p50: round(many.p50_ms / few.p50_ms),
        ...(figure.startsWith('list') ? { target_of_reads: 1.2 } : {}),
      },
    ];
  });
}
