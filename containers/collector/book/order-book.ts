/** A book's levels. Prices are kept as text and put in order only when somebody looks: changes are by far more frequent. */

import { compareDecimals } from '../../../core/market/decimals.ts';
import type { BookUpdate } from '../feed/exchange.ts';

export type Level = [price: string, quantity: string];

export class OrderBook {
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();

  /** Takes a snapshot's levels for its own, or a change's on top. */
  apply(update: BookUpdate): void {
    if (update.snapshot) {
      this.#bids.clear();
      this.#asks.clear();
    }
    change(this.#bids, update.bids);
    change(this.#asks, update.asks);
  }

  /** The best `depth` levels, best first. */
  bids(depth: number): Level[] {
    return [...this.#bids].sort(([a], [b]) => compareDecimals(b, a)).slice(0, depth);
  }

  asks(depth: number): Level[] {
    return [...this.#asks].sort(([a], [b]) => compareDecimals(a, b)).slice(0, depth);
  }
}

const ZERO = 48;
const POINT = 46;

/** Most quantities are decided by their first digits. */
function isZero(quantity: string): boolean {
  for (let i = 0; i < quantity.length; i += 1) {
    const code = quantity.charCodeAt(i);
    if (code !== ZERO && code !== POINT) return false;
  }
  return true;
}

function change(side: Map<string, string>, levels: string[]): void {
  for (let i = 0; i + 1 < levels.length; i += 2) {
    const price = levels[i] ?? '';
    const quantity = levels[i + 1] ?? '';
    if (isZero(quantity)) side.delete(price);
    else side.set(price, quantity);
  }
}
