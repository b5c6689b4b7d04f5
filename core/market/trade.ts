import type { ExchangeName } from './candle.ts';

/** One trade as an exchange told it. */
export interface Trade {
  exchange: ExchangeName;
  symbol: string;
  /** A whole number as text: Bybit's have 19 digits, more than a JavaScript number holds. */
  tradeId: string;
  /** What the taker did. */
  side: 'buy' | 'sell';
  /** Exact decimals, as the exchange wrote them. */
  price: string;
  /** In the base currency. */
  quantity: string;
  /** The exchange's clock, epoch milliseconds. */
  timestamp: number;
  /** Our clock, epoch milliseconds. */
  receivedAt: number;
}

/** What is traded where. */
export type Market = Pick<Trade, 'exchange' | 'symbol'>;

/** A trade's place among the others of its market. */
export type TradePoint = Pick<Trade, 'tradeId' | 'timestamp'>;

/** Trades that were missed and that nothing can give any more: all between two trades that are known. */
export interface TradeGap extends Market {
  /** The last trade before the gap. */
  from: TradePoint;
  /** The first after it. */
  to: TradePoint;
}
