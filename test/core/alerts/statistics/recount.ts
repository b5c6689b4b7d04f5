import { Big } from 'big.js';
import type { Grouping } from '../../../../core/alerts/statistics/analytics.ts';

/** Statistics and analyses counted over a plain list of signals, as its reader would count them. */

/** As the API shows a signal. */
export interface ListedSignal {
  created_at: string;
  symbol: string | null;
  indicator: string | null;
  indicator_key: string | null;
  signal_type: string | null;
  timeframe: string | null;
  screenshot_status: string;
  result: string;
  profit_loss: string | null;
}

/** @param signals in the order of their creation */
export function recountStatistics(signals: readonly ListedSignal[], now: number) {
  const of = (result: string) => signals.filter((signal) => signal.result === result).length;
  const profits = signals.flatMap(({ profit_loss }) => (profit_loss === null ? [] : [new Big(profit_loss)]));
  const [gains, drops] = [profits.filter((it) => it.gt(0)), profits.filter((it) => it.lt(0))];
  const streaks: { kind: string; length: number }[] = [];
  for (const { result } of signals) {
    if (result !== 'win' && result !== 'loss') continue;
    const current = streaks.at(-1);
    if (current?.kind === result) current.length += 1;
    else streaks.push({ kind: result, length: 1 });
  }
  const longest = (kind: string) =>
    Math.max(0, ...streaks.filter((it) => it.kind === kind).map(({ length }) => length));
  const equities = profits.map((_, index) => sum(profits.slice(0, index + 1)));
  let [peak, drawdown] = [new Big(0), new Big(0)];
  for (const equity of equities) {
    if (equity.gt(peak)) peak = equity;
    if (peak.minus(equity).gt(drawdown)) drawdown = peak.minus(equity);
  }
  return {
    total_signals: signals.length,
    this_month: signals.filter((it) => it.created_at.slice(0, 7) === new Date(now).toISOString().slice(0, 7)).length,
    screenshots_pending: signals.filter((it) => ['pending', 'processing'].includes(it.screenshot_status)).length,
    win_rate: rate(of('win'), of('loss')),
    wins: of('win'),
    losses: of('loss'),
    breakevens: of('breakeven'),
    skips: of('skip'),
    pending: of('pending'),
    profit_loss: sum(profits).toFixed(),
    profit_factor: drops.length === 0 ? null : Number(divide(sum(gains), sum(drops).abs(), 2)),
    average_win: gains.length === 0 ? null : divide(sum(gains), new Big(gains.length), 8),
    average_loss: drops.length === 0 ? null : divide(sum(drops), new Big(drops.length), 8),
    largest_win: gains.length === 0 ? null : sorted(gains).at(-1)?.toFixed(),
    largest_loss: drops.length === 0 ? null : sorted(drops).at(0)?.toFixed(),
    current_streak: streaks.at(-1) ?? null,
    longest_win_streak: longest('win'),
    longest_loss_streak: longest('loss'),
    max_drawdown: drawdown.toFixed(),
  };
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @param signals in the order of their creation */
export function recountAnalytics(signals: readonly ListedSignal[], grouping: Grouping) {
  const keyOf = (signal: ListedSignal): string | null => {
    switch (grouping) {
      case 'indicator':
        return signal.indicator_key;
      case 'day':
        return signal.created_at.slice(0, 10);
      case 'hour':
        return signal.created_at.slice(11, 13);
      case 'weekday':
        return String(WEEKDAYS.indexOf(new Date(signal.created_at).toUTCString().slice(0, 3)) + 1);
      default:
        return signal[grouping];
    }
  };
  const groups = [...Map.groupBy(signals, keyOf)].map(([key, members]) => {
    const of = (result: string) => members.filter((signal) => signal.result === result).length;
    return {
      key,
      ...(grouping === 'indicator'
        ? { label: key === null ? null : (members.findLast(({ indicator }) => indicator !== null)?.indicator ?? null) }
        : {}),
      count: members.length,
      wins: of('win'),
      losses: of('loss'),
      breakevens: of('breakeven'),
      win_rate: rate(of('win'), of('loss')),
      profit_loss: sum(members.map(({ profit_loss }) => new Big(profit_loss ?? 0))).toFixed(),
    };
  });
  if (grouping !== 'day') return groups;
  return groups.map((day, index) => {
    const ends = groups
      .slice(0, index + 1)
      .map((_, at) => sum(groups.slice(0, at + 1).map((it) => new Big(it.profit_loss))));
    const equity = ends[index] ?? new Big(0);
    const highest = sorted([new Big(0), ...ends]).at(-1) ?? equity;
    return { ...day, equity: equity.toFixed(), drawdown: highest.minus(equity).toFixed() };
  });
}

/** Groups without regard to their order. */
export function byKey<G extends { key: string | null }>(groups: readonly G[]): G[] {
  return [...groups].sort((a, b) => String(a.key).localeCompare(String(b.key)));
}

function rate(wins: number, losses: number): number | null {
  return wins + losses === 0 ? null : Number(((100 * wins) / (wins + losses) + 1e-9).toFixed(1));
}

function sum(values: readonly Big[]): Big {
  return values.reduce((total, value) => total.plus(value), new Big(0));
}

function sorted(values: readonly Big[]): Big[] {
  return [...values].sort((a, b) => a.cmp(b));
}

/** Far more digits than asked for, then rounded half to even. */
function divide(dividend: Big, divisor: Big, decimals: number): string {
  const Exact = Big();
  Exact.DP = 40;
  return new Big(new Exact(dividend).div(divisor).round(decimals, Big.roundHalfEven).toFixed()).toFixed();
}
