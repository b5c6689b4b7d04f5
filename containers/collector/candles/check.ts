/** Our candles against the exchange's own: where they differ, a trade was lost or taken twice. */

import type { CollectedCandle } from '../../../core/market/candle.ts';
import { compareDecimals } from '../../../core/market/decimals.ts';
import type { ExchangeCandle } from '../feed/exchange.ts';
import type { CandleBuilder } from './builder.ts';
import { MINUTE } from './minute.ts';

export interface CandleDifference {
  ours: CollectedCandle;
  theirs: ExchangeCandle;
}

/** Trades that come late are given this long after a minute's end, in milliseconds. */
const SETTLED_AFTER = 5000;

export class CandleCheck {
  readonly #builder: CandleBuilder;
  readonly #different: (difference: CandleDifference) => void;
  readonly #waiting = new Map<number, ExchangeCandle>();
  checked = 0;
  different = 0;

  constructor(builder: CandleBuilder, different: (difference: CandleDifference) => void) {
    this.#builder = builder;
    this.#different = different;
  }

  /** The exchange's own candle; only minutes that are closed are held against ours. */
  take(candle: ExchangeCandle): void {
    if (candle.closed && candle.timeframe === '1m') this.#waiting.set(candle.openTime, candle);
  }

  /** Compares what is settled at `now` of the exchange's clock; the caller knows that no trade is missing. */
  look(now: number): void {
    for (const [openTime, theirs] of this.#waiting) {
      if (now < openTime + MINUTE + SETTLED_AFTER) continue;
      this.#waiting.delete(openTime);
      const ours = this.#builder.candle('1m', openTime);
      if (ours === undefined || !ours.closed || !ours.complete) continue;
      this.checked += 1;
      if (areEqual(ours, theirs)) continue;
      this.different += 1;
      this.#different({ ours, theirs });
    }
  }
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

function areEqual(ours: CollectedCandle, theirs: ExchangeCandle): boolean {
  return FIELDS.every((field) => compareDecimals(ours[field], theirs[field]) === 0);
}
