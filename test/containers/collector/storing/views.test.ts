import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { binance } from '../../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../../containers/collector/exchanges/bybit.ts';
import { type Candle, type CollectedCandle, TIMEFRAMES, type Timeframe } from '../../../../core/market/candle.ts';
import { candlesAround } from '../../../../core/market/candles.ts';
import { compareDecimals } from '../../../../core/market/decimals.ts';
import { type MarketTable, startMarketTable } from '../../../core/market/market-table.ts';
import { type SeededExchanges, seededExchanges, until } from '../exchanges/seeded.ts';
import { collect } from '../feed/collected.ts';

/** What is stored of candles and books is what the exchange's REST says. */

const SYMBOL = 'BTCUSDT';
const MINUTE = 60_000;

let table: MarketTable;
let candleStores: typeof import('../../../../containers/collector/storing/candle-store.ts');
let bookStores: typeof import('../../../../containers/collector/storing/book-store.ts');
let storedCandles: typeof import('../../../../core/market/stored-candles.ts');
let earlierOnes: typeof import('../../../../core/market/earlier-candles.ts');
let hotTrades: typeof import('../../../../core/market/hot-trades.ts');
let storedBooks: typeof import('../../../../core/market/stored-books.ts');
beforeAll(async () => {
  table = await startMarketTable();
  candleStores = await import('../../../../containers/collector/storing/candle-store.ts');
  bookStores = await import('../../../../containers/collector/storing/book-store.ts');
  storedCandles = await import('../../../../core/market/stored-candles.ts');
  earlierOnes = await import('../../../../core/market/earlier-candles.ts');
  hotTrades = await import('../../../../core/market/hot-trades.ts');
  storedBooks = await import('../../../../core/market/stored-books.ts');
});
afterAll(() => table?.close());

const sides = z.array(z.tuple([z.string(), z.string()]));
const bybitBook = z.object({ result: z.object({ u: z.number(), b: sides, a: sides }) });
const binanceBook = z.object({ lastUpdateId: z.number(), bids: sides, asks: sides });

/** The best 50 levels of each side, as the exchange's REST has them now. */
async function restBook(exchange: string, { url }: SeededExchanges) {
  const path = exchange === 'bybit' ? '/v5/market/orderbook?category=spot' : '/api/v3/depth?';
  const json = await (await fetch(`${url}${path}&symbol=${SYMBOL}&limit=50`)).json();
  if (exchange === 'binance') {
    const { lastUpdateId: sequence, bids, asks } = binanceBook.parse(json);
    return { sequence, bids, asks };
  }
  const { u: sequence, b: bids, a: asks } = bybitBook.parse(json).result;
  return { sequence, bids, asks };
}

/** Equal, whatever zeros they end with. */
const plain = (levels: readonly (readonly [string, string])[]) => levels.map((level) => level.map(Number));

function expectEqual(candle: CollectedCandle, rest: readonly Candle[]): void {
  const theirs = rest.find(({ openTime }) => openTime === candle.openTime);
  if (!theirs) throw new Error('REST has no such candle');
  for (const field of ['open', 'high', 'low', 'close', 'volume'] as const) {
    expect(compareDecimals(candle[field], theirs[field])).toBe(0);
  }
}

