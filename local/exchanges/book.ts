/** The order book around the last trade. */

import type { Feed, Market } from './market.ts';
import { chanceOf } from './noise.ts';

export interface BookLevel {
  /** In ticks. */
  price: number;
  /** In lots. */
  lots: number;
}

export interface Book {
  /** Best first. */
  bids: BookLevel[];
  asks: BookLevel[];
  /** Grows with every change: a book is redrawn ten times a second. */
  sequence: number;
}

const REDRAW = 100;

/** The book of a feed as it stands at `now` (epoch milliseconds), `depth` levels a side where the price leaves room. */
export function bookAt(market: Market, of: Feed, depth: number, now: number): Book {
  const sequence = Math.floor(now / REDRAW);
  const [last] = market.lastTrades(of, 1, sequence * REDRAW);
  if (last === undefined) return { bids: [], asks: [], sequence };
  const bid = last.side === 'buy' ? last.price - 1 : last.price;
  const usual = (of.symbol.dailyVolume * 10 ** of.symbol.lotDecimals) / 200_000;
  const side = (best: number, step: 1 | -1): BookLevel[] => {
    const levels: BookLevel[] = [];
    let price = best;
    while (levels.length < depth && price > 0) {
      // Sizes hang on the price and the second, so that most levels stay as they are from one redraw to the next.
      const chance = chanceOf(`${of.exchange}/${of.symbol.symbol}/${price}/${Math.floor(sequence / 10)}`);
      levels.push({ price, lots: 1 + Math.floor(usual * (0.2 + 4 * chance() ** 3) * (1 + levels.length / 20)) });
      price += step * (1 + Math.floor(3 * chance() ** 2));
    }
    return levels;
  };
  return { bids: side(bid, -1), asks: side(bid + 1, 1), sequence };
}
