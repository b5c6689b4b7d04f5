import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Evidence, violationsOf } from './faults/checks.ts';
import type { Aim } from './faults/injector.ts';
import { FAULTS } from './faults/kinds.ts';
import { SCENARIOS, type Scenario } from './faults/scenarios.ts';
import { openStage, type Stage } from './faults/stage.ts';
import type { Tenant } from './faults/tenant.ts';

/**
 * `npm run proof -- faults [--scenario PATTERN] [--only TEXT] [--list] [--parallel N]`: lets each AWS call on an alert's
 * way go wrong in each way.
 *
 * The calls are found by playing every scenario without a fault. Then each call of each function is played once with each
 * fault, a tenant for each, many at a time in one local run; at the end, when all queues are empty, every tenant must have
 * what it was promised. Exits with 1 where one has not, or where a call that was found could not be met again.
 */

/** Waiting for retries takes most of a tenant's time. */
const PARALLEL = 32;
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
    options: {
      scenario: { type: 'string', default: '' },
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      parallel: { type: 'string', default: String(PARALLEL) },
    },
  });
  const parallel = z.coerce.number().int().min(1).parse(values.parallel);
  const scenarios = SCENARIOS.filter(({ name }) => new RegExp(values.scenario).test(name));
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const stage = await openStage();
  try {
    const cases = await findCases(stage, scenarios, values);
    let done = 0;
    // The sweep leaves alone what may just wait its turn: it comes when nothing else goes on.
    for (const isScheduled of [false, true]) {
      const now = cases.filter(({ scenario }) => (scenario.isScheduled ?? false) === isScheduled);
      await inParallel(parallel, shuffled(now), async (one) => {
        await meet(stage, one);
        done += 1;
        if (done % 20 === 0) console.log(`${done} of ${cases.length} after ${seconds()} s`);
      });
    }
    const violations = await judge(stage);
    const unmet = cases.filter((one) => !wasMet(one));
    printTable(cases);
    for (const text of violations) console.log(text);
    for (const { aim } of unmet) console.log(`not met again: ${aim.call} (${aim.fault})`);
    const calls = new Set(cases.map(({ aim }) => aim.call)).size;
    const counts = { cases: cases.length, unmet: unmet.length, violations: violations.length };
    console.log(JSON.stringify({ calls, faults: FAULTS.length, ...counts, seconds: seconds() }));
    return violations.length === 0 && unmet.length === 0;
  } finally {
    await stage.close();
  }
}

/** Each call that functions make in these scenarios, with each fault, where it was first seen. */
async function findCases(
  stage: Stage,
  scenarios: readonly Scenario[],
  { only, list }: { only: string; list: boolean },
): Promise<Case[]> {
  const cases = new Map<string, Case[]>();
  for (const scenario of scenarios) {
    const { watched } = await stage.play(scenario);
    await stage.world.drain(DRAIN_MS);
    const found = [...watched.calls].filter(([call]) => !cases.has(call));
    for (const [call, turns] of found) {
      const aims = FAULTS.map((fault, index) => ({ call, turn: 1 + (index % turns), fault }));
      cases.set(
        call,
        aims.map((aim) => ({ scenario, aim })),
      );
    }
    console.log(`${scenario.name}: ${watched.calls.size} calls, ${found.length} of them new`);
    if (list) for (const [call, turns] of watched.calls) console.log(`  ${call}: ${turns}`);
  }
  return [...cases].flatMap(([call, of]) => (call.includes(only) ? of : []));
}

/** Plays the case until its fault was met. */
async function meet(stage: Stage, one: Case): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS && !wasMet(one); attempt += 1) {
    // The later turns may not come again: how changes fall into batches is chance.
    one.tenant = await stage.play(one.scenario, attempt === 1 ? one.aim : { ...one.aim, turn: 1 });
  }
}

function wasMet({ tenant }: Case): boolean {
  return tenant?.watched.wasHit ?? false;
}

/** What is not as it was promised, once nothing is left to be done. */
async function judge({ world, ends, receivers, tenants, problems }: Stage): Promise<string[]> {
  const left = await world.drain(DRAIN_MS);
  const deadLetters = await world.deadLetters();
  const evidence: Evidence = { world, ends, receivers, images: await world.images(), deadLetters };
  const violations = [
    ...left.map((url) => `${url} is not empty`),
    ...new Set(problems.filter((text) => text.includes('not authorized'))),
  ];
  for (const [queue, letters] of deadLetters) {
    const isExpected = /Captures|Notifications/.test(queue);
    if (!isExpected && letters.length > 0) violations.push(`${queue} holds ${letters.length} messages: ${letters[0]}`);
  }
  await inParallel(4, tenants, async (tenant) => {
    const found = await violationsOf(tenant, evidence);
    violations.push(...found.map((text) => `${describe(tenant)}\n  ${text}`));
  });
  return violations;
}

function describe({ id, watched: { aim, hits } }: Tenant): string {
  const felt = hits.map((hit) => `${hit.fault} at ${hit.site}${hit.isOwn ? '' : ', of another'}`);
  return `${id}, ${aim ? `${aim.fault} at ${aim.call}, turn ${aim.turn}` : 'without a fault'}, felt: ${felt.join('; ') || 'nothing'}`;
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
  const rows = Map.groupBy(cases, ({ aim }) => aim.call);
  const met = (of: readonly Case[]) =>
    Object.fromEntries(of.map((one) => [one.aim.fault, wasMet(one) ? 'met' : 'not met']));
  console.table(Object.fromEntries([...rows].map(([call, of]) => [call, met(of)])));
}
