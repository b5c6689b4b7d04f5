/** One exchange's markets, as they are traded: what a collector runs. */

import type { Channel } from '../../../core/collectors/collector.ts';
import type { CollectedCandle } from '../../../core/market/candle.ts';
import type { EarlierCandles } from '../../../core/market/earlier-candles.ts';
import type { TradePoint } from '../../../core/market/trade.ts';
import type { CandleBuilder } from '../candles/builder.ts';
import type { History } from '../exchanges/history.ts';
import type { LiveBook } from './book-flow.ts';
import type { Clock } from './clock.ts';
import { CONNECTION_SETTINGS, Connection, type ConnectionSettings, type ConnectionState } from './connection.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeTime } from './exchange-time.ts';
import { MarketFeed, type MarketListener, type MarketSettings } from './market-feed.ts';
import type { MarketStatistics } from './statistics.ts';

export interface FeedSettings extends MarketSettings {
  connection: ConnectionSettings;
  /** Milliseconds after which a silent topic is doubted: books hardly ever rest, trades and candles may. */
  quietBook: number;
  quietTopic: number;
}

export const FEED_SETTINGS: FeedSettings = {
  connection: CONNECTION_SETTINGS,
  quietBook: 10_000,
  quietTopic: 60_000,
  backfill: { reorder: 200, retry: { base: 500, cap: 5_000 }, giveUpAfter: 60_000 },
  bookAgainAfter: 5_000,
  candleGrace: 2_000,
};

export interface FeedListener extends MarketListener {
  /** The connection is there, or gone, or was changed; `reason` is for the log. */
  connection(state: ConnectionState, reason: string): void;
  /** The exchange will not have a topic. */
  refused(topic: string, reason: string): void;
  malformed(reason: string): void;
}

export interface FeedStatistics extends Omit<ConnectionState, 'refused'> {
  exchange: Exchange['name'];
  /** Messages that could not be read. */
  malformed: number;
  /** Our wall clock less the exchange's, milliseconds; null before the first message. */
  clockSkew: number | null;
  /** Topics that the exchange refuses, with its reason. */
  refused: Record<string, string>;
  markets: MarketStatistics[];
}

export interface FeedOptions {
  exchange: Exchange;
  /** Base of the exchange's streams: `wss://stream.bybit.com`. */
  baseUrl: string;
  history: History;
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  settings: FeedSettings;
  listener: FeedListener;
  /** The last trade of a symbol that is stored, asked for as the symbol comes: the feed goes on after it. */
  last?: (symbol: string) => TradePoint | undefined;
  /** What is stored of a symbol's candles up to that trade. */
  earlier?: (symbol: string) => EarlierCandles | undefined;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #connection: Connection;
  readonly #time: ExchangeTime;
  readonly #markets = new Map<string, MarketFeed>();
  readonly #byTopic = new Map<string, MarketFeed>();
  readonly #bookTopics = new Set<string>();
  #channels: ReadonlySet<Channel> = new Set();
  #current: number | undefined;
  #malformed = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    const { exchange, baseUrl, clock, random, settings, listener } = options;
    this.#options = options;
    this.#time = new ExchangeTime(clock);
    const { quietBook, quietTopic } = settings;
    this.#connection = new Connection({
      exchange,
      baseUrl,
      clock,
      random,
      settings: {
        ...settings.connection,
        silence: (topic) => {
          const busy = this.#bookTopics.has(topic);
          return { after: busy ? quietBook : quietTopic, busy };
        },
      },
      listener: {
        data: (data, session, heardAt) => this.#byTopic.get(data.topic)?.take(data, session, heardAt),
        subscribed: (topic, session) => this.#byTopic.get(topic)?.subscribed(topic, session),
        isReady: (session) => [...this.#markets.values()].every((market) => market.isReady(session)),
        current: (session, reason) => this.#turn(session, reason),
        refused: (topic, reason) => listener.refused(topic, reason),
        malformed: (reason) => {
          this.#malformed += 1;
          listener.malformed(reason);
        },
      },
    });
  }

  /**
   * Follows exactly these symbols from now on; those that stay go on undisturbed. Throws a `RangeError` where they are
   * more than the exchange allows a connection.
   */
  follow(symbols: ReadonlySet<string>, channels: ReadonlySet<Channel>): void {
    const before = this.#channels;
    const changed = channels.size !== before.size || [...channels].some((channel) => !before.has(channel));
    this.#channels = new Set(channels);
    for (const symbol of this.#markets.keys()) if (changed || !symbols.has(symbol)) this.#drop(symbol);
    for (const symbol of symbols) if (!this.#markets.has(symbol)) this.#add(symbol);
    this.#connection.follow(new Set(this.#byTopic.keys()));
    this.#watch ??= setInterval(() => this.#look(), this.#options.settings.connection.watchEvery);
  }

  /** Ends for good; what was collected last can still be read. */
  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#connection.stop();
    for (const market of this.#markets.values()) market.stop();
  }

  follows(symbol: string): boolean {
    return this.#markets.has(symbol);
  }

  /** The book of a symbol; undefined where it is not followed. */
  book(symbol: string): LiveBook | undefined {
    return this.#markets.get(symbol)?.book;
  }

  /** The candles of a symbol, the forming ones too; undefined where they are not followed. */
  candles(symbol: string): CandleBuilder | undefined {
    return this.#markets.get(symbol)?.candles;
  }

  /** The books of all symbols that are followed. */
  books(): LiveBook[] {
    return [...this.#markets.values()].flatMap(({ book }) => book ?? []);
  }

  /** The minutes that are not closed, of all symbols that are followed. */
  forming(): CollectedCandle[] {
    return [...this.#markets.values()].flatMap(({ forming }) => forming);
  }

  /** What the exchange's clock shows, epoch milliseconds; undefined before the first message. */
  exchangeNow(): number | undefined {
    return this.#time.now();
  }

  statistics(): FeedStatistics {
    const { refused, ...connection } = this.#connection.state;
    return {
      exchange: this.#options.exchange.name,
      ...connection,
      refused: Object.fromEntries(refused),
      malformed: this.#malformed,
      clockSkew: this.#time.skew() ?? null,
      markets: [...this.#markets.values()].map((market) => market.statistics()),
    };
  }

  #add(symbol: string): void {
    const { exchange, history, clock, settings, listener, last, earlier } = this.#options;
    const market = new MarketFeed({
      market: { exchange: exchange.name, symbol },
      channels: this.#channels,
      exchange,
      history,
      clock,
      time: this.#time,
      settings,
      listener,
      renew: (topic, session) => this.#connection.renew(topic, session),
      missed: (topic) => this.#connection.missed(topic),
      last: last?.(symbol),
      earlier: earlier?.(symbol),
    });
    market.current(this.#current);
    this.#markets.set(symbol, market);
    for (const topic of market.topics) this.#byTopic.set(topic, market);
    if (this.#channels.has('orderbook')) this.#bookTopics.add(exchange.topic('orderbook', symbol));
  }

  #drop(symbol: string): void {
    const market = this.#markets.get(symbol);
    if (market === undefined) return;
    market.stop();
    this.#markets.delete(symbol);
    for (const topic of market.topics) {
      this.#byTopic.delete(topic);
      this.#bookTopics.delete(topic);
    }
  }

  #turn(session: number | undefined, reason: string): void {
    this.#current = session;
    for (const market of this.#markets.values()) market.current(session);
    this.#options.listener.connection(this.#connection.state, reason);
  }

  #look(): void {
    for (const market of this.#markets.values()) market.look();
  }
}
