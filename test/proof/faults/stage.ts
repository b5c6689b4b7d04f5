import { CaptureEnds } from './ends.ts';
import { openFaultyRun } from './faulty-run.ts';
import { type Aim, type Injector, Watched } from './injector.ts';
import { Receivers } from './receivers.ts';
import { CHARTS, type Scenario } from './scenarios.ts';
import { Tenant, Unanswered } from './tenant.ts';
import { World } from './world.ts';

/** The proof itself asks through the one; the other looks at tasks each minute, whatever alerts do. */
const NOT_OF_ALERTS = /PlatformApi|TasksSupervisor/;

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
  const ends = new CaptureEnds();
  const receivers = new Receivers();
  await receivers.open();
  const { run, injector, problems, close } = await openFaultyRun({
    environment: { TELEGRAM_API_URL: receivers.url, DISCORD_API_URL: receivers.url, LOOPBACK_RECEIVERS: 'allowed' },
    variables: { RETRY_SECONDS: '[1,1,1,1,1]' },
    onInvocation: ends.take,
    isLeftAlone: ({ functionName }) => NOT_OF_ALERTS.test(functionName),
    // Long words of the protocol have no digits.
    isName: (word) => /\d/.test(word),
  });
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
      await close();
      await receivers.close();
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
