import { fleetIn, storeFleet } from './fleet-records.ts';
import { EVER, isoText } from './points.ts';
import { beginOf, HOUR_MS, MINUTE_MS, type Sample } from './sample.ts';
import { sampledTasks, samplesAt, samplesIn, storeHour, type TaskSample } from './sample-records.ts';
import { sumFleetHour, sumHour, sumMinute } from './sums.ts';

/** Sums what tasks say of themselves to what all of them use, at once and over time. */

/** So long after the end of a minute all of its samples are there; after that of an hour also those that came late. */
const SETTLED_MS = 20_000;
const HOUR_SETTLED_MS = 5 * MINUTE_MS;
/** A task that was not heard of for so many minutes does not run any more, whatever it did not say. */
const HEARD_MINUTES = 3;
/** Minutes that one run catches up with, should the ones before have failed. */
const MINUTES_AT_ONCE = 120;
/** Older hours have no samples any more. */
const MOST_HOURS = 24;
const AT_ONCE = 20;

/** The newest sample of every task that runs. */
export async function samplesNow(now: number): Promise<TaskSample[]> {
  const minutes = Array.from({ length: HEARD_MINUTES }, (_, ago) => beginOf(MINUTE_MS, now) - ago * MINUTE_MS);
  const hours = new Set(minutes.map((at) => beginOf(HOUR_MS, at)));
  const tasks = new Set((await Promise.all(Array.from(hours, sampledTasks))).flat());
  const newest = new Map<string, TaskSample>();
  for (const found of await samplesAt([...tasks], minutes)) {
    const { pid } = found.task;
    if ((newest.get(pid)?.sample.at ?? '') < found.sample.at) newest.set(pid, found);
  }
  return [...newest.values()].filter(({ sample }) => !sample.ended);
}

/** Stores every minute and every hour that is over and not summed yet; what was summed before is never summed otherwise. */
export async function sumUp(now: number): Promise<void> {
  const tasksOf = rememberingHours();
  for (const at of await unsummed('1m', MINUTE_MS, now - SETTLED_MS, MINUTES_AT_ONCE, now)) {
    await storeFleet('1m', sumMinute(at, await samplesAt(await tasksOf(at), [at])));
  }
  for (const at of await unsummed('1h', HOUR_MS, now - HOUR_SETTLED_MS, MOST_HOURS, now)) {
    await storeFleet('1h', sumFleetHour(at, await sumTasks(at, await sampledTasks(at), now)));
  }
}

/** When the minutes or hours begin that are over at a time and are not stored, oldest first. */
async function unsummed(
  resolution: '1m' | '1h',
  unit: number,
  settled: number,
  most: number,
  now: number,
): Promise<number[]> {
  const last = beginOf(unit, settled) - unit;
  const [stored] = await fleetIn(resolution, EVER, 1, now);
  const first = stored ? Date.parse(stored.at) + unit : last;
  // Of what is older than all samples nothing can be told.
  const begin = Math.max(first, last + unit - MOST_HOURS * HOUR_MS);
  const count = Math.min(most, Math.max(0, (last - begin) / unit + 1));
  return Array.from({ length: count }, (_, index) => begin + index * unit);
}

/** Stores what each task used in an hour, and answers all samples of it. */
async function sumTasks(hour: number, tasks: readonly string[], now: number): Promise<TaskSample[]> {
  const all: TaskSample[] = [];
  for (let start = 0; start < tasks.length; start += AT_ONCE) {
    const found = await Promise.all(tasks.slice(start, start + AT_ONCE).map((task) => sumTask(hour, task, now)));
    all.push(...found.flat());
  }
  return all;
}

async function sumTask(hour: number, task: string, now: number): Promise<TaskSample[]> {
  const found = await samplesIn(task, '1m', { from: hour, to: hour + HOUR_MS }, HOUR_MS / MINUTE_MS, now);
  const [first, ...rest] = found.map(({ sample }) => sample).reverse();
  const [newest] = found;
  if (first && newest)
    await storeHour({ task: newest.task, sample: sumHour([first, ...rest] satisfies [Sample, ...Sample[]]) });
  return found;
}

/** Minutes of one hour have the same tasks. */
function rememberingHours(): (at: number) => Promise<string[]> {
  const known = new Map<string, Promise<string[]>>();
  return (at) => {
    const hour = isoText(beginOf(HOUR_MS, at));
    const tasks = known.get(hour) ?? sampledTasks(at);
    known.set(hour, tasks);
    return tasks;
  };
}
