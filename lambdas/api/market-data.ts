import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { hotMarkets } from '../../core/market/hot-markets.ts';
import { countHotTrades, type GapEnds, hotWindow } from '../../core/market/hot-trades.ts';
import type { Market, Trade, TradePoint } from '../../core/market/trade.ts';
import { archiveShape, archiveStatistics } from './archive-statistics.ts';
import { COLLECTOR_PATHS } from './collectors.ts';
import { listCursor } from './list-cursor.ts';
import { marketParameters, timeParameters } from './market-parameters.ts';
import { type Route, route } from './route.ts';
import { isoTime, page } from './shapes.ts';
import { tradePage } from './trade-page.ts';

/** What collectors have stored: trades, and how much there is. */

const decimal = z.string().check(z.describe('An exact decimal, as the exchange wrote it.'));
const tradeId = z.string().check(z.describe("The exchange's number."));

const tradeShape = z.strictObject({
  exchange: z.enum(EXCHANGES),
  symbol: z.string(),
  tradeId,
  side: z.enum(['buy', 'sell']).check(z.describe('What the taker did.')),
  price: decimal,
  quantity: z.string().check(z.describe('In the base currency; an exact decimal.')),
  timestamp: isoTime.check(z.describe("The exchange's clock.")),
  receivedAt: isoTime.check(z.describe('Our clock.')),
});
tradeShape.register(z.globalRegistry, { id: 'Trade' });

const pointShape = z.strictObject({ tradeId, timestamp: isoTime });
const gapShape = z.strictObject({
  from: pointShape.check(z.describe('The last trade before the gap.')),
  to: pointShape.check(z.describe('The first trade after it.')),
});
gapShape.register(z.globalRegistry, { id: 'TradeGap' });

const tradesShape = z.strictObject({
  trades: z.array(tradeShape),
  gaps: z.array(gapShape).check(z.describe('Where trades were missed that nobody can give any more, newest first.')),
  next_cursor: z.nullable(z.string()),
});
tradesShape.register(z.globalRegistry, { id: 'TradesPage' });

const stored = {
  trades: z.int().check(z.describe('Stored in the hot window.')),
  tradesPerSecond: z.number().check(z.describe('Over the last five minutes.')),
};
const storageShape = z.strictObject({
  ...stored,
  hotWindowHours: z.number().check(z.describe('For how long trades can be read here.')),
  symbols: z.array(
    z.strictObject({
      exchange: z.enum(EXCHANGES),
      symbol: z.string(),
      ...stored,
      lastTradeAt: isoTime.check(z.describe('Of the newest trade in the table.')),
    }),
  ),
  archive: archiveShape,
});
storageShape.register(z.globalRegistry, { id: 'StorageStatistics' });

export const marketDataRoutes: readonly Route[] = COLLECTOR_PATHS.flatMap(({ base, ...twin }) => [
  route({
    ...twin,
    method: 'GET',
    path: `${base}/trades`,
    summary: 'Trades of one market in the hot window, newest first, and the gaps among them',
    needs: 'read',
    query: z.strictObject({ ...marketParameters, ...timeParameters, ...page }).check(timesInOrder),
    success: { status: 200, body: tradesShape },
    handle: async ({ query: { limit, cursor, ...asked } }) => {
      const { from = 0, to = Number.MAX_SAFE_INTEGER, ...market } = asked;
      const { before, after } = await listCursor(['trades', asked], cursor);
      const { trades, gaps, next } = await tradePage(market, { from, to }, limit, before);
      return { trades: trades.map(presentTrade), gaps: gaps.map(presentGap), next_cursor: after(next) };
    },
  }),
  route({
    ...twin,
    method: 'GET',
    path: `${base}/storage/stats`,
    summary: 'How many trades are stored, how many come each second, and what is archived, in all and by market',
    needs: 'read',
    success: { status: 200, body: storageShape },
    handle: async () => {
      const now = Date.now();
      const symbols = await Promise.all((await hotMarkets(now)).map((market) => storedOf(market, now)));
      return {
        trades: symbols.reduce((sum, { trades }) => sum + trades, 0),
        tradesPerSecond: rounded(symbols.reduce((sum, { tradesPerSecond }) => sum + tradesPerSecond, 0)),
        hotWindowHours: hotWindow() / 3_600_000,
        symbols,
        archive: await archiveStatistics(),
      };
    },
  }),
]);

async function storedOf(market: Market, now: number) {
  const { trades, perSecond, last } = await countHotTrades(market, now);
  return { ...market, trades, tradesPerSecond: rounded(perSecond), lastTradeAt: isoText(last.timestamp) };
}

function presentTrade({ timestamp, receivedAt, ...trade }: Trade): z.input<typeof tradeShape> {
  return { ...trade, timestamp: isoText(timestamp), receivedAt: isoText(receivedAt) };
}

function presentGap({ from, to }: GapEnds): z.input<typeof gapShape> {
  return { from: presentPoint(from), to: presentPoint(to) };
}

function presentPoint({ tradeId: id, timestamp }: TradePoint): z.input<typeof pointShape> {
  return { tradeId: id, timestamp: isoText(timestamp) };
}

const isoText = (epoch: number) => new Date(epoch).toISOString();
const rounded = (perSecond: number) => Math.round(perSecond * 100) / 100;
