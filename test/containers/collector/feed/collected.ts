/** A feed on the seeded exchanges, and what it must have collected. */

import { expect, onTestFinished } from 'vitest';
import type { CandleDifference } from '../../../../containers/collector/candles/check.ts';
import { binanceHistory } from '../../../../containers/collector/exchanges/binance-history.ts';
import { bybitHistory } from '../../../../containers/collector/exchanges/bybit-history.ts';
import type { Clock } from '../../../../containers/collector/feed/clock.ts';
import type { ConnectionState } from '../../../../containers/collector/feed/connection.ts';
import type { Exchange } from '../../../../containers/collector/feed/exchange.ts';
import {
  FEED_SETTINGS,
  Feed,
  type FeedOptions,
  type FeedSettings,
} from '../../../../containers/collector/feed/feed.ts';
import { CHANNELS } from '../../../../core/collectors/collector.ts';
import type { CollectedCandle } from '../../../../core/market/candle.ts';
import type { Trade, TradeGap } from '../../../../core/market/trade.ts';
import { price, quantity } from '../../../../local/exchanges/binance.ts';
import { type BookLevel, bookAt } from '../../../../local/exchanges/book.ts';
import { bybitTradeId } from '../../../../local/exchanges/bybit.ts';
import type { Feed as MarketOf } from '../../../../local/exchanges/market.ts';
import { units } from '../../../../local/exchanges/symbols.ts';
import { type SeededExchanges, until } from '../exchanges/seeded.ts';

/** Milliseconds where the real settings have seconds; what tells silence is left long, since test markets stand still. */
const QUICK: FeedSettings = {
  connection: {
    ...FEED_SETTINGS.connection,
    retry: { base: 5, cap: 20, openAfter: 4, openFor: 30 },
    stableAfter: 20,
    overlap: 10,
    watchEvery: 5,
  },
  quietBook: 60_000,
  quietTopic: 60_000,
  backfill: {
    reorder: 5,
    retry: { base: 5, cap: 20 },
    giveUpAfter: 2_000,
    poll: { least: 60_000, most: 60_000, quiet: 60_000 },
  },
  bookAgainAfter: 20,
  candleGrace: 1_000,
};

export type Quick = Partial<Omit<FeedSettings, 'connection'>> & { connection?: Partial<FeedSettings['connection']> };

