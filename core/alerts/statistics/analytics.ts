import { Big } from 'big.js';
import { signalTime } from '../alert-id.ts';
import type { SignalFact } from './facts.ts';
import { winRate } from './statistics.ts';

/** Signals counted by what they share. */

export const GROUPINGS = ['indicator', 'symbol', 'signal_type', 'timeframe', 'day', 'hour', 'weekday'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  /** Null for signals of which it is not known. */
  key: string | null;
  /** Of an indicator: the latest spelling of its name. */
  label?: string | null;
  count: number;
  wins: number;
  losses: number;
  breakevens: number;
  win_rate: number | null;
  profit_loss: string;
  /** Of a day: all profits until its end, and how far that lies below the highest end of a day so far (0 at first). */
  equity?: string;
  drawdown?: string;
}

/** Of a signal what is counted, and its groups' keys. */
export type GroupedSignal = Pick<
  SignalFact,
  'id' | 'indicator' | 'indicator_key' | 'symbol' | 'signal_type' | 'timeframe' | 'result' | 'profit_loss'
>;

interface Tally {
  label: string | null;
  count: number;
  wins: number;
  losses: number;
  breakevens: number;
  profit: Big;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Days, hours and weekdays (ISO 8601: 1 is Monday) are UTC's, and numbers until they are shown. */
const KEYS: Record<Grouping, (signal: GroupedSignal) => string | number | undefined> = {
  indicator: ({ indicator_key }) => indicator_key,
  symbol: ({ symbol }) => symbol,
  signal_type: ({ signal_type }) => signal_type,
  timeframe: ({ timeframe }) => timeframe,
  day: ({ id }) => Math.floor(signalTime(id) / DAY_MS),
  hour: ({ id }) => Math.floor(signalTime(id) / HOUR_MS) % 24,
  // The epoch began on a Thursday.
  weekday: ({ id }) => ((Math.floor(signalTime(id) / DAY_MS) + 3) % 7) + 1,
};

function shown(key: string | number | null, grouping: Grouping): string | null {
  if (typeof key !== 'number') return key;
  if (grouping === 'day') return new Date(key * DAY_MS).toISOString().slice(0, 10);
  return grouping === 'hour' ? String(key).padStart(2, '0') : String(key);
}

/** Counts signals, which have to come in the order of their creation. */
export class Tallies {
  readonly #grouping: Grouping;
  readonly #tallies = new Map<string | number | null, Tally>();

  constructor(grouping: Grouping) {
    this.#grouping = grouping;
  }

  get size(): number {
    return this.#tallies.size;
  }

  add(signal: GroupedSignal): void {
    const key = KEYS[this.#grouping](signal) ?? null;
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = { label: null, count: 0, wins: 0, losses: 0, breakevens: 0, profit: new Big(0) };
      this.#tallies.set(key, tally);
    }
    tally.label = signal.indicator ?? tally.label;
    tally.count += 1;
    if (signal.result === 'win') tally.wins += 1;
    if (signal.result === 'loss') tally.losses += 1;
    if (signal.result === 'breakeven') tally.breakevens += 1;
    if (signal.profit_loss !== undefined) tally.profit = tally.profit.plus(signal.profit_loss);
  }

  /** Days, hours and weekdays in their order, all others by the number of their signals. */
  groups(): Group[] {
    const inOrder = [...this.#tallies].sort(
      ([keyA, a], [keyB, b]) => (typeof keyA === 'number' ? 0 : b.count - a.count) || compare(keyA, keyB),
    );
    const groups = inOrder.map(([key, { label, profit, ...counts }]) => ({
      key: shown(key, this.#grouping),
      ...(this.#grouping === 'indicator' ? { label: key === null ? null : label } : {}),
      ...counts,
      win_rate: winRate(counts.wins, counts.losses),
      profit_loss: profit.toFixed(),
    }));
    return this.#grouping === 'day' ? withEquity(groups) : groups;
  }
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
}

function withEquity(days: Group[]): Group[] {
  let equity = new Big(0);
  let highest = equity;
  return days.map((day) => {
    equity = equity.plus(day.profit_loss);
    if (equity.gt(highest)) highest = equity;
    return { ...day, equity: equity.toFixed(), drawdown: highest.minus(equity).toFixed() };
  });
}
