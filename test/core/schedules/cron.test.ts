import { Cron as OtherCron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseCron, wallTimes } from '../../../core/schedules/cron.ts';

/** The first times from a day on, as a clock shows them. */
function times(fields: string, from: string, count: number): string[] {
  const cron = parseCron(fields);
  if (!cron) throw new Error(`${fields} is none`);
  const found: string[] = [];
  for (const time of wallTimes(cron, Date.parse(`${from}Z`))) {
    if (found.length === count) break;
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe('a cron expression', () => {
  // Most of these are the examples of AWS's document.
  test.each([
    ['0 10 * * ? *', ['2026-11-22T10:00', '2026-11-23T10:00', '2026-11-24T10:00']],
    ['15 12 * * ? *', ['2026-11-22T12:15', '2026-11-23T12:15', '2026-11-24T12:15']],
    ['0 18 ? * MON-FRI *', ['2026-11-23T18:00', '2026-11-24T18:00', '2026-11-25T18:00']],
    ['0 8 1 * ? *', ['2026-12-01T08:00', '2027-01-01T08:00', '2027-02-01T08:00']],
    ['0/15 * * * ? *', ['2026-11-22T00:00', '2026-11-22T00:15', '2026-11-22T00:30']],
    ['*/25 23 ? * 1 *', ['2026-11-22T23:00', '2026-11-22T23:25', '2026-11-22T23:50']],
    ['1/10 5 L * ? *', ['2026-11-30T05:01', '2026-11-30T05:11', '2026-11-30T05:21']],
    ['10-30/10 5 L 2 ? 2028', ['2028-02-29T05:10', '2028-02-29T05:20', '2028-02-29T05:30']],
    ['0 9 3W * ? *', ['2026-12-03T09:00', '2027-01-04T09:00', '2027-02-03T09:00']],
    ['0 9 1W 5,8 ? 2027', ['2027-05-03T09:00', '2027-08-02T09:00']],
    ['0 9 31W 1,10,11 ? 2027,2029', ['2027-01-29T09:00', '2027-10-29T09:00', '2029-01-31T09:00']],
    ['15 10 ? * 6L 2026-2027', ['2026-11-27T10:15', '2026-12-25T10:15', '2027-01-29T10:15']],
    ['15 10 ? * fril *', ['2026-11-27T10:15', '2026-12-25T10:15', '2027-01-29T10:15']],
    ['0 0 ? dec 3#2 *', ['2026-12-08T00:00', '2027-12-14T00:00', '2028-12-12T00:00']],
    ['0 0 ? * MON#5 *', ['2026-11-30T00:00', '2027-03-29T00:00', '2027-05-31T00:00']],
    ['0 0 ? * L *', ['2026-11-28T00:00', '2026-12-05T00:00', '2026-12-12T00:00']],
    ['0 0 29 2 ? *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['59 23 31 DEC ? 2198-2199', ['2198-12-31T23:59', '2199-12-31T23:59']],
    ['0 0 30 2 ? *', []],
    ['0 0 * * ? 1970-2025', []],
  ])('%s', (fields, expected) => {
    expect(times(fields, '2026-11-22T15:00', 3)).toEqual(expected);
  });

  it.each([
    '0 10 * * ?',
    '0 10 * * ? * *',
    '0 10 * * * *',
    '0 10 ? * ? *',
    '0 10 1 * MON *',
    '60 10 * * ? *',
    '0 24 * * ? *',
    '0 10 0 * ? *',
    '0 10 32 * ? *',
    '0 10 * 13 ? *',
    '0 10 ? * 0 *',
    '0 10 ? * 8 *',
    '0 10 ? * MON/2 *',
    '0 10 * * ? 1969',
    '0 10 * * ? 2200',
    '5-1 10 * * ? *',
    '0/0 10 * * ? *',
    '*,5 10 * * ? *',
    '1, 10 * * ? *',
    '0 10 L-3 * ? *',
    '0 10 LW * ? *',
    '0 10 W * ? *',
    '0 10 1W,5 * ? *',
    '0 10 ? * 3#6 *',
    '0 10 ? * 3#1,6#3 *',
    '0 10 ? * MON,L *',
    '0 10 ? * SUNDAY *',
    '-1 10 * * ? *',
    '1.5 10 * * ? *',
    '',
  ])('is none: %j', (fields) => {
    expect(parseCron(fields)).toBeUndefined();
  });

  it('names the times that another reader of the same expression finds', () => {
    const part = (from: number, to: number) =>
      fc.oneof(
        fc.integer({ min: from, max: to }).map((value) => ({ ours: `${value}`, theirs: `${value}` })),
        fc
          .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
          .map((range) => ({ ours: range, theirs: range })),
        fc
          .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: to - from }))
          .map(([first, step]) => ({ ours: `${first}/${step}`, theirs: `${first}-${to}/${step}` })),
      );
    const field = (from: number, to: number) =>
      fc.oneof(
        fc.constant({ ours: '*', theirs: '*' }),
        fc.array(part(from, to), { minLength: 1, maxLength: 3 }).map((parts) => ({
          ours: parts.map(({ ours }) => ours).join(),
          theirs: parts.map(({ theirs }) => theirs).join(),
        })),
      );
    const same = (text: string) => ({ ours: text, theirs: text });
    const day = fc.oneof(
      field(1, 31),
      fc.constant(same('L')),
      // They leave out `31W` in short months as well.
      fc.integer({ min: 1, max: 31 }).map((value) => same(`${value}W`)),
    );
    const weekday = fc.oneof(
      fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }).map((days) => same(days.join())),
      fc.integer({ min: 1, max: 7 }).map((value) => ({ ours: `${value}L`, theirs: `${value}#L` })),
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map((pair) => same(pair.join('#'))),
    );
    const days = fc.oneof(
      day.map(({ ours, theirs }) => ({ ours: [ours, '?'] as const, theirs: [theirs, '*'] as const })),
      weekday.map(({ ours, theirs }) => ({ ours: ['?', ours] as const, theirs: ['*', theirs] as const })),
    );
    const year = fc.oneof(
      fc.constant(same('*')),
      fc.integer({ min: 2024, max: 2040 }).map((it) => same(`${it}`)),
    );
    const start = Date.parse('2026-11-22T00:00:00Z');
    fc.assert(
      fc.property(field(0, 59), field(0, 23), days, field(1, 12), year, (minute, hour, both, month, ofYear) => {
        const ours = [minute.ours, hour.ours, both.ours[0], month.ours, both.ours[1], ofYear.ours].join(' ');
        const theirs = ['0', minute.theirs, hour.theirs, both.theirs[0], month.theirs, both.theirs[1], ofYear.theirs];
        const other = new OtherCron(theirs.join(' '), { timezone: 'UTC', mode: '7-part', alternativeWeekdays: true });
        const expected = other.nextRuns(5, new Date(start - 1)).map((time) => time.toISOString().slice(0, 16));
        expect(times(ours, '2026-11-22T00:00', 5)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
