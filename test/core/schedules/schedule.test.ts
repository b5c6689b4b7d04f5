import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Changes,
  changed,
  deleted,
  judge,
  lastJob,
  newSchedule,
  nextRuns,
  type Schedule,
  withRun,
} from '../../../core/schedules/schedule.ts';

const NOW = Date.parse('2026-11-22T10:00:30Z');
const MINUTE = 60_000;
const JOB = {
  name: 'nightly',
  command: ['true'],
  env: {},
  cpu: 256,
  memory: 512,
  timeout_seconds: 3600,
  max_retries: 0,
};
const ASKED: Required<Changes> = {
  job: JOB,
  expression: 'rate(5 minutes)',
  timezone: 'UTC',
  enabled: true,
  overlap: false,
};
const fresh = newSchedule(ASKED, NOW);
const iso = (times: number[]) => times.map((time) => new Date(time).toISOString());
const fire = (scheduled_at: number, generation = 1) => ({ schedule_id: 'one', generation, scheduled_at });
const run = (scheduled_at: number, job_id: string | null) => ({ scheduled_at, job_id, reason: null });

/** A schedule that knows of times 1 to so many. */
function knowing(times: number): Schedule {
  let schedule = fresh;
  for (let time = 1; time <= times; time += 1) schedule = withRun(schedule, run(time, `job ${time}`));
  return schedule;
}

describe('the times of a schedule', () => {
  it('begin, at a rate, one period after the next full minute', () => {
    expect(iso(nextRuns(fresh, NOW, 2))).toEqual(['2026-11-22T10:06:00.000Z', '2026-11-22T10:11:00.000Z']);
    const onTheMinute = newSchedule(ASKED, Date.parse('2026-11-22T10:00:00Z'));
    expect(iso(nextRuns(onTheMinute, NOW, 1))).toEqual(['2026-11-22T10:05:00.000Z']);
  });

  it('rest while it is paused, and begin anew when it goes on', () => {
    const paused = changed(fresh, { enabled: false }, NOW + MINUTE);
    expect(nextRuns(paused, NOW + MINUTE, 5)).toEqual([]);
    const on = changed(paused, { enabled: true }, NOW + 60 * MINUTE);
    expect(iso(nextRuns(on, NOW + 60 * MINUTE, 1))).toEqual(['2026-11-22T11:06:00.000Z']);
    expect(on.generation).toBe(3);
  });

  it('are of another generation where they change, and of the same where they do not', () => {
    const job = { ...JOB, name: 'other', command: ['false'] };
    const same = changed(fresh, { job, overlap: true, enabled: true, expression: 'rate(5 minutes)' }, NOW + 3 * MINUTE);
    expect(same).toEqual({ ...fresh, job, overlap: true, changed_at: NOW + 3 * MINUTE });
    const other = changed(fresh, { expression: 'cron(0 9 * * ? *)', timezone: 'Europe/Madrid' }, NOW);
    expect([other.generation, iso(nextRuns(other, NOW, 1))]).toEqual([2, ['2026-11-23T08:00:00.000Z']]);
    expect(deleted(fresh, NOW)).toMatchObject({ generation: 2, deleted: true });
  });
});

describe('a time that has come', () => {
  it('is not heard from the timer of another generation, or of a schedule that is gone', () => {
    expect(judge(fresh, fire(1))).toBe('due');
    expect(judge(undefined, fire(1))).toBe('past');
    expect(judge(changed(fresh, { enabled: false }, NOW), fire(1))).toBe('past');
    expect(judge(deleted(fresh, NOW), fire(1, 2))).toBe('past');
  });

  it('is known afterwards, and so is all that is older than what is known', () => {
    expect(judge(knowing(3), fire(2))).toBe('known');
    expect(judge(knowing(3), fire(2.5))).toBe('due');
    const full = knowing(25);
    expect(full.runs.map(({ scheduled_at }) => scheduled_at)).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
    expect([5, 6, 25, 26].map((time) => judge(full, fire(time)))).toEqual(['known', 'known', 'known', 'due']);
    expect(lastJob(withRun(full, run(26, null)))).toBe('job 25');
    expect(lastJob(fresh)).toBeUndefined();
  });

  it('never runs twice, in whatever order and however often it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200 }), (times) => {
        const ran: number[] = [];
        let schedule = fresh;
        for (const time of times) {
          if (judge(schedule, fire(time)) !== 'due') continue;
          ran.push(time);
          schedule = withRun(schedule, run(time, `job ${time}`));
        }
        expect(new Set(ran).size).toBe(ran.length);
        expect(schedule.runs.length).toBe(Math.min(20, ran.length));
      }),
    );
  });
});
