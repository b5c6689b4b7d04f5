import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { CHART_TIMEFRAMES, openTimeOf, stepOpenTime } from '../../../core/market/timeframe.ts';
import { bookAt } from '../../../local/exchanges/book.ts';
import { createMarket, type Feed, MARKET_BEGIN, type Market } from '../../../local/exchanges/market.ts';
import { chanceOf } from '../../../local/exchanges/noise.ts';
import { split } from '../../../local/exchanges/split.ts';
import { MARKET_SYMBOLS, units } from '../../../local/exchanges/symbols.ts';

const market = createMarket({ seed: 'test' });
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

function feed(of: Market, exchange: ExchangeName, name: string): Feed {
  const symbol = of.symbol(name);
  if (symbol === undefined) throw new Error(`no ${name}`);
  return { exchange, symbol };
}

const feeds = fc
  .tuple(fc.constantFrom<ExchangeName>('bybit', 'binance'), fc.constantFrom(...MARKET_SYMBOLS.keys()))
  .map(([exchange, name]) => feed(market, exchange, name));
const moments = fc.integer({ min: MARKET_BEGIN + 60 * DAY, max: Date.UTC(2030, 0, 1) });

describe('the seeded market', () => {
  it('is the same for the same seed, whatever was asked before, and another for another seed', () => {
    const span = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 1, 4), now: Date.UTC(2026, 5, 1) };
    const again = createMarket({ seed: 'test' });
    again.candles(feed(again, 'bybit', 'SOLUSDT'), '1w', { ...span, from: span.from - 90 * DAY });
    const of = (from: Market) => from.candles(feed(from, 'binance', 'BTCUSDT'), '1m', span);
    expect(of(again)).toEqual(of(market));
    expect(of(createMarket({ seed: 'other' }))).not.toEqual(of(market));
  });

  it('has timeframes that are exact sums of the minutes', () => {
    const shorter = CHART_TIMEFRAMES.filter((timeframe) => !['1w', '1M'].includes(timeframe));
    fc.assert(
      fc.property(feeds, fc.constantFrom(...shorter), moments, (of, timeframe, at) => {
        const from = openTimeOf(timeframe, at);
        const end = stepOpenTime(timeframe, from, 1);
        const [whole] = market.candles(of, timeframe, { from, to: from, now: end });
        const minutes = market.candles(of, '1m', { from, to: end - MINUTE, now: end });
        expect(minutes).toHaveLength((end - from) / MINUTE);
        expect(whole).toEqual({
          openTime: from,
          closeTime: end - 1,
          open: minutes[0]?.open,
          high: Math.max(...minutes.map((minute) => minute.high)),
          low: Math.min(...minutes.map((minute) => minute.low)),
          close: minutes.at(-1)?.close,
          lots: minutes.reduce((total, minute) => total + minute.lots, 0),
          trades: minutes.reduce((total, minute) => total + minute.trades, 0),
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has weeks and months that are exact sums of days', () => {
    fc.assert(
      fc.property(feeds, fc.constantFrom('1w' as const, '1M' as const), moments, (of, timeframe, at) => {
        const from = openTimeOf(timeframe, at);
        const end = stepOpenTime(timeframe, from, 1);
        const [whole] = market.candles(of, timeframe, { from, to: from, now: end });
        const days = market.candles(of, '1d', { from, to: end - DAY, now: end });
        expect(whole).toMatchObject({
          open: days[0]?.open,
          high: Math.max(...days.map((day) => day.high)),
          low: Math.min(...days.map((day) => day.low)),
          close: days.at(-1)?.close,
          lots: days.reduce((total, day) => total + day.lots, 0),
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has trades that are exactly the candle, numbered without a gap, also of a forming one', () => {
    fc.assert(
      fc.property(feeds, moments, (of, now) => {
        const from = openTimeOf('3m', now);
        const [candle] = market.candles(of, '3m', { from, to: now, now });
        const trades = market.trades(of, from, now);
        const prices = trades.map((trade) => trade.price);
        expect(candle?.lots).toBe(trades.reduce((total, trade) => total + trade.lots, 0));
        expect(candle?.trades).toBe(trades.length);
        expect(candle?.high).toBe(Math.max(candle?.open ?? 0, ...prices));
        expect(candle?.low).toBe(Math.min(candle?.open ?? 0, ...prices));
        expect(candle?.close).toBe(prices.at(-1) ?? candle?.open);
        const [before] = market.lastTrades(of, 1, from - 1);
        for (const [i, trade] of trades.entries()) {
          expect(trade.id).toBe((before?.id ?? 0) + 1 + i);
          expect(trade.time).toBeGreaterThanOrEqual(trades[i - 1]?.time ?? from);
          expect(trade.time).toBeLessThanOrEqual(now);
          expect(trade.lots).toBeGreaterThan(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('numbers trades on over midnight', () => {
    const of = feed(market, 'bybit', 'ETHUSDT');
    const midnight = Date.UTC(2026, 6, 2);
    const trades = market.trades(of, midnight - 2 * MINUTE, midnight + 2 * MINUTE);
    expect(trades.map((trade) => trade.id)).toEqual(trades.map((_, i) => (trades[0]?.id ?? 0) + i));
    expect(trades.length).toBeGreaterThan(16);
  });

  it('chains candles, holds prices above zero and stays plausible', () => {
    for (const [name, symbol] of MARKET_SYMBOLS) {
      const of = feed(market, 'binance', name);
      const from = Date.UTC(2026, 0, 1);
      const candles = market.candles(of, '4h', { from, to: from + 40 * DAY, now: Date.UTC(2027, 0, 1) });
      for (const [i, candle] of candles.entries()) {
        expect(candle.low).toBeGreaterThan(0);
        expect(candle.low).toBeLessThanOrEqual(Math.min(candle.open, candle.close));
        expect(candle.high).toBeGreaterThanOrEqual(Math.max(candle.open, candle.close));
        expect(candle.lots).toBeGreaterThan(0);
        if (i > 0) expect(candle.open).toBe(candles[i - 1]?.close);
      }
      const usual = symbol.price * 10 ** symbol.priceDecimals;
      const closes = candles.map((candle) => candle.close);
      expect(Math.min(...closes)).toBeGreaterThan(usual / 8);
      expect(Math.max(...closes)).toBeLessThan(usual * 8);
      expect(new Set(closes).size).toBeGreaterThan(candles.length / 10);
    }
  });

  it('shows the same price on both exchanges but for a small spread', () => {
    const span = { from: Date.UTC(2026, 3, 1), to: Date.UTC(2026, 3, 1, 12), now: Date.UTC(2026, 4, 1) };
    const bybit = market.candles(feed(market, 'bybit', 'BTCUSDT'), '1m', span);
    const binance = market.candles(feed(market, 'binance', 'BTCUSDT'), '1m', span);
    for (const [i, candle] of bybit.entries()) {
      expect(Math.abs(candle.close / (binance[i]?.close ?? 0) - 1)).toBeLessThan(0.0005);
    }
    expect(bybit.map((candle) => candle.lots)).not.toEqual(binance.map((candle) => candle.lots));
  });

  it('ends at the present and begins in 2018', () => {
    const of = feed(market, 'binance', 'BTCUSDT');
    const now = Date.UTC(2026, 3, 1, 12, 7, 3);
    const candles = market.candles(of, '1h', { from: now - 3 * 3_600_000, to: now + DAY, now });
    expect(candles.at(-1)?.openTime).toBe(Date.UTC(2026, 3, 1, 12));
    expect(candles).toHaveLength(3);
    expect(market.candles(of, '1d', { from: 0, to: MARKET_BEGIN, now })).toHaveLength(1);
    expect(market.candles(of, '1d', { from: 0, to: MARKET_BEGIN - 1, now })).toHaveLength(0);
  });

  it('has as many weeks and days as are asked for, without the minutes in them', () => {
    const of = feed(createMarket({ seed: 'quick' }), 'binance', 'BTCUSDT');
    const now = Date.UTC(2026, 3, 1, 12);
    expect(market.candles(of, '1w', { from: now - 700 * DAY, to: now, now })).toHaveLength(100);
    expect(market.candles(of, '1d', { from: now - 1000 * DAY, to: now, now }).length).toBeGreaterThan(999);
  });

  it('has a book around the last price, best first, that does not cross', () => {
    const of = feed(market, 'bybit', 'PEPEUSDT');
    const now = Date.UTC(2026, 3, 1, 12, 0, 7);
    const book = bookAt(market, of, 50, now);
    const [last] = market.lastTrades(of, 1, now);
    expect(book.bids).toHaveLength(50);
    expect(book.asks).toHaveLength(50);
    const bids = book.bids.map((level) => level.price);
    const asks = book.asks.map((level) => level.price);
    expect(bids).toEqual([...bids].sort((a, b) => b - a));
    expect(asks).toEqual([...asks].sort((a, b) => a - b));
    expect(bids[0]).toBeLessThan(asks[0] ?? 0);
    expect([bids[0], asks[0]]).toContain(last?.price);
    expect(bookAt(market, of, 50, now)).toEqual(book);
  });
});

describe('dividing a candle', () => {
  it('keeps ends, extremes and sums for any candle', () => {
    const bars = fc
      .tuple(fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 4, maxLength: 4 }), fc.nat(), fc.nat())
      .map(([prices, lots, trades]) => {
        const [low = 1, a = 1, b = 1, high = 1] = prices.sort((x, y) => x - y);
        return lots % 2 === 0
          ? { open: a, high, low, close: b, lots, trades }
          : { open: b, high, low, close: a, lots, trades };
      });
    fc.assert(
      fc.property(bars, fc.integer({ min: 2, max: 15 }), fc.string(), (whole, parts, key) => {
        const pieces = split(whole, parts, chanceOf(key), chanceOf(`${key}!`));
        expect(pieces).toHaveLength(parts);
        expect(pieces[0]?.open).toBe(whole.open);
        expect(pieces.at(-1)?.close).toBe(whole.close);
        expect(Math.max(...pieces.map((piece) => piece.high))).toBe(whole.high);
        expect(Math.min(...pieces.map((piece) => piece.low))).toBe(whole.low);
        expect(pieces.reduce((total, piece) => total + piece.lots, 0)).toBe(whole.lots);
        expect(pieces.reduce((total, piece) => total + piece.trades, 0)).toBe(whole.trades);
        for (const [i, piece] of pieces.entries()) {
          if (i > 0) expect(piece.open).toBe(pieces[i - 1]?.close);
          expect(piece.high).toBeGreaterThanOrEqual(Math.max(piece.open, piece.close));
          expect(piece.low).toBeLessThanOrEqual(Math.min(piece.open, piece.close));
          expect(piece.lots).toBeGreaterThanOrEqual(0);
          expect(piece.trades).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('whole numbers of ticks', () => {
  it('are exact decimals', () => {
    expect(units(1234, 2)).toBe('12.34');
    expect(units(7, 8)).toBe('0.00000007');
    expect(units(0, 2)).toBe('0.00');
    expect(units(98000, 0)).toBe('98000');
  });
});
