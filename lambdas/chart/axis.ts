/** Where the axes have their marks, and what stands there. */

import type { ChartTimeframe } from '../../core/market/timeframe.ts';

/** Steps of 1, 2 or 5 times a power of ten; `count` is how many marks there is room for. */
export function priceTicks(low: number, high: number, count: number): { ticks: number[]; decimals: number } {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  return { ticks, decimals };
}

const SUFFIXES: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];

/** Three digits and a suffix: `1.23K`, `45.6M`; volumes are for a glance. */
export function compact(value: number): string {
  const [unit, suffix] = SUFFIXES.find(([size]) => value >= size) ?? [1, ''];
  const scaled = value / unit;
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.max(0, Math.floor(Math.log10(scaled))));
  return `${scaled.toFixed(Math.min(decimals, 2))}${suffix}`;
}

export interface LocalTime {
  year: number;
  month: number;
  day: number;
  minutes: number;
  /** Days since 1970 on the local calendar. */
  dayNumber: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** What the clock and calendar of a timezone show at `at` (epoch milliseconds). */
export function localTime(at: number, timezone: string): LocalTime {
  let formatter = formatters.get(timezone);
  if (formatter === undefined) {
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    formatter = new Intl.DateTimeFormat('en-US', { ...fields, timeZone: timezone, hourCycle: 'h23' });
    formatters.set(timezone, formatter);
  }
  const parts = new Map(formatter.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const field = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const [year, month, day] = [field('year'), field('month'), field('day')];
  const dayNumber = Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
  return { year, month, day, minutes: field('hour') * 60 + field('minute'), dayNumber };
}

/** How far apart time marks may lie, from fine to coarse: in minutes of a day, in days, in months. */
const TIME_STEPS: { every: number; of: 'minutes' | 'days' | 'months' }[] = [
  ...[5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((every) => ({ every, of: 'minutes' as const })),
  ...[1, 2, 4, 7, 14].map((every) => ({ every, of: 'days' as const })),
  ...[1, 2, 3, 6, 12, 24, 60].map((every) => ({ every, of: 'months' as const })),
];

function bucket(time: LocalTime, step: (typeof TIME_STEPS)[number]): number {
  if (step.of === 'minutes') return time.dayNumber * 1440 + Math.floor(time.minutes / step.every);
  if (step.of === 'days') return Math.floor((time.dayNumber + 3) / step.every);
  return Math.floor((time.year * 12 + time.month - 1) / step.every);
}

export interface TimeTick {
  /** Of the candle that it stands under. */
  index: number;
  label: string;
  /** A new day among hours, a new year among months. */
  major: boolean;
}

/**
 * Marks under the first candle of each step of the local clock, in the finest step that leaves at least `least` candles
 * between two marks on average.
 */
export function timeTicks(
  openTimes: number[],
  look: { timeframe: ChartTimeframe; timezone: string; locale: string; least: number },
): TimeTick[] {
  // A day or longer is a date, not a moment: it keeps its name in every timezone.
  const daily = /[dwM]$/.test(look.timeframe);
  const times = openTimes.map((at) => localTime(at, daily ? 'UTC' : look.timezone));
  const starts = (step: (typeof TIME_STEPS)[number]) =>
    times.flatMap((time, i) => {
      const before = times[i - 1];
      return before !== undefined && bucket(time, step) !== bucket(before, step) ? [i] : [];
    });
  const enough = (indexes: number[]) => indexes.length * look.least <= times.length;
  const step = TIME_STEPS.find((candidate) => enough(starts(candidate)));
  if (step === undefined) return [];
  return spread(starts(step), look.least).flatMap((index) => {
    const time = times[index];
    const before = times[index - 1];
    const at = openTimes[index];
    if (time === undefined || before === undefined || at === undefined) return [];
    return [{ index, ...tickLabel(time, before, { at, ...look, timezone: daily ? 'UTC' : look.timezone }) }];
  });
}

/** Clock changes and gaps can bring two marks too near: the later one goes. */
function spread(indexes: number[], least: number): number[] {
  const kept: number[] = [];
  for (const index of indexes) if (index - (kept.at(-1) ?? -least) >= least * 0.75) kept.push(index);
  return kept;
}

function tickLabel(
  time: LocalTime,
  before: LocalTime,
  look: { at: number; timezone: string; locale: string },
): { label: string; major: boolean } {
  const name = (fields: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(look.locale, { ...fields, timeZone: look.timezone }).format(look.at);
  if (time.year !== before.year) return { label: String(time.year), major: true };
  if (time.month !== before.month && time.dayNumber - before.dayNumber > 20) {
    return { label: name({ month: 'short' }), major: false };
  }
  if (time.dayNumber !== before.dayNumber) return { label: name({ day: 'numeric', month: 'short' }), major: true };
  const clock = `${String(Math.floor(time.minutes / 60)).padStart(2, '0')}:${String(time.minutes % 60).padStart(2, '0')}`;
  return { label: clock, major: false };
}

/** `22 nov 2026, 4:15 CET`: a moment with its timezone, for the header. */
export function momentLabel(at: number, locale: string, timezone: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
    timeZoneName: 'short',
  }).format(at);
}

export function zoneLabel(at: number, locale: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: timezone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timezone;
}
