import { percentOf } from '../samples/sums.ts';
import { FARGATE_SIZES, type Size } from './fargate-sizes.ts';

/**
 * What the next run of a job will need, from what earlier ones used. Pure: nothing here asks a clock.
 *
 * The bound is that of split conformal prediction: of n earlier runs the ⌈q·(n+1)⌉-th smallest use is not exceeded by the
 * next one with a probability of at least q, whatever the distribution, as long as runs are exchangeable (the next one is
 * like the earlier ones). Below 19 runs there is no such run for q = 0.95: then it is the most of all with some headroom.
 * Source: Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005
 */

export const QUANTILE = 0.95;
/** Half as much again, while there are too few runs for the quantile. */
export const HEADROOM = 1.5;
/** Memory that a run needed which ran out of it: nobody knows, but more than it had. */
const OUT_OF_MEMORY_FACTOR = 2;

/** A run that has ended by itself, or was ended for want of memory or time. */
export interface PastRun {
  /** The most bytes it held at once. */
  memoryPeak: number;
  /** Percent of one vCPU, at which the CPU was at most for 95 in a hundred of its time; null where it was too short to tell. */
  cpuP95: number | null;
  outOfMemory: boolean;
  /** What it was given. */
  size: Size;
}

export interface Bound {
  value: number;
  /** `quantile`, or the most times the headroom. */
  method: 'quantile' | 'headroom';
}

const MIB = 2 ** 20;

/** What the next of such values will be at most; undefined without any. */
export function upperBound(values: readonly number[]): Bound | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil(QUANTILE * (sorted.length + 1));
  const found = sorted[rank - 1];
  if (found !== undefined) return { value: found, method: 'quantile' };
  return { value: (sorted.at(-1) ?? 0) * HEADROOM, method: 'headroom' };
}

/** The bytes that a run would have needed. */
export function memoryNeeded({ memoryPeak, outOfMemory, size }: PastRun): number {
  return outOfMemory ? Math.max(memoryPeak, size.memory * MIB * OUT_OF_MEMORY_FACTOR) : memoryPeak;
}

/**
 * The percent of one vCPU that a run took, at most what it had: what it would have taken besides nobody knows. For want of
 * memory a run dies, for want of CPU it takes longer. Null where it was too short to tell.
 */
export function cpuTaken({ cpuP95, size }: PastRun): number | null {
  return cpuP95 === null ? null : Math.min(cpuP95, percentOf(size));
}

/** The smallest size that holds so many bytes and percent of a vCPU, the largest where none does: least CPU, then memory. */
export function smallestSize(bytes: number, percent: number): Size {
  const sizes = [...FARGATE_SIZES].flatMap(([cpu, memories]) => memories.map((memory) => ({ cpu, memory })));
  const fits = ({ cpu, memory }: Size) => memory * MIB >= bytes && percentOf({ cpu }) >= percent;
  return sizes.find(fits) ?? sizes.reduce((_, last) => last);
}