describe.each([bybit, binance])('what is stored of $name', (exchange) => {
  const market = { exchange: exchange.name, symbol: SYMBOL };
  const restCandles = (timeframe: Timeframe, { now, url }: SeededExchanges) =>
    candlesAround({ ...market, timeframe, at: now(), count: 50 }, { bybitUrl: url, binanceUrl: url });

  it('are candles of all timeframes as REST has them, with what the page covers, and the current one', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, candles, feed } = collect(exchanges, exchange);
    await begin(SYMBOL);
    const store = new candleStores.CandleStore(() => feed.forming());
    onTestFinished(() => store.flush());
    for (let minute = 0; minute < 7; minute += 1) {
      exchanges.pass(MINUTE);
      await caughtUp(SYMBOL);
    }
    const lastMinute = exchanges.now() - (exchanges.now() % MINUTE) - MINUTE;
    await until(() => candles.some(({ timeframe, openTime }) => timeframe === '1m' && openTime === lastMinute));
    for (const candle of candles) store.candle(candle);
    await store.flush();

    const now = exchanges.now();
    for (const timeframe of TIMEFRAMES) {
      const query = { market, timeframe, from: 0, to: now + 1, limit: 100 };
      const { candles: read, more } = await storedCandles.readCandles(query, now);
      expect(more).toBe(false);
      expect(storedCandles.covered(read)).toHaveLength(1);
      expect(read.filter(({ closed }) => !closed)).toHaveLength(1);
      expect(read[0]).toMatchObject({ timeframe, closed: false, ...market });
      // The collector began within the first.
      expect(read.at(-1)?.complete).toBe(false);
      const rest = await restCandles(timeframe, exchanges);
      const whole = read.filter(({ complete }) => complete);
      if (timeframe === '1m') expect(whole.length).toBeGreaterThan(5);
      for (const candle of whole) expectEqual(candle, rest);
    }
  });

  it('lets a new life go on with the candles of one that was killed, whole', async () => {
    const exchanges = await seededExchanges();
    const first = collect(exchanges, exchange);
    await first.begin(SYMBOL);
    for (let minute = 0; minute < 6; minute += 1) {
      exchanges.pass(MINUTE);
      await first.caughtUp(SYMBOL);
    }
    const told = () => first.candles.filter(({ timeframe, trades }) => timeframe === '1m' && trades > 0);
    await until(() => told().length >= 6);
    first.feed.stop();
    const store = new candleStores.CandleStore(() => first.feed.forming());
    for (const candle of first.candles) store.candle(candle);
    await store.flush();
    // The last trades were received, counted, and not stored any more.
    let end = hotTrades.BEGINNING;
    let left = first.tradesOf(SYMBOL).slice(0, -3);
    while (left.length > 0) {
      const added = await hotTrades.appendTrades(market, end, left, Date.now());
      if (!added) throw new Error('Somebody else writes the chain');
      end = added.end;
      left = left.slice(added.count);
    }
    exchanges.pass(5000);

    const { last } = await hotTrades.chainEnd(market);
    const earlier = await earlierOnes.earlierCandles(market, last, exchanges.now());
    expect(earlier?.minutes.length).toBeGreaterThan(3);
    const second = collect(exchanges, exchange, {}, {}, { last: () => last, earlier: () => earlier });
    await second.begin(SYMBOL);
    for (let minute = 0; minute < 5; minute += 1) {
      exchanges.pass(MINUTE);
      await second.caughtUp(SYMBOL);
    }
    const lastMinute = exchanges.now() - (exchanges.now() % MINUTE) - MINUTE;
    await until(() => second.candles.some(({ timeframe, openTime }) => timeframe === '1m' && openTime === lastMinute));
    const whole = second.candles.filter(({ timeframe }) => timeframe === '1m' || timeframe === '5m');
    expect(whole.some(({ timeframe }) => timeframe === '5m')).toBe(true);
    const [minutes, fives] = [await restCandles('1m', exchanges), await restCandles('5m', exchanges)];
    for (const candle of whole) {
      expect(candle.complete).toBe(true);
      expectEqual(candle, candle.timeframe === '1m' ? minutes : fives);
    }
    expect(second.gaps).toEqual([]);
  });

  it('is the book as REST has it, and is not in step once nobody keeps it so', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, feed } = collect(exchanges, exchange);
    await begin(SYMBOL);
    exchanges.pass(5000);
    await caughtUp(SYMBOL);
    const store = new bookStores.BookStore(() => feed.books());
    const read = () => storedBooks.readBook(market, Date.now());
    await expect.poll(async () => (await read())?.inStep, { timeout: 20_000 }).toBe(true);
    const [stored, rest] = [await read(), await restBook(exchange.name, exchanges)];
    expect(stored).toMatchObject({ ...market, sequence: rest.sequence, timestamp: feed.book(SYMBOL)?.timestamp });
    expect(plain(stored?.bids ?? [])).toEqual(plain(rest.bids));
    expect(plain(stored?.asks ?? [])).toEqual(plain(rest.asks));

    exchanges.faults.refusedConnections.add(exchange.name);
    exchanges.streams.drop(exchange.name);
    await expect.poll(async () => (await read())?.inStep, { timeout: 20_000 }).toBe(false);
    exchanges.faults.refusedConnections.clear();
    await expect.poll(async () => (await read())?.inStep, { timeout: 20_000 }).toBe(true);
    await store.flush();
    const last = await read();
    expect(last).toMatchObject({ inStep: false });
    if (!last) throw new Error('There is no book');
    table.unitsWritten();
    await storedBooks.storeBook({ ...last, inStep: true }, 'another');
    expect(table.unitsWritten()).toBeLessThanOrEqual(2);
  });
});

