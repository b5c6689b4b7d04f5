import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsCall } from '../../../local/aws/gateway.ts';
import type { Invocation } from '../../../local/lambda/types.ts';
import { openFaultyRun } from '../faults/faulty-run.ts';
import { type Aim, Watched } from '../faults/injector.ts';
import type { Scenario } from './scenarios.ts';
import { JobTenant } from './tenant.ts';
import { JobWorld } from './world.ts';

/** So many jobs run at once: more than tenants have. */
export const PLACES = 200;

const ACTORS = /PlatformApi|TasksLauncher|TasksSupervisor|SchedulesFunction/;
/** Of the platform API's requests those are under test that may be sent again; with the others the proof looks. */
const UNDER_TEST = /"idempotency-key":/;
/** Whether a caller is let in is the same at every route, and no job's way. */
const LETS_IN = /"KEYS"/;
/** What is said of jobs and schedules in records, messages and events: what else is long there names no tenant. */
const ID = /^(job|schedule)_\d{8}_\d{6}_[0-9a-f]+$/;

/** Where the scenarios are played: a local run whose calls can go wrong. */
export interface Stage {
  world: JobWorld;
  /** All that lived so far. */
  tenants: JobTenant[];
  /** What the local run complained of. */
  problems: string[];
  /** Lets a new tenant live through a scenario; what it meets is noted on it. */
  play(scenario: Scenario, aim?: Aim): Promise<JobTenant>;
  close(): Promise<void>;
}

export async function openJobStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-job-faults-'));
  const { run, injector, problems, close } = await openFaultyRun({
    variables: { JOBS: JSON.stringify({ maxRunning: PLACES, days: 30 }) },
    isLeftAlone,
    isName: (word) => ID.test(word),
  });
  const world = new JobWorld(run, directory);
  const tenants: JobTenant[] = [];
  return {
    world,
    tenants,
    problems,
    play: async (scenario, aim) => {
      const number = String(tenants.length).padStart(6, '0');
      const watched = new Watched(aim, scenario.isSwept ?? false);
      const tenant = new JobTenant(`tenant-of-faults-${number}`, watched, world);
      tenants.push(tenant);
      injector.watch(watched, [tenant.id]);
      try {
        await scenario.play(tenant);
      } catch (error) {
        tenant.violations.push(error instanceof Error ? error.message : String(error));
      }
      watched.isOver = true;
      return tenant;
    },
    close: async () => {
      world.close();
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function isLeftAlone({ functionName, event }: Invocation, { service, request }: AwsCall): boolean {
  // A secret is read once by each instance, and never again.
  if (service === 'secretsmanager' || !ACTORS.test(functionName)) return true;
  if (!functionName.includes('PlatformApi')) return false;
  return !UNDER_TEST.test(event) || LETS_IN.test(request.body.toString());
}
