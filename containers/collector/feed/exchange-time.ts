/**
 * What an exchange's clock shows, from the times on its messages and a clock of ours that nobody sets: neither a wrong
 * wall clock nor a slow message moves it. The message that took the least time on its way is the best witness.
 */

import type { Clock } from './clock.ts';

/** A clock that runs a little slower or faster than ours is followed by forgetting older witnesses, in milliseconds. */
const WITNESS_LASTS = 30_000;

export class ExchangeTime {
  readonly #clock: Clock;
  /** How far the exchange's clock is before `elapsed`, by the best message of this stretch of time and the last. */
  #ahead = Number.NEGATIVE_INFINITY;
  #aheadBefore = Number.NEGATIVE_INFINITY;
  #stretchEnds = 0;
  /** The latest time that any message bore, epoch milliseconds. */
  latest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A message bore this time, epoch milliseconds, and came at `elapsed` of our clock. */
  witnessed(timestamp: number, elapsed: number): void {
    this.latest = Math.max(this.latest, timestamp);
    if (elapsed >= this.#stretchEnds) {
      this.#aheadBefore = this.#ahead;
      this.#ahead = Number.NEGATIVE_INFINITY;
      this.#stretchEnds = elapsed + WITNESS_LASTS;
    }
    this.#ahead = Math.max(this.#ahead, timestamp - elapsed);
  }

  /** Epoch milliseconds; undefined before the first message. */
  now(): number | undefined {
    const ahead = Math.max(this.#ahead, this.#aheadBefore);
    return ahead === Number.NEGATIVE_INFINITY ? undefined : ahead + this.#clock.elapsed();
  }

  /** Our wall clock less the exchange's, in milliseconds: the skew of the clocks and the least time of a message. */
  skew(): number | undefined {
    const now = this.now();
    return now === undefined ? undefined : this.#clock.now() - now;
  }
}
