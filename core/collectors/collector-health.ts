import { statusOf, type TaskStatus } from '../tasks/record.ts';
import type { StoredTask } from '../tasks/task-records.ts';
import type { Collector, CollectorReport } from './collector.ts';

/** How collectors are, judged from their records. Pure: nothing here asks a clock. Times are epoch milliseconds. */

type Stored = StoredTask<Collector, CollectorReport>;

/**
 * `silent`: the task says nothing. `no_connection`: the exchange does not let it in. `no_messages`: of a symbol comes none,
 * and REST has not said that there was nothing to tell.
 */
export type Staleness = 'silent' | 'no_connection' | 'no_messages';

/** A heartbeat comes every 5 s. */
const SILENT_MS = 30_000;
/** The feed itself doubts a silent topic after a minute, and asks REST every two at least. */
const NO_MESSAGES_MS = 5 * 60_000;

/** Why a collector that runs collects nothing, or not everything; undefined where it does, or does not run. */
export function stalenessOf({ task, heartbeat, report }: Stored, now: number): Staleness | undefined {
  if (statusOf(task, heartbeat) !== 'running') return undefined;
  const isHeard = heartbeat?.generation === task.generation;
  const began = task.started_at ?? task.launch_at;
  if (now - (isHeard ? heartbeat.at : began) > SILENT_MS) return 'silent';
  // What is left of an earlier life says nothing of this one.
  const statistics = (isHeard && report?.statistics) || [];
  if (statistics.some(({ circuit }) => circuit !== 'closed')) return 'no_connection';
  const quiet = statistics.some(({ lastMessageAt, confirmedAt }) => {
    const signs = [lastMessageAt, confirmedAt].flatMap((at) => (at === null ? [] : Date.parse(at)));
    return now - Math.max(began, ...signs) > NO_MESSAGES_MS;
  });
  return quiet ? 'no_messages' : undefined;
}

export interface CollectorCounts extends Record<Exclude<TaskStatus, 'stopped'>, number> {
  /** Of those that run. */
  stale: number;
}

export function countCollectors(all: readonly Stored[], now: number): CollectorCounts {
  const count = (status: TaskStatus) =>
    all.filter(({ task, heartbeat }) => statusOf(task, heartbeat) === status).length;
  return {
    running: count('running'),
    starting: count('starting'),
    error: count('error'),
    stale: all.filter((stored) => stalenessOf(stored, now) !== undefined).length,
  };
}
