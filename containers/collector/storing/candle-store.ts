import { randomUUID } from 'node:crypto';
import { logger } from '../../../core/log.ts';
import type { CollectedCandle } from '../../../core/market/candle.ts';
import { type EarlierCandles, earlierCandles } from '../../../core/market/earlier-candles.ts';
import { storeCandle } from '../../../core/market/stored-candles.ts';
import type { Market, TradePoint } from '../../../core/market/trade.ts';
import type { Store } from './store.ts';

/** How often what has changed is written, in milliseconds. */
const EVERY = 5000;
/** Writes at a time. */
const TOGETHER = 10;
/** Some hours of a hundred symbols: a table that can't be reached for longer loses the oldest. */
const MOST_WAITING = 50_000;

/** Stores candles that are over, and the minutes that form. */
export class CandleStore implements Store {
  readonly #forming: () => CollectedCandle[];
  /** What is over and not written yet, by what it is of. */
  readonly #waiting = new Map<string, CollectedCandle>();
  readonly #earlier = new Map<string, EarlierCandles>();
  readonly #timer: NodeJS.Timeout;
  readonly #writer = randomUUID();
  #writing: Promise<void> | undefined;

  /** @param forming the minutes that form now */
  constructor(forming: () => CollectedCandle[]) {
    this.#forming = forming;
    this.#timer = setInterval(() => this.#begin(), EVERY);
  }

  /**
   * Reads what an earlier life has left of a market's candles; to be called before its trades come. Where that can't be
   * read, they begin anew.
   * @param last the last trade that is stored
   */
  async begin(market: Market, last: TradePoint | undefined): Promise<void> {
    this.#earlier.delete(market.symbol);
    if (last === undefined) return;
    try {
      const found = await earlierCandles(market, last, Date.now());
      if (found) this.#earlier.set(market.symbol, found);
    } catch (error) {
      logger.warn('Earlier candles could not be read', { ...market, error });
    }
  }

  /** What was read of a symbol, once. */
  earlier(symbol: string): EarlierCandles | undefined {
    const found = this.#earlier.get(symbol);
    this.#earlier.delete(symbol);
    return found;
  }

  candle(candle: CollectedCandle): void {
    const { symbol, timeframe, openTime } = candle;
    const key = `${symbol}#${timeframe}#${openTime}`;
    this.#waiting.set(key, candle);
    if (this.#waiting.size <= MOST_WAITING) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
    logger.error('A candle could not be stored for too long', { candle: oldest });
  }

  async flush(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #begin(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** What can't be written is tried again the next time; of a minute that forms there is a newer state by then. */
  async #write(): Promise<void> {
    const over = [...this.#waiting];
    const tasks = [
      ...over.map(([key, candle]) => async () => {
        await storeCandle(candle, this.#writer, Date.now());
        // A late trade may have changed it meanwhile.
        if (this.#waiting.get(key) === candle) this.#waiting.delete(key);
      }),
      ...this.#forming().map((candle) => () => storeCandle(candle, this.#writer, Date.now())),
    ];
    try {
      for (let at = 0; at < tasks.length; at += TOGETHER) {
        await Promise.all(tasks.slice(at, at + TOGETHER).map((task) => task()));
      }
    } catch (error) {
      logger.warn('Candles could not be stored', { waiting: this.#waiting.size, error });
    }
  }
}
