import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createExchanges, type Exchanges } from '../../../../local/exchanges/server.ts';

/** The moment at which the seeded exchanges of these tests stand at first. */
export const START = Date.parse('2026-03-11T10:07:30.000Z');

export interface SeededExchanges extends Exchanges {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets that many milliseconds of the market pass. */
  pass(milliseconds: number): void;
}

/** Exchanges whose clock stands still until the test lets it go on. */
export async function seededExchanges(): Promise<SeededExchanges> {
  let now = START;
  const exchanges = await createExchanges({ seed: 'feed', port: 0, clock: () => now, streamEvery: 2 });
  onTestFinished(() => exchanges.close());
  return Object.assign(exchanges, {
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  });
}

/** Waits until `condition` holds, however long the machine takes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(2);
}
