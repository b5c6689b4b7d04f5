/** Candles as every part of the system passes them on. */

export const TIMEFRAMES = ['1m', '5m', '15m', '30m', '1h', '4h'] as const;

export type ExchangeName = 'bybit' | 'binance';

export interface Candle {
  /** Epoch milliseconds, UTC. */
  openTime: number;
  /** Exact decimals, as the exchange wrote them. */
  open: string;
  high: string;
  low: string;
  close: string;
  /** In the base currency. */
  volume: string;
}

export type Timeframe = (typeof TIMEFRAMES)[number];

/** A candle that a collector built from trades. */
export interface CollectedCandle extends Candle {
  exchange: ExchangeName;
  symbol: string;
  timeframe: Timeframe;
  trades: number;
  /** Its time is over; a trade that comes late still changes it, and it is told again. */
  closed: boolean;
  /** Every trade of its time is in it: none was before the collector's start, none in a gap. */
  complete: boolean;
}
