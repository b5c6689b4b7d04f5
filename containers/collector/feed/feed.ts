/** One exchange's markets, as they are traded: what a collector runs. */

import type { Channel } from '../../../core/collectors/collector.ts';
import type { CollectedCandle } from '../../../core/market/candle.ts';
import type { EarlierCandles } from '../../../core/market/earlier-candles.ts';
import type { TradePoint } from '../../../core/market/trade.ts';
import type { CandleBuilder } from '../candles/builder.ts';
import type { History } from '../exchanges/history.ts';
import type { LiveBook } from './book-flow.ts';
import type { Clock } from './clock.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { CONNECTION_SETTINGS, type ConnectionSettings } from './connection-settings.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeTime } from './exchange-time.ts';
import { MarketFeed, type MarketListener, type MarketSettings } from './market-feed.ts';
import type { Circuit } from './retry.ts';
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
  backfill: {
    reorder: 200,
    retry: { base: 500, cap: 5_000 },
    giveUpAfter: 60_000,
    poll: { least: 1_000, most: 15_000, quiet: 120_000 },
  },
  bookAgainAfter: 5_000,
  candleGrace: 2_000,
};

/** The worst first. */
const CIRCUITS: readonly Circuit[] = ['open', 'half-open', 'closed'];

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
  /** How many connections stand at once, 1 unless told: of two, one may be lost and nothing is missed. */
  connections?: number;
  listener: FeedListener;
  /** The last trade of a symbol that is stored, asked for as the symbol comes: the feed goes on after it. */
  last?: (symbol: string) => TradePoint | undefined;
  /** What is stored of a symbol's candles up to that trade. */
  earlier?: (symbol: string) => EarlierCandles | undefined;
}

export class Feed {
  readonly #options: FeedOptions;
  /** Each follows the same topics. */
  readonly #connections: readonly Connection[];
  readonly #time: ExchangeTime;
  readonly #markets = new Map<string, MarketFeed>();
  readonly #byTopic = new Map<string, MarketFeed>();
  readonly #bookTopics = new Set<string>();
  #channels: ReadonlySet<Channel> = new Set();
  /** The socket of each connection that is to be believed, where it has one. */
  readonly #current: (number | undefined)[] = [];
  #sessions = 0;
  #malformed = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#time = new ExchangeTime(options.clock);
    this.#connections = Array.from({ length: options.connections ?? 1 }, (_, place) => this.#connect(place));
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
    for (const connection of this.#connections) connection.follow(new Set(this.#byTopic.keys()));
    this.#watch ??= setInterval(() => this.#look(), this.#options.settings.connection.watchEvery);
  }

  /** Ends for good; what was collected last can still be read. */
  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    for (const connection of this.#connections) connection.stop();
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
    const { refused, ...connection } = this.#state;
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
      renew: (topic, session) => {
        for (const connection of this.#connections) connection.renew(topic, session);
      },
      missed: (topic) => {
        for (const connection of this.#connections) connection.missed(topic);
      },
      last: last?.(symbol),
      earlier: earlier?.(symbol),
    });
    market.current(this.#live);
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

  get #live(): number[] {
    return this.#current.flatMap((session) => session ?? []);
  }

  /** What all connections do together: as bad as the worst of them, but connected and able to follow as the best is. */
  get #state(): ConnectionState {
    const states = this.#connections.map(({ state }) => state);
    const sum = (count: (state: ConnectionState) => number) => states.reduce((all, state) => all + count(state), 0);
    const [first, ...others] = states.map(({ refused }) => refused);
    return {
      connected: states.some(({ connected }) => connected),
      circuit: CIRCUITS.find((circuit) => states.some((state) => state.circuit === circuit)) ?? 'closed',
      reconnects: sum(({ reconnects }) => reconnects),
      replacements: sum(({ replacements }) => replacements),
      renewals: sum(({ renewals }) => renewals),
      refused: new Map([...(first ?? [])].filter(([topic]) => others.every((refused) => refused.has(topic)))),
    };
  }

  #connect(place: number): Connection {
    const { exchange, baseUrl, clock, random, settings, listener } = this.#options;
    const { quietBook, quietTopic } = settings;
    return new Connection({
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
      nextSession: () => {
        this.#sessions += 1;
        return this.#sessions;
      },
      listener: {
        data: (data, session, heardAt) => {
          this.#byTopic.get(data.topic)?.take(data, session, heardAt);
          for (const other of this.#connections) if (other !== this.#connections[place]) other.missed(data.topic);
        },
        subscribed: (topic, session) => this.#byTopic.get(topic)?.subscribed(topic, session),
        isReady: (session) => [...this.#markets.values()].every((market) => market.isReady(session)),
        current: (session, reason) => {
          this.#current[place] = session;
          for (const market of this.#markets.values()) market.current(this.#live);
          listener.connection(this.#state, reason);
        },
        refused: (topic, reason) => listener.refused(topic, reason),
        malformed: (reason) => {
          this.#malformed += 1;
          listener.malformed(reason);
        },
      },
    });
  }

  #look(): void {
    for (const market of this.#markets.values()) market.look();
  }
}
