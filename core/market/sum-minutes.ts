import type { Candle, Timeframe } from './candle.ts';
import { compareDecimals, DecimalSum } from './decimals.ts';
import { durationOf, openTimeOf } from './timeframe.ts';

const MINUTE = 60_000;

/** A minute of one market; its volume counts as its text. */
export interface MinuteCandle extends Omit<Candle, 'volume'> {
  volume: { toString(): string };
  trades: number;
  /** Every trade of it is in it. */
  complete: boolean;
}

export interface SummedCandle extends Candle {
  timeframe: Timeframe;
  trades: number;
  closed: boolean;
  complete: boolean;
}

/**
 * The candle that holds `at`, from those of its minutes that are known, in any order; undefined where none is. It is
 * complete where none of them is missing, up to now or to its end.
 * @param at epoch milliseconds, as is `closedUntil`: everything before that is over
 */
export function sumMinutes(
  minutes: Iterable<MinuteCandle>,
  timeframe: Timeframe,
  at: number,
  closedUntil: number,
): SummedCandle | undefined {
  const openTime = openTimeOf(timeframe, at);
  const end = openTime + durationOf(timeframe);
  const own = [...minutes]
    .filter((minute) => minute.openTime >= openTime && minute.openTime < end)
    .sort((a, b) => a.openTime - b.openTime);
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const closed = end <= closedUntil;
  const expected = ((closed ? end : last.openTime + MINUTE) - openTime) / MINUTE;
  const volume = new DecimalSum();
  for (const minute of own) volume.add(minute.volume.toString());
  return {
    timeframe,
    openTime,
    open: first.open,
    high: own.reduce((high, minute) => (compareDecimals(minute.high, high) > 0 ? minute.high : high), first.high),
    low: own.reduce((low, minute) => (compareDecimals(minute.low, low) < 0 ? minute.low : low), first.low),
    close: last.close,
    volume: volume.toString(),
    trades: own.reduce((count, minute) => count + minute.trades, 0),
    closed,
    complete: own.length === expected && own.every((minute) => minute.complete),
  };
}
