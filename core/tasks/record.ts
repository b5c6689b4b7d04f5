import type { History, LifeEnd, TaskPolicy } from './policy.ts';

/**
 * What is known of a task, and how each thing heard of it changes that.
 *
 *     start ──▶ generation 1: attempt, RunTask ──▶ pid ──▶ running ──▶ ended unasked ──▶ generation 2, after a delay
 *       └─ queued, admitted ─▲                                │                └─ as its policy says: given up, or done
 *                                                             └─ user's stop: ended, and stays so
 *
 * Each launch is a generation of its own. What is heard names its generation, and what is late, repeated or out of order
 * changes nothing: another generation's, a version not above the last one, anything after the end. Times are epoch
 * milliseconds. Pure: nothing here asks a clock.
 */
export interface TaskRecord extends History {
  /** What the user asked for last. */
  wanted: 'running' | 'stopped';
  /** Of the life that is, or that is to come. */
  generation: number;
  /** When the user started it. */
  asked_at: number;
  stopped_at: number | null;
  /** It waits for a place among those that run at once. */
  queued: boolean;
  /** From when on this generation may be launched; once it is, when ECS had taken it. */
  launch_at: number;
  /** ECS may have been asked for this generation's task: before, a stop is its end. */
  attempted: boolean;
  /** The ARN of this generation's task; null until ECS has taken it. */
  pid: string | null;
  /** Of the newest state of that task that was seen. */
  version: number;
  /** When ECS says that it began to run. */
  started_at: number | null;
  /** When its end was seen, where no other life follows. */
  ended_at: number | null;
  restarts: number;
  /** Why the last life ended. */
  last_end: string | null;
  /** With what code, where it is known. */
  exit_code: number | null;
  /** After how many milliseconds; null where it never started, or that is not known. */
  ran: number | null;
  /** Why it is given up. */
  failure: string | null;
  /** Of earlier lives, the newest last. */
  past_pids: string[];
}

export type TaskEvent =
  /** `create`: only where there is none. `queued`: it waits until it is admitted. */
  | { type: 'create'; queued?: boolean }
  | { type: 'start'; queued?: boolean }
  | { type: 'admitted' }
  | { type: 'stop' }
  /** ECS is about to be asked. */
  | { type: 'attempt'; generation: number }
  /** ECS took the launch. */
  | { type: 'launched'; generation: number; pid: string }
  /** ECS refused it; one for want of capacity does not count. */
  | { type: 'launch_failed'; generation: number; reason: string; counts: boolean }
  | TaskState
  /** ECS does not know the task; without a pid, it has told of none. */
  | { type: 'missing'; generation: number; pid: string | null };

/** What ECS tells of a task, by an event or when it is asked. */
export interface TaskState {
  type: 'task';
  generation: number;
  pid: string;
  version: number;
  startedAt: number | null;
  /** Set once it has ended. */
  end: (Pick<LifeEnd, 'reason' | 'counts' | 'exitCode'> & { ranUntil: number }) | null;
}

const PAST_PIDS = 50;
/** What ECS has just taken it may still not know when it is asked; and a launch in progress takes no longer. */
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
  policy: TaskPolicy,
): TaskRecord | undefined {
  if (event.type === 'create') return record ?? started(record, event.queued, now);
  if (event.type === 'start') return record && isActive(record, policy) ? record : started(record, event.queued, now);
  if (record === undefined) return undefined;
  if (event.type === 'admitted') return record.queued ? { ...record, queued: false, launch_at: now } : record;
  if (event.type === 'stop') return stop(record, now, policy);
  if (event.generation !== record.generation || record.ended_at !== null) return record;
  return heard(record, event, now, chance, policy);
}

/** After news of the generation that is. */
function heard(
  record: TaskRecord,
  event: Extract<TaskEvent, { generation: number }>,
  now: number,
  chance: number,
  policy: TaskPolicy,
): TaskRecord {
  switch (event.type) {
    case 'attempt':
      return record.attempted || due(record) !== 'launch' ? record : { ...record, attempted: true };
    case 'launched':
      return record.pid === null ? { ...record, pid: event.pid, launch_at: now } : record;
    case 'launch_failed': {
      if (record.pid !== null) return record;
      return end(record, { ...event, began: false, ran: null, exitCode: null }, now, chance, policy);
    }
    case 'missing': {
      if (record.pid !== event.pid || !isSettled(record, now)) return record;
      const reason = record.pid === null ? 'Stopped before ECS took it' : 'ECS no longer knows the task';
      return end(record, { reason, counts: false, began: true, ran: null, exitCode: null }, now, chance, policy);
    }
    case 'task':
      return seen(record, event, now, chance, policy);
  }
}

