import { type ChartTimeframe, openTimeOf, stepOpenTime } from '../../../core/market/timeframe.ts';
import type { Feed, Market, MarketCandle } from '../market.ts';

const SECOND = 1000;

export interface CandleNews {
  candle: MarketCandle;
  closed: boolean;
  /** Epoch milliseconds at which the exchange says it. */
  at: number;
}

/**
 * What a stream of candles tells of the time after `from` up to `to`: every candle that closed within, and the forming
 * one where a second has begun.
 */
export function candleNews(
  market: Market,
  of: Feed,
  timeframe: ChartTimeframe,
  span: { from: number; to: number },
): CandleNews[] {
  const { from, to } = span;
  const forming = openTimeOf(timeframe, to);
  const first = openTimeOf(timeframe, from);
  const last = stepOpenTime(timeframe, forming, -1);
  const closed = first > last ? [] : market.candles(of, timeframe, { from: first, to: last, now: to });
  const news = closed.map((candle) => ({ candle, closed: true, at: candle.closeTime + 1 }));
  if (Math.floor(from / SECOND) === Math.floor(to / SECOND)) return news;
  const current = market.candles(of, timeframe, { from: forming, to: forming, now: to });
  return [...news, ...current.map((candle) => ({ candle, closed: false, at: to }))];
}
