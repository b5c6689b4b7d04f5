import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { instantOf, isTimeZone, wallTimeOf } from '../../../core/schedules/time-zone.ts';
import { nextTimes, readTiming, type Timing } from '../../../core/schedules/timing.ts';

const START = Date.parse('2026-03-28T00:30:10Z');

function timing(expression: string, timeZone = 'UTC'): Timing {
  const read = readTiming(expression, timeZone);
  if (!read) throw new Error(`${expression} in ${timeZone} is none`);
  return read;
}

function times(expression: string, timeZone: string, after: string, count: number): string[] {
  const found = nextTimes(timing(expression, timeZone), START, Date.parse(after), count);
  return found.map((time) => new Date(time).toISOString());
}

describe('a rate', () => {
  it('runs first at its beginning, then each period, whatever the clock on the wall does', () => {
    expect(times('rate(1 day)', 'Europe/Madrid', '2026-03-01T00:00:00Z', 3)).toEqual([
      '2026-03-28T00:30:10.000Z',
      '2026-03-29T00:30:10.000Z',
      '2026-03-30T00:30:10.000Z',
    ]);
    expect(times('rate(5 minutes)', 'UTC', '2026-03-28T00:30:10Z', 1)).toEqual(['2026-03-28T00:35:10.000Z']);
    expect(times('rate(5 minutes)', 'UTC', '2026-03-28T00:35:09.999Z', 1)).toEqual(['2026-03-28T00:35:10.000Z']);
    expect(times('rate(2 hours)', 'UTC', '2027-03-28T00:30:10Z', 1)).toEqual(['2027-03-28T02:30:10.000Z']);
  });
});

describe('a time of day', () => {
  it('is the time of the zone, in winter and in summer', () => {
    expect(times('cron(0 9 * * ? *)', 'Europe/Madrid', '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
    ]);
    expect(times('cron(0 9 ? * MON *)', 'America/New_York', '2026-11-22T00:00:00Z', 1)).toEqual([
      '2026-11-23T14:00:00.000Z',
    ]);
    expect(times('cron(30 5 1 1 ? *)', 'Asia/Kathmandu', '2026-11-22T00:00:00Z', 1)).toEqual([
      '2026-12-31T23:45:00.000Z',
    ]);
  });

  it('is left out where the clock is put forward over it', () => {
    expect(times('cron(30 2 * * ? *)', 'Europe/Madrid', '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
    expect(times('cron(0 * * * ? *)', 'Europe/Madrid', '2026-03-29T00:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ]);
  });

  it('runs once where the clock shows it twice', () => {
    expect(times('cron(30 2 * * ? *)', 'Europe/Madrid', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(times('cron(0/30 2 * * ? *)', 'Europe/Madrid', '2026-10-25T00:30:00Z', 1)).toEqual([
      '2026-10-26T01:00:00.000Z',
    ]);
  });

  it('is of no year that has passed', () => {
    expect(times('cron(0 9 * * ? 2025)', 'UTC', '2026-01-01T00:00:00Z', 5)).toEqual([]);
  });
});

describe('one time', () => {
  it('is the first of two that the clock shows', () => {
    expect(times('at(2026-12-24T18:00:05)', 'Europe/Madrid', '2026-11-22T00:00:00Z', 5)).toEqual([
      '2026-12-24T17:00:05.000Z',
    ]);
    expect(times('at(2026-10-25T02:30:00)', 'Europe/Madrid', '2026-10-01T00:00:00Z', 5)).toEqual([
      '2026-10-25T00:30:00.000Z',
    ]);
    expect(times('at(2026-12-24T18:00:00)', 'UTC', '2026-12-24T18:00:00Z', 5)).toEqual([]);
  });
});

test.each([
  ['rate(0 minutes)'],
  ['rate(1 minutes)'],
  ['rate(5 minute)'],
  ['rate(5 seconds)'],
  ['rate(-5 minutes)'],
  ['rate(1.5 hours)'],
  ['rate(100000 days)'],
  ['rate(5  minutes)'],
  ['cron(0 9 * * * *)'],
  ['at(2026-02-29T10:00:00)'],
  ['at(2026-12-24T24:00:00)'],
  ['at(2026-12-24T10:00)'],
  ['at(2026-12-24T10:00:00Z)'],
  ['at(2026-03-29T02:30:00)', 'Europe/Madrid'],
  ['rate(5 minutes)', 'Mars/Olympus'],
  ['rate(5 minutes)', '+02:00'],
  ['5 minutes'],
  [''],
])('%s is no expression', (expression, timeZone = 'UTC') => {
  expect(readTiming(expression, timeZone)).toBeUndefined();
});

test('time zones are those of the IANA database', () => {
  const links = ['Asia/Kathmandu', 'Asia/Katmandu', 'Asia/Kolkata', 'Europe/Kyiv', 'US/Eastern', 'GB-Eire', 'EST5EDT'];
  const zones = ['UTC', 'GMT', 'Europe/Madrid', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Etc/UTC', ...links];
  expect([...zones, ...Intl.supportedValuesOf('timeZone')].filter((name) => !isTimeZone(name))).toEqual([]);
  const others = ['', 'utc', 'UtC', 'europe/madrid', 'EUROPE/MADRID', 'Europe/MADRID', 'ETC/GMT+5', 'Asia/KATMANDU'];
  expect([...others, 'Europe', '+01:00', 'UTC+1', 'Europe/Madrid '].filter(isTimeZone)).toEqual([]);
});

test('the clocks of all zones are read back', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  const instants = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2040-01-01') });
  fc.assert(
    fc.property(zones, instants, (zone, instant) => {
      const wall = wallTimeOf(instant, zone);
      const first = instantOf(wall, zone) ?? Number.NaN;
      // The same clock again, not later, and no more than an hour earlier.
      expect(wallTimeOf(first, zone)).toBe(wall);
      expect(first).toBeLessThanOrEqual(instant);
      expect(instant - first).toBeLessThanOrEqual(3_600_000);
    }),
  );
});
