import { logger } from '../log.ts';
import { type Candle, type ExchangeName, TIMEFRAMES } from './candle.ts';
import { readCandles } from './stored-candles.ts';
import { type ChartTimeframe, openTimeOf, stepOpenTime } from './timeframe.ts';

/** A stretch of candles that ends with the one which opens at `until` (epoch milliseconds), or with the current one. */
export interface StretchQuery {
  exchange: ExchangeName;
  symbol: string;
  timeframe: ChartTimeframe;
  until: number;
  count: number;
}

/**
 * The stretch as collectors have stored it, oldest first. Undefined where any of it is missing or may lack trades, and
 * where the table can't be read: then it is the exchange that has to be asked.
 */
export async function collectedCandles(query: StretchQuery, now: number): Promise<Candle[] | undefined> {
  const { exchange, symbol, until, count } = query;
  const timeframe = TIMEFRAMES.find((collected) => collected === query.timeframe);
  if (timeframe === undefined) return undefined;
  const last = Math.min(until, openTimeOf(timeframe, now));
  const from = stepOpenTime(timeframe, last, 1 - count);
  try {
    const wanted = { market: { exchange, symbol }, timeframe, from, to: last + 1, limit: count };
    const { candles } = await readCandles(wanted, now);
    // There is one of each time at most: as many as there are times are all.
    const isWhole = candles.length === count && candles.every(({ complete }) => complete);
    return isWhole ? candles.toReversed() : undefined;
  } catch (error) {
    logger.warn('Collected candles could not be read', { exchange, symbol, timeframe, error });
    return undefined;
  }
}
