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
    this.close = price;
  }

  /** One that was counted before. */
  static of({ openTime, open, high, low, close, volume, trades, complete }: CollectedCandle): Minute {
    const minute = new Minute(openTime, open);
    minute.volume.add(volume);
    return Object.assign(minute, { high, low, close, trades, complete });
  }

  add({ price, quantity }: Trade): void {
    if (price !== this.close) {
      if (compareDecimals(price, this.high) > 0) this.high = price;
      else if (compareDecimals(price, this.low) < 0) this.low = price;
    }
    this.close = price;
    this.trades += 1;
    this.volume.add(quantity);
  }
}
