import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { ApiError } from '../../core/http/errors.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { TIMEFRAMES } from '../../core/market/candle.ts';
import { BOOK_LEVELS, type Level, readBook } from '../../core/market/stored-books.ts';
import { covered, readCandles, type StoredCandle } from '../../core/market/stored-candles.ts';
import { COLLECTOR_PATHS } from './collectors.ts';
import { listCursor } from './list-cursor.ts';
import { marketParameters, timeParameters } from './market-parameters.ts';
import { type Route, route } from './route.ts';
import { isoTime, page } from './shapes.ts';

/** Candles and order books, as collectors keep them. */

const decimal = (of: string) => z.string().check(z.describe(`${of}, an exact decimal.`));
const exchange = z.enum(EXCHANGES).check(z.describe('The exchange.'));

const candleShape = z.strictObject({
  exchange,
  symbol: z.string(),
  timeframe: z.enum(TIMEFRAMES),
  openTime: isoTime.check(z.describe('When it begins.')),
  open: decimal('The first price'),
  high: decimal('The highest price'),
  low: decimal('The lowest price'),
  close: decimal('The last price'),
  volume: decimal('What was traded, in the base currency'),
  trades: z.int().check(z.describe('How many trades it is made of.')),
  closed: z.boolean().check(z.describe('Its time is over.')),
  complete: z.boolean().check(z.describe('No trade is missing, from its beginning until `updatedAt` or its end.')),
  updatedAt: isoTime.check(z.describe('When a collector stored it last.')),
});
const coveredShape = z.strictObject({
  from: isoTime.check(z.describe('Where the stretch begins.')),
  to: isoTime.check(z.describe('Where it ends.')),
});
const candlesShape = z.strictObject({
  candles: z.array(candleShape).check(z.describe('Newest first.')),
  next_cursor: z.nullable(z.string()),
  covered: z
    .array(coveredShape)
    .check(z.describe('The times that this page has candles of; of others no collector has any. Newest first.')),
});

const levelShape = z.strictObject({ price: decimal('The price'), quantity: decimal('How much, in the base currency') });
const bookShape = z.strictObject({
  exchange,
  symbol: z.string(),
  inStep: z
    .boolean()
    .check(
      z.describe(
        'It is the exchange’s book of `age` seconds ago. Else updates are missing, or nobody keeps it: it is old.',
      ),
    ),
  age: z.number().check(z.describe('Seconds since it was stored.')),
  sequence: z.int().check(z.describe('The exchange’s number of its last update.')),
  timestamp: isoTime.check(z.describe('When the exchange made that update, by its clock.')),
  receivedAt: isoTime.check(z.describe('When that update came, by ours.')),
  bids: z.array(levelShape).check(z.describe('Best first.')),
  asks: z.array(levelShape).check(z.describe('Best first.')),
});

candlesShape.register(z.globalRegistry, { id: 'CandlesPage' });
candleShape.register(z.globalRegistry, { id: 'Candle' });
bookShape.register(z.globalRegistry, { id: 'OrderBook' });

export const marketViewRoutes: readonly Route[] = COLLECTOR_PATHS.flatMap(({ base, ...twin }) => [
  route({
    ...twin,
    method: 'GET',
    path: `${base}/candles`,
    summary: 'Candles of one market, newest first, the current one too',
    needs: 'read',
    query: z
      .strictObject({ ...marketParameters, ...timeParameters, timeframe: z.enum(TIMEFRAMES), ...page })
      .check(timesInOrder),
    success: { status: 200, body: candlesShape },
    handle: async ({ query: { symbol, exchange, timeframe, from, to, limit, cursor } }) => {
      const now = Date.now();
      const market = { exchange, symbol };
      const { before, after } = await listCursor(['candles', market, timeframe, from, to], cursor);
      const until = before === undefined ? (to ?? now + 1) : Number(before);
      const wanted = { market, timeframe, from: from ?? 0, to: until, limit };
      const { candles, more } = await readCandles(wanted, now);
      const last = more ? candles.at(-1)?.openTime : undefined;
      return {
        candles: candles.map(presentCandle),
        next_cursor: after(last === undefined ? undefined : String(last)),
        covered: covered(candles).map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
      };
    },
  }),
  route({
    ...twin,
    method: 'GET',
    path: `${base}/orderbook`,
    summary: 'The last order book of one market, and whether it is in step with the exchange',
    needs: 'read',
    query: z.strictObject({
      ...marketParameters,
      depth: z
        ._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(BOOK_LEVELS)), BOOK_LEVELS)
        .check(z.describe('Levels a side.')),
    }),
    success: { status: 200, body: bookShape },
    errors: ['book_not_found'],
    handle: async ({ query: { symbol, exchange, depth } }) => {
      const now = Date.now();
      const book = await readBook({ exchange, symbol }, now);
      if (!book) throw new ApiError('book_not_found', { exchange, symbol });
      const { inStep, sequence } = book;
      return {
        exchange,
        symbol,
        inStep,
        age: Math.max(0, now - book.storedAt) / 1000,
        sequence,
        timestamp: iso(book.timestamp),
        receivedAt: iso(book.receivedAt),
        bids: book.bids.slice(0, depth).map(presentLevel),
        asks: book.asks.slice(0, depth).map(presentLevel),
      };
    },
  }),
]);

function presentCandle({ openTime, storedAt, ...facts }: StoredCandle): z.output<typeof candleShape> {
  return { ...facts, openTime: iso(openTime), updatedAt: iso(storedAt) };
}

function presentLevel([price, quantity]: Level): z.output<typeof levelShape> {
  return { price, quantity };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
