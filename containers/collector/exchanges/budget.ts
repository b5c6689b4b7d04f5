import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../feed/clock.ts';

/** What an exchange lets one address ask of its REST, so that many books and markets together stay below it. */
export class Budget {
  readonly #options: { weight: number; within: number; clock: Clock };
  #spent: { at: number; weight: number }[] = [];
  #closedUntil = 0;
  #turn: Promise<void> = Promise.resolve();

  /** `weight` may be spent in any `within` milliseconds. */
  constructor(options: { weight: number; within: number; clock: Clock }) {
    this.#options = options;
  }

  /** Resolves when `weight` may be spent; requests are served in the order in which they came. */
  spend(weight: number): Promise<void> {
    this.#turn = this.#turn.then(() => this.#wait(weight));
    return this.#turn;
  }

  /** The exchange has said to stay away for so long (milliseconds). */
  close(milliseconds: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#options.clock.elapsed() + milliseconds);
  }

  async #wait(weight: number): Promise<void> {
    const { clock, within, weight: most } = this.#options;
    for (;;) {
      const now = clock.elapsed();
      this.#spent = this.#spent.filter(({ at }) => now - at < within);
      const spent = this.#spent.reduce((total, one) => total + one.weight, 0);
      const [oldest] = this.#spent;
      if (now < this.#closedUntil) await setTimeout(this.#closedUntil - now);
      else if (oldest !== undefined && spent + weight > most) await setTimeout(oldest.at + within - now);
      else break;
    }
    this.#spent.push({ at: clock.elapsed(), weight });
  }
}
