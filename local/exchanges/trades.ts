/** The trades that make up a minute: together they are its candle, to the tick and the lot. */

import { chanceOf } from './noise.ts';
import { type Bar, bending, bridge, divide } from './split.ts';

export interface MarketTrade {
  /** Counts up by one from trade to trade of a feed. */
  id: number;
  /** Epoch milliseconds. */
  time: number;
  /** In ticks. */
  price: number;
  /** In lots, at least one. */
  lots: number;
  /** What the taker did. */
  side: 'buy' | 'sell';
}

/** Open, high, low and close can be four trades. */
export const LEAST_TRADES = 4;

const MINUTE = 60_000;

/** The trades of the minute that begins at `start`, oldest first; `key` decides their times and sizes. */
export function minuteTrades(bar: Bar, firstId: number, start: number, key: string): MarketTrade[] {
  const count = bar.trades + LEAST_TRADES;
  const chance = chanceOf(key);
  const times = Array.from({ length: count }, () => start + Math.floor(chance() * MINUTE)).sort((a, b) => a - b);
  const prices = tradePrices(bar, count, key);
  const weights = Array.from({ length: count }, () => chance() ** 4 + 0.002);
  const whole = weights.reduce((a, b) => a + b, 0);
  const lots = divide(
    bar.lots,
    weights.map((weight) => weight / whole),
  );
  return times.map((time, i) => {
    const price = prices[i] ?? bar.close;
    const before = prices[i - 1] ?? bar.open;
    const bought = price === before ? chance() < 0.5 : price > before;
    return { id: firstId + i, time, price, lots: 1 + (lots[i] ?? 0), side: bought ? 'buy' : 'sell' };
  });
}

/** From open to close by way of the high and the low. */
function tradePrices(bar: Bar, count: number, key: string): number[] {
  const steps = Array.from({ length: count - 1 }, () => 1 / (count - 1));
  const walk = bridge(bar, steps, chanceOf(`${key}/prices`));
  const bend = bending(bar, Math.max(...walk), Math.min(...walk));
  const prices = walk.map(bend);
  const between = Array.from({ length: count - 2 }, (_, i) => i + 1);
  const priceAt = (i: number) => prices[i] ?? bar.open;
  const highest = between.reduce((best, i) => (priceAt(i) > priceAt(best) ? i : best));
  const lowest = between.filter((i) => i !== highest).reduce((best, i) => (priceAt(i) < priceAt(best) ? i : best));
  prices[highest] = bar.high;
  prices[lowest] = bar.low;
  return prices;
}
