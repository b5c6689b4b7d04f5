/** A book's levels, in order. */

import type { BookUpdate } from '../feed/exchange.ts';

export type Level = [price: string, quantity: string];

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

/** One side, best first. Numbers only put the prices in order: nothing of them is ever shown. */
class Side {
  /** Of bids the prices are negative, so that the best one is the lowest as well. */
  readonly #sign: 1 | -1;
  readonly #prices: number[] = [];
  readonly #levels: Level[] = [];

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.#prices.length = 0;
    this.#levels.length = 0;
  }

  /** @param changes prices and their new quantities by turns; a level of quantity zero goes */
  change(changes: readonly string[]): void {
    for (let i = 0; i + 1 < changes.length; i += 2) {
      const text = changes[i] ?? '';
      const quantity = changes[i + 1] ?? '';
      const price = this.#sign * numberOf(text);
      const at = this.#place(price);
      const level = this.#prices[at] === price ? this.#levels[at] : undefined;
      if (isZero(quantity)) {
        if (level !== undefined) this.#remove(at);
      } else if (level !== undefined) level[1] = quantity;
      else this.#insert(at, price, [text, quantity]);
    }
  }

  best(depth: number): Level[] {
    return this.#levels.slice(0, depth).map(([price, quantity]) => [price, quantity]);
  }

  /** Where a price is, or belongs. */
  #place(price: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#prices[middle] ?? 0) < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, price: number, level: Level): void {
    // A snapshot's levels come in order.
    if (at === this.#prices.length) {
      this.#prices.push(price);
      this.#levels.push(level);
    } else {
      this.#prices.splice(at, 0, price);
      this.#levels.splice(at, 0, level);
    }
  }

  #remove(at: number): void {
    this.#prices.splice(at, 1);
    this.#levels.splice(at, 1);
  }
}

const ZERO = 48;
const POINT = 46;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, power) => 10 ** power);

/**
 * A decimal as a number: the same one for `1.50` as for `1.5`, and another for every other decimal of up to 15 digits
 * without zeros at its ends, since both the whole number and the power of ten that divides it are exact.
 */
function numberOf(decimal: string): number {
  let whole = 0;
  let decimals = 0;
  let zeros = 0;
  let isAfterPoint = false;
  for (let i = 0; i < decimal.length; i += 1) {
    const code = decimal.charCodeAt(i);
    if (code === POINT) isAfterPoint = true;
    else if (isAfterPoint && code === ZERO) zeros += 1;
    else if (isAfterPoint) {
      whole = whole * (POWERS_OF_TEN[zeros + 1] ?? 0) + (code - ZERO);
      decimals += zeros + 1;
      zeros = 0;
    } else whole = whole * 10 + (code - ZERO);
  }
  return decimals === 0 ? whole : whole / (POWERS_OF_TEN[decimals] ?? 1);
}

/** Most quantities are decided by their first digits. */
function isZero(quantity: string): boolean {
  for (let i = 0; i < quantity.length; i += 1) {
    const code = quantity.charCodeAt(i);
    if (code !== ZERO && code !== POINT) return false;
  }
  return true;
}
