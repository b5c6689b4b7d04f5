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

/** Milliseconds from one redraw of a book to the next. */
export const REDRAW = 100;
/** Levels a side: all that the market has, so that what streams tell and what REST tells are the same whole book. */
export const BOOK_DEPTH = 200;
/** A level keeps its size for this many redraws, each from its own moment on: some change at every redraw. */
const SIZE_LASTS = 50;

/** The book of a feed as it stands at `now` (epoch milliseconds), `depth` levels a side where the price leaves room. */
export function bookAt(market: Market, of: Feed, depth: number, now: number): Book {
  const sequence = Math.floor(now / REDRAW);
  const [last] = market.lastTrades(of, 1, sequence * REDRAW);
  if (last === undefined) return { bids: [], asks: [], sequence };
  const bid = last.side === 'buy' ? last.price - 1 : last.price;
  const usual = (of.symbol.dailyVolume * 10 ** of.symbol.lotDecimals) / 200_000;
  const key = Math.floor(chanceOf(`${of.exchange}/${of.symbol.symbol}/book`)() * 2 ** 32);
  const wanted = Math.min(depth, BOOK_DEPTH);
  const side = (best: number, step: 1 | -1): BookLevel[] => {
    const levels: BookLevel[] = [];
    for (let price = best; levels.length < wanted && price > 0; price += step) {
      // Whether a price is a level hangs on the price alone: levels stay where they are while the market moves.
      const place = mixed(key, price);
      if (place < 0.4 && price !== best) continue;
      const slot = Math.floor((sequence + place * SIZE_LASTS) / SIZE_LASTS);
      const size = mixed(key + slot, price);
      levels.push({ price, lots: 1 + Math.floor(usual * (0.2 + 4 * size ** 3) * (1 + levels.length / 20)) });
    }
    return levels;
  };
  return { bids: side(bid, -1), asks: side(bid + 1, 1), sequence };
}

/** A number in [0, 1) from two: the avalanche of `chanceOf` without its text, as a book asks for hundreds at once. */
function mixed(key: number, price: number): number {
  let state = Math.imul(key ^ Math.imul(price, 0x9e3779b1), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 15), 0xc2b2ae35);
  state = Math.imul(state ^ (state >>> 13), 0x27d4eb2f);
  return ((state ^ (state >>> 16)) >>> 0) / 4_294_967_296;
}

export interface BookChanges {
  /** With `lots` 0 where a level is gone. */
  bids: BookLevel[];
  asks: BookLevel[];
}

/** What makes `after` of `before`. */
export function bookChanges(before: Book, after: Book): BookChanges {
  return { bids: sideChanges(before.bids, after.bids, -1), asks: sideChanges(before.asks, after.asks, 1) };
}

/** Both sides are in order, so that they are gone through together; `step` is the way from the best price on. */
function sideChanges(before: BookLevel[], after: BookLevel[], step: 1 | -1): BookLevel[] {
  const changed: BookLevel[] = [];
  let i = 0;
  for (const level of after) {
    let old = before[i];
    for (; old !== undefined && (old.price - level.price) * step < 0; old = before[i]) {
      changed.push({ price: old.price, lots: 0 });
      i += 1;
    }
    if (old?.price === level.price) i += 1;
    if (old?.price !== level.price || old.lots !== level.lots) changed.push(level);
  }
  for (const { price } of before.slice(i)) changed.push({ price, lots: 0 });
  return changed;
}
