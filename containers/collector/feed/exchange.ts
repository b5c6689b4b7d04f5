/** What an exchange answers to the connection, which knows nothing of any of them. */

import type { Channel } from '../../../core/collectors/collector.ts';
import type { ExchangeName, Timeframe } from '../../../core/market/candle.ts';
import type { Trade } from '../../../core/market/trade.ts';
import type { Levels } from '../book/levels.ts';

export interface BookUpdate {
  symbol: string;
  /** The whole book instead of changes. */
  snapshot: boolean;
  /** The first and the last of the updates that the message holds, by the exchange's own counting. */
  first: number;
  last: number;
  /** A quantity of zero takes the level away. */
  bids: Levels;
  asks: Levels;
  /** The exchange's clock, epoch milliseconds. */
  timestamp: number;
}

/** A candle as the exchange itself counts it. */
export interface ExchangeCandle {
  symbol: string;
  timeframe: Timeframe;
  /** Epoch milliseconds. */
  openTime: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  closed: boolean;
}

/** A message that a topic brings. */
export type Data =
  | { kind: 'trades'; topic: string; trades: Trade[] }
  | { kind: 'book'; topic: string; update: BookUpdate }
  /** `timestamp`: the exchange's clock, epoch milliseconds. */
  | { kind: 'candles'; topic: string; candles: ExchangeCandle[]; timestamp: number };

/** Any message of an exchange. */
export type Frame =
  | Data
  /** `id` is the request's that is answered; null where the exchange did not say. */
  | { kind: 'acknowledged'; id: number | null }
  | { kind: 'refused'; id: number | null; reason: string }
  | { kind: 'pong' }
  /** The server is about to end its connections. */
  | { kind: 'closing' }
  | { kind: 'malformed'; reason: string };

export interface Exchange {
  name: ExchangeName;
  /** The address to connect to, under the base that configuration gives. */
  url(base: string): string;
  /** Candles are those of one minute: what the longer ones follow from. */
  topic(channel: Channel, symbol: string): string;
  request(operation: 'subscribe' | 'unsubscribe', topics: string[], id: number): string;
  topicsPerRequest: number;
  topicsPerConnection: number;
  /** Milliseconds between two messages of ours on one connection. */
  requestSpacing: number;
  /** What keeps the connection alive, and every how many milliseconds; null where answering pings does. */
  keepAlive: { every: number; message: string } | null;
  /** Milliseconds after which the exchange ends a connection; null where it does not. */
  lifetime: number | null;
  /** Whether a candle opens where the one before closed, or with its own first trade. */
  candlesChain: boolean;
  /** What a message says. Never throws. `receivedAt` in epoch milliseconds. */
  read(data: Buffer, receivedAt: number): Frame;
}