describe('what is stored stays', () => {
  const candle: CollectedCandle = {
    exchange: 'bybit',
    symbol: 'STAYSUSDT',
    timeframe: '1m',
    openTime: Date.now() - (Date.now() % MINUTE),
    open: '1.00',
    high: '2.50',
    low: '0.5',
    close: '2.5',
    volume: '3.25',
    trades: 10,
    closed: true,
    complete: true,
  };
  const stored = async ({ openTime, timeframe, ...market }: CollectedCandle) => {
    const query = { market: { ...market }, timeframe, from: openTime, to: openTime + 1, limit: 1 };
    return (await storedCandles.readCandles(query, Date.now())).candles[0];
  };

  it('where a collector that began within the candle comes after', async () => {
    const now = Date.now();
    await storedCandles.storeCandle(candle, 'one', now);
    await storedCandles.storeCandle({ ...candle, complete: false, trades: 12 }, 'other', now + 1);
    await storedCandles.storeCandle({ ...candle, closed: false, trades: 9 }, 'other', now + 2);
    expect(await stored(candle)).toMatchObject({ ...candle, storedAt: now });
    await storedCandles.storeCandle({ ...candle, trades: 11, high: '2.75' }, 'other', now + 3);
    expect(await stored(candle)).toMatchObject({ trades: 11, high: '2.75', storedAt: now + 3 });
  });

  it('until who stored it finds that trades were missed', async () => {
    const now = Date.now();
    const early = { ...candle, symbol: 'GAPUSDT' };
    await storedCandles.storeCandle(early, 'one', now);
    await storedCandles.storeCandle({ ...early, complete: false }, 'one', now + 1);
    expect(await stored(early)).toMatchObject({ trades: 10, complete: false, storedAt: now + 1 });
  });

  it('where one collector has the book in step, and another not', async () => {
    const market = { exchange: 'binance', symbol: 'STAYSUSDT' } as const;
    const book = { ...market, bids: [], asks: [], sequence: 1, timestamp: 1, receivedAt: 1, inStep: true };
    const now = Date.now();
    const inStep = async (after: number) => (await storedBooks.readBook(market, now + after))?.inStep;
    await storedBooks.storeBook({ ...book, storedAt: now }, 'one');
    await storedBooks.storeBook({ ...book, storedAt: now, inStep: false }, 'other');
    expect(await inStep(0)).toBe(true);
    await storedBooks.storeBook({ ...book, storedAt: now, inStep: false }, 'one');
    expect(await inStep(0)).toBe(false);
    await storedBooks.storeBook({ ...book, storedAt: now }, 'other');
    expect(await inStep(0)).toBe(true);
    await storedBooks.storeBook({ ...book, storedAt: now + 16_000, inStep: false }, 'one');
    expect(await inStep(16_000)).toBe(false);
  });

  it('where the table fails for a while: what is over is written later', async () => {
    const store = new candleStores.CandleStore(() => []);
    const late = { ...candle, symbol: 'LATEUSDT' };
    store.candle(late);
    table.faults.push('refused');
    await store.flush();
    expect(await stored(late)).toBeUndefined();
    await setTimeout(0);
    await store.flush();
    expect(await stored(late)).toMatchObject(late);
  });
});
