import { Big } from 'big.js';
import * as z from 'zod/mini';
import type { SignalFact } from './facts.ts';

/**
 * What a stretch of signals adds up to, in the order of their creation. Summaries of neighbouring stretches merge into
 * the summary of both (a monoid: merging is associative, and the empty summary changes nothing), so that no figure has
 * to be counted from the beginning. All decimals are exact.
 */

const count = z.int();
const decimal = z.pipe(
  z.string(),
  z.transform((text) => new Big(text)),
);
const run = z.object({ kind: z.enum(['win', 'loss']), length: count });

export const summarySchema = z.object({
  signals: count,
  wins: count,
  losses: count,
  breakevens: count,
  skips: count,
  /** The runs at both ends; of equal length as all wins and losses together where there is only this one. */
  firstRun: z.nullable(run),
  lastRun: z.nullable(run),
  longestWins: count,
  longestLosses: count,
  /** The sum of all profits, those above zero, those below zero (as they are, negative). */
  profit: decimal,
  gains: z.object({ count, sum: decimal, largest: decimal }),
  drops: z.object({ count, sum: decimal, largest: decimal }),
  /** How high and how low the running sum of profits comes, from 0 before the first signal. */
  highest: decimal,
  lowest: decimal,
  /** How deep it falls at most below what it had reached before. */
  drawdown: decimal,
});
export type Summary = z.output<typeof summarySchema>;
export type Run = z.output<typeof run>;

const zero = new Big(0);
const none = { count: 0, sum: zero, largest: zero };

export const EMPTY: Summary = {
  signals: 0,
  wins: 0,
  losses: 0,
  breakevens: 0,
  skips: 0,
  firstRun: null,
  lastRun: null,
  longestWins: 0,
  longestLosses: 0,
  profit: zero,
  gains: none,
  drops: none,
  highest: zero,
  lowest: zero,
  drawdown: zero,
};

/** What of a signal its summary knows. */
export type Outcome = Pick<SignalFact, 'result' | 'profit_loss'>;

export function summaryOf(signals: readonly Outcome[]): Summary {
  return signals.map(summaryOfOne).reduce(merge, EMPTY);
}

function summaryOfOne({ result, profit_loss }: Outcome): Summary {
  const summary: Summary = { ...EMPTY, signals: 1 };
  if (result === 'breakeven') summary.breakevens = 1;
  if (result === 'skip') summary.skips = 1;
  if (result === 'win' || result === 'loss') {
    summary.firstRun = { kind: result, length: 1 };
    summary.lastRun = summary.firstRun;
    if (result === 'win') summary.wins = summary.longestWins = 1;
    else summary.losses = summary.longestLosses = 1;
  }
  return profit_loss === undefined ? summary : { ...summary, ...moneyOf(new Big(profit_loss)) };
}

function moneyOf(profit: Big): Partial<Summary> {
  const one = { count: 1, sum: profit, largest: profit };
  if (profit.gt(0)) return { profit, gains: one, highest: profit };
  if (profit.lt(0)) return { profit, drops: one, lowest: profit, drawdown: profit.abs() };
  return {};
}

/** The summary of the signals of `a` followed by those of `b`. */
export function merge(a: Summary, b: Summary): Summary {
  return {
    signals: a.signals + b.signals,
    wins: a.wins + b.wins,
    losses: a.losses + b.losses,
    breakevens: a.breakevens + b.breakevens,
    skips: a.skips + b.skips,
    ...mergeRuns(a, b),
    ...mergeMoney(a, b),
  };
}

function mergeRuns(a: Summary, b: Summary) {
  const { firstRun, lastRun } = a;
  if (!firstRun || !lastRun) return runsOf(b);
  if (!b.firstRun || !b.lastRun) return runsOf(a);
  const meets = lastRun.kind === b.firstRun.kind;
  const joined = { kind: lastRun.kind, length: lastRun.length + (meets ? b.firstRun.length : 0) };
  const isOneRun = (summary: Summary) => summary.firstRun?.length === summary.wins + summary.losses;
  return {
    firstRun: meets && isOneRun(a) ? joined : firstRun,
    lastRun: meets && isOneRun(b) ? joined : b.lastRun,
    longestWins: Math.max(a.longestWins, b.longestWins, joined.kind === 'win' ? joined.length : 0),
    longestLosses: Math.max(a.longestLosses, b.longestLosses, joined.kind === 'loss' ? joined.length : 0),
  };
}

function runsOf({ firstRun, lastRun, longestWins, longestLosses }: Summary) {
  return { firstRun, lastRun, longestWins, longestLosses };
}

function mergeMoney(a: Summary, b: Summary) {
  if (isWithoutMoney(b)) return moneyFields(a);
  if (isWithoutMoney(a)) return moneyFields(b);
  return {
    profit: a.profit.plus(b.profit),
    gains: mergeSide(a.gains, b.gains, larger),
    drops: mergeSide(a.drops, b.drops, smaller),
    highest: larger(a.highest, a.profit.plus(b.highest)),
    lowest: smaller(a.lowest, a.profit.plus(b.lowest)),
    // The deepest fall lies in one of both, or from the highest point of the first to the lowest of the second.
    drawdown: larger(larger(a.drawdown, b.drawdown), a.highest.minus(a.profit.plus(b.lowest))),
  };
}

function isWithoutMoney({ gains, drops }: Summary): boolean {
  return gains.count + drops.count === 0;
}

function moneyFields({ profit, gains, drops, highest, lowest, drawdown }: Summary) {
  return { profit, gains, drops, highest, lowest, drawdown };
}

function mergeSide(a: Summary['gains'], b: Summary['gains'], further: (a: Big, b: Big) => Big): Summary['gains'] {
  return { count: a.count + b.count, sum: a.sum.plus(b.sum), largest: further(a.largest, b.largest) };
}

function larger(a: Big, b: Big): Big {
  return a.gt(b) ? a : b;
}
function smaller(a: Big, b: Big): Big {
  return a.lt(b) ? a : b;
}
