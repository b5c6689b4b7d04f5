/** The candles around a signal, from whichever exchange has them. */

import { binanceCandles } from './binance.ts';
import { bybitCandles } from './bybit.ts';
import type { Candle, ExchangeName } from './candle.ts';
import type { StretchQuery } from './collected-candles.ts';
import { MarketError } from './error.ts';
import { type CandleMarket, candleSource } from './source.ts';
import { type ChartTimeframe, openTimeOf, stepOpenTime } from './timeframe.ts';

export interface CandleSources {
  /** `https://api.bybit.com` */
  bybitUrl: string;
  /** `https://api.binance.com` */
  binanceUrl: string;
  /** Milliseconds per request. */
  timeout?: number;
  /** What there is without asking an exchange; undefined where that is not all. Asked first, where given. */
  collected?: (query: StretchQuery, now: number) => Promise<Candle[] | undefined>;
}

/** How many candles may follow the signal's own: it stays in the last tenth of the picture. */
const CANDLES_AFTER = 12;

/**
 * About `count` candles of one market ending at or shortly after `at` (epoch milliseconds), oldest first. Near the
 * present the last is still forming. Empty where the exchange's history begins later. Throws `MarketError`.
 */
export async function candlesAround(
  request: { exchange: ExchangeName; symbol: string; timeframe: ChartTimeframe; at: number; count?: number },
  sources: CandleSources,
): Promise<Candle[]> {
  const { exchange, symbol, timeframe, at, count = 120 } = request;
  const until = stepOpenTime(timeframe, openTimeOf(timeframe, at), CANDLES_AFTER);
  const timeout = sources.timeout === undefined ? {} : { timeout: sources.timeout };
  const query = { symbol, timeframe, until, count };
  const collected = await sources.collected?.({ exchange, ...query }, Date.now());
  if (collected) return collected;
  return exchange === 'bybit'
    ? bybitCandles(query, { baseUrl: sources.bybitUrl, ...timeout })
    : binanceCandles(query, { baseUrl: sources.binanceUrl, ...timeout });
}

export interface SignalCandles {
  market: CandleMarket;
  candles: Candle[];
}

/**
 * The candles for a signal's chart from the first market that has them, or null where no exchange knows the symbol.
 * An exchange that can't be reached is passed over for the other; only if none could answer is its `MarketError`
 * thrown, so that the caller can try again later.
 */
export async function candlesForSignal(
  signal: { exchange: string | null; symbol: string | null; timeframe: ChartTimeframe; at: number; count?: number },
  sources: CandleSources,
): Promise<SignalCandles | null> {
  const failed = new Map<ExchangeName, MarketError>();
  for (const market of candleSource(signal.exchange, signal.symbol)) {
    if (failed.has(market.exchange)) continue;
    try {
      const candles = await candlesAround({ ...signal, exchange: market.exchange, symbol: market.symbol }, sources);
      if (candles.length > 0) return { market, candles };
    } catch (error) {
      if (!(error instanceof MarketError)) throw error;
      if (error.kind !== 'unknown_symbol') failed.set(market.exchange, error);
    }
  }
  for (const error of failed.values()) throw error;
  return null;
}
