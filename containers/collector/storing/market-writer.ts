import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '../../../core/log.ts';
import { NOTED_EVERY, noteMarket } from '../../../core/market/hot-markets.ts';
import {
  appendGap,
  appendTrades,
  BEGINNING,
  type ChainEnd,
  chainEnd,
  type GapEnds,
} from '../../../core/market/hot-trades.ts';
import type { Market, Trade } from '../../../core/market/trade.ts';
import { isGap, PendingTrades } from './pending-trades.ts';

export interface WriterSettings {
  /** Milliseconds that a trade waits at most for others to fill a link. */
  flushAfter: number;
  /** Milliseconds until what failed is tried again. */
  retryAfter: number;
}

/** More than a link can hold. */
const MOST_IN_A_LINK = 500;
/** Trades that are taken to fill a link until one was full. */
const FIRST_LINK = 100;

/** Writes the trades of one market, link after link; what can't be written waits. */
export class MarketWriter {
  readonly #market: Market;
  readonly #settings: WriterSettings;
  readonly #pending: PendingTrades;
  #end: ChainEnd;
  #linkful = FIRST_LINK;
  #notedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #failed = false;
  #timer: NodeJS.Timeout | undefined;

  /** Reads where the market's chain ends, to go on there. */
  static async begin(market: Market, settings: WriterSettings): Promise<MarketWriter> {
    return new MarketWriter(market, settings, await chainEnd(market));
  }

  private constructor(market: Market, settings: WriterSettings, end: ChainEnd) {
    this.#market = market;
    this.#settings = settings;
    this.#end = end;
    this.#pending = new PendingTrades(end === BEGINNING ? undefined : end.last);
  }

  /** What is not written yet. */
  get pending(): PendingTrades {
    return this.#pending;
  }

  push(one: Trade | GapEnds): void {
    this.#pending.push(one);
    if (this.#pending.size >= this.#linkful && !this.#failed) this.#write(0);
    else this.#writeAfter(this.#settings.flushAfter);
  }

  /** Writes all, as long as the signal lets it. */
  async flush(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
    });
    while (this.#pending.size > 0 && !signal.aborted) {
      await Promise.race([this.#write(this.#pending.size), aborted]);
      if (this.#failed) await sleep(this.#settings.retryAfter, undefined, { signal }).catch(() => {});
    }
    clearTimeout(this.#timer);
    if (this.#pending.size > 0) logger.error('Trades were not stored', { ...this.#market, trades: this.#pending.size });
  }

  #writeAfter(milliseconds: number): void {
    this.#timer ??= setTimeout(() => this.#write(this.#pending.size), milliseconds);
  }

  /** Writes so many, and whole links of what comes meanwhile. Never rejects. */
  #write(due: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeLinks(due)
      .then(
        () => {
          this.#failed = false;
        },
        (error: unknown) => {
          if (!this.#failed) logger.warn('Trades wait, as they could not be stored', { ...this.#market, error });
          this.#failed = true;
        },
      )
      .then(() => {
        this.#writing = undefined;
        const { retryAfter, flushAfter } = this.#settings;
        if (this.#pending.size > 0) this.#writeAfter(this.#failed ? retryAfter : flushAfter);
      });
    return this.#writing;
  }

  async #writeLinks(due: number): Promise<void> {
    for (let left = due; left > 0 || this.#pending.size >= this.#linkful; ) {
      const { size } = this.#pending;
      await this.#writeLink();
      left -= size - this.#pending.size;
    }
  }

  async #writeLink(): Promise<void> {
    const now = Date.now();
    if (now - this.#notedAt >= NOTED_EVERY) {
      await noteMarket(this.#market, now);
      this.#notedAt = now;
    }
    const first = this.#pending.first(MOST_IN_A_LINK);
    const added = isGap(first)
      ? await appendGap(this.#market, this.#end, first, now)
      : await appendTrades(this.#market, this.#end, first, now);
    if (added && !isGap(first)) this.#learn(first.length, added.count);
    // Another has written after the same trade, or it was this one, and the answer was lost.
    this.#end = added?.end ?? (await chainEnd(this.#market));
    this.#pending.goOnAfter(this.#end.last);
  }

  /** How many trades fill a link depends on their market. */
  #learn(offered: number, count: number): void {
    if (count < offered) this.#linkful = count;
    else if (count >= this.#linkful) this.#linkful = Math.min(MOST_IN_A_LINK, Math.ceil(count * 1.1));
  }
}
