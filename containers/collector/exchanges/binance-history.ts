/**
 * Binance's REST for spot: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints and
 * what of it the addresses for market data have: https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only
 */

import * as z from 'zod/mini';
import { MarketError } from '../../../core/market/error.ts';
import { getJson } from '../../../core/market/request.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { idsApart } from '../../../core/market/trade-ids.ts';
import { levelsOf } from '../book/levels.ts';
import type { Clock } from '../feed/clock.ts';
import { Budget } from './budget.ts';
import type { History } from './history.ts';
import { count, decimal, levels, parseExact, time, wholeNumber } from './json.ts';

/** 6,000 a minute for an address; half of it is left to whatever else runs there. */
const WEIGHTS = { weight: 3000, within: 60_000 };
/** So much used in a minute, by whomever, is near enough to a refusal. */
const NEARLY_ALL = 5400;
/** The most trades of one answer, and what it weighs. */
const PAGE = { limit: 1000, weight: 25 };
/** Levels a side of a snapshot, and what they weigh. */
const BOOK = { limit: 1000, weight: 50 };
/** Where Binance answers 429 without saying for how long, in milliseconds. */
const STAY_AWAY = 60_000;

const trades = z.array(z.object({ id: wholeNumber, price: decimal, qty: decimal, time, isBuyerMaker: z.boolean() }));
const depth = z.object({ lastUpdateId: count, bids: levels, asks: levels });

/** `baseUrl`: `https://api.binance.com`. */
export function binanceHistory(baseUrl: string, clock: Clock): History {
  const budget = new Budget({ exchange: 'binance', ...WEIGHTS, stayAway: STAY_AWAY, clock });

  async function ask<T extends z.ZodMiniType>(shape: T, weight: number, path: string, query: Record<string, string>) {
    const options = { baseUrl, parse: parseExact };
    const { status, headers, body } = await budget.spend(weight, () => getJson('binance', path, query, options));
    // Others may ask from this address too; the count begins anew with the exchange's minute.
    if (Number(headers.get('x-mbx-used-weight-1m')) > NEARLY_ALL) budget.close(STAY_AWAY);
    const parsed = shape.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new MarketError('unexpected', 'binance', `${path}: status ${status}, ${JSON.stringify(body).slice(0, 200)}`);
  }

  async function page(path: string, query: Record<string, string>): Promise<Trade[]> {
    const found = await ask(trades, PAGE.weight, path, { ...query, limit: String(PAGE.limit) });
    const receivedAt = clock.now();
    return found.map(
      ({ id, price, qty, time, isBuyerMaker }): Trade => ({
        exchange: 'binance',
        symbol: query['symbol'] ?? '',
        tradeId: id,
        side: isBuyerMaker ? 'sell' : 'buy',
        price,
        quantity: qty,
        timestamp: time,
        receivedAt,
      }),
    );
  }

  return {
    reach: PAGE.limit,
    async tradesAfter(symbol, point) {
      const newest = await page('/api/v3/trades', { symbol });
      const [oldest] = newest;
      if (oldest === undefined || idsApart(point.tradeId, oldest.tradeId) <= 1) {
        return { trades: newest, reaches: oldest !== undefined, more: false };
      }
      try {
        const fromId = String(BigInt(point.tradeId) + 1n);
        const older = await page('/api/v3/historicalTrades', { symbol, fromId });
        return { trades: older, reaches: true, more: older.length === PAGE.limit };
      } catch (error) {
        // Binance's addresses for market data alone have no trades by number: the newest are all there is.
        if (!(error instanceof MarketError) || error.kind !== 'unexpected') throw error;
        return { trades: newest, reaches: false, more: false };
      }
    },
    async book(symbol) {
      const query = { symbol, limit: String(BOOK.limit) };
      const { lastUpdateId: last, bids, asks } = await ask(depth, BOOK.weight, '/api/v3/depth', query);
      const sides = { bids: levelsOf(bids), asks: levelsOf(asks) };
      return { symbol, snapshot: true, first: last, last, ...sides, timestamp: clock.now() };
    },
  };
}
