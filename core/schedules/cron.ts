/**
 * AWS's cron expressions: `minutes hours day-of-month month day-of-week year`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 *
 * Libraries speak another dialect (days of the week from 0, `5#L`) and another rule for clocks that change, so that with
 * one of them most of this would still be here; the tests compare it with one.
 */
export interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  months: readonly number[];
  years: readonly number[];
  /** The days of a month on which it runs, in order; `month` from 1. */
  daysOf: (year: number, month: number) => number[];
}

interface Range {
  from: number;
  to: number;
  /** Words for the values, the first for `from`. */
  names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** From 1 on. */
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SATURDAY = 7;
const SUNDAY = 1;

const RANGES = {
  minutes: { from: 0, to: 59 },
  hours: { from: 0, to: 23 },
  days: { from: 1, to: 31 },
  months: { from: 1, to: 12, names: MONTHS },
  weekdays: { from: 1, to: 7, names: WEEKDAYS },
  years: { from: 1970, to: 2199 },
} as const satisfies Record<string, Range>;

/**
 * @param fields the six of them, separated by spaces; names in any case
 * @returns undefined for what AWS's document does not describe as one
 */
export function parseCron(fields: string): Cron | undefined {
  const split = fields.trim().toUpperCase().split(/\s+/);
  if (split.length !== 6) return undefined;
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = split;
  const minutes = values(minute, RANGES.minutes);
  const hours = values(hour, RANGES.hours);
  const months = values(month, RANGES.months);
  const years = values(year, RANGES.years);
  // One of the two days says nothing, and says so.
  if ((day === '?') === (weekday === '?')) return undefined;
  const daysOf = weekday === '?' ? daysOfMonth(day) : daysOfWeek(weekday);
  return minutes && hours && months && years && daysOf && { minutes, hours, months, years, daysOf };
}

/** What a field of `*`, values, ranges and steps means, in order. */
function values(field: string, range: Range): number[] | undefined {
  const found = field.split(',').map((part) => {
    const [, first = '', last, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const isAll = first === '*' && last === undefined && !field.includes(',');
    const from = isAll ? range.from : readValue(first, range);
    // `5/10` goes on to the end, `5` does not.
    const to = last !== undefined ? readValue(last, range) : isAll || step !== undefined ? range.to : from;
    const by = Number(step ?? 1);
    if (from === undefined || to === undefined || to < from || by < 1) return undefined;
    return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
  });
  if (found.includes(undefined)) return undefined;
  return [...new Set(found.flatMap((part) => part ?? []))].sort((a, b) => a - b);
}

function readValue(text: string, { from, to, names }: Range): number | undefined {
  const index = names?.indexOf(text) ?? -1;
  const value = index >= 0 ? from + index : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

/** `L`: the last day. `3W`: the day from Monday to Friday that is the nearest to the third, in the same month. */
function daysOfMonth(field: string): Cron['daysOf'] | undefined {
  if (field === 'L') return (year, month) => [lengthOf(year, month)];
  if (field.endsWith('W')) {
    const day = readValue(field.slice(0, -1), RANGES.days);
    return day === undefined ? undefined : (year, month) => nearestWorkday(year, month, day);
  }
  const days = values(field, RANGES.days);
  return days && ((year, month) => days.filter((day) => day <= lengthOf(year, month)));
}

/** `L`: Saturday. `6L`: the last Friday. `3#2`: the second Tuesday. */
function daysOfWeek(field: string): Cron['daysOf'] | undefined {
  const [, before, count] = /^([^#]+)#([1-5])$/.exec(field) ?? [];
  if (count !== undefined) return one(before, (days) => days[Number(count) - 1]);
  if (field.length > 1 && field.endsWith('L')) return one(field.slice(0, -1), (days) => days.at(-1));
  const weekdays = field === 'L' ? [SATURDAY] : values(field, RANGES.weekdays);
  // Of all fields only this one knows no steps.
  if (field.includes('/')) return undefined;
  return weekdays && ((year, month) => daysOn(year, month, weekdays));
}

function one(weekday: string | undefined, choose: (days: number[]) => number | undefined): Cron['daysOf'] | undefined {
  const value = readValue(weekday ?? '', RANGES.weekdays);
  if (value === undefined) return undefined;
  return (year, month) => [choose(daysOn(year, month, [value]))].filter((day) => day !== undefined);
}

function nearestWorkday(year: number, month: number, day: number): number[] {
  const last = lengthOf(year, month);
  if (day > last) return [];
  const weekday = weekdayOf(year, month, day);
  if (weekday === SATURDAY) return [day === 1 ? 3 : day - 1];
  if (weekday === SUNDAY) return [day === last ? day - 2 : day + 1];
  return [day];
}

function daysOn(year: number, month: number, weekdays: readonly number[]): number[] {
  const all = Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1);
  return all.filter((day) => weekdays.includes(weekdayOf(year, month, day)));
}

/** In days. */
function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** From 1, Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/**
 * The times at which it runs, from the day of `from` on and in order, as a clock on the wall shows them: epoch
 * milliseconds as if the clock were in UTC.
 */
export function* wallTimes(cron: Cron, from: number): Generator<number> {
  for (const midnight of midnights(cron, Math.floor(from / DAY_MS) * DAY_MS)) {
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) yield midnight + (hour * 60 + minute) * 60_000;
    }
  }
}

const DAY_MS = 86_400_000;

/** The days on which it runs, from a midnight on. */
function* midnights({ years, months, daysOf }: Cron, from: number): Generator<number> {
  for (const year of years) {
    if (Date.UTC(year + 1, 0) <= from) continue;
    for (const month of months) {
      const midnights = daysOf(year, month).map((day) => Date.UTC(year, month - 1, day));
      yield* midnights.filter((midnight) => midnight >= from);
    }
  }
}
