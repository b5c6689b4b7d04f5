/** When a connection that failed is tried again: exponential backoff with full jitter, and a circuit breaker. */

export interface RetrySettings {
  /** Milliseconds: the delay before the second retry is up to this, then up to twice as much, and so on. */
  base: number;
  /** Milliseconds that no delay exceeds. */
  cap: number;
  /** Failures in a row that open the circuit. */
  openAfter: number;
  /** Milliseconds for which an open circuit lets nothing be tried. */
  openFor: number;
}

/**
 * `closed`: retried with backoff. `open`: too many failures in a row, nothing is tried. `half-open`: one attempt
 * decides.
 */
export type Circuit = 'closed' | 'open' | 'half-open';

export class Retry {
  readonly #settings: RetrySettings;
  /** A number in [0, 1). */
  readonly #random: () => number;
  #failures = 0;
  #circuit: Circuit = 'closed';

  constructor(settings: RetrySettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
  }

  get circuit(): Circuit {
    return this.#circuit;
  }

  /** Milliseconds to wait before the next attempt: none after the first failure, so that a lost connection is back. */
  failed(): number {
    const { base, cap, openAfter, openFor } = this.#settings;
    this.#failures += 1;
    if (this.#failures >= openAfter) {
      this.#circuit = 'open';
      return openFor;
    }
    const most = this.#failures === 1 ? 0 : Math.min(cap, base * 2 ** (this.#failures - 2));
    return this.#random() * most;
  }

  /** An attempt begins. */
  trying(): void {
    if (this.#circuit === 'open') this.#circuit = 'half-open';
  }

  /** A connection has held long enough to count. */
  succeeded(): void {
    this.#failures = 0;
    this.#circuit = 'closed';
  }
}
