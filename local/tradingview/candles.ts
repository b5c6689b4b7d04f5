/** Candles for the chart page, from an exchange's REST in Binance's shape. */

import { z } from 'zod';
import type { ChartTimeframe } from '../../core/market/timeframe.ts';

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinestandard-data
const KLINES = z.array(
  z.tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.string()]).rest(z.unknown()),
);
/** `Invalid symbol.` in https://developers.binance.com/docs/binance-spot-api-docs/errors */
const REFUSAL = z.object({ code: z.literal(-1121) });

/** One candle as the page draws it: open time in epoch seconds, then open, high, low, close, volume. */
export type Bar = [time: number, open: number, high: number, low: number, close: number, volume: number];

export interface Bars {
  bars: Bar[];
  /** Digits after the point that the exchange's prices need. */
  decimals: number;
}

/**
 * Reads the newest `limit` candles (1 to 1,000), oldest first; undefined where the market has no such symbol.
 * Throws when the market does not answer, or answers something else than candles.
 */
export async function fetchBars(
  marketUrl: string,
  of: { symbol: string; interval: ChartTimeframe },
  limit: number,
): Promise<Bars | undefined> {
  const query = new URLSearchParams({ symbol: of.symbol, interval: of.interval, limit: String(limit) });
  const response = await fetch(`${marketUrl}/api/v3/klines?${query}`, { signal: AbortSignal.timeout(5_000) });
  const answer: unknown = await response.json();
  if (REFUSAL.safeParse(answer).success) return undefined;
  if (!response.ok) throw new Error(`The market answered ${response.status} to a request for ${of.symbol} candles`);
  const klines = KLINES.parse(answer);
  const bars = klines.map(([openTime, ...figures]): Bar => {
    const [open, high, low, close, volume] = figures;
    return [openTime / 1_000, Number(open), Number(high), Number(low), Number(close), Number(volume)];
  });
  return { bars, decimals: Math.max(2, ...klines.flatMap((kline) => kline.slice(1, 5).map(decimalsOf))) };
}

function decimalsOf(price: unknown): number {
  const fraction = /\.(\d*?)0*$/.exec(String(price))?.[1] ?? '';
  return fraction.length;
}
