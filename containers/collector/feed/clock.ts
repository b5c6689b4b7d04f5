/** Two clocks: what is written down follows the wall's, what is waited for follows one that nobody sets. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment; never goes back, never jumps. */
  elapsed(): number;
}

export const systemClock: Clock = { now: Date.now, elapsed: () => performance.now() };
