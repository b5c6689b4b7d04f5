import { describe, inParallel, playCases, readOptions, tell } from './faults/cases.ts';
import { gather, violationsOf } from './job-faults/checks.ts';
import { ACTS } from './job-faults/scenarios.ts';
import { openJobStage, type Stage } from './job-faults/stage.ts';

/**
 * `npm run proof -- job-faults [--scenario PATTERN] [--only TEXT] [--list] [--parallel N]`: lets each AWS call on the way of
 * a job and of a schedule go wrong in each way, as `faults` does with alerts.
 *
 * At the end, when nothing is left to be done, each job that was asked for must be there once, must have run as often as
 * it had to and never twice at once, and must say so. Exits with 1 where that is not so. Calls that were found by chance
 * (who launches, ECS's events and a stop race) may not be met again: they are listed.
 */
export default async function jobFaults(...args: string[]): Promise<boolean> {
  const options = readOptions(args);
  const acts = ACTS.map((scenarios) => scenarios.filter(({ name }) => options.scenario.test(name)));
  const began = Date.now();
  const stage = await openJobStage();
  try {
    const cases = await playCases(stage, acts, options, (act) => stage.world.fill(ACTS[act]?.[0]?.places));
    await stage.world.fill(undefined);
    const violations = await judge(stage);
    tell(cases, violations, began);
    return violations.length === 0;
  } finally {
    await stage.close();
  }
}

/** What is not as it was promised, once nothing is left to be done. */
async function judge({ world, tenants, problems }: Stage): Promise<string[]> {
  const evidence = await gather(world);
  const violations = [...evidence.left, ...new Set(problems.filter((text) => text.includes('not authorized')))];
  await inParallel(4, tenants, async (tenant) => {
    const found = await violationsOf(tenant, evidence);
    violations.push(...found.map((text) => `${describe(tenant)}\n  ${text}`));
  });
  return violations;
}
