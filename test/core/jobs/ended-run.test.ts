import { expect, test } from 'vitest';
import { endedLife, ranOutOfMemory, tellingCpu } from '../../../core/jobs/ended-run.ts';
import { jobSchema } from '../../../core/jobs/job.ts';
import { jobPolicy } from '../../../core/jobs/job-policy.ts';
import { reduce, type TaskEvent, type TaskRecord } from '../../../core/tasks/record.ts';

/** Which run has ended, and how, by what its job's record was told. */

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const spec = jobSchema.parse({
  ...{ name: 'report', command: ['node'], env: {}, cpu: 256, memory: 512, queue: false, schedule_id: null },
  ...{ timeout_seconds: 100, max_retries: 1 },
});

function told(record: TaskRecord | undefined, event: TaskEvent, now = NOW): TaskRecord {
  const after = reduce(record, event, now, 0, jobPolicy(spec));
  if (!after) throw new Error('There is no record');
  return after;
}
const launched = (pid: string, generation = 1, record = told(undefined, { type: 'create' })) =>
  told(record, { type: 'launched', generation, pid });
const end = (pid: string, generation: number, exitCode: number | null, seconds = 5): TaskEvent => ({
  ...{ type: 'task', generation, pid, version: 9, startedAt: NOW },
  end: { reason: `exit code ${exitCode}`, counts: true, exitCode, ranUntil: NOW + seconds * 1000 },
});

test('a run that succeeded or used up its time is whole, one that failed is not', () => {
  const before = launched('one');
  const ended = (exitCode: number, seconds?: number) =>
    endedLife({ spec, task: told(before, end('one', 1, exitCode, seconds)) }, before);
  expect(ended(0)).toEqual({ pid: 'one', ran: 5000, isWhole: true, exitCode: 0, reason: 'exit code 0' });
  expect(ended(124, 100)).toMatchObject({ isWhole: true });
  expect(ended(1)).toMatchObject({ pid: 'one', isWhole: false, exitCode: 1 });
  const stopping = told(before, { type: 'stop' });
  expect(endedLife({ spec, task: told(stopping, end('one', 1, 0)) }, stopping)).toMatchObject({ isWhole: false });
});

test('each run ends once, and none ends that did not run', () => {
  const before = launched('one');
  const retried = told(before, end('one', 1, 1));
  expect(endedLife({ spec, task: retried }, before)).toMatchObject({ pid: 'one' });
  const second = launched('two', 2, retried);
  expect(endedLife({ spec, task: second }, retried)).toBeUndefined();
  const refused = told(retried, { type: 'launch_failed', generation: 2, reason: 'no image', counts: true });
  expect(endedLife({ spec, task: refused }, retried)).toBeUndefined();
  const failed = told(second, end('two', 2, 1));
  expect(endedLife({ spec, task: failed }, second)).toMatchObject({ pid: 'two' });
  // Another start of what has ended ends nothing.
  expect(endedLife({ spec, task: told(failed, { type: 'start' }) }, failed)).toBeUndefined();
});

test('a run of less than a second says nothing of CPU', () => {
  expect(tellingCpu({ seconds: 0.999, cpu_p95: 250, memory_peak: 1 })).toBeNull();
  expect(tellingCpu({ seconds: 1, cpu_p95: 12, memory_peak: 1 })).toBe(12);
});

test('it ran out of memory where ECS says so, or it was killed with nearly all of it taken', () => {
  const life = { pid: 'one', ran: 1, isWhole: false, exitCode: 137, reason: 'Essential container in task exited' };
  const MIB = 2 ** 20;
  expect(ranOutOfMemory(life, 480 * MIB, 512)).toBe(true);
  expect(ranOutOfMemory(life, 200 * MIB, 512)).toBe(false);
  expect(ranOutOfMemory({ ...life, exitCode: 1 }, 500 * MIB, 512)).toBe(false);
  const said = { ...life, exitCode: null, reason: 'OutOfMemoryError: Container killed due to memory usage' };
  expect(ranOutOfMemory(said, 0, 512)).toBe(true);
});
