/** Timeframes as the exchanges align them: all in UTC, weeks from Monday, months from the first. */

export const CHART_TIMEFRAMES = [
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '12h',
  '1d',
  '1w',
  '1M',
] as const;

/** A timeframe that Bybit and Binance both have candles of. */
export type ChartTimeframe = (typeof CHART_TIMEFRAMES)[number];

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** 1970-01-01 was a Thursday: the first Monday is four days later. */
const FIRST_MONDAY = 4 * DAY;
const MEAN_MONTH = 30.436875 * DAY;

const UNITS: Record<string, number> = {
  s: 1000,
  m: MINUTE,
  h: 60 * MINUTE,
  d: DAY,
  w: 7 * DAY,
  M: MEAN_MONTH,
};

/** Length in milliseconds; of a month the mean. */
export function durationOf(timeframe: ChartTimeframe): number {
  return parseDuration(timeframe) ?? MINUTE;
}

function parseDuration(timeframe: string): number | undefined {
  const match = /^([1-9]\d{0,4})([smhdwM])$/.exec(timeframe);
  const unit = UNITS[match?.[2] ?? ''];
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

/** When the candle that holds `at` opens; both in epoch milliseconds. */
export function openTimeOf(timeframe: ChartTimeframe, at: number): number {
  if (timeframe === '1M') {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  }
  const origin = timeframe === '1w' ? FIRST_MONDAY : 0;
  const duration = durationOf(timeframe);
  return origin + Math.floor((at - origin) / duration) * duration;
}

/** The open time `count` candles after (before, when negative) the candle that opens at `openTime`. */
export function stepOpenTime(timeframe: ChartTimeframe, openTime: number, count: number): number {
  if (timeframe === '1M') {
    const date = new Date(openTime);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count);
  }
  return openTime + count * durationOf(timeframe);
}

/** What a chart is drawn in where a signal names no timeframe that can be read. */
export const DEFAULT_CHART_TIMEFRAME: ChartTimeframe = '15m';

/**
 * The timeframe to draw a signal's chart in: the signal's own, or the nearest by ratio that the exchanges have
 * (seconds become `1m`, `45m` becomes `1h`), or the default where it has none.
 */
export function chartTimeframe(signalTimeframe: string | null): ChartTimeframe {
  const wanted = signalTimeframe === null ? undefined : parseDuration(signalTimeframe);
  if (wanted === undefined) return DEFAULT_CHART_TIMEFRAME;
  const distance = (timeframe: ChartTimeframe) => Math.abs(Math.log(durationOf(timeframe) / wanted));
  return CHART_TIMEFRAMES.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}
