/**
 * How a candle falls into shorter ones: the rule that makes all timeframes agree. The parts chain (each opens where the
 * one before closed), reach the whole's high and low, never leave them, and their volumes and trades add up to it.
 * So any candle follows from its day by a few divisions, and no longer candle ever needs its minutes.
 */

import { type Chance, normal } from './noise.ts';

/** In ticks, whole or not. */
export interface Range {
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Prices in ticks, quantities in lots: whole numbers, so that sums are exact. */
export interface Bar extends Range {
  /** Beyond one lot a trade. */
  lots: number;
  /** Beyond the least number of trades that a minute has. */
  trades: number;
}

/** How much more a lively part moves than a quiet one; what makes volatility come in clusters at every scale. */
const LIVELINESS = 0.35;
/** A part's wick in halves of its usual move, a walk's spread in whole ranges. */
const WICK = 0.3;
const SPREAD = 0.6;
/** Walks drawn to choose from: the nearer one comes to the whole's extremes, the less it must be bent. */
const CANDIDATES = 6;

/** `price` decides the path and must be drawn the same for feeds that move alike, `quantity` the volumes. */
export function split(whole: Bar, parts: number, price: Chance, quantity: Chance): Bar[] {
  const paths = Array.from({ length: CANDIDATES }, () => path(whole, parts, price));
  const ranges = bend(
    whole,
    paths.reduce((best, next) => (misfit(whole, next) < misfit(whole, best) ? next : best)),
  );
  const lots = divide(whole.lots, volumeShares(ranges, quantity));
  const trades = divide(whole.trades, volumeShares(ranges, quantity));
  return ranges.map((range, i) => ({ ...range, lots: lots[i] ?? 0, trades: trades[i] ?? 0 }));
}

/** A walk from the whole's open to its close with wicks on it, wherever it may lead between. */
function path(whole: Range, parts: number, chance: Chance): Range[] {
  const activity = normalised(Array.from({ length: parts }, () => Math.exp(LIVELINESS * normal(chance))));
  const walk = bridge(whole, activity, chance);
  return activity.map((share, i) => {
    const open = walk[i] ?? whole.open;
    const close = walk[i + 1] ?? whole.close;
    const reach = WICK * Math.sqrt(share) * (whole.high - whole.low);
    const high = Math.max(open, close) + reach * Math.abs(normal(chance));
    const low = Math.min(open, close) - reach * Math.abs(normal(chance));
    return { open, high, low, close };
  });
}

/** A random walk from open to close, one point more than there are shares of its activity. */
export function bridge(whole: Range, activity: number[], chance: Chance): number[] {
  const spread = SPREAD * (whole.high - whole.low);
  const steps = activity.map((share) => spread * normal(chance) * Math.sqrt(share));
  const missing = whole.close - whole.open - steps.reduce((a, b) => a + b, 0);
  const walk = [whole.open];
  let at = whole.open;
  for (const [i, share] of activity.entries()) {
    at += (steps[i] ?? 0) + missing * share;
    walk.push(at);
  }
  walk[activity.length] = whole.close;
  return walk;
}

const highest = (ranges: Range[]) => Math.max(...ranges.map((range) => range.high));
const lowest = (ranges: Range[]) => Math.min(...ranges.map((range) => range.low));

function misfit(whole: Range, ranges: Range[]): number {
  return Math.abs(highest(ranges) - whole.high) + Math.abs(lowest(ranges) - whole.low);
}

/** Whole ticks, with the whole's own extremes. */
function bend(whole: Range, ranges: Range[]): Range[] {
  const moved = bending(whole, highest(ranges), lowest(ranges));
  const bent = ranges.map(({ open, high, low, close }) => ({
    open: moved(open),
    high: moved(high),
    low: moved(low),
    close: moved(close),
  }));
  bent.reduce((best, range) => (range.high > best.high ? range : best)).high = whole.high;
  bent.reduce((best, range) => (range.low < best.low ? range : best)).low = whole.low;
  return bent;
}

/**
 * Moves prices so that a walk's extremes `top` and `bottom` come to the whole's. It keeps their order, and leaves what
 * lies between open and close as it is, so that the parts' ends still meet.
 */
export function bending(whole: Range, top: number, bottom: number): (price: number) => number {
  const upper = Math.max(whole.open, whole.close);
  const lower = Math.min(whole.open, whole.close);
  const above = top > upper ? (whole.high - upper) / (top - upper) : 0;
  const below = bottom < lower ? (lower - whole.low) / (lower - bottom) : 0;
  return (price) => {
    if (price > upper) return Math.round(upper + (price - upper) * above);
    if (price < lower) return Math.round(lower - (lower - price) * below);
    return Math.round(price);
  };
}

/** Where prices move, more is traded. */
function volumeShares(ranges: Range[], chance: Chance): number[] {
  const moves = ranges.map(({ high, low }) => high - low);
  const mean = moves.reduce((a, b) => a + b, 0) / moves.length;
  return normalised(moves.map((move) => (0.5 * mean + move + 1e-9) * Math.exp(0.35 * normal(chance))));
}

function normalised(weights: number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Whole numbers in the given shares that add up to `total` exactly. */
export function divide(total: number, shares: number[]): number[] {
  let share = 0;
  let given = 0;
  return shares.map((part, i) => {
    share += part;
    const until = i === shares.length - 1 ? total : Math.min(total, Math.floor(total * share));
    const count = until - given;
    given = until;
    return count;
  });
}
