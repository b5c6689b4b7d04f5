/** What the streams of both exchanges have in common: connections, subscriptions, and messages that follow from time. */

import type { ExchangeName } from '../../../core/market/candle.ts';
import type { Market } from '../market.ts';
import type { Faults } from './faults.ts';

export interface StreamClient {
  send(text: string): void;
  /** With a close frame. */
  close(code: number, reason: string): void;
  /** Topics as the exchange names them, and up to when (epoch milliseconds) their messages have been sent. */
  subscriptions: Map<string, number>;
  /** Epoch milliseconds. */
  openedAt: number;
  /** What the protocol knows of this connection: Binance's wrapping of messages. */
  combined: boolean;
}

export interface World {
  market: Market;
  faults: Faults;
  /** Epoch milliseconds; never goes back. */
  now(): number;
}

export interface StreamProtocol {
  exchange: ExchangeName;
  /** Whether connections to this path are this exchange's. */
  serves(path: string): boolean;
  /** Takes what the address asks for. */
  open(client: StreamClient, url: URL, world: World): void;
  receive(client: StreamClient, text: string, world: World): void;
  /** The messages of a topic for what happened after `from` up to `to`, in order. */
  messages(topic: string, from: number, to: number, world: World): string[];
  /** How a topic's message goes out on this connection. */
  wrapped(client: StreamClient, topic: string, message: string): string;
  /** Milliseconds a connection may live; undefined where there is no limit. */
  lifetime: number | undefined;
  /** Milliseconds between the server's pings; undefined where it sends none. */
  pingEvery: number | undefined;
  /** Messages that a client may send in any second. */
  messagesASecond: number | undefined;
  /** New connections from one address in five minutes. */
  connections: number;
  /** Said before a planned end of connections; undefined where the exchange says nothing. */
  farewell(now: number): string | undefined;
}
