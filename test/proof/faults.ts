import { describe, inParallel, playCases, readOptions, tell } from './faults/cases.ts';
import { type Evidence, violationsOf } from './faults/checks.ts';
import { SCENARIOS } from './faults/scenarios.ts';
import { openStage, type Stage } from './faults/stage.ts';

/**
 * `npm run proof -- faults [--scenario PATTERN] [--only TEXT] [--list] [--parallel N]`: lets each AWS call on an alert's
 * way go wrong in each way.
 *
 * The calls are found by playing every scenario without a fault. Then each call of each function is played once with each
 * fault, a tenant for each, many at a time in one local run; at the end, when all queues are empty, every tenant must have
 * what it was promised. Exits with 1 where one has not, or where a call that was found could not be met again.
 */

const DRAIN_MS = 180_000;

export default async function faults(...args: string[]): Promise<boolean> {
  const options = readOptions(args);
  const scenarios = SCENARIOS.filter(({ name }) => options.scenario.test(name));
  const began = Date.now();
  const stage = await openStage();
  try {
    // The sweep leaves alone what may just wait its turn: it comes when nothing else goes on.
    const acts = [false, true].map((isScheduled) =>
      scenarios.filter((it) => (it.isScheduled ?? false) === isScheduled),
    );
    const cases = await playCases(stage, acts, options);
    const violations = await judge(stage);
    return tell(cases, violations, began) === 0 && violations.length === 0;
  } finally {
    await stage.close();
  }
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
