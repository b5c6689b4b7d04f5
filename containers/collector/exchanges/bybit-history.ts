/** Bybit's REST for spot: https://bybit-exchange.github.io/docs/v5/market/recent-trade */

import * as z from 'zod/mini';
import { MarketError } from '../../../core/market/error.ts';
import { getJson } from '../../../core/market/request.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { idsApart } from '../../../core/market/trade-ids.ts';
import type { Clock } from '../feed/clock.ts';
import { Budget } from './budget.ts';
import type { History } from './history.ts';
import { decimal, time } from './json.ts';

/** All that Bybit tells of a spot market's past. */
const HISTORY = 60;
/** 600 requests in 5 seconds for an address: https://bybit-exchange.github.io/docs/v5/rate-limit */
const REQUESTS = { weight: 300, within: 5000 };
/** Where Bybit says that it was asked too much, without saying for how long, in milliseconds. */
const STAY_AWAY = 5000;

const answer = z.object({ retCode: z.literal(0), result: z.unknown() });
/** "Too many visits", "Exceeded the IP Rate Limit": https://bybit-exchange.github.io/docs/v5/error */
const tooMany = z.object({ retCode: z.literal([10006, 10018]) });
const recent = z.object({
  list: z.array(
    z.object({
      execId: z.string().check(z.regex(/^\d+$/)),
      symbol: z.string(),
      price: decimal,
      size: decimal,
      side: z.enum(['Buy', 'Sell']),
      time: z.pipe(z.pipe(z.string().check(z.regex(/^\d{1,15}$/)), z.transform(Number)), time),
    }),
  ),
});

/** `baseUrl`: `https://api.bybit.com`. */
export function bybitHistory(baseUrl: string, clock: Clock): History {
  const budget = new Budget({ exchange: 'bybit', ...REQUESTS, stayAway: STAY_AWAY, clock });

  async function ask(path: string, query: Record<string, string>): Promise<unknown> {
    const body = await budget.spend(1, async () => {
      const answered = await getJson('bybit', path, { category: 'spot', ...query }, { baseUrl });
      if (tooMany.safeParse(answered.body).success) throw new MarketError('rate_limited', 'bybit', 'too many visits');
      return answered.body;
    });
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new MarketError('unexpected', 'bybit', `${path}: ${JSON.stringify(body).slice(0, 200)}`);
    return parsed.data.result;
  }

  return {
    reach: HISTORY,
    async tradesAfter(symbol, point) {
      const result = recent.safeParse(await ask('/v5/market/recent-trade', { symbol, limit: String(HISTORY) }));
      if (!result.success) throw new MarketError('unexpected', 'bybit', 'trades of an unknown shape');
      const receivedAt = clock.now();
      const trades = result.data.list.map(
        ({ execId, side, price, size, time: timestamp, symbol: of }): Trade => ({
          exchange: 'bybit',
          symbol: of,
          tradeId: execId,
          side: side === 'Buy' ? 'buy' : 'sell',
          price,
          quantity: size,
          timestamp,
          receivedAt,
        }),
      );
      trades.sort((a, b) => idsApart(b.tradeId, a.tradeId));
      const [oldest] = trades;
      return { trades, reaches: oldest !== undefined && idsApart(point.tradeId, oldest.tradeId) <= 1, more: false };
    },
    book: null,
  };
}
