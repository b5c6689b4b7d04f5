import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Aim, Watched } from './injector.ts';
import { FAULTS } from './kinds.ts';

/** Finds the calls of scenarios by playing each without a fault, and plays each call with each fault. */

/** Waiting for retries takes most of a tenant's time. */
const PARALLEL = 32;
/** A call may come another time, as batches fall: then it is tried with another tenant. */
const ATTEMPTS = 4;
const DRAIN_MS = 180_000;

/** Who lives through a scenario. */
interface Player {
  id: string;
  watched: Watched;
}

/** Where scenarios are played. */
interface Theatre<Scenario> {
  world: { drain(milliseconds: number): Promise<string[]> };
  play(scenario: Scenario, aim?: Aim): Promise<Player>;
}

export interface Case<Scenario> {
  /** Those in which the call was seen. */
  scenarios: Scenario[];
  aim: Aim;
  tenant?: Player;
}

export interface Options {
  /** The scenarios whose names match. */
  scenario: RegExp;
  /** The calls that have this in them. */
  only: string;
  /** Whether calls are printed. */
  list: boolean;
  parallel: number;
}

export function readOptions(args: string[]): Options {
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
  return { ...values, scenario: new RegExp(values.scenario), parallel };
}

/**
 * @param acts scenarios that are played at once, one act after the other
 * @param before an act
 */
export async function playCases<Scenario extends { name: string }>(
  theatre: Theatre<Scenario>,
  acts: readonly (readonly Scenario[])[],
  options: Options,
  before: (act: number) => Promise<void> = async () => {},
): Promise<Case<Scenario>[]> {
  const began = Date.now();
  const known = new Set<string>();
  const all: Case<Scenario>[] = [];
  for (const [act, scenarios] of acts.entries()) {
    if (scenarios.length === 0) continue;
    await before(act);
    const cases = await findCases(theatre, scenarios, known, options);
    all.push(...cases);
    let done = 0;
    await inParallel(options.parallel, shuffled(cases), async (one) => {
      await meet(theatre, one);
      done += 1;
      if (done % 20 === 0) console.log(`${done} of ${cases.length} after ${secondsSince(began)} s`);
    });
  }
  return all;
}

/** Each call that functions make in these scenarios and that was not known, with each fault, where it was first seen. */
async function findCases<Scenario extends { name: string }>(
  { play, world }: Theatre<Scenario>,
  scenarios: readonly Scenario[],
  known: Set<string>,
  { only, list }: Options,
): Promise<Case<Scenario>[]> {
  const cases: Case<Scenario>[] = [];
  const seen = new Map<string, Scenario[]>();
  for (const scenario of scenarios) {
    const { watched } = await play(scenario);
    await world.drain(DRAIN_MS);
    const found = [...watched.calls].filter(([call]) => !known.has(call));
    for (const call of watched.calls.keys()) seen.get(call)?.push(scenario);
    for (const [call, turns] of found) {
      known.add(call);
      const scenarios = [scenario];
      seen.set(call, scenarios);
      if (!call.includes(only)) continue;
      cases.push(...FAULTS.map((fault, index) => ({ scenarios, aim: { call, turn: 1 + (index % turns), fault } })));
    }
    console.log(`${scenario.name}: ${watched.calls.size} calls, ${found.length} of them new`);
    if (list) for (const [call, turns] of watched.calls) console.log(`  ${call}: ${turns}`);
  }
  return cases;
}

/** Plays the case until its fault was met. */
async function meet<Scenario>({ play }: Theatre<Scenario>, one: Case<Scenario>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && !wasMet(one); attempt += 1) {
    const scenario = one.scenarios[attempt % one.scenarios.length];
    if (scenario === undefined) return;
    // The later turns may not come again: how changes fall into batches is chance.
    one.tenant = await play(scenario, attempt === 0 ? one.aim : { ...one.aim, turn: 1 });
  }
}

function wasMet<Scenario>({ tenant }: Case<Scenario>): boolean {
  return tenant?.watched.wasHit ?? false;
}

/** Prints what came of the cases; answers how many were not met. */
export function tell<Scenario>(cases: readonly Case<Scenario>[], violations: readonly string[], began: number): number {
  const unmet = cases.filter((one) => !wasMet(one));
  printTable(cases);
  for (const text of violations) console.log(text);
  for (const { aim } of unmet) console.log(`not met again: ${aim.call} (${aim.fault})`);
  const calls = new Set(cases.map(({ aim }) => aim.call)).size;
  const counts = { cases: cases.length, unmet: unmet.length, violations: violations.length };
  console.log(JSON.stringify({ calls, faults: FAULTS.length, ...counts, seconds: secondsSince(began) }));
  return unmet.length;
}

export function describe({ id, watched: { aim, hits } }: Player): string {
  const felt = hits.map((hit) => `${hit.fault} at ${hit.site}${hit.isOwn ? '' : ', of another'}`);
  return `${id}, ${aim ? `${aim.fault} at ${aim.call}, turn ${aim.turn}` : 'without a fault'}, felt: ${felt.join('; ') || 'nothing'}`;
}

/** The same at each run, and without neighbours that go wrong in the same way. */
function shuffled<T>(items: readonly T[]): T[] {
  const rank = (index: number) => Math.imul(index + 1, 0x9e3779b1) >>> 0;
  const ranked = items.map((item, index) => ({ item, rank: rank(index) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

export async function inParallel<T>(
  most: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

function printTable<Scenario>(cases: readonly Case<Scenario>[]): void {
  const rows = Map.groupBy(cases, ({ aim }) => aim.call);
  const met = (of: readonly Case<Scenario>[]) =>
    Object.fromEntries(of.map((one) => [one.aim.fault, wasMet(one) ? 'met' : 'not met']));
  console.table(Object.fromEntries([...rows].map(([call, of]) => [call, met(of)])));
}

function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}
