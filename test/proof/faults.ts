import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { LocalCloud } from '../../local/cloud.ts';
import { startLocalRun } from '../../local/run.ts';
import { ROOT } from '../assembly.ts';
import { type Evidence, violationsOf } from './faults/checks.ts';
import { CaptureEnds } from './faults/ends.ts';
import { type Aim, Injector, Watched } from './faults/injector.ts';
import { FAULTS } from './faults/kinds.ts';
import { CHARTS, SCENARIOS, type Scenario } from './faults/scenarios.ts';
import { Tenant, Unanswered } from './faults/tenant.ts';
import { World } from './faults/world.ts';

/**
 * `npm run proof -- faults [--only TEXT] [--parallel N]`: lets each AWS call on an alert's way go wrong in each way.
 *
 * The calls are found by playing every scenario without a fault. Then each call of each function is played once with each
 * fault, a tenant for each, many at a time in one local run; at the end, when all queues are empty, every tenant must have
 * what it was promised. Exits with 1 where one has not, or where a call that was found could not be met again.
 */

/** Waiting for retries takes most of a tenant's time. */
const PARALLEL = 16;
/** One that hangs holds up none of the others. */
const DRAWERS = 4;
/** A call may come another time, as batches fall: then it is tried with another tenant. */
const ATTEMPTS = 3;
const DRAIN_MS = 180_000;

interface Case {
  scenario: Scenario;
  aim: Aim;
  tenant?: Tenant;
}

export default async function faults(...args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string', default: '' }, parallel: { type: 'string', default: String(PARALLEL) } },
  });
  const parallel = z.coerce.number().int().min(1).parse(values.parallel);
  // Functions are threads of this process and share its zone, which on Lambda is UTC.
  process.env['TZ'] = 'UTC';
  const started = Date.now();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'vigia-faults-'));
  const problems: string[] = [];
  const ends = new CaptureEnds();
  // Its first start makes calls, too.
  let cloud: LocalCloud | undefined;
  const injector = new Injector((trace) => cloud?.running(trace), ends.take);
  const run = await startLocalRun({
    root: ROOT,
    port: 0,
    dataDirectory,
    fresh: false,
    exchange: 'replay',
    configFile: join(ROOT, 'config/local.json'),
    assembly: undefined,
    environment: {},
    onProgress: console.log,
    onProblem: (text) => problems.push(text),
    intercept: (call, next) => injector.intercept(call, next),
    drawers: DRAWERS,
  });
  cloud = run.cloud;
  const world = new World(run);
  try {
    for (const chart of Object.values(CHARTS)) run.outsideWorld.tradingView?.define(chart);
    await world.listen();
    const tenants: Tenant[] = [];
    const play = async (scenario: Scenario, aim?: Aim) => {
      const watched = new Watched(aim, scenario.isScheduled ?? false);
      const number = String(tenants.length).padStart(6, '0');
      const tenant = new Tenant(`tenant-of-faults-${number}`, watched, { world, ends });
      tenants.push(tenant);
      await live(tenant, scenario, injector);
      return tenant;
    };

    const cases: Case[] = [];
    const known = new Set<string>();
    for (const scenario of SCENARIOS) {
      const { watched } = await play(scenario);
      await world.drain(DRAIN_MS);
      const found = watched.calls.filter((call) => !known.has(nameOf(call)));
      for (const call of found) {
        known.add(nameOf(call));
        if (!`${scenario.name} ${nameOf(call)}`.includes(values.only)) continue;
        for (const fault of FAULTS) cases.push({ scenario, aim: { ...call, fault } });
      }
      console.log(`${scenario.name}: ${watched.calls.length} calls, ${found.length} of them new`);
    }

    const waiting = shuffled(cases);
    let done = 0;
    await inParallel(parallel, waiting, async (one) => {
      for (let attempt = 1; attempt <= ATTEMPTS && !one.tenant?.watched.wasHit; attempt += 1) {
        one.tenant = await play(one.scenario, one.aim);
      }
      done += 1;
      if (done % 20 === 0) console.log(`${done} of ${cases.length} after ${seconds(started)} s`);
    });

    const left = await world.drain(DRAIN_MS);
    const letters = await world.deadLetters();
    const evidence: Evidence = { world, ends, images: await world.images(), deadLetters: [...letters.values()].flat() };
    let violations = 0;
    const tell = (text: string) => {
      violations += 1;
      console.log(text);
    };
    await inParallel(4, tenants, async (tenant) => {
      for (const text of await violationsOf(tenant, evidence)) tell(`${describe(tenant)}\n  ${text}`);
    });
    for (const url of left) tell(`${url} is not empty`);
    for (const problem of new Set(problems.filter((text) => text.includes('not authorized')))) tell(problem);
    const unmet = cases.filter(({ tenant }) => !tenant?.watched.wasHit);
    for (const { aim } of unmet) console.log(`not met again: ${nameOf(aim)} (${aim.fault})`);
    printTable(cases);
    const calls = known.size;
    console.log(
      JSON.stringify({
        calls,
        faults: FAULTS.length,
        cases: cases.length,
        unmet: unmet.length,
        violations,
        seconds: seconds(started),
      }),
    );
    return violations === 0;
  } finally {
    world.close();
    await run.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function live(tenant: Tenant, scenario: Scenario, injector: Injector): Promise<void> {
  try {
    await tenant.begin(injector, scenario.config ?? {});
    await scenario.play(tenant);
  } catch (error) {
    if (!(error instanceof Unanswered)) tenant.violations.push(error instanceof Error ? error.message : String(error));
  } finally {
    tenant.watched.isOver = true;
  }
}

function nameOf({ site, occurrence }: Omit<Aim, 'fault'>): string {
  return occurrence === 1 ? site : `${site} (${occurrence})`;
}

function describe({ id, watched: { aim, hits } }: Tenant): string {
  const felt = hits.map((hit) => `${hit.fault} at ${hit.site}${hit.isOwn ? '' : ', of another'}`);
  return `${id}, ${aim ? `${aim.fault} at ${nameOf(aim)}` : 'without a fault'}, felt: ${felt.join('; ') || 'nothing'}`;
}

/** The same at each run, and without neighbours that go wrong in the same way. */
function shuffled<T>(items: readonly T[]): T[] {
  const rank = (index: number) => Math.imul(index + 1, 0x9e3779b1) >>> 0;
  const ranked = items.map((item, index) => ({ item, rank: rank(index) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

async function inParallel<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

function printTable(cases: readonly Case[]): void {
  const rows = Map.groupBy(cases, ({ aim }) => nameOf(aim));
  const met = (of: readonly Case[]) =>
    Object.fromEntries(of.map(({ aim, tenant }) => [aim.fault, tenant?.watched.wasHit ? 'met' : 'not met']));
  console.table(Object.fromEntries([...rows].map(([name, of]) => [name, met(of)])));
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