function started(record: TaskRecord | undefined, queued = false, now: number): TaskRecord {
  return {
    wanted: 'running',
    generation: (record?.generation ?? 0) + 1,
    asked_at: now,
    stopped_at: null,
    queued,
    launch_at: now,
    attempted: false,
    pid: null,
    version: 0,
    started_at: null,
    ended_at: null,
    ends: [],
    streak: 0,
    restarts: 0,
    last_end: null,
    exit_code: null,
    ran: null,
    failure: null,
    past_pids: record ? pastPids(record) : [],
  };
}

/** Nothing but a start makes it run again, whatever was on its way. */
function stop(record: TaskRecord, now: number, { hasOutcome }: TaskPolicy): TaskRecord {
  if (record.wanted === 'stopped' || (hasOutcome && record.ended_at !== null)) return record;
  // What nobody has asked ECS for never will be.
  const ended_at = record.attempted || record.pid !== null ? record.ended_at : now;
  return { ...record, wanted: 'stopped', stopped_at: now, queued: false, ended_at, failure: null };
}

/** Whether ECS would know the task by now; of one that was stopped, also a launch that was on its way then. */
function isSettled({ wanted, pid, launch_at, stopped_at }: TaskRecord, now: number): boolean {
  if (pid === null && wanted === 'running') return false;
  return now >= Math.max(launch_at, pid === null ? (stopped_at ?? 0) : 0) + SETTLING_MS;
}

function seen(record: TaskRecord, event: TaskState, now: number, chance: number, policy: TaskPolicy): TaskRecord {
  if (record.pid !== null && record.pid !== event.pid) return record;
  if (event.version <= record.version) return record;
  const known = {
    ...record,
    pid: event.pid,
    launch_at: record.pid === null ? now : record.launch_at,
    version: event.version,
    started_at: event.startedAt ?? record.started_at,
  };
  if (event.end === null) return known;
  const { ranUntil, ...how } = event.end;
  const ran = known.started_at === null ? null : Math.max(0, ranUntil - known.started_at);
  return end(known, { ...how, began: ran !== null, ran }, now, chance, policy);
}

function end(record: TaskRecord, life: LifeEnd, now: number, chance: number, policy: TaskPolicy): TaskRecord {
  const known = { ...record, last_end: life.reason, exit_code: life.exitCode, ran: life.ran };
  if (record.wanted === 'stopped') return { ...known, ended_at: now };
  const { ends, ...next } = policy.next(record, life, now, chance);
  if ('failure' in next) return { ...known, ends, ended_at: now, failure: next.failure };
  return {
    ...known,
    generation: record.generation + 1,
    launch_at: now + next.delay,
    attempted: false,
    pid: null,
    version: 0,
    started_at: null,
    ends,
    streak: next.streak,
    restarts: record.restarts + 1,
    past_pids: pastPids(record),
  };
}

function pastPids({ past_pids, pid }: TaskRecord): string[] {
  return pid === null ? past_pids : [...past_pids, pid].slice(-PAST_PIDS);
}

/** Whether it is one of those that are limited, and is not started again. One that is queued is active too. */
export function isActive({ wanted, failure, ended_at }: TaskRecord, { hasOutcome }: TaskPolicy): boolean {
  return hasOutcome ? ended_at === null : wanted === 'running' && failure === null;
}

/** What is to be done for the record to come true: `launch` from `launch_at` on. */
export function due(record: TaskRecord): 'launch' | 'stop' | undefined {
  if (record.ended_at !== null || record.queued) return undefined;
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
  const { asked_at, queued, restarts, last_end, stopped_at, ended_at } = record;
  const status = statusOf(record, undefined);
  return JSON.stringify([status, shownPid(record), asked_at, queued, restarts, last_end, stopped_at, ended_at]);
}

/** The task that a caller knows it by: of this life, or of the last one while the next is awaited. */
export function shownPid({ pid, past_pids }: TaskRecord): string | null {
  return pid ?? past_pids.at(-1) ?? null;
}
