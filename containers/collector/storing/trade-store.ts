import { logger } from '../../../core/log.ts';
import type { ExchangeName } from '../../../core/market/candle.ts';
import type { Trade, TradeGap, TradePoint } from '../../../core/market/trade.ts';
import { MarketWriter, type WriterSettings } from './market-writer.ts';
import type { Store } from './store.ts';

export interface TradeStoreSettings extends WriterSettings {
  /** Trades of all markets that may wait to be written: some 200 bytes each. */
  mostPending: number;
  /** Trades were forgotten, so many. */
  forgotten(trades: number): void;
}

/** How often it is looked whether too many trades wait, in trades. */
const LOOK_EVERY = 1000;

/** Stores the trades of an exchange's markets, and the gaps among them. */
export class TradeStore implements Store {
  readonly #exchange: ExchangeName;
  readonly #settings: TradeStoreSettings;
  readonly #markets = new Map<string, MarketWriter>();
  #taken = 0;

  constructor(exchange: ExchangeName, settings: TradeStoreSettings) {
    this.#exchange = exchange;
    this.#settings = settings;
  }

  /** Reads where these symbols go on; to be called before their trades come, for the first time or again. */
  async begin(symbols: readonly string[]): Promise<void> {
    await Promise.all(
      symbols.map(async (symbol) => {
        // What waits from an earlier time is still to be written, and says where to go on.
        if ((this.#markets.get(symbol)?.pending.size ?? 0) > 0) return;
        const market = { exchange: this.#exchange, symbol };
        this.#markets.set(symbol, await MarketWriter.begin(market, this.#settings));
      }),
    );
  }

  /** The last trade of a symbol that is stored or about to be; undefined where it has none. */
  last(symbol: string): TradePoint | undefined {
    return this.#writer(symbol).pending.newest;
  }

  trade(trade: Trade): void {
    this.#writer(trade.symbol).push(trade);
    this.#taken += 1;
    if (this.#taken % LOOK_EVERY === 0) this.#limit();
  }

  gap({ symbol, from, to }: TradeGap): void {
    this.#writer(symbol).push({ from, to });
  }

  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#markets.values()].map((writer) => writer.flush(signal)));
  }

  /** Memory ends before a long outage does: then the market with most loses its older trades, and says so by a gap. */
  #limit(): void {
    const all = [...this.#markets].map(([symbol, { pending }]) => ({ symbol, pending }));
    const [most] = all.sort((a, b) => b.pending.size - a.pending.size);
    const waiting = all.reduce((sum, { pending }) => sum + pending.size, 0);
    if (most === undefined || waiting <= this.#settings.mostPending) return;
    const trades = most.pending.forgetHalf();
    logger.error('Too many trades wait to be stored', { exchange: this.#exchange, symbol: most.symbol, trades });
    this.#settings.forgotten(trades);
  }

  #writer(symbol: string): MarketWriter {
    const writer = this.#markets.get(symbol);
    if (writer === undefined) throw new Error(`${symbol} was not begun`);
    return writer;
  }
}
