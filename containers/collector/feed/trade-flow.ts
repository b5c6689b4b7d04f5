/** The trades of one market: each once and in order, with what the stream missed asked from the exchange's history. */

import { setTimeout } from 'node:timers/promises';
import { MarketError } from '../../../core/market/error.ts';
import type { Market, Trade, TradePoint } from '../../../core/market/trade.ts';
import type { History } from '../exchanges/history.ts';
import { type TradeEvents, TradeSequence } from '../trades/sequence.ts';
import type { Clock } from './clock.ts';

export interface BackfillSettings {
  /** All in milliseconds. How long a trade that is out of order may take to come by itself. */
  reorder: number;
  /** Between two questions to the history, growing to the second. */
  retry: { base: number; cap: number };
  /** How long the history may fail to answer before what is missing is a gap. */
  giveUpAfter: number;
  /**
   * How far apart the history is asked where the stream brings nothing: `most` where that is known to be wrong, `quiet`
   * where the market may rest.
   */
  poll: { least: number; most: number; quiet: number };
}

/** Of what the history has, this share may be new when it is asked. */
const SHARE = 1 / 3;
/** How long a market's rate of trades is remembered, in milliseconds. */
const RATE_LASTS = 30_000;

export interface TradeFlowEvents extends TradeEvents {
  /** The history had trades that the stream had not brought. */
  missed(): void;
}

export interface TradeFlowOptions {
  market: Market;
  history: History;
  settings: BackfillSettings;
  clock: Clock;
  events: TradeFlowEvents;
}

export class TradeFlow {
  readonly #options: TradeFlowOptions;
  readonly #sequence: TradeSequence;
  readonly #stopped = new AbortController();
  #filling = false;
  #askAgain = false;
  /** All by `elapsed`: when the stream last brought trades, when the history was last asked, and when it last answered that. */
  #streamedAt: number;
  #askedAt: number;
  #knownAt = Number.NEGATIVE_INFINITY;
  /** The history had trades that the stream has not brought since. */
  #keptBack = false;
  /** Trades a millisecond, of late. */
  #rate = 0;
  #passed = 0;
  #countedAt: number;
  readonly #beganAt: number;

  /** `last`: the trade after which to go on. */
  constructor(options: TradeFlowOptions, last?: TradePoint) {
    const { market, clock, events } = options;
    this.#options = options;
    this.#sequence = new TradeSequence(
      market,
      {
        trade: (trade) => {
          this.#passed += 1;
          events.trade(trade);
        },
        gap: (gap) => events.gap(gap),
      },
      last,
    );
    this.#beganAt = clock.elapsed();
    this.#countedAt = this.#beganAt;
    this.#streamedAt = this.#countedAt;
    this.#askedAt = this.#countedAt;
  }

  /** Up to when (`elapsed`) the history has told everything. */
  get knownAt(): number {
    return this.#knownAt;
  }

  /** Nothing is known to be missing, and nothing is being asked. */
  get isSettled(): boolean {
    return !this.#filling && !this.#sequence.hasHole;
  }

  /** Trades that came more than once. */
  get repeated(): number {
    return this.#sequence.repeated;
  }

  /** `heardAt` by the clock's `elapsed`. */
  take(trades: Trade[], heardAt: number): void {
    this.#streamedAt = heardAt;
    this.#keptBack = false;
    for (const trade of trades) this.#sequence.offer(trade);
    if (this.#sequence.hasHole) this.#fill(this.#options.settings.reorder);
  }

  /** The stream begins, perhaps after a pause: the history says what was traded meanwhile. */
  ask(): void {
    this.#askAgain = true;
    this.#fill(0);
  }

  /**
   * Time has passed. Where the stream brings nothing, the history is asked before it has forgotten what may have been
   * traded meanwhile, by the market's rate.
   * @param comes whether trades are subscribed to
   */
  look(comes: boolean): void {
    const { history, settings, clock } = this.#options;
    const now = clock.elapsed();
    this.#count(now);
    const { least, most, quiet } = settings.poll;
    const pause = Math.min((history.reach * SHARE) / this.#rate, comes && !this.#keptBack ? quiet : most);
    const silentFor = now - Math.max(this.#streamedAt, this.#askedAt);
    if (!this.#filling && silentFor >= Math.max(least, pause)) this.ask();
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** While nobody has told anything the market's rate is taken to be what it was. */
  #count(now: number): void {
    const elapsed = now - this.#countedAt;
    if (elapsed <= 0 || (this.#passed === 0 && this.#knownAt <= this.#countedAt)) return;
    const weight = Math.max(1 - Math.exp(-elapsed / RATE_LASTS), elapsed / (now - this.#beganAt));
    this.#rate += (this.#passed / elapsed - this.#rate) * weight;
    this.#passed = 0;
    this.#countedAt = now;
  }

  #fill(after: number): void {
    if (this.#filling || this.#sequence.last === undefined) return;
    this.#filling = true;
    this.#askUntilWhole(after)
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) throw error;
      })
      .finally(() => {
        this.#filling = false;
      });
  }

  async #askUntilWhole(after: number): Promise<void> {
    const { settings, clock } = this.#options;
    const until = clock.elapsed() + settings.giveUpAfter;
    let wait = after;
    let pause = settings.retry.base;
    for (;;) {
      if (wait > 0) await setTimeout(wait, undefined, { signal: this.#stopped.signal });
      if (!this.#sequence.hasHole && !this.#askAgain) return;
      const answered = await this.#askOnce();
      if (this.#stopped.signal.aborted) return;
      if (answered === 'more') {
        wait = 0;
        continue;
      }
      if (clock.elapsed() >= until) {
        this.#askAgain = false;
        this.#sequence.giveUp();
      }
      wait = pause;
      pause = Math.min(settings.retry.cap, pause * 2);
      if (!this.#sequence.hasHole && !this.#askAgain) return;
    }
  }

  async #askOnce(): Promise<'more' | 'whole' | 'failed'> {
    const { history, market, events, clock } = this.#options;
    const point = this.#sequence.last;
    if (point === undefined) return 'whole';
    const askedAt = clock.elapsed();
    try {
      this.#askAgain = false;
      this.#askedAt = askedAt;
      const hadHole = this.#sequence.hasHole;
      const found = await history.tradesAfter(market.symbol, point);
      if (this.#stopped.signal.aborted) return 'whole';
      this.#sequence.fill(found);
      if (!hadHole && this.#sequence.last?.tradeId !== point.tradeId) {
        this.#keptBack = askedAt >= this.#streamedAt;
        events.missed();
      }
      if (found.more) this.#askAgain = true;
      else this.#knownAt = askedAt;
      return found.more ? 'more' : 'whole';
    } catch (error) {
      if (!(error instanceof MarketError)) throw error;
      this.#askAgain = true;
      return 'failed';
    }
  }
}
