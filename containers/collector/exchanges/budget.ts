import { setTimeout } from 'node:timers/promises';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { MarketError } from '../../../core/market/error.ts';
import type { Clock } from '../feed/clock.ts';

export interface BudgetOptions {
  exchange: ExchangeName;
  /** As much may be spent in any `within` milliseconds. */
  weight: number;
  within: number;
  /** For how long to stay away where the exchange refuses without saying so, in milliseconds. */
  stayAway: number;
  clock: Clock;
}

/** What an exchange lets one address ask of its REST, so that many books and markets together stay below it. */
export class Budget {
  readonly #options: BudgetOptions;
  #spent: { at: number; weight: number }[] = [];
  #closedUntil = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /**
   * Asks when `weight` may be spent, in the order of the calls. Throws `MarketError`, also before asking: who stays away
   * as told can't wait for that, as it may take minutes.
   */
  async spend<T>(weight: number, ask: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#wait(weight));
    this.#turn = turn.catch(() => {});
    await turn;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof MarketError && error.kind === 'rate_limited') {
        this.close(error.retryAfter === null ? this.#options.stayAway : error.retryAfter * 1000);
      }
      throw error;
    }
  }

  /** Nothing more may be asked for so long (milliseconds). */
  close(milliseconds: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#options.clock.elapsed() + milliseconds);
  }

  async #wait(weight: number): Promise<void> {
    const { exchange, clock, within, weight: most } = this.#options;
    for (;;) {
      const now = clock.elapsed();
      this.#spent = this.#spent.filter(({ at }) => now - at < within);
      const spent = this.#spent.reduce((total, one) => total + one.weight, 0);
      const [oldest] = this.#spent;
      if (now < this.#closedUntil) throw new MarketError('rate_limited', exchange, 'no requests for now');
      if (oldest === undefined || spent + weight <= most) break;
      await setTimeout(oldest.at + within - now);
    }
    this.#spent.push({ at: clock.elapsed(), weight });
  }
}
