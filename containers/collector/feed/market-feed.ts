/** Everything that is collected of one market: its trades, its book, its candles, and how it goes. */

import type { Channel } from '../../../core/collectors/collector.ts';
import type { CollectedCandle } from '../../../core/market/candle.ts';
import type { EarlierCandles } from '../../../core/market/earlier-candles.ts';
import type { Market, Trade, TradeGap, TradePoint } from '../../../core/market/trade.ts';
import { CandleBuilder } from '../candles/builder.ts';
import { CandleCheck, type CandleDifference } from '../candles/check.ts';
import { MINUTE } from '../candles/minute.ts';
import type { History } from '../exchanges/history.ts';
import { BookFlow, type LiveBook } from './book-flow.ts';
import type { Clock } from './clock.ts';
import type { Data, Exchange } from './exchange.ts';
import type { ExchangeTime } from './exchange-time.ts';
import { type MarketStatistics, Traffic, timestampOf } from './statistics.ts';
import { type BackfillSettings, TradeFlow } from './trade-flow.ts';

export interface MarketSettings {
  backfill: BackfillSettings;
  /** Milliseconds that a book may take to be whole again before that is asked for once more. */
  bookAgainAfter: number;
  /** Milliseconds after its end when a candle closes: trades are told a little after they are made. */
  candleGrace: number;
}

/** What a feed tells of its markets. */
export interface MarketListener {
  /** Once each, in the exchange's order. */
  trade(trade: Trade): void;
  /** Trades that were missed for good. */
  gap(gap: TradeGap): void;
  /** A candle closed, or a closed one was changed by a trade that came late. */
  candle(candle: CollectedCandle): void;
  /** The book changed; always the same object. */
  book(book: LiveBook): void;
  /** A complete candle of ours is not what the exchange says. */
  difference(difference: CandleDifference): void;
}

export interface MarketFeedOptions {
  market: Market;
  channels: ReadonlySet<Channel>;
  exchange: Exchange;
  history: History;
  clock: Clock;
  time: ExchangeTime;
  settings: MarketSettings;
  listener: MarketListener;
  /** Subscribes to a topic anew. */
  renew(topic: string, session: number): void;
  /** A topic that is silent had something to say. */
  missed(topic: string): void;
  /** The trade after which to go on, where an earlier life has stored some. */
  last: TradePoint | undefined;
  /** What it has left of the candles up to that trade. */
  earlier: EarlierCandles | undefined;
}

export class MarketFeed {
  readonly topics: ReadonlySet<string>;
  readonly #options: MarketFeedOptions;
  readonly #traffic: Traffic;
  readonly #trades: TradeFlow | undefined;
  readonly #book: BookFlow | undefined;
  readonly #candles: CandleBuilder | undefined;
  readonly #check: CandleCheck | undefined;
  /** The sessions to believe, and those on which trades come, or what was missed of them is being asked for. */
  #live: readonly number[] = [];
  readonly #tradesOn = new Set<number>();
  #tradeCount = 0;
  #gaps = 0;

