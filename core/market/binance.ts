/** Candles from Binance's spot REST: https://developers.binance.com/docs/binance-spot-api-docs/rest-api */

import { z } from 'zod/mini';
import type { Candle } from './candle.ts';
import { MarketError } from './error.ts';
import { getJson, type RestOptions } from './request.ts';
import type { ChartTimeframe } from './timeframe.ts';

const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/));
/** openTime, open, high, low, close, volume; what follows (close time, quote volume, trades…) is not needed. */
const klines = z.array(z.tuple([z.number(), decimal, decimal, decimal, decimal, decimal], z.unknown()));
const failure = z.object({ code: z.number(), msg: z.string() });

const INVALID_SYMBOL = -1121;
const TOO_MANY_REQUESTS = -1003;

/**
 * Up to `count` (at most 1000) candles that open at or before `until` (epoch milliseconds), oldest first; the last may
 * still be forming. Throws `MarketError`. Our names of timeframes are Binance's own.
 */
export async function binanceCandles(
  request: { symbol: string; timeframe: ChartTimeframe; until: number; count: number },
  options: RestOptions,
): Promise<Candle[]> {
  const query = {
    symbol: request.symbol,
    interval: request.timeframe,
    endTime: String(request.until),
    limit: String(request.count),
  };
  const { status, body } = await getJson('binance', '/api/v3/klines', query, options);
  return parseBinanceKlines(body, status);
}

/** The candles of an answer's body, oldest first. */
export function parseBinanceKlines(body: unknown, status: number): Candle[] {
  const refused = failure.safeParse(body);
  if (refused.success) {
    const { code, msg } = refused.data;
    if (code === INVALID_SYMBOL) throw new MarketError('unknown_symbol', 'binance', msg);
    if (code === TOO_MANY_REQUESTS) throw new MarketError('rate_limited', 'binance', msg);
    throw new MarketError('unexpected', 'binance', `status ${status}, code ${code}: ${msg}`);
  }
  const parsed = klines.safeParse(body);
  if (!parsed.success) {
    throw new MarketError('unexpected', 'binance', `klines of an unknown shape: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.map(([openTime, open, high, low, close, volume]) => ({
    openTime,
    open,
    high,
    low,
    close,
    volume,
  }));
}
