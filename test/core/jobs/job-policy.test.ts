import { expect, test } from 'vitest';
import { isOverdue, jobPolicy, jobStatus } from '../../../core/jobs/job-policy.ts';
import { reduce, type TaskEvent, type TaskRecord } from '../../../core/tasks/record.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const MINUTE = 60_000;
const pid = 'arn:task/1';

/** A job after what happened to its first life, and its status. */
function after(max_retries: number, ...events: TaskEvent[]): { status: string; task: TaskRecord } {
  return afterIn({ timeout_seconds: 600, max_retries }, events);
}

function afterIn(spec: Parameters<typeof jobPolicy>[0], events: readonly TaskEvent[]) {
  const all: TaskEvent[] = [{ type: 'create' }, ...events];
  const task = all.reduce<TaskRecord | undefined>(
    // Missing is believed a minute after the launch.
    (it, event) => reduce(it, event, event.type === 'missing' ? NOW + MINUTE : NOW, 0, jobPolicy(spec)),
    undefined,
  );
  if (!task) throw new Error('There is no record');
  return { status: jobStatus(task, spec), task };
}

const launched: TaskEvent = { type: 'launched', generation: 1, pid };
const ended = (exitCode: number | null, seconds: number, counts = true): TaskEvent => ({
  type: 'task',
  generation: 1,
  pid,
  version: 5,
  startedAt: NOW,
  end: { reason: 'it ended', exitCode, counts, ranUntil: NOW + seconds * 1000 },
});
const refused = (counts: boolean): TaskEvent => ({ type: 'launch_failed', generation: 1, reason: 'no', counts });
const missing: TaskEvent = { type: 'missing', generation: 1, pid };

test.each([
  ['exit code 0', 0, [launched, ended(0, 9)], 'succeeded'],
  ['exit code 0 in the last second', 0, [launched, ended(0, 600)], 'succeeded'],
  ['another code', 0, [launched, ended(3, 9)], 'failed'],
  ['another code, with a retry left', 1, [launched, ended(3, 9)], 'starting'],
  ['124 at its time', 5, [launched, ended(124, 600)], 'timed_out'],
  ['124 of its own', 0, [launched, ended(124, 100)], 'failed'],
  ['killed long after its time', 5, [launched, ended(137, 661)], 'timed_out'],
  ['reclaimed by Spot', 0, [launched, ended(null, 9, false)], 'failed'],
  ['reclaimed by Spot, with a retry left', 1, [launched, ended(null, 9, false)], 'starting'],
  ['unknown to ECS', 0, [launched, missing], 'failed'],
  ['unknown to ECS, with a retry left', 1, [launched, missing], 'starting'],
  ['no room', 0, [refused(false)], 'starting'],
  ['refused', 0, [refused(true)], 'failed'],
  ['stopped, then exit code 0', 0, [launched, { type: 'stop' }, ended(0, 9)], 'stopped'],
  ['stopped after its end', 0, [launched, ended(3, 9), { type: 'stop' }], 'failed'],
  ['stopped while it runs', 0, [launched, { type: 'stop' }], 'starting'],
] as const satisfies [string, number, TaskEvent[], string][])('%s', (_, retries, events, status) => {
  expect(after(retries, ...events).status).toBe(status);
});

test('a code 124 is that of a time that was over, however short, or of the command itself', () => {
  for (const timeout_seconds of [1, 5]) {
    const status = (seconds: number) =>
      afterIn({ timeout_seconds, max_retries: 0 }, [launched, ended(124, seconds)]).status;
    expect([status(0.4), status(timeout_seconds)]).toEqual(['failed', 'timed_out']);
  }
});

test('a retry comes later each time, and spends one', () => {
  const { task } = after(1, launched, ended(3, 9));
  expect(task).toMatchObject({ generation: 2, pid: null, launch_at: NOW + 5000, past_pids: [pid], exit_code: 3 });
  expect(task.ends).toHaveLength(1);
  expect(after(0, refused(false)).task.ends).toEqual([]);
});

test('a task that is still there a minute after its time is overdue', () => {
  const { task } = after(0, launched, { type: 'task', generation: 1, pid, version: 2, startedAt: NOW, end: null });
  const spec = { timeout_seconds: 600, max_retries: 0 };
  expect([11 * MINUTE, 11 * MINUTE + 1].map((late) => isOverdue(task, spec, NOW + late))).toEqual([false, true]);
});
