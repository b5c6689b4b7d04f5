/** The prices of one symbol on two exchanges at the same time, and how far apart the clocks are. */

import { Big } from 'big.js';
import type { Trade } from './trade.ts';

/** Trades that are further apart are not of the same time, in milliseconds. */
export const WINDOW = 100;

/** Two trades of the same time. */
export interface Pair {
  one: Trade;
  other: Trade;
}

/**
 * Each trade of one exchange with the nearest of the other by the exchanges' own clocks, newest first; those that have none
 * within ±100 ms are left out. Of two that are as near the earlier one is taken; of several at the same millisecond
 * the last, whose price stood.
 * @param ones in any order, as are `others`
 */
export function pairsOf(ones: readonly Trade[], others: readonly Trade[]): Pair[] {
  const candidates = lastOfEach(others);
  const pairs: Pair[] = [];
  let next = 0;
  for (const one of lastOfEach(ones)) {
    const distance = (at: number) => Math.abs((candidates[at]?.timestamp ?? Number.POSITIVE_INFINITY) - one.timestamp);
    // Where one is, no later one looks back.
    while (distance(next + 1) < distance(next)) next += 1;
    const other = candidates[next];
    if (other !== undefined && distance(next) <= WINDOW) pairs.push({ one, other });
  }
  return pairs.reverse();
}

/** The last trade of each millisecond, oldest first. */
function lastOfEach(trades: readonly Trade[]): Trade[] {
  const ordered = trades.toSorted((a, b) => a.timestamp - b.timestamp);
  return ordered.filter(({ timestamp }, at) => ordered[at + 1]?.timestamp !== timestamp);
}

/**
 * Our clock less the exchange's, in milliseconds: the least time that any of its trades took to us, by both clocks. Null
 * where there is none.
 */
export function clockSkew(trades: readonly Trade[]): number | null {
  return trades.reduce<number | null>((least, { timestamp, receivedAt }) => {
    const taken = receivedAt - timestamp;
    return least === null ? taken : Math.min(least, taken);
  }, null);
}

/** How much more the first price is, an exact decimal, negative where it is less. */
export function difference(price: string, other: string): string {
  return new Big(price).minus(other).toFixed();
}
