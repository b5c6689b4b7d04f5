/**
 * The candles of one market, built from its trades in order. Minutes are counted, longer candles are sums of minutes.
 * A candle closes when its time is over, not when a later trade comes; a minute without trades is flat.
 *
 * They follow their exchange's own way, so that they can be held against its candles: Bybit's open where the one before
 * closed, Binance's with their first trade.
 */

import { type CollectedCandle, TIMEFRAMES, type Timeframe } from '../../../core/market/candle.ts';
import type { EarlierCandles } from '../../../core/market/earlier-candles.ts';
import { sumMinutes } from '../../../core/market/sum-minutes.ts';
import { durationOf } from '../../../core/market/timeframe.ts';
import type { Market, Trade, TradeGap } from '../../../core/market/trade.ts';
import { MINUTE, Minute, minuteOf } from './minute.ts';

/** Enough for the longest timeframe while it forms, and for trades that come late. */
const KEPT = 2 * durationOf('4h');

export class CandleBuilder {
  readonly #market: Market;
  /** Whether a candle opens where the one before closed, or with its own first trade. */
  readonly #chained: boolean;
  readonly #closed: (candle: CollectedCandle) => void;
  readonly #minutes = new Map<number, Minute>();
  #lastPrice: string | undefined;
  /** Before this nothing is complete; epoch milliseconds. */
  #since: number | undefined;
  /** All before this is closed. */
  #closedUntil: number | undefined;

  constructor(market: Market, options: { chained: boolean; closed: (candle: CollectedCandle) => void }) {
    this.#market = market;
    this.#chained = options.chained;
    this.#closed = options.closed;
  }

  /**
   * Goes on where an earlier life ended, as if it had not: with its whole minutes, oldest first, and what came after them.
   * Before anything else, and then the trades after the last of these.
   */
  resume({ minutes, links }: EarlierCandles): void {
    const [first] = minutes;
    const last = minutes.at(-1);
    if (first === undefined || last === undefined) return;
    for (const candle of minutes) this.#minutes.set(candle.openTime, Minute.of(candle));
    this.#lastPrice = last.close;
    this.#since = first.openTime;
    this.#closedUntil = last.openTime + MINUTE;
    for (const { gap, trades } of links) {
      if (gap) this.gap({ ...this.#market, ...gap });
      for (const trade of trades()) if (trade.timestamp >= this.#closedUntil) this.add(trade);
    }
  }

  /** From this moment of the exchange's clock on every trade comes; only the first call counts. */
  begin(at: number): void {
    this.#since ??= at;
    this.#closedUntil ??= minuteOf(at);
  }

  add(trade: Trade): void {
    const openTime = minuteOf(trade.timestamp);
    this.#minute(openTime, trade.price).add(trade);
    this.#lastPrice = trade.price;
    if (openTime < (this.#closedUntil ?? 0)) this.#tell(openTime);
  }

  /** The candles that the gap touches are not complete; those that were told of as such before it was known are told again. */
  gap({ from, to }: TradeGap): void {
    const last = minuteOf(to.timestamp);
    const first = Math.max(minuteOf(from.timestamp), last - KEPT);
    for (let openTime = first; openTime <= last; openTime += MINUTE) {
      const minute = this.#minutes.get(openTime) ?? this.#flat(openTime);
      if (minute === undefined) continue;
      minute.complete = false;
      if (openTime < (this.#closedUntil ?? 0)) this.#tell(openTime);
    }
  }

  /** Closes what ends at or before `until` by the exchange's clock, in order; the caller knows that no trade is missing. */
  close(until: number): void {
    if (this.#closedUntil === undefined) return;
    const first = Math.max(this.#closedUntil, minuteOf(until) - KEPT);
    for (let openTime = first; openTime + MINUTE <= until; openTime += MINUTE) {
      this.#closedUntil = openTime + MINUTE;
      if (!this.#minutes.has(openTime)) this.#flat(openTime);
      this.#tell(openTime);
    }
    for (const openTime of this.#minutes.keys()) if (openTime < until - KEPT) this.#minutes.delete(openTime);
  }

  /** The candle that holds `at` (the exchange's clock), as it stands; undefined where nothing is known of its time. */
  candle(timeframe: Timeframe, at: number): CollectedCandle | undefined {
    const candle = sumMinutes(this.#minutes.values(), timeframe, at, this.#closedUntil ?? 0);
    if (candle === undefined) return undefined;
    const isWhole = this.#since !== undefined && candle.openTime >= this.#since;
    return { ...this.#market, ...candle, complete: candle.complete && isWhole };
  }

  #minute(openTime: number, price: string): Minute {
    const known = this.#minutes.get(openTime);
    // A flat minute opened at the price before it; where candles do not chain its first trade opens it.
    if (known !== undefined && (known.trades > 0 || this.#chained)) return known;
    const minute = new Minute(openTime, this.#chained ? (this.#lastPrice ?? price) : price);
    minute.complete = known?.complete ?? true;
    this.#minutes.set(openTime, minute);
    return minute;
  }

  #flat(openTime: number): Minute | undefined {
    if (this.#lastPrice === undefined) return undefined;
    const minute = new Minute(openTime, this.#lastPrice);
    this.#minutes.set(openTime, minute);
    return minute;
  }

  /** Tells the minute, and the longer candles around it that are closed. */
  #tell(openTime: number): void {
    for (const timeframe of TIMEFRAMES) {
      const candle = this.candle(timeframe, openTime);
      if (candle?.closed === true) this.#closed(candle);
    }
  }
}
