import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Changes,
  changed,
  deleted,
  judge,
  knownJobs,
  mayRun,
  newSchedule,
  nextRuns,
  type Schedule,
  timesToTell,
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
  for (let time = 1; time <= times; time += 1) schedule = withRun(schedule, run(time, `job ${time}`), []);
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

  it.each([
    ['rate(5 minutes)', { timezone: 'Europe/Madrid' }, 1],
    ['at(2026-12-24T18:00:00Z)', { timezone: 'Europe/Madrid' }, 1],
    ['at(2026-12-24T18:00:00)', { timezone: 'Europe/Madrid' }, 2],
    ['cron(0 9 * * ? *)', { timezone: 'Europe/Madrid' }, 2],
    ['cron(0 9 * * ? *)', { enabled: true, timezone: 'UTC' }, 1],
  ])('of %s with %j are of generation %i', (expression, change, generation) => {
    const schedule = newSchedule({ ...ASKED, expression }, NOW);
    const next = changed(schedule, change, NOW + 1);
    expect(next).toMatchObject({ ...change, generation });
    const hasMoved = nextRuns(next, NOW, 2).join() !== nextRuns(schedule, NOW, 2).join();
    expect(hasMoved).toBe(generation > 1);
  });

  it('are not touched by a change that changes nothing', () => {
    expect(changed(fresh, {}, NOW + 1)).toBe(fresh);
    expect(changed(fresh, { ...ASKED, job: { ...JOB } }, NOW + 1)).toBe(fresh);
  });

  it.each([
    ['rate(1 minute)', 0, [], '10:02:00'],
    ['rate(1 minute)', 60_000, ['10:02:00'], '10:03:00'],
    ['rate(1 minute)', 3_600_000, 20, '11:02:00'],
    ['at(2026-11-22T10:00:31)', 0, ['10:00:31'], undefined],
    ['at(2026-11-22T10:00:31)', 86_400_000, ['10:00:31'], undefined],
    ['at(2026-11-22T10:10:00)', 0, [], '10:10:00'],
    ['cron(1,2 10 22 11 ? 2026)', 0, ['10:01:00'], '10:02:00'],
    ['cron(1,2 10 22 11 ? 2026)', 120_000, ['10:01:00', '10:02:00'], undefined],
    // Not those before it was made.
    ['cron(59,1 9,10 * * ? *)', 60_000, ['10:01:00'], '10:59:00'],
  ])('of %s are told %i ms after it was made at once, or by a timer', (expression, later, urgent, first) => {
    const told = timesToTell(newSchedule({ ...ASKED, expression }, NOW), NOW + later);
    const clock = (time: number) => new Date(time).toISOString().slice(11, 19);
    if (typeof urgent === 'number') expect(told.urgent).toHaveLength(urgent);
    else expect(told.urgent.map(clock)).toEqual(urgent);
    expect(told.byTimer === undefined ? undefined : clock(told.byTimer)).toBe(first);
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
  });

  it('makes a job where none of the schedule is active, or where they may overlap', () => {
    expect([0, 1, 199].map((active) => mayRun(fresh, Array(active).fill('')))).toEqual([true, false, false]);
    const overlapping = { ...fresh, overlap: true };
    expect([0, 1, 199, 200].map((active) => mayRun(overlapping, Array(active).fill('')))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('knows of its jobs for as long as they are active, also of the last ones that are begun anew', () => {
    // At each time one is made or none is; until the next one some end, and one of the last may be restarted.
    const time = fc.record({ isMade: fc.boolean(), ended: fc.array(fc.nat(30)), restarted: fc.nat(40) });
    const madeBy = (runs: Schedule['runs']) => runs.flatMap(({ job_id }) => job_id ?? []);
    fc.assert(
      fc.property(fc.array(time, { maxLength: 60 }), (times) => {
        let active: string[] = [];
        let schedule = fresh;
        for (const [at, { isMade, ended, restarted }] of times.entries()) {
          const ran = run(at, isMade ? `job ${at}` : null);
          const known = knownJobs(schedule).filter((it) => active.includes(it));
          schedule = withRun(schedule, ran, known);
          active = [...active, ...madeBy([ran])];
          expect(new Set(schedule.active_jobs)).toEqual(new Set(active));
          const begunAnew = madeBy(schedule.runs.slice(restarted, restarted + 1));
          active = [...active.filter((_, index) => !ended.includes(index)), ...begunAnew];
        }
      }),
    );
  });

  it('never runs twice, in whatever order and however often it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200 }), (times) => {
        const ran: number[] = [];
        let schedule = fresh;
        for (const time of times) {
          if (judge(schedule, fire(time)) !== 'due') continue;
          ran.push(time);
          schedule = withRun(schedule, run(time, `job ${time}`), []);
        }
        expect(new Set(ran).size).toBe(ran.length);
        expect(schedule.runs.length).toBe(Math.min(20, ran.length));
      }),
    );
  });
});
