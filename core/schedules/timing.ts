import { type Cron, parseCron, wallTimes } from './cron.ts';
import { instantOf, isTimeZone, wallTimeOf } from './time-zone.ts';

/**
 * When a schedule runs, by the rules of EventBridge Scheduler, which is what calls it: its expressions, its time zones and
 * what becomes of times that a changing clock leaves out or shows twice.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export type Timing =
  /** Each so many milliseconds, whatever the clocks do. */
  | { kind: 'rate'; period: number }
  /** At the times that the expression names; one that the clock skips is left out, one that it shows twice runs once. */
  | { kind: 'cron'; next: (after: number) => number | undefined }
  /** Once. Epoch milliseconds. */
  | { kind: 'at'; at: number };

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)`, `at(2026-12-24T18:00:00)`: how EventBridge Scheduler writes it. */
export type Expression = `${'rate' | 'cron' | 'at'}(${string})`;

/** @returns undefined where there is no such time zone, or the expression is none */
export function readTiming(expression: string, timeZone: string): Timing | undefined {
  if (!isTimeZone(timeZone)) return undefined;
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate': {
      const period = readRate(content);
      return period === undefined ? undefined : { kind, period };
    }
    case 'cron': {
      const cron = parseCron(content);
      return cron && { kind, next: (after) => firstAfter(cron, timeZone, after) };
    }
    case 'at': {
      const wall = readWallTime(content);
      const at = wall === undefined ? undefined : instantOf(wall, timeZone);
      return at === undefined ? undefined : { kind, at };
    }
    default:
      return undefined;
  }
}

/** Milliseconds. One is `1 minute`, several are `5 minutes`. */
function readRate(text: string): number | undefined {
  const [, count, unit, plural] = /^([1-9]\d{0,4}) (minute|hour|day)(s?)$/.exec(text) ?? [];
  if (unit === undefined || (count === '1') !== (plural === '')) return undefined;
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** `2026-12-24T18:00:00`, a day that there is. */
function readWallTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text) ? undefined : wall;
}

function firstAfter(cron: Cron, timeZone: string, after: number): number | undefined {
  const shown = wallTimeOf(after, timeZone);
  for (const wall of wallTimes(cron, shown)) {
    // What the clock has shown before has run; but not all that it has not is to come, where it was put back.
    if (wall <= shown) continue;
    const instant = instantOf(wall, timeZone);
    if (instant !== undefined && instant > after) return instant;
  }
  return undefined;
}

/**
 * The first time after another one; undefined where there is none.
 * @param from epoch milliseconds of the first time that a rate has, and before which nothing runs
 */
export function nextTime(timing: Timing, from: number, after: number): number | undefined {
  switch (timing.kind) {
    case 'rate':
      return after < from ? from : from + (Math.floor((after - from) / timing.period) + 1) * timing.period;
    case 'cron':
      return timing.next(Math.max(after, from - 1));
    case 'at':
      return timing.at > after ? timing.at : undefined;
  }
}

/** The first so many of them. */
export function nextTimes(timing: Timing, from: number, after: number, count: number): number[] {
  const times: number[] = [];
  while (times.length < count) {
    const time = nextTime(timing, from, times.at(-1) ?? after);
    if (time === undefined) break;
    times.push(time);
  }
  return times;
}
