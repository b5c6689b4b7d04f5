/**
 * The trades of one market, each once and in order. Both exchanges number them by ones, so that a number that is left
 * out asks a question: trades beyond it are held until the missing ones came late, or the exchange's history says what
 * was there (perhaps nothing), or nobody can say and the hole is recorded as a gap.
 */

import type { ExchangeName } from '../../../core/market/candle.ts';
import type { Trade, TradeGap, TradePoint } from '../../../core/market/trade.ts';
import { idsApart } from '../../../core/market/trade-ids.ts';

export interface TradeEvents {
  trade(trade: Trade): void;
  gap(gap: TradeGap): void;
}

/** A piece of an exchange's history of trades, oldest first, with nothing left out between its ends. */
export interface TradeHistory {
  trades: Trade[];
  /** Nothing is missing between the trade that was asked about and the first of these either. */
  reaches: boolean;
  /** There is more history after these. */
  more: boolean;
}

/** A number that is not higher, this much later (milliseconds), means that the exchange began to count anew. */
const NUMBERED_ANEW = 60_000;
/** Trades that are held at most, then the hole is given up. */
const MOST_HELD = 20_000;

/** Whether whoever has all trades up to `last` has this one. Numbers say so, and times where they began anew between. */
export function isCovered(last: TradePoint, { tradeId, timestamp }: TradePoint): boolean {
  const later = timestamp - last.timestamp;
  return Math.abs(later) > NUMBERED_ANEW ? later < 0 : idsApart(last.tradeId, tradeId) <= 0;
}

export class TradeSequence {
  readonly #market: { exchange: ExchangeName; symbol: string };
  readonly #events: TradeEvents;
  #last: TradePoint | undefined;
  /** In order, all beyond a hole. */
  #held: Trade[] = [];
  #repeated = 0;

  /** `last`: the trade after which to go on, where an earlier life has stored some. */
  constructor(market: { exchange: ExchangeName; symbol: string }, events: TradeEvents, last?: TradePoint) {
    this.#market = market;
    this.#events = events;
    this.#last = last;
  }

  /** The last trade that was passed on. */
  get last(): TradePoint | undefined {
    return this.#last;
  }

  /** Trades are held because some before them are missing. */
  get hasHole(): boolean {
    return this.#held.length > 0;
  }

  /** Trades that came more than once. */
  get repeated(): number {
    return this.#repeated;
  }

  offer(trade: Trade): void {
    const last = this.#last;
    const apart = last === undefined ? 1 : idsApart(last.tradeId, trade.tradeId);
    if (apart === 1) {
      this.#pass(trade);
      if (this.#held.length > 0) this.#passHeld();
    } else if (last !== undefined && apart <= 0) {
      if (isCovered(last, trade)) this.#repeated += 1;
      else this.#beginAnew(last, trade);
    } else {
      this.#hold(trade);
      if (this.#held.length > MOST_HELD) this.giveUp();
    }
  }

  /** Takes what the exchange's history says of the time after `last`. */
  fill({ trades, reaches }: Pick<TradeHistory, 'trades' | 'reaches'>): void {
    const last = this.#last;
    const [first] = trades;
    const newest = trades.at(-1);
    if (last === undefined || first === undefined || newest === undefined) return;
    for (const trade of trades) if (idsApart(last.tradeId, trade.tradeId) > 0) this.#hold(trade);
    if (!reaches) this.#reach(first);
    // What is not in the history between its ends was never there: those are no holes.
    while (this.#held[0] !== undefined && idsApart(this.#held[0].tradeId, newest.tradeId) >= 0) this.#passFirst();
    this.#passHeld();
  }

  /** Nobody can say what is missing: every hole becomes a gap. */
  giveUp(): void {
    while (this.#held[0] !== undefined) {
      this.#skipTo(this.#held[0]);
      this.#passHeld();
    }
  }

  /** Passes on what is held before `trade`, with gaps where something is missing up to it. */
  #reach(trade: Trade): void {
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      if (idsApart(next.tradeId, trade.tradeId) <= 0) break;
      this.#skipTo(next);
      this.#passFirst();
    }
    this.#skipTo(trade);
  }

  #hold(trade: Trade): void {
    let at = this.#held.length;
    // Nearly always it comes last.
    for (; at > 0; at -= 1) {
      const before = this.#held[at - 1];
      const apart = before === undefined ? 1 : idsApart(before.tradeId, trade.tradeId);
      if (apart > 0) break;
      if (apart === 0) {
        this.#repeated += 1;
        return;
      }
    }
    this.#held.splice(at, 0, trade);
  }

  #skipTo(trade: Trade): void {
    const last = this.#last;
    if (last === undefined || idsApart(last.tradeId, trade.tradeId) <= 1) return;
    this.#events.gap({ ...this.#market, from: pointOf(last), to: pointOf(trade) });
    this.#last = { tradeId: (BigInt(trade.tradeId) - 1n).toString(), timestamp: trade.timestamp };
  }

  /** Held trades are of the old count. */
  #beginAnew(last: TradePoint, trade: Trade): void {
    this.giveUp();
    this.#events.gap({ ...this.#market, from: pointOf(this.#last ?? last), to: pointOf(trade) });
    this.#pass(trade);
  }

  #passHeld(): void {
    while (this.#held[0] !== undefined && this.#last !== undefined) {
      if (idsApart(this.#last.tradeId, this.#held[0].tradeId) > 1) return;
      this.#passFirst();
    }
  }

  #passFirst(): void {
    const trade = this.#held.shift();
    if (trade === undefined) return;
    if (this.#last !== undefined && idsApart(this.#last.tradeId, trade.tradeId) <= 0) this.#repeated += 1;
    else this.#pass(trade);
  }

  #pass(trade: Trade): void {
    this.#last = trade;
    this.#events.trade(trade);
  }
}

const pointOf = ({ tradeId, timestamp }: TradePoint): TradePoint => ({ tradeId, timestamp });
