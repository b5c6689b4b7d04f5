import { setTimeout as sleep } from 'node:timers/promises';
import type { TransactWriteItem } from '../aws/dynamodb.ts';
import { ApiError } from '../http/errors.ts';
import { logger } from '../log.ts';
import { Overtaken } from '../tasks/task-records.ts';
import { type Changes, changed, deleted, newSchedule, nextRuns, type Schedule } from './schedule.ts';
import { askToFollow } from './schedule-messages.ts';
import {
  eraseSchedule,
  getSchedule,
  newScheduleId,
  noteFollowed,
  type StoredSchedule,
  saveSchedule,
} from './schedule-records.ts';
import { removeTimer, setTimer } from './timers.ts';

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
 * @throws ApiError `schedule_never_runs` where it has no time to come
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
  await tryToFollow(id, now);
  return { id, schedule, revision: 1, followed: 0 };
}

/** Undefined where there is no such schedule. @throws ApiError `schedule_never_runs` where it would have no time to come */
export async function changeSchedule(
  id: string,
  change: (schedule: Schedule) => Changes,
  now: number,
): Promise<StoredSchedule | undefined> {
  return update(id, now, (schedule) => {
    const next = changed(schedule, change(schedule), now);
    // One that has had its last time may still be paused.
    if (next.generation !== schedule.generation && next.enabled) requireTimes(next, now);
    return next;
  });
}

/** False where there is no such schedule. */
export async function deleteSchedule(id: string, now: number): Promise<boolean> {
  return (await update(id, now, (schedule) => deleted(schedule, now))) !== undefined;
}

async function update(
  id: string,
  now: number,
  next: (schedule: Schedule) => Schedule,
): Promise<StoredSchedule | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await sleep(Math.random() * LONGEST_WAIT_MS);
    const stored = await getSchedule(id);
    if (!stored || stored.schedule.deleted) return undefined;
    const schedule = next(stored.schedule);
    const isTimed = schedule.generation !== stored.schedule.generation;
    if (isTimed && attempt === 0) await askToFollow(id);
    if (!(await saveSchedule(stored, schedule))) continue;
    if (isTimed) await tryToFollow(id, now);
    return { ...stored, schedule };
  }
  throw new Error(`The schedule ${id} changes too often to be changed`);
}

function requireTimes(schedule: Schedule, now: number): void {
  const [next] = nextRuns({ ...schedule, enabled: true }, now, 1);
  if (next === undefined) throw new ApiError('schedule_never_runs');
}

/** The caller has what it asked for in any case; what is left to do is done soon. */
async function tryToFollow(id: string, now: number): Promise<void> {
  await follow(id, now).catch((error: unknown) =>
    logger.warn('A timer is to follow later', { error, schedule_id: id }),
  );
}

/** Makes the timers as the schedule wants them. */
export async function follow(id: string, now: number): Promise<void> {
  for (;;) {
    const stored = await getSchedule(id);
    if (!stored || stored.followed === stored.schedule.generation) return;
    const { schedule, followed } = stored;
    const { generation } = schedule;
    if (schedule.enabled && !schedule.deleted) await setTimer(id, schedule, now);
    for (let past = Math.max(1, followed); past < generation; past += 1) await removeTimer(id, past);
    if (await (schedule.deleted ? eraseSchedule(id, generation) : noteFollowed(id, generation))) return;
    // Another generation has begun meanwhile, and may not know of this timer.
    await removeTimer(id, generation);
  }
}
