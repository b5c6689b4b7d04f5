import { type End, isCrashLoop, isStable, recentEnds, restartDelay } from './restart.ts';

/**
 * What is known of a task that is to be kept running, and how each thing heard of it changes that.
 *
 *     start ──▶ generation 1: RunTask ──▶ pid ──▶ running ──▶ ended unasked ──▶ generation 2, after a delay
 *                                                    └─ user's stop: ended, and stays so      └─ too often: error
 *
 * Each launch is a generation of its own. What is heard names its generation, and what is late, repeated or out of order
 * changes nothing: another generation's, a version not above the last one, anything after the end. Times are epoch
 * milliseconds. Pure: nothing here asks a clock.
 */
export interface TaskRecord {
  /** What the user asked for last. */
  wanted: 'running' | 'stopped';
  /** Of the life that is, or that is to come. */
  generation: number;
  /** When the user started it. */
  asked_at: number;
  stopped_at: number | null;
  /** From when on this generation may be launched. */
  launch_at: number;
  /** The ARN of this generation's task; null until ECS has taken it. */
  pid: string | null;
  /** Of the newest state of that task that was seen. */
  version: number;
  /** When ECS says that it began to run. */
  started_at: number | null;
  /** When its end was seen, where no other life follows. */
  ended_at: number | null;
  ends: End[];
  /** Restarts since the last stable life. */
  streak: number;
  restarts: number;
  /** Why the last life ended. */
  last_end: string | null;
  /** Why it is given up. */
  failure: string | null;
  /** Of earlier lives, the newest last. */
  past_pids: string[];
}

export type TaskEvent =
  | { type: 'start' }
  | { type: 'stop' }
  /** ECS took the launch. */
  | { type: 'launched'; generation: number; pid: string }
  /** ECS refused it; one for want of capacity does not count. */
  | { type: 'launch_failed'; generation: number; reason: string; counts: boolean }
  | TaskState
  /** ECS does not know the task. */
  | { type: 'missing'; generation: number; pid: string };

/** What ECS tells of a task, by an event or when it is asked. */
export interface TaskState {
  type: 'task';
  generation: number;
  pid: string;
  version: number;
  startedAt: number | null;
  /** Set once it has ended; `counts`: not by Spot, capacity or retirement. */
  end: { reason: string; counts: boolean; ranUntil: number } | null;
}

const PAST_PIDS = 50;
/** What ECS has just taken it may still not know when it is asked. */
const SETTLING_MS = 60_000;

/**
 * The record after an event; the same object where it changes nothing, undefined where there is none to change.
 * @param now epoch milliseconds
 * @param chance from 0 up to 1, for the delay's jitter
 */
export function reduce(
  record: TaskRecord | undefined,
  event: TaskEvent,
  now: number,
  chance: number,
): TaskRecord | undefined {
  if (event.type === 'start') return start(record, now);
  if (record === undefined) return undefined;
  if (event.type === 'stop') return stop(record, now);
  if (event.generation !== record.generation || record.ended_at !== null) return record;
  switch (event.type) {
    case 'launched':
      return record.pid === null ? { ...record, pid: event.pid } : record;
    case 'launch_failed':
      return record.pid === null ? end(record, { ...event, ran: null }, now, chance) : record;
    case 'missing': {
      if (record.pid !== event.pid || now < record.launch_at + SETTLING_MS) return record;
      return end(record, { reason: 'ECS no longer knows the task', counts: false, ran: null }, now, chance);
    }
    case 'task':
      return seen(record, event, now, chance);
  }
}

function start(record: TaskRecord | undefined, now: number): TaskRecord {
  if (record?.wanted === 'running' && record.failure === null) return record;
  return {
    wanted: 'running',
    generation: (record?.generation ?? 0) + 1,
    asked_at: now,
    stopped_at: null,
    launch_at: now,
    pid: null,
    version: 0,
    started_at: null,
    ended_at: null,
    ends: [],
    streak: 0,
    restarts: 0,
    last_end: null,
    failure: null,
    past_pids: record ? pastPids(record) : [],
  };
}

/** Nothing but a start makes it run again, whatever was on its way. */
function stop(record: TaskRecord, now: number): TaskRecord {
  if (record.wanted === 'stopped') return record;
  return { ...record, wanted: 'stopped', stopped_at: now, failure: null };
}

function seen(record: TaskRecord, event: TaskState, now: number, chance: number): TaskRecord {
  if (record.pid !== null && record.pid !== event.pid) return record;
  if (event.version <= record.version) return record;
  const known = {
    ...record,
    pid: event.pid,
    version: event.version,
    started_at: event.startedAt ?? record.started_at,
  };
  if (event.end === null) return known;
  const { reason, counts, ranUntil } = event.end;
  const ran = known.started_at === null ? null : Math.max(0, ranUntil - known.started_at);
  return end(known, { reason, counts, ran }, now, chance);
}

function end(
  record: TaskRecord,
  { reason, counts, ran }: { reason: string; counts: boolean; ran: number | null },
  now: number,
  chance: number,
): TaskRecord {
  if (record.wanted === 'stopped') return { ...record, ended_at: now, last_end: reason };
  const ends = counts ? [...recentEnds(record.ends, now), { at: now, ran }] : record.ends;
  if (counts && isCrashLoop(ends, now)) return { ...record, ended_at: now, ends, last_end: reason, failure: reason };
  const streak = isStable(ran) ? 0 : record.streak;
  return {
    ...record,
    generation: record.generation + 1,
    launch_at: now + restartDelay(streak, chance),
    pid: null,
    version: 0,
    started_at: null,
    ends,
    streak: streak + 1,
    restarts: record.restarts + 1,
    last_end: reason,
    past_pids: pastPids(record),
  };
}

function pastPids({ past_pids, pid }: TaskRecord): string[] {
  return pid === null ? past_pids : [...past_pids, pid].slice(-PAST_PIDS);
}

/** What is to be done for the record to come true: `launch` from `launch_at` on. */
export function due(record: TaskRecord): 'launch' | 'stop' | undefined {
  if (record.ended_at !== null) return undefined;
  if (record.wanted === 'running') return record.pid === null ? 'launch' : undefined;
  return record.pid === null ? undefined : 'stop';
}

export type TaskStatus = 'starting' | 'running' | 'error' | 'stopped';

/** @param heartbeat the last one's generation and time: it may come before ECS's own word that the task runs */
export function statusOf(record: TaskRecord, heartbeat: { generation: number } | undefined): TaskStatus {
  if (record.wanted === 'stopped') return 'stopped';
  if (record.failure !== null) return 'error';
  if (record.pid === null) return 'starting';
  return record.started_at !== null || heartbeat?.generation === record.generation ? 'running' : 'starting';
}

/** Whether a reader sees another task than before; that one is launched again shows at once, not when it is. */
export function showsChange(before: TaskRecord | undefined, after: TaskRecord): boolean {
  return before === undefined || shown(before) !== shown(after);
}

function shown(record: TaskRecord): string {
  const { restarts, last_end, stopped_at, ended_at } = record;
  return JSON.stringify([statusOf(record, undefined), shownPid(record), restarts, last_end, stopped_at, ended_at]);
}

/** The task that a caller knows it by: of this life, or of the last one while the next is awaited. */
export function shownPid({ pid, past_pids }: TaskRecord): string | null {
  return pid ?? past_pids.at(-1) ?? null;
}
