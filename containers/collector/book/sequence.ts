/**
 * One book kept in step by the exchange's own counting of updates. The rule is one for both exchanges:
 *
 * - a snapshot is the book as of its last update, whatever was before (Bybit sends one at any time, also with `u` 1 after
 *   a restart; Binance's comes by REST);
 * - a change that ends at or before the book's last update is old and passed over;
 * - one that begins at the update after the last, or before it, is applied;
 * - one that begins later shows that something was missed: the book is out of step until the next snapshot, and what
 *   comes meanwhile is kept, because the snapshot may be older than it.
 *
 * https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook and "How to manage a local order book correctly" of
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 */

import type { BookUpdate } from '../feed/exchange.ts';
import { OrderBook } from './order-book.ts';

/** `waiting`: no snapshot yet. `out_of_step`: from now on, until a snapshot. */
export type BookStep = 'applied' | 'old' | 'waiting' | 'out_of_step';

/** More than a minute of changes: a snapshot that takes longer has to be asked for again anyway. */
const MOST_KEPT = 1000;

export class BookSequence {
  readonly book = new OrderBook();
  #inStep = false;
  #last = 0;
  #timestamp = 0;
  #kept: BookUpdate[] = [];

  get inStep(): boolean {
    return this.#inStep;
  }

  /** The last update that the book holds. */
  get last(): number {
    return this.#last;
  }

  /** The exchange's time of the last update, epoch milliseconds. */
  get timestamp(): number {
    return this.#timestamp;
  }

  offer(update: BookUpdate): BookStep {
    if (update.snapshot) return this.#begin(update);
    if (!this.#inStep) return this.#keep(update);
    if (update.last <= this.#last) return 'old';
    if (update.first > this.#last + 1) {
      this.leaveStep();
      this.#keep(update);
      return 'out_of_step';
    }
    this.#apply(update);
    return 'applied';
  }

  /** The book can't be trusted any more: only a snapshot brings it back. */
  leaveStep(): void {
    this.#inStep = false;
  }

  #begin(snapshot: BookUpdate): BookStep {
    this.#apply(snapshot);
    this.#inStep = true;
    const kept = this.#kept;
    this.#kept = [];
    const steps = kept.map((update) => this.offer(update));
    return steps.includes('out_of_step') ? 'out_of_step' : 'applied';
  }

  #keep(update: BookUpdate): BookStep {
    if (this.#kept.length === MOST_KEPT) this.#kept.shift();
    this.#kept.push(update);
    return 'waiting';
  }

  #apply(update: BookUpdate): void {
    this.book.apply(update);
    this.#last = update.last;
    this.#timestamp = update.timestamp;
  }
}
