import { setTimeout as sleep } from 'node:timers/promises';
import type { TransactWriteItem } from '../aws/dynamodb.ts';
import { ApiError } from '../http/errors.ts';
import { logger } from '../log.ts';
import { Overtaken } from '../tasks/task-records.ts';
import {
  type Changes,
  changed,
  deleted,
  hasTimesOf,
  newSchedule,
  nextRuns,
  type Schedule,
  takenBack,
  timesToTell,
} from './schedule.ts';
import { askToFollow, tellOf } from './schedule-messages.ts';
import {
  eraseSchedule,
  getSchedule,
  newScheduleId,
  noteFollowed,
  type StoredSchedule,
  saveSchedule,
} from './schedule-records.ts';
import { removeTimer, setTimer, TimerRefused } from './timers.ts';

/**
 * Schedules and the timers that follow them:
 *
 *     a message for a minute later ──▶ the record ──▶ the timer of its generation ──▶ those of earlier ones go
 *            └───────────▶ looks whether all of that was done, and does it
 *
 * The record is what counts: it is right whatever the timers do. The message comes first, so that no crash can leave a
 * record to which nobody looks.
 */

/** Writers of one record at once are few: the user and its own times. */
const TRIES = 10;
const LONGEST_WAIT_MS = 100;

/**
 * @param alongside what is written with it, all or nothing
 * @throws ApiError `schedule_never_runs` where it has no time to come, `schedule_refused` where there can be no such timer
 */
export async function createSchedule(
  asked: Required<Changes>,
  now: number,
  alongside?: (id: string) => TransactWriteItem,
): Promise<StoredSchedule> {
  const schedule = newSchedule(asked, now);
  requireTimes(schedule, now);
  const id = newScheduleId(now);
  await askToFollow(id);
  const besides = alongside ? [alongside(id)] : [];
  if (!(await saveSchedule({ id, revision: 0 }, schedule, besides))) throw new Overtaken(`${id} is taken`);
  if (!(await tryToFollow(id, schedule, now))) {
    await deleteSchedule(id, now);
    throw new ApiError('schedule_refused');
  }
  return { id, schedule, revision: 1, followed: 0 };
}

/**
 * Undefined where there is no such schedule.
 * @throws ApiError `schedule_never_runs` where it would have no time to come, `schedule_refused` where there can be no such timer
 */
export async function changeSchedule(
  id: string,
  change: (schedule: Schedule) => Changes,
  now: number,
): Promise<StoredSchedule | undefined> {
  const done = await update(id, (schedule) => {
    const next = changed(schedule, change(schedule), now);
    // One that has had its last time may still be paused.
    const goesOn = next.enabled && !schedule.enabled;
    if (goesOn || !hasTimesOf(next, schedule)) requireTimes(next, now);
    return next;
  });
  if (!done) return undefined;
  const { before, schedule } = done;
  if (schedule.generation === before.generation || (await tryToFollow(id, schedule, now))) return done;
  const isStill = ({ generation }: Schedule) => generation === schedule.generation;
  const back = await update(id, (current) => (isStill(current) ? takenBack(current, before) : current));
  if (back) await tryToFollow(id, back.schedule, now);
  throw new ApiError('schedule_refused');
}

/** False where there is no such schedule. */
export async function deleteSchedule(id: string, now: number): Promise<boolean> {
  const done = await update(id, (schedule) => deleted(schedule, now));
  if (done) await tryToFollow(id, done.schedule, now);
  return done !== undefined;
}

/** Undefined where there is no such schedule. Its timers are to follow where its generation is another one than before. */
async function update(
  id: string,
  next: (schedule: Schedule) => Schedule,
): Promise<(StoredSchedule & { before: Schedule }) | undefined> {
  let isAsked = false;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await sleep(Math.random() * LONGEST_WAIT_MS);
    const stored = await getSchedule(id);
    if (!stored || stored.schedule.deleted) return undefined;
    const schedule = next(stored.schedule);
    const done = { ...stored, schedule, before: stored.schedule };
    if (schedule === stored.schedule) return done;
    if (schedule.generation !== stored.schedule.generation && !isAsked) {
      await askToFollow(id);
      isAsked = true;
    }
    if (await saveSchedule(stored, schedule)) return done;
  }
  throw new Error(`The schedule ${id} changes too often to be changed`);
}

function requireTimes(schedule: Schedule, now: number): void {
  const [next] = nextRuns({ ...schedule, enabled: true }, now, 1);
  if (next === undefined) throw new ApiError('schedule_never_runs');
}

/** False where the timer of this very generation is refused for good; whatever else is left to do is done soon. */
async function tryToFollow(id: string, { generation }: Schedule, now: number): Promise<boolean> {
  try {
    await follow(id, now);
    return true;
  } catch (error) {
    logger.warn('A timer did not follow at once', { error, schedule_id: id });
    return !(error instanceof TimerRefused && error.generation === generation);
  }
}

/**
 * Makes the timers as the schedule wants them, and tells of the times that its own would be too late for.
 * @throws TimerRefused
 */
export async function follow(id: string, now: number): Promise<void> {
  for (;;) {
    const stored = await getSchedule(id);
    if (!stored || stored.followed === stored.schedule.generation) return;
    const { schedule, followed } = stored;
    const { generation } = schedule;
    if (schedule.enabled && !schedule.deleted) await keepTimes(id, schedule, now);
    for (let past = Math.max(1, followed); past < generation; past += 1) await removeTimer(id, past);
    if (await (schedule.deleted ? eraseSchedule(id, generation) : noteFollowed(id, generation))) return;
    // Another generation has begun meanwhile, and may not know of this timer.
    await removeTimer(id, generation);
  }
}

async function keepTimes(id: string, schedule: Schedule, now: number): Promise<void> {
  const { urgent, byTimer } = timesToTell(schedule, now);
  if (byTimer !== undefined) await setTimer(id, schedule, byTimer);
  const { generation } = schedule;
  for (const scheduled_at of urgent) await tellOf({ schedule_id: id, generation, scheduled_at }, now);
}
