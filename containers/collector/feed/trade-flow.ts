/** The trades of one market: each once and in order, with what the stream missed asked from the exchange's history. */

import { setTimeout } from 'node:timers/promises';
import { MarketError } from '../../../core/market/error.ts';
import type { Market, Trade, TradePoint } from '../../../core/market/trade.ts';
import type { History } from '../exchanges/history.ts';
import { type TradeEvents, TradeSequence } from '../trades/sequence.ts';
import type { Clock } from './clock.ts';

export interface BackfillSettings {
  /** All in milliseconds. How long a trade that is out of order may take to come by itself. */
  reorder: number;
  /** Between two questions to the history, growing to the second. */
  retry: { base: number; cap: number };
  /** How long the history may fail to answer before what is missing is a gap. */
  giveUpAfter: number;
}

export interface TradeFlowEvents extends TradeEvents {
  /** The history had trades that the stream had not brought. */
  missed(): void;
}

export interface TradeFlowOptions {
  market: Market;
  history: History;
  settings: BackfillSettings;
  clock: Clock;
  events: TradeFlowEvents;
}

export class TradeFlow {
  readonly #options: TradeFlowOptions;
  readonly #sequence: TradeSequence;
  readonly #stopped = new AbortController();
  #filling = false;
  #askAgain = false;

  /** `last`: the trade after which to go on. */
  constructor(options: TradeFlowOptions, last?: TradePoint) {
    this.#options = options;
    this.#sequence = new TradeSequence(options.market, options.events, last);
  }

  /** Nothing is known to be missing, and nothing is being asked. */
  get isSettled(): boolean {
    return !this.#filling && !this.#sequence.hasHole;
  }

  /** Trades that came more than once. */
  get repeated(): number {
    return this.#sequence.repeated;
  }

  take(trades: Trade[]): void {
    for (const trade of trades) this.#sequence.offer(trade);
    if (this.#sequence.hasHole) this.#fill(this.#options.settings.reorder);
  }

  /** The stream begins, perhaps after a pause: the history says what was traded meanwhile. */
  ask(): void {
    this.#askAgain = true;
    this.#fill(0);
  }

  stop(): void {
    this.#stopped.abort();
  }

  #fill(after: number): void {
    if (this.#filling || this.#sequence.last === undefined) return;
    this.#filling = true;
    this.#askUntilWhole(after)
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) throw error;
      })
      .finally(() => {
        this.#filling = false;
      });
  }

  async #askUntilWhole(after: number): Promise<void> {
    const { settings, clock } = this.#options;
    const until = clock.elapsed() + settings.giveUpAfter;
    let wait = after;
    let pause = settings.retry.base;
    for (;;) {
      if (wait > 0) await setTimeout(wait, undefined, { signal: this.#stopped.signal });
      if (!this.#sequence.hasHole && !this.#askAgain) return;
      const answered = await this.#askOnce();
      if (this.#stopped.signal.aborted) return;
      if (answered === 'more') {
        wait = 0;
        continue;
      }
      if (clock.elapsed() >= until) {
        this.#askAgain = false;
        this.#sequence.giveUp();
      }
      wait = pause;
      pause = Math.min(settings.retry.cap, pause * 2);
      if (!this.#sequence.hasHole && !this.#askAgain) return;
    }
  }

  async #askOnce(): Promise<'more' | 'whole' | 'failed'> {
    const { history, market, events } = this.#options;
    const point = this.#sequence.last;
    if (point === undefined) return 'whole';
    try {
      this.#askAgain = false;
      const hadHole = this.#sequence.hasHole;
      const found = await history.tradesAfter(market.symbol, point);
      if (this.#stopped.signal.aborted) return 'whole';
      this.#sequence.fill(found);
      if (!hadHole && this.#sequence.last?.tradeId !== point.tradeId) events.missed();
      if (found.more) this.#askAgain = true;
      return found.more ? 'more' : 'whole';
    } catch (error) {
      if (!(error instanceof MarketError)) throw error;
      this.#askAgain = true;
      return 'failed';
    }
  }
}
