import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createExchanges, type Exchanges } from '../../../../local/exchanges/server.ts';

/** The moment at which the seeded exchanges of these tests stand at first. */
export const START = Date.parse('2026-03-11T10:09:30.000Z');

export interface SeededExchanges extends Exchanges {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets that many milliseconds of the market pass at once. */
  pass(milliseconds: number): void;
  /** Lets time pass `speed` times as fast as ours from now on; 0 lets it stand still. */
  run(speed: number): void;
}

/** Exchanges whose time stands still until the test lets it go on. */
export async function seededExchanges(): Promise<SeededExchanges> {
  let speed = 0;
  let since = performance.now();
  let passed = 0;
  const now = () => Math.floor(START + passed + speed * (performance.now() - since));
  const exchanges = await createExchanges({ seed: 'feed', port: 0, clock: now, streamEvery: 2 });
  onTestFinished(() => exchanges.close());
  return Object.assign(exchanges, {
    now,
    pass: (milliseconds: number) => {
      passed += milliseconds;
    },
    run: (faster: number) => {
      passed = now() - START;
      since = performance.now();
      speed = faster;
    },
  });
}

/** Waits until `condition` holds, however long the machine takes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(2);
}