export function collect(
  exchanges: SeededExchanges,
  real: Exchange,
  changes: Quick = {},
  exchangeChanges: Partial<Exchange> = {},
  goesOn: Pick<FeedOptions, 'last' | 'earlier' | 'connections'> = {},
) {
  const trades: Trade[] = [];
  const gaps: TradeGap[] = [];
  const candles: CollectedCandle[] = [];
  const differences: CandleDifference[] = [];
  const states: ConnectionState[] = [];
  const refused: string[] = [];
  let wallClock = () => exchanges.now();
  const clock: Clock = { now: () => wallClock(), elapsed: () => performance.now() };
  // Five requests a second are the exchange's limit, which the server checks; a test that asks more often keeps to it.
  const exchange = { ...real, requestSpacing: real.requestSpacing / 10, ...exchangeChanges };
  const feed = new Feed({
    exchange,
    baseUrl: exchanges.webSocketUrl,
    history: real.name === 'binance' ? binanceHistory(exchanges.url, clock) : bybitHistory(exchanges.url, clock),
    clock,
    random: Math.random,
    ...goesOn,
    settings: { ...QUICK, ...changes, connection: { ...QUICK.connection, ...changes.connection } },
    listener: {
      trade: (trade) => trades.push(trade),
      gap: (gap) => gaps.push(gap),
      candle: (candle) => candles.push(candle),
      book: () => {},
      difference: (difference) => differences.push(difference),
      connection: (state) => states.push(state),
      refused: (topic) => refused.push(topic),
      malformed: () => {},
    },
  });
  onTestFinished(() => feed.stop());

  const marketOf = (name: string): MarketOf => {
    const symbol = exchanges.market.symbol(name);
    if (symbol === undefined) throw new Error(`no ${name}`);
    return { exchange: real.name, symbol };
  };
  const tradesOf = (symbol: string) => trades.filter((trade) => trade.symbol === symbol);
  const idOf = (id: number) => (real.name === 'binance' ? String(id) : bybitTradeId(id));
  const statistics = (symbol: string) => {
    const found = feed.statistics().markets.find((market) => market.symbol === symbol);
    if (found === undefined) throw new Error(`${symbol} is not followed`);
    return found;
  };

  /** The ids of all trades from the first that was collected up to now. */
  const marketIds = (symbol: string) => {
    const [first] = tradesOf(symbol);
    if (first === undefined) throw new Error(`no trades of ${symbol}`);
    const made = exchanges.market.trades(marketOf(symbol), first.timestamp, exchanges.now());
    const ids = made.map(({ id }) => idOf(id));
    return ids.slice(ids.indexOf(first.tradeId));
  };

  const hasAll = (symbol: string) => {
    const [last] = exchanges.market.lastTrades(marketOf(symbol), 1, exchanges.now());
    return last !== undefined && trades.findLast((trade) => trade.symbol === symbol)?.tradeId === idOf(last.id);
  };

  return {
    feed,
    gaps,
    candles,
    differences,
    states,
    refused,
    tradesOf,
    statistics,
    setWallClock: (now: () => number) => {
      wallClock = now;
    },

    /** Follows the symbols with everything, and waits until trades and books have begun. */
    async begin(...symbols: string[]): Promise<void> {
      feed.follow(new Set(symbols), new Set(CHANNELS));
      await until(() => symbols.every((symbol) => feed.book(symbol)?.inStep === true));
      for (const symbol of symbols) {
        while (tradesOf(symbol).length === 0) {
          exchanges.pass(2000);
          await until(() => feed.book(symbol)?.timestamp === Math.floor(exchanges.now() / 100) * 100);
        }
      }
    },

    /** Waits until every trade of the symbol is there and its book is in step with the server's clock. */
    async caughtUp(symbol: string): Promise<void> {
      await until(() => hasAll(symbol) && (feed.book(symbol) === undefined || bookIsCurrent(symbol)));
    },

    /** Every trade once and in order, all others within gaps; the book the server's. */
    expectWhole(symbol: string): void {
      const ids = tradesOf(symbol).map((trade) => trade.tradeId);
      const inGaps = gaps.filter((gap) => gap.symbol === symbol);
      const expected = marketIds(symbol).filter((id) =>
        inGaps.every(({ from, to }) => BigInt(id) <= BigInt(from.tradeId) || BigInt(id) >= BigInt(to.tradeId)),
      );
      expect(ids).toEqual(expected);
      expect(bookOf(symbol)).toEqual(marketBook(symbol));
    },

    marketOf,
  };

  function bookIsCurrent(symbol: string): boolean {
    const book = feed.book(symbol);
    return book?.inStep === true && sequenceOf(book.sequence) === Math.floor(exchanges.now() / 100);
  }

  function sequenceOf(update: number): number {
    return real.name === 'binance' ? update / 3 : update;
  }

  function bookOf(symbol: string) {
    const book = feed.book(symbol);
    return { inStep: book?.inStep, bids: book?.bids(200), asks: book?.asks(200) };
  }

  function marketBook(name: string) {
    const of = marketOf(name);
    const sequence = sequenceOf(feed.book(name)?.sequence ?? 0);
    const { bids, asks } = bookAt(exchanges.market, of, 200, sequence * 100);
    const text = ({ price: ticks, lots }: BookLevel) =>
      real.name === 'binance'
        ? [price(of.symbol, ticks), quantity(of.symbol, lots)]
        : [trimmed(units(ticks, of.symbol.priceDecimals)), trimmed(units(lots, of.symbol.lotDecimals))];
    return { inStep: true, bids: bids.map(text), asks: asks.map(text) };
  }
}

function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