  constructor(options: MarketFeedOptions) {
    this.#options = options;
    const { market, channels, exchange, clock, listener } = options;
    // Candles are built from trades, which are subscribed first: what the exchange says of a candle follows its trades.
    const wanted = new Set<Channel>(channels.has('candles') ? ['trades', ...channels] : channels);
    this.topics = new Set([...wanted].map((channel) => exchange.topic(channel, market.symbol)));
    this.#traffic = new Traffic(clock.elapsed());
    if (wanted.has('trades')) this.#trades = this.#tradeFlow();
    if (wanted.has('orderbook')) this.#book = this.#bookFlow();
    if (wanted.has('candles')) {
      this.#candles = new CandleBuilder(market, {
        chained: exchange.candlesChain,
        closed: (candle) => listener.candle(candle),
      });
      if (options.earlier) this.#candles.resume(options.earlier);
      this.#check = new CandleCheck(this.#candles, (difference) => listener.difference(difference));
    }
  }

  get book(): LiveBook | undefined {
    return this.#book;
  }

  get candles(): CandleBuilder | undefined {
    return this.#candles;
  }

  /** The minutes that are not closed, of now and just before by the exchange's clock: complete only while trades come. */
  get forming(): CollectedCandle[] {
    const now = this.#options.time.now();
    if (now === undefined) return [];
    const isFollowed = this.#tradesCome && this.#trades?.isSettled === true;
    return [now - MINUTE, now]
      .flatMap((at) => this.#candles?.candle('1m', at) ?? [])
      .filter(({ closed }) => !closed)
      .map((candle) => ({ ...candle, complete: candle.complete && isFollowed }));
  }

  /** `heardAt` by the clock's `elapsed`. */
  take(data: Data, session: number, heardAt: number): void {
    const timestamp = timestampOf(data);
    this.#options.time.witnessed(timestamp, heardAt);
    this.#traffic.message(heardAt, timestamp);
    if (data.kind === 'trades') this.#trades?.take(data.trades, heardAt);
    else if (data.kind === 'book') this.#book?.take(data.update, session);
    else for (const candle of data.candles) this.#check?.take(candle);
  }

  subscribed(topic: string, session: number): void {
    const { exchange, market } = this.#options;
    if (topic === exchange.topic('trades', market.symbol)) {
      this.#tradesOn.add(session);
      this.#trades?.ask();
    } else if (topic === exchange.topic('orderbook', market.symbol)) {
      this.#book?.subscribed(session);
    }
  }

  /** Whether the session has brought the book. */
  isReady(session: number): boolean {
    return this.#book?.isReady(session) ?? true;
  }

  /** The sessions to believe; none while there is no connection. */
  current(live: readonly number[]): void {
    this.#live = live;
    for (const session of this.#tradesOn) if (session < Math.min(...live)) this.#tradesOn.delete(session);
    this.#book?.serve(live);
  }

  get #tradesCome(): boolean {
    return this.#live.some((session) => this.#tradesOn.has(session));
  }

  /** A second or so has passed. */
  look(): void {
    const { clock, time, settings } = this.#options;
    this.#traffic.look(clock.elapsed());
    this.#book?.look();
    this.#trades?.look(this.#tradesCome);
    const now = time.now();
    if (now === undefined || this.#trades?.isSettled !== true) return;
    const told = this.#tradesCome ? now : now - (clock.elapsed() - this.#trades.knownAt);
    if (told === Number.NEGATIVE_INFINITY) return;
    this.#candles?.begin(told);
    // In silence nothing is known to be over.
    const known = Math.min(told, time.latest);
    this.#candles?.close(known - settings.candleGrace);
    this.#check?.look(known);
  }

  stop(): void {
    this.#trades?.stop();
  }

  statistics(): MarketStatistics {
    const { clock } = this.#options;
    const { messages, perSecond } = this.#traffic;
    const knownAt = this.#trades?.knownAt ?? Number.NEGATIVE_INFINITY;
    return {
      symbol: this.#options.market.symbol,
      messages,
      messagesPerSecond: perSecond,
      trades: this.#tradeCount,
      repeated: this.#trades?.repeated ?? 0,
      gaps: this.#gaps,
      resyncs: this.#book?.resyncs ?? 0,
      bookInStep: this.#book?.inStep ?? null,
      candlesChecked: this.#check?.checked ?? 0,
      candlesDifferent: this.#check?.different ?? 0,
      ...this.#traffic.last(clock),
      confirmedAt: Number.isFinite(knownAt) ? Math.round(clock.now() - (clock.elapsed() - knownAt)) : null,
    };
  }

  #tradeFlow(): TradeFlow {
    const { market, exchange, history, clock, settings, listener, missed, last } = this.#options;
    const events = {
      trade: (trade: Trade) => {
        this.#tradeCount += 1;
        this.#candles?.begin(trade.timestamp);
        this.#candles?.add(trade);
        listener.trade(trade);
      },
      gap: (gap: TradeGap) => {
        this.#gaps += 1;
        this.#candles?.gap(gap);
        listener.gap(gap);
      },
      missed: () => missed(exchange.topic('trades', market.symbol)),
    };
    return new TradeFlow({ market, history, settings: settings.backfill, clock, events }, last);
  }

  #bookFlow(): BookFlow {
    const { market, exchange, history, clock, settings, listener, renew } = this.#options;
    return new BookFlow({
      market,
      history,
      clock,
      askAgainAfter: settings.bookAgainAfter,
      renew: (session) => renew(exchange.topic('orderbook', market.symbol), session),
      changed: (book) => listener.book(book),
    });
  }
}
