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
