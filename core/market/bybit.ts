/** Candles from Bybit's v5 REST, spot: https://bybit-exchange.github.io/docs/v5/market/kline */

import { z } from 'zod/mini';
import type { Candle } from './candle.ts';
import { MarketError } from './error.ts';
import { getJson, type RestOptions } from './request.ts';
import type { ChartTimeframe } from './timeframe.ts';

export const BYBIT_INTERVALS: Record<ChartTimeframe, string> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1h': '60',
  '2h': '120',
  '4h': '240',
  '6h': '360',
  '12h': '720',
  '1d': 'D',
  '1w': 'W',
  '1M': 'M',
};

const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/));
const answer = z.object({ retCode: z.number(), retMsg: z.string(), result: z.unknown() });
/** startTime, open, high, low, close, volume, turnover */
const klines = z.object({
  list: z.array(
    z.tuple([z.string().check(z.regex(/^\d{10,16}$/)), decimal, decimal, decimal, decimal, decimal, decimal]),
  ),
});

const PARAMETER_ERROR = 10001;
const TOO_MANY_VISITS = 10006;

/**
 * Up to `count` (at most 1000) candles that open at or before `until` (epoch milliseconds), oldest first; the last may
 * still be forming. Throws `MarketError`.
 */
export async function bybitCandles(
  request: { symbol: string; timeframe: ChartTimeframe; until: number; count: number },
  options: RestOptions,
): Promise<Candle[]> {
  const query = {
    category: 'spot',
    symbol: request.symbol,
    interval: BYBIT_INTERVALS[request.timeframe],
    end: String(request.until),
    limit: String(request.count),
  };
  const { status, headers, body } = await getJson('bybit', '/v5/market/kline', query, options);
  return parseBybitKlines(body, { status, resetAt: headers.get('x-bapi-limit-reset-timestamp'), now: Date.now() });
}

/**
 * The candles of an answer's body, oldest first. Bybit answers errors with status 200 and a `retCode`; one code stands
 * for every wrong parameter, so that only its message tells an unknown symbol.
 */
export function parseBybitKlines(
  body: unknown,
  meta: { status: number; resetAt: string | null; now: number },
): Candle[] {
  const envelope = answer.safeParse(body);
  if (!envelope.success) throw new MarketError('unexpected', 'bybit', `status ${meta.status}, not a v5 answer`);
  const { retCode, retMsg, result } = envelope.data;
  if (retCode === TOO_MANY_VISITS) {
    const wait = meta.resetAt === null ? Number.NaN : (Number(meta.resetAt) - meta.now) / 1000;
    const retryAfter = Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : null;
    throw new MarketError('rate_limited', 'bybit', retMsg, { retryAfter });
  }
  if (retCode === PARAMETER_ERROR && /symbol/i.test(retMsg)) throw new MarketError('unknown_symbol', 'bybit', retMsg);
  if (retCode !== 0) throw new MarketError('unexpected', 'bybit', `retCode ${retCode}: ${retMsg}`);
  const parsed = klines.safeParse(result);
  if (!parsed.success) {
    throw new MarketError('unexpected', 'bybit', `klines of an unknown shape: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.list
    .map(([start, open, high, low, close, volume]) => ({ openTime: Number(start), open, high, low, close, volume }))
    .reverse();
}
