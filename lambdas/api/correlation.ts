import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { badField } from '../../core/http/schema.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { clockSkew, difference, type Pair, pairsOf, WINDOW } from '../../core/market/correlation.ts';
import { readLinks } from '../../core/market/hot-trades.ts';
import type { Market, Trade } from '../../core/market/trade.ts';
import { COLLECTOR_PATHS } from './collectors.ts';
import { marketParameters, timeParameters } from './market-parameters.ts';
import { type Route, route } from './route.ts';
import { isoTime, page } from './shapes.ts';

/** What one symbol costs on both exchanges at the same time. */

const MINUTE = 60_000;
/** Of a busy symbol about half a megabyte of each exchange. */
const LONGEST = 10 * MINUTE;

const priceShape = z.strictObject({
  tradeId: z.string().check(z.describe('The trade’s number.')),
  price: z.string().check(z.describe('An exact decimal.')),
  timestamp: isoTime.check(z.describe('By the exchange’s clock.')),
});
const pairShape = z.strictObject({
  bybit: priceShape.check(z.describe('A trade on Bybit.')),
  binance: priceShape.check(z.describe('The trade on Binance that is the nearest in time.')),
  apartMs: z.int().check(z.describe('How much later Binance’s is, in milliseconds; negative where it is earlier.')),
  difference: z.string().check(z.describe('How much more it costs on Bybit, an exact decimal.')),
  differencePercent: z.number().check(z.describe('The same in percent of the price on Binance.')),
});
const feedShape = z.strictObject({
  exchange: z.enum(EXCHANGES).check(z.describe('The exchange.')),
  trades: z.int().check(z.describe('How many trades of that time are stored.')),
  gaps: z.int().check(z.describe('How many stretches of it are missing.')),
  clockSkewMs: z
    .nullable(z.int())
    .check(
      z.describe('Our clock less the exchange’s, with the least time that a trade took to us; null without trades.'),
    ),
});
const correlationShape = z.strictObject({
  symbol: z.string(),
  from: isoTime.check(z.describe('Where the time that was looked at begins.')),
  to: isoTime.check(z.describe('Where it ends.')),
  windowMs: z.int().check(z.describe('How far apart two trades of the same time may be, in milliseconds.')),
  feeds: z.array(feedShape).check(z.describe('What there is of each exchange.')),
  pairs: z.int().check(z.describe('How many there are in all.')),
  prices: z.array(pairShape).check(z.describe('The newest of them, newest first.')),
});

pairShape.register(z.globalRegistry, { id: 'PricePair' });
feedShape.register(z.globalRegistry, { id: 'FeedClock' });
correlationShape.register(z.globalRegistry, { id: 'Correlation' });

export const correlationRoutes: readonly Route[] = COLLECTOR_PATHS.flatMap(({ base, ...twin }) => [
  route({
    ...twin,
    method: 'GET',
    path: `${base}/correlation`,
    summary: 'Prices of one symbol on both exchanges within 100 ms of each other',
    description: 'Of the last minute, or of the time that is asked for, at most ten minutes.',
    needs: 'read',
    query: z
      .strictObject({ symbol: marketParameters.symbol, ...timeParameters, limit: page.limit })
      .check(timesInOrder),
    success: { status: 200, body: correlationShape },
    handle: async ({ query }) => correlate(query.symbol, rangeOf(query, Date.now()), query.limit),
  }),
]);

interface Range {
  from: number;
  to: number;
}

function rangeOf({ from, to }: Partial<Record<keyof Range, number | undefined>>, now: number): Range {
  const until = to ?? (from === undefined ? now : Math.min(now, from + LONGEST));
  const range = { from: from ?? until - MINUTE, to: until };
  if (range.to - range.from > LONGEST) {
    throw badField('invalid_parameter', 'from', {
      es: 'queda a más de diez minutos de to',
      en: 'is more than ten minutes before to',
    });
  }
  return range;
}

async function correlate(
  symbol: string,
  { from, to }: Range,
  limit: number,
): Promise<z.output<typeof correlationShape>> {
  const feeds = await Promise.all(
    EXCHANGES.map(async (exchange) => {
      // What is near the edges has its pair beyond them.
      const { trades, gaps } = await stored({ exchange, symbol }, { from: from - WINDOW, to: to + WINDOW });
      const own = trades.filter(({ timestamp }) => timestamp >= from && timestamp < to);
      return { exchange, trades, own, gaps };
    }),
  );
  const of = (name: string) => feeds.find(({ exchange }) => exchange === name);
  const pairs = pairsOf(of('bybit')?.own ?? [], of('binance')?.trades ?? []);
  return {
    symbol,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    windowMs: WINDOW,
    feeds: feeds.map(({ exchange, own, gaps }) => ({
      exchange,
      trades: own.length,
      gaps,
      clockSkewMs: clockSkew(own),
    })),
    pairs: pairs.length,
    prices: pairs.slice(0, limit).map(presentPair),
  };
}

async function stored(market: Market, { from, to }: Range): Promise<{ trades: Trade[]; gaps: number }> {
  const trades: Trade[] = [];
  let gaps = 0;
  for await (const link of readLinks(market, from, to, 'oldest')) {
    if (link.gap && link.gap.from.timestamp < to && link.gap.to.timestamp >= from) gaps += 1;
    trades.push(...link.trades().filter(({ timestamp }) => timestamp >= from && timestamp < to));
  }
  return { trades, gaps };
}

function presentPair({ one, other }: Pair): z.output<typeof pairShape> {
  const apart = difference(one.price, other.price);
  return {
    bybit: presentPrice(one),
    binance: presentPrice(other),
    apartMs: other.timestamp - one.timestamp,
    difference: apart,
    differencePercent: Math.round((Number(apart) / Number(other.price)) * 1e8) / 1e6,
  };
}

function presentPrice({ tradeId, price, timestamp }: Trade): z.output<typeof priceShape> {
  return { tradeId, price, timestamp: new Date(timestamp).toISOString() };
}
