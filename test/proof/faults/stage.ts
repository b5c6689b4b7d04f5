import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalCloud } from '../../../local/cloud.ts';
import { startLocalRun } from '../../../local/run.ts';
import { ROOT } from '../../assembly.ts';
import { CaptureEnds } from './ends.ts';
import { type Aim, Injector, Watched } from './injector.ts';
import { Receivers } from './receivers.ts';
import { CHARTS, type Scenario } from './scenarios.ts';
import { Tenant, Unanswered } from './tenant.ts';
import { World } from './world.ts';

/** A function that hangs holds up none of the others. */
const DRAWERS = 4;
const INSTANCES = 16;

/** Where the scenarios are played: a local run whose calls can go wrong, and all that is around it. */
export interface Stage {
  world: World;
  ends: CaptureEnds;
  receivers: Receivers;
  /** All that lived so far. */
  tenants: Tenant[];
  /** What the local run complained of. */
  problems: string[];
  /** Lets a new tenant live through a scenario; what it meets is noted on it. */
  play(scenario: Scenario, aim?: Aim): Promise<Tenant>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  // Functions are threads of this process and share its zone, which on Lambda is UTC.
  process.env['TZ'] = 'UTC';
  const dataDirectory = await mkdtemp(join(tmpdir(), 'vigia-faults-'));
  const problems: string[] = [];
  const ends = new CaptureEnds();
  const receivers = new Receivers();
  await receivers.open();
  // The run's first start makes calls, too.
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
    environment: { TELEGRAM_API_URL: receivers.url, DISCORD_API_URL: receivers.url, LOOPBACK_RECEIVERS: 'allowed' },
    variables: { RETRY_SECONDS: '[1,1,1,1,1]' },
    onProgress: console.log,
    onProblem: (text) => problems.push(text),
    intercept: (call, next) => injector.intercept(call, next),
    drawers: DRAWERS,
    instances: INSTANCES,
  });
  cloud = run.cloud;
  for (const chart of Object.values(CHARTS)) run.outsideWorld.tradingView?.define(chart);
  const world = new World(run);
  await world.listen();
  const tenants: Tenant[] = [];
  return {
    world,
    ends,
    receivers,
    tenants,
    problems,
    play: async (scenario, aim) => {
      const number = String(tenants.length).padStart(6, '0');
      const watched = new Watched(aim, scenario.isScheduled ?? false);
      const tenant = new Tenant(`tenant-of-faults-${number}`, scenario, watched, { world, ends, receivers });
      tenants.push(tenant);
      await live(tenant, injector);
      return tenant;
    },
    close: async () => {
      world.close();
      await run.close();
      await receivers.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function live(tenant: Tenant, injector: Injector): Promise<void> {
  try {
    await tenant.begin(injector);
    await tenant.scenario.play(tenant);
  } catch (error) {
    if (!(error instanceof Unanswered)) tenant.violations.push(error instanceof Error ? error.message : String(error));
  } finally {
    await tenant.leave();
  }
}
