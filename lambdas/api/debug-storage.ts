import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { hotMarkets } from '../../core/market/hot-markets.ts';
import { chainEnd } from '../../core/market/hot-trades.ts';
import type { Market, TradePoint } from '../../core/market/trade.ts';
import { archivedUntil } from '../../core/market/trade-archive.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape } from './shapes.ts';

/** For an operator who asks how far the storing of a market's trades has come. */

const pointShape = z.strictObject({
  tradeId: z.string().check(z.describe("The exchange's number.")),
  timestamp: isoTime.check(z.describe("The exchange's clock.")),
});
const marketShape = z.strictObject({
  exchange: z.enum(EXCHANGES),
  symbol: z.string(),
  chainEnd: pointShape.check(z.describe('The last trade that is stored, or known to be missing.')),
  chainTrades: z.int().check(z.describe('How many its chain has had, with those that have expired.')),
  archivedUntil: z
    .nullable(pointShape)
    .check(z.describe('The last trade that is archived; null before the first hour.')),
  archiveFiles: z.int().check(z.describe('Of trades, so far, with those that have expired.')),
  archiveBytes: z.int().check(z.describe('Of all of them.')),
});
marketShape.register(z.globalRegistry, { id: 'DebugStorage' });

export const debugStorageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/debug/storage',
    summary: 'Where the chain of trades of each market ends, and where its archive does',
    needs: 'admin',
    success: { status: 200, body: listShape('markets', marketShape) },
    handle: async () => {
      const markets = await Promise.all((await hotMarkets(Date.now())).map(present));
      return { markets, next_cursor: null };
    },
  }),
];

async function present(market: Market): Promise<z.output<typeof marketShape>> {
  const [{ last, total }, archived] = await Promise.all([chainEnd(market), archivedUntil(market)]);
  return {
    exchange: market.exchange,
    symbol: market.symbol,
    chainEnd: presentPoint(last),
    chainTrades: total,
    archivedUntil: archived ? presentPoint(archived.last) : null,
    archiveFiles: archived?.files ?? 0,
    archiveBytes: archived?.bytes ?? 0,
  };
}

function presentPoint({ tradeId, timestamp }: TradePoint): z.output<typeof pointShape> {
  return { tradeId, timestamp: new Date(timestamp).toISOString() };
}
