import type { CollectedCandle } from '../../../core/market/candle.ts';
import { compareDecimals, DecimalSum } from '../../../core/market/decimals.ts';
import type { Trade } from '../../../core/market/trade.ts';

export const MINUTE = 60_000;

/** When the minute of `at` begins; both in epoch milliseconds. */
export const minuteOf = (at: number) => at - (at % MINUTE);

/** One minute of trades, growing. */
export class Minute {
  /** Epoch milliseconds. */
  readonly openTime: number;
  open: string;
  high: string;
  low: string;
  /** About what those are worth: most trades are between them. */
  #highest: number;
  #lowest: number;
  close: string;
  trades = 0;
  complete = true;
  readonly volume = new DecimalSum();

  /** `price` is where it begins: the last price before it, or the first in it where none is known. */
  constructor(openTime: number, price: string) {
    this.openTime = openTime;
    this.open = price;
    this.high = price;
    this.low = price;
    this.#highest = Number(price);
    this.#lowest = this.#highest;
    this.close = price;
  }

  /** One that was counted before. */
  static of({ openTime, open, high, low, close, volume, trades, complete }: CollectedCandle): Minute {
    const minute = new Minute(openTime, open);
    for (const price of [high, low, close]) minute.#reach(price);
    minute.volume.add(volume);
    return Object.assign(minute, { trades, complete });
  }

  add({ price, quantity }: Trade): void {
    if (price !== this.close) this.#reach(price);
    this.trades += 1;
    this.volume.add(quantity);
  }

  #reach(price: string): void {
    const worth = Number(price);
    if (worth >= this.#highest && compareDecimals(price, this.high) > 0) {
      this.high = price;
      this.#highest = worth;
    } else if (worth <= this.#lowest && compareDecimals(price, this.low) < 0) {
      this.low = price;
      this.#lowest = worth;
    }
    this.close = price;
  }
}
