import type { Schemas } from '../../../client/index.ts';
import { recountStatistics } from '../../core/alerts/statistics/recount.ts';
import type { CaptureEnd, CaptureEnds } from './ends.ts';
import type { Channel, Receivers } from './receivers.ts';
import type { Tenant } from './tenant.ts';
import type { World } from './world.ts';

/** What must hold of a tenant, whatever went wrong. */

export interface Evidence {
  world: World;
  ends: CaptureEnds;
  receivers: Receivers;
  /** The keys of all images. */
  images: readonly string[];
  /** The bodies of dead letters, by queue. */
  deadLetters: ReadonlyMap<string, readonly string[]>;
}

type Signal = Schemas['Signal'];

export async function violationsOf(tenant: Tenant, evidence: Evidence): Promise<string[]> {
  const { world, receivers } = evidence;
  const path = { id: tenant.id };
  const { data: list } = await world.vigia.GET('/api/users/{id}/signals', {
    params: { path, query: { limit: 200 } },
  });
  const { data: user } = await world.vigia.GET('/api/users/{id}', { params: { path } });
  const { data: statistics } = await world.vigia.GET('/api/users/{id}/stats', { params: { path } });
  if (!list || !user || !statistics) return ['the user could not be read'];
  const { signals } = list;
  return [
    ...tenant.violations,
    ...storedOnce(tenant, signals),
    ...countedOnce(tenant, signals, user.signals_used),
    ...recounted(signals, statistics),
    ...signals.flatMap((signal) => endedOnce(tenant, signal, evidence)),
    ...givenUp(tenant, evidence),
    ...toldOnce(tenant, signals.flatMap(({ id }) => evidence.ends.of(id)).length, receivers),
  ];
}

/** Every alert that was answered 200 is one signal; others may be one. */
function storedOnce(tenant: Tenant, signals: readonly Signal[]): string[] {
  const ids = new Set(signals.map(({ id }) => id));
  const lost = [...tenant.answered].filter(([, id]) => !ids.has(id));
  const most = tenant.answered.size + tenant.unanswered.size + tenant.planted.length;
  return [
    ...lost.map(([alert, id]) => `the alert "${alert}" was answered 200, and its signal ${id} is not there`),
    ...(signals.length > most ? [`${signals.length} signals of ${most} alerts`] : []),
    ...(ids.size < signals.length ? ['a signal is listed twice'] : []),
  ];
}

function countedOnce(tenant: Tenant, signals: readonly Signal[], used: number): string[] {
  const least = signals.filter(({ id }) => !tenant.planted.includes(id)).length;
  const most = tenant.answered.size + tenant.unanswered.size;
  if (used >= least && used <= most) return [];
  return [`${used} of the quota are used by ${least} signals and ${tenant.unanswered.size} unanswered alerts`];
}

function recounted(signals: readonly Signal[], statistics: Schemas['Statistics']): string[] {
  const expected = recountStatistics(signals.toReversed(), Date.now());
  return Object.entries(expected).flatMap(([name, value]) => {
    const shown: unknown = Object.entries(statistics).find(([key]) => key === name)?.[1];
    return JSON.stringify(shown) === JSON.stringify(value)
      ? []
      : [`the statistics say ${name} ${JSON.stringify(shown)}, a recount ${JSON.stringify(value)}`];
  });
}

/** Those of one part of the stack. */
function lettersOf(letters: Evidence['deadLetters'], part: string): string[] {
  return [...letters].flatMap(([queue, bodies]) => (queue.includes(part) ? bodies : []));
}

/** One final state and one record of it for each capture asked for, one image where it completed, and one push. */
function endedOnce(tenant: Tenant, { id, screenshot_status }: Signal, { ends, images, deadLetters, world }: Evidence) {
  const violations: string[] = [];
  const told = ends.of(id);
  const generations = Math.max(0, ...told.map(({ generation }) => generation));
  if (told.at(-1)?.status !== screenshot_status) violations.push(`${id} is ${screenshot_status} and was not told so`);
  for (let generation = 1; generation <= generations; generation += 1) {
    const of = told.filter((end) => end.generation === generation);
    if (of.length > 1) violations.push(`capture ${generation} of ${id} ended ${of.length} times`);
    const stored = images.filter((key) => key.includes(`${id}/${generation}.`) || key.includes(`${id}/${generation}-`));
    const [fewest, most] = imagesOf(of[0]);
    if (stored.length < fewest || stored.length > most)
      violations.push(`capture ${generation} of ${id} has ${stored.length} images`);
  }
  const letters = lettersOf(deadLetters, 'Captures').filter((body) => body.includes(id)).length;
  const failures = told.filter(({ status }) => status === 'failed').length;
  if (letters < failures || (failures === 0 && letters > 0)) {
    violations.push(`${letters} dead letters for ${failures} failed captures of ${id}`);
  }
  const pushes = world.heard.filter(
    ({ type, data }) => data.id === id && /^screenshot\.(completed|failed)$/.test(type),
  );
  // A relay that a fault met may have pushed before it failed, or not at all: pushes may be lost, or come twice.
  const isSure = !tenant.watched.hits.some(({ site }) => site.startsWith('Relay'));
  if (isSure && pushes.length !== told.length)
    violations.push(`${pushes.length} pushes of ${told.length} ends of ${id}`);
  return violations;
}

/** How many images a capture has, at least and at most: one that another took the place of may have stored its own. */
function imagesOf(end: CaptureEnd | undefined): [number, number] {
  if (!end) return [0, 1];
  return end.status === 'completed' ? [1, 1] : [0, 0];
}

/** What no receiver will take is a dead letter, and nothing else. */
function givenUp({ locator, scenario }: Tenant, { deadLetters }: Evidence): string[] {
  const letters = lettersOf(deadLetters, 'Notifications').filter((body) => body.includes(locator)).length;
  const isRefused = Object.values(scenario.channels ?? {}).includes(404);
  return letters > 0 === isRefused ? [] : [`${letters} dead letters of notifications`];
}

const CHANNELS = ['telegram', 'discord', 'webhook'] as const satisfies Channel[];

/** One message to each receiver for each end of a capture, but for a fault between sending one and noting it. */
function toldOnce(tenant: Tenant, captureEnds: number, receivers: Receivers): string[] {
  return CHANNELS.flatMap((channel) => {
    const manner = tenant.scenario.channels?.[channel];
    const expected = manner === undefined || manner === 404 ? 0 : captureEnds;
    const came = receivers.of(tenant.id, channel).filter(({ type }) => type !== 'session.expired');
    const first = Math.min(...came.map(({ at }) => at));
    const mayRepeat = tenant.watched.hits.filter(({ site, at }) => /^Notifications.*NOTE#/.test(site) && at >= first);
    if (came.length >= expected && came.length <= expected + mayRepeat.length) return [];
    return [`${came.length} messages over ${channel} for ${expected} ends of captures`];
  });
}
