/** Chance that can be asked again: every number follows from a key alone, never from what was drawn before. */

/** A generator of numbers in [0, 1), the same for the same key. */
export type Chance = () => number;

/** FNV-1a over the key, then mulberry32. */
export function chanceOf(key: string): Chance {
  let state = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193);
  // FNV leaves neighbouring keys with neighbouring states; one avalanche sets them apart.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  state ^= state >>> 16;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A draw from the normal distribution (Box and Muller), cut at three deviations so that no candle is absurd. */
export function normal(chance: Chance): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance()));
  return Math.max(-3, Math.min(3, radius * Math.cos(2 * Math.PI * chance())));
}

/** Periods in days: a walk up to about a year, which beyond that stays where it is. */
const PERIODS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * A wandering value at day `day`, in units of a usual day's change: sums of lattice noise whose amplitude grows with
 * the root of the period, as a random walk's does. Any day can be asked for without the days before it.
 */
export function wander(key: string, day: number): number {
  let sum = 0;
  for (const period of PERIODS) {
    const place = day / period;
    const left = Math.floor(place);
    const blend = (1 - Math.cos(Math.PI * (place - left))) / 2;
    const from = normal(chanceOf(`${key}/${period}/${left}`));
    const to = normal(chanceOf(`${key}/${period}/${left + 1}`));
    sum += Math.sqrt(period) * (from + (to - from) * blend);
  }
  return 0.6 * sum;
}
