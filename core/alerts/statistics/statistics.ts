import { Big } from 'big.js';
import type { Run, Summary } from './summary.ts';

/** The figures of a user's history. Money is exact; only averages and the factor, being quotients, are rounded. */
export interface Statistics {
  total_signals: number;
  this_month: number;
  screenshots_pending: number;
  win_rate: number | null;
  wins: number;
  losses: number;
  breakevens: number;
  skips: number;
  pending: number;
  profit_loss: string;
  profit_factor: number | null;
  average_win: string | null;
  average_loss: string | null;
  largest_win: string | null;
  largest_loss: string | null;
  current_streak: Run | null;
  longest_win_streak: number;
  longest_loss_streak: number;
  max_drawdown: string;
}

export function statistics(
  summary: Summary,
  counts: Pick<Statistics, 'this_month' | 'screenshots_pending'>,
): Statistics {
  const { signals, wins, losses, breakevens, skips, gains, drops } = summary;
  return {
    total_signals: signals,
    ...counts,
    win_rate: winRate(wins, losses),
    wins,
    losses,
    breakevens,
    skips,
    pending: signals - wins - losses - breakevens - skips,
    profit_loss: summary.profit.toFixed(),
    profit_factor: drops.count === 0 ? null : Number(quotient(gains.sum, drops.sum.abs(), 2)),
    average_win: average(gains),
    average_loss: average(drops),
    largest_win: gains.count === 0 ? null : gains.largest.toFixed(),
    largest_loss: drops.count === 0 ? null : drops.largest.toFixed(),
    current_streak: summary.lastRun,
    longest_win_streak: summary.longestWins,
    longest_loss_streak: summary.longestLosses,
    max_drawdown: summary.drawdown.toFixed(),
  };
}

/** Of all wins and losses, in percent with one decimal; null where there are none. */
export function winRate(wins: number, losses: number): number | null {
  return wins + losses === 0 ? null : Math.round((1000 * wins) / (wins + losses)) / 10;
}

const AVERAGE_DECIMALS = 8;

function average({ count, sum }: Summary['gains']): string | null {
  return count === 0 ? null : quotient(sum, new Big(count), AVERAGE_DECIMALS);
}

/** With so many decimals at most, a tie going to the even neighbour. */
function quotient(dividend: Big, divisor: Big, decimals: number): string {
  // A constructor of its own carries the division's settings, which otherwise are everybody's.
  const Quotient = Big();
  Quotient.DP = decimals;
  Quotient.RM = Quotient.roundHalfEven;
  return new Quotient(dividend).div(divisor).toFixed();
}
