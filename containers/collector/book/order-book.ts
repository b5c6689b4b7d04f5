/** A book's levels, in order. */

import type { BookUpdate } from '../feed/exchange.ts';
import { type Level, type Levels, levelOf, WIDTH } from './levels.ts';

export class OrderBook {
  readonly #bids = new Side(-1);
  readonly #asks = new Side(1);

  /** Takes a snapshot's levels for its own, or a change's on top. */
  apply(update: BookUpdate): void {
    if (update.snapshot) {
      this.#bids.clear();
      this.#asks.clear();
    }
    this.#bids.change(update.bids);
    this.#asks.change(update.asks);
  }

  /** The best `depth` levels, best first. */
  bids(depth: number): Level[] {
    return this.#bids.best(depth);
  }

  asks(depth: number): Level[] {
    return this.#asks.best(depth);
  }
}

/** One side, best first. */
class Side {
  /** Of bids the prices are negative, so that the best one is the lowest as well. */
  readonly #sign: 1 | -1;
  /** As `Levels`, with room for more. */
  #levels = new Float64Array(256 * WIDTH);
  #end = 0;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.#end = 0;
  }

  /** A level of quantity zero goes. */
  change(changes: Levels): void {
    for (let i = 0; i + 2 < changes.length; i += WIDTH) {
      const price = this.#sign * (changes[i] ?? 0);
      const quantity = changes[i + 1] ?? 0;
      const at = this.#place(price);
      const isThere = at < this.#end && this.#levels[at] === price;
      if (quantity === 0) {
        if (isThere) this.#remove(at);
        continue;
      }
      if (!isThere) this.#makeRoom(at);
      this.#levels[at] = price;
      this.#levels[at + 1] = quantity;
      this.#levels[at + 2] = changes[i + 2] ?? 0;
    }
  }

  best(depth: number): Level[] {
    const found: Level[] = [];
    for (let at = 0; at < Math.min(this.#end, depth * WIDTH); at += WIDTH) {
      const [price = 0, quantity = 0, decimals = 0] = this.#levels.subarray(at, at + WIDTH);
      found.push(levelOf(this.#sign * price, quantity, decimals));
    }
    return found;
  }

  /** Where a price is, or belongs. */
  #place(price: number): number {
    const levels = this.#levels;
    let low = 0;
    let high = this.#end / WIDTH;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((levels[middle * WIDTH] ?? 0) < price) low = middle + 1;
      else high = middle;
    }
    return low * WIDTH;
  }

  #makeRoom(at: number): void {
    if (this.#end === this.#levels.length) {
      const larger = new Float64Array(this.#levels.length * 2);
      larger.set(this.#levels);
      this.#levels = larger;
    }
    this.#levels.copyWithin(at + WIDTH, at, this.#end);
    this.#end += WIDTH;
  }

  #remove(at: number): void {
    this.#levels.copyWithin(at, at + WIDTH, this.#end);
    this.#end -= WIDTH;
  }
}
