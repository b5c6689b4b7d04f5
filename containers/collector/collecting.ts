import { environment } from '../../core/aws/environment.ts';
import type { Collector, CollectorReport } from '../../core/collectors/collector.ts';
import { logger } from '../../core/log.ts';
import { METRICS, measure } from '../../core/metrics.ts';
import { binance } from './exchanges/binance.ts';
import { binanceHistory } from './exchanges/binance-history.ts';
import { bybit } from './exchanges/bybit.ts';
import { bybitHistory } from './exchanges/bybit-history.ts';
import { systemClock } from './feed/clock.ts';
import { FEED_SETTINGS, Feed, type FeedListener } from './feed/feed.ts';
import type { Collecting } from './life.ts';
import { BookStore } from './storing/book-store.ts';
import { CandleStore } from './storing/candle-store.ts';
import { type Store, tellAll } from './storing/store.ts';
import { TradeStore } from './storing/trade-store.ts';

const EXCHANGES = {
  bybit: () => ({
    exchange: bybit,
    baseUrl: environment('BYBIT_WS_URL'),
    history: bybitHistory(environment('BYBIT_REST_URL'), systemClock),
  }),
  binance: () => ({
    exchange: binance,
    baseUrl: environment('BINANCE_WS_URL'),
    history: binanceHistory(environment('BINANCE_REST_URL'), systemClock),
  }),
};

/** ECS waits 30 s between SIGTERM and SIGKILL. */
const FLUSH_MS = 20_000;

let lastMalformed = '';

/** What is worth a line in the log. */
const logged: Omit<FeedListener, 'trade' | 'candle' | 'book'> = {
  gap: (gap) => logger.warn('Trades are missing', { gap }),
  difference: (difference) => logger.warn("A candle is not the exchange's", { difference }),
  connection: ({ connected, circuit }, reason) => logger.info('The connection', { connected, circuit, reason }),
  refused: (topic, reason) => logger.warn('The exchange refuses a topic', { topic, reason }),
  malformed: (reason) => {
    // A kind of message that can't be read may come many times a second.
    if (reason !== lastMalformed) logger.warn('A message could not be read', { reason });
    lastMalformed = reason;
  },
};

/** What a collector does while it lives. */
export function startCollecting({ exchange, channels }: Collector): Collecting {
  const trades = channels.includes('trades') ? tradeStore(exchange) : undefined;
  const candles = new CandleStore(() => feed.forming());
  const stores: Store[] = [...(trades ? [trades] : []), candles, new BookStore(() => feed.books())];
  const feed = new Feed({
    ...EXCHANGES[exchange](),
    clock: systemClock,
    random: Math.random,
    settings: FEED_SETTINGS,
    connections: Number(environment('CONNECTIONS')),
    listener: { ...logged, ...tellAll([logged, ...stores]) },
    last: (symbol) => trades?.last(symbol),
    earlier: (symbol) => candles.earlier(symbol),
  });
  return {
    follow: async (symbols) => {
      const added = symbols.filter((symbol) => !feed.follows(symbol));
      await trades?.begin(added);
      if (trades && channels.includes('candles')) {
        await Promise.all(added.map((symbol) => candles.begin({ exchange, symbol }, trades.last(symbol))));
      }
      feed.follow(new Set(symbols), new Set(channels));
    },
    report: () => reportOf(feed),
    close: async () => {
      feed.stop();
      const deadline = AbortSignal.timeout(FLUSH_MS);
      await Promise.all(stores.map((store) => store.flush(deadline)));
    },
  };
}

function tradeStore(exchange: Collector['exchange']): TradeStore {
  return new TradeStore(exchange, {
    flushAfter: Number(environment('FLUSH_SECONDS')) * 1000,
    retryAfter: 1000,
    mostPending: 200_000,
    forgotten: (trades) => measure(Date.now(), [[METRICS.tradesForgotten, trades]], { exchange }),
  });
}

function reportOf(feed: Feed): CollectorReport {
  const { exchange, reconnects, circuit, markets } = feed.statistics();
  return {
    symbols: markets.map(({ symbol }) => symbol),
    statistics: markets.map(({ symbol, messagesPerSecond, lastMessageAt, confirmedAt, lag, ...market }) => ({
      exchange,
      symbol,
      messages: market.messages,
      messagesPerSecond: Math.round(messagesPerSecond * 10) / 10,
      trades: market.trades,
      reconnects,
      gaps: market.gaps,
      resyncs: market.resyncs,
      bookInStep: market.bookInStep,
      lastMessageAt: iso(lastMessageAt),
      confirmedAt: iso(confirmedAt),
      lagMs: lag,
      circuit,
    })),
  };
}

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
