import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { binance } from '../../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../../containers/collector/exchanges/bybit.ts';
import { FEED_SETTINGS } from '../../../../containers/collector/feed/feed.ts';
import { CHANNELS } from '../../../../core/collectors/collector.ts';
import { seededExchanges, until } from '../exchanges/seeded.ts';
import { collect } from './collected.ts';

const SYMBOL = 'BTCUSDT';
const OTHER = 'SOLUSDT';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each([bybit, binance])('a feed of $name', (exchange) => {
  const topicOf = (channel: 'trades' | 'orderbook', symbol = SYMBOL) => exchange.topic(channel, symbol);

  it('changes sockets before the exchange’s limit, with both heard meanwhile', async () => {
    const exchanges = await seededExchanges();
    const settings = { connection: { replaceBefore: 0 } };
    const { begin, caughtUp, expectWhole, feed, states } = collect(exchanges, exchange, settings, { lifetime: 60 });
    await begin(SYMBOL);
    exchanges.run(20);
    await until(() => feed.statistics().replacements >= 3);
    exchanges.run(0);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(feed.statistics().reconnects).toBe(0);
    expect(states.every((state) => state.connected)).toBe(true);
  });

  it('subscribes to a silent topic anew, then tries another socket, while the others go on', async () => {
    const exchanges = await seededExchanges();
    const settings = { quietBook: 50, quietTopic: 100 };
    const { begin, caughtUp, expectWhole, feed, tradesOf } = collect(exchanges, exchange, settings, {
      requestSpacing: 210,
    });
    await begin(SYMBOL);
    exchanges.faults.silentTopics.add(topicOf('trades')).add(topicOf('orderbook'));
    exchanges.run(20);
    const before = tradesOf(SYMBOL).length;
    await until(() => feed.statistics().replacements >= 1);
    // What the stream kept to itself came from the exchange's history.
    await until(() => tradesOf(SYMBOL).length > before);
    exchanges.faults.silentTopics.clear();
    exchanges.run(0);
    exchanges.pass(5_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(feed.statistics().renewals).toBeGreaterThan(0);
  });

  it('leaves a connection that says nothing at all', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, feed } = collect(exchanges, exchange, {
      connection: { silentConnection: 80 },
    });
    await begin(SYMBOL);
    exchanges.faults.silent.add(exchange.name);
    await until(() => !feed.statistics().connected);
    expect(feed.book(SYMBOL)?.inStep).toBe(false);
    exchanges.pass(10_000);
    exchanges.faults.silent.clear();
    exchanges.run(1);
    await until(() => feed.book(SYMBOL)?.inStep === true);
    exchanges.run(0);
    exchanges.pass(5_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
  });

  it('leaves a connection that gives data but does not say what it was asked for', async () => {
    const exchanges = await seededExchanges();
    const settings = { connection: { answerWithin: 100, silentConnection: 60_000 } };
    const { begin, caughtUp, expectWhole, feed } = collect(exchanges, exchange, settings);
    exchanges.faults.silent.add(exchange.name);
    feed.follow(new Set([SYMBOL]), new Set(CHANNELS));
    await until(() => exchanges.streams.count(exchange.name) === 1);
    // The request has come by then.
    await sleep(50);
    exchanges.faults.silent.clear();
    await begin(SYMBOL);
    exchanges.pass(5_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
  });

  it('does without a topic that is refused, and asks for it again', async () => {
    const exchanges = await seededExchanges();
    exchanges.faults.refusedTopics.add(topicOf('trades', OTHER));
    const { begin, caughtUp, feed, refused, statistics } = collect(
      exchanges,
      exchange,
      { connection: { retryRefused: 300 } },
      {
        requestSpacing: exchange.requestSpacing === 0 ? 0 : 210,
      },
    );
    feed.follow(new Set([SYMBOL, OTHER]), new Set(['trades'] as const));
    await until(() => refused.length > 0);
    expect(refused).toEqual([topicOf('trades', OTHER)]);
    await begin(SYMBOL);
    await caughtUp(SYMBOL);
    exchanges.faults.refusedTopics.clear();
    feed.follow(new Set([SYMBOL, OTHER]), new Set(['trades'] as const));
    exchanges.run(20);
    await until(() => statistics(OTHER).trades > 0);
    expect(feed.statistics().refused).toEqual({});
  });

  it.each(['refused', 'silent'] as const)('asks over REST for the trades of a topic that is %s', async (fault) => {
    const exchanges = await seededExchanges();
    const backfill = { ...FEED_SETTINGS.backfill, reorder: 5, poll: { least: 20, most: 100, quiet: 60_000 } };
    const { begin, caughtUp, candles, expectWhole, feed, gaps } = collect(
      exchanges,
      exchange,
      { backfill, quietTopic: 50 },
      { requestSpacing: exchange.requestSpacing === 0 ? 0 : 210 },
    );
    await begin(SYMBOL);
    if (fault === 'refused') {
      exchanges.faults.refusedTopics.add(topicOf('trades'));
      exchanges.streams.drop(exchange.name);
      await until(() => Object.keys(feed.statistics().refused).length > 0);
    } else {
      exchanges.faults.silentTopics.add(topicOf('trades'));
    }
    // Together more than Bybit's history has.
    for (let minutes = 0; minutes < 5; minutes += 1) {
      exchanges.pass(MINUTE);
      await caughtUp(SYMBOL);
    }
    expectWhole(SYMBOL);
    expect(gaps).toEqual([]);
    await until(() => candles.filter(({ timeframe, complete }) => timeframe === '1m' && complete).length >= 3);
  });

  it('asks its exchange for no more while that says too many requests', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, gaps, tradesOf } = collect(exchanges, exchange, {
      backfill: { ...FEED_SETTINGS.backfill, reorder: 5, retry: { base: 5, cap: 20 }, giveUpAfter: 300 },
    });
    await begin(SYMBOL);
    const before = tradesOf(SYMBOL).length;
    exchanges.limits.binance = 0;
    exchanges.limits.bybit = 0;
    exchanges.faults.next(topicOf('trades'), 'lost');
    exchanges.pass(MINUTE);
    // What REST can't tell in time is a gap, and what came by the stream is there.
    await until(() => gaps.length > 0 && tradesOf(SYMBOL).length > before);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(exchanges.limits.refusals).toBe(1);
  });

  it('follows symbols that are added, and leaves those that are removed, without a pause for the rest', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, feed, tradesOf } = collect(exchanges, exchange);
    await begin(SYMBOL);
    await begin(SYMBOL, OTHER);
    exchanges.pass(5_000);
    await caughtUp(OTHER);
    const count = tradesOf(OTHER).length;
    feed.follow(new Set([SYMBOL]), new Set(['trades', 'orderbook', 'candles'] as const));
    expect(feed.book(OTHER)).toBeUndefined();
    exchanges.pass(5_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(tradesOf(OTHER)).toHaveLength(count);
    expect(feed.statistics()).toMatchObject({ reconnects: 0, replacements: 0 });
  });

  it('closes candles by the exchange’s time, whatever our wall clock says', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, candles, differences, feed, setWallClock } = collect(exchanges, exchange);
    await begin(SYMBOL);
    setWallClock(() => exchanges.now() + HOUR);
    for (let minute = 0; minute < 2; minute += 1) {
      exchanges.pass(30_000);
      await caughtUp(SYMBOL);
      setWallClock(() => exchanges.now() - HOUR);
    }
    exchanges.pass(40_000);
    await caughtUp(SYMBOL);
    await until(() => candles.some((candle) => candle.complete));
    expect(Math.max(...candles.map((candle) => candle.openTime + 60_000))).toBeLessThanOrEqual(exchanges.now());
    expect(differences).toEqual([]);
    expect(feed.statistics().clockSkew).toBeLessThan(-HOUR / 2);
  });
});

describe('a feed with two connections', () => {
  it.each([bybit, binance])('misses nothing when it loses one: $name', async (exchange) => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, feed, gaps, states, statistics } = collect(
      exchanges,
      exchange,
      {},
      {},
      {
        connections: 2,
      },
    );
    await begin(SYMBOL);
    await until(() => exchanges.streams.count(exchange.name) === 2);
    exchanges.run(100);
    await until(() => statistics(SYMBOL).repeated > 3);
    const resyncs = statistics(SYMBOL).resyncs;
    for (let losses = 1; losses <= 3; losses += 1) {
      exchanges.streams.dropOne(exchange.name);
      await until(() => feed.statistics().reconnects === losses);
      const { repeated } = statistics(SYMBOL);
      await until(() => statistics(SYMBOL).repeated > repeated + 3 && statistics(SYMBOL).bookInStep === true);
    }
    exchanges.run(0);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(gaps).toEqual([]);
    expect(states.every(({ connected }) => connected)).toBe(true);
    expect(statistics(SYMBOL).resyncs).toBe(resyncs);
  });
});

describe('candles that were closed while trades were kept back', () => {
  it.each([bybit, binance])('are told again when that comes out: $name', async (exchange) => {
    const exchanges = await seededExchanges();
    const { begin, candles, caughtUp, expectWhole, feed, gaps, marketOf } = collect(exchanges, exchange);
    await begin(SYMBOL);
    exchanges.faults.silentTopics.add(exchange.topic('trades', SYMBOL)).add(exchange.topic('candles', SYMBOL));
    for (let minutes = 0; minutes < 4; minutes += 1) {
      exchanges.pass(MINUTE);
      await until(() => feed.book(SYMBOL)?.timestamp === Math.floor(exchanges.now() / 100) * 100);
    }
    // Nobody knows better yet.
    await until(() => candles.some(({ complete }) => complete));
    exchanges.faults.silentTopics.clear();
    exchanges.streams.drop(exchange.name);
    exchanges.run(1);
    await until(() => feed.statistics().reconnects === 1 && feed.statistics().connected);
    exchanges.run(0);
    exchanges.pass(5_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(gaps).toHaveLength(exchange === bybit ? 1 : 0);
    const last = new Map(candles.map((candle) => [`${candle.timeframe}/${candle.openTime}`, candle]));
    for (const { timeframe, openTime, complete, trades } of last.values()) {
      const span = { from: openTime, to: openTime, now: exchanges.now() };
      const [made] = exchanges.market.candles(marketOf(SYMBOL), timeframe, span);
      if (complete) expect(trades).toBe(made?.trades);
    }
  });
});

describe('a feed of Binance', () => {
  it('leaves a server that announces its end before it ends', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, feed } = collect(exchanges, binance);
    await begin(SYMBOL);
    exchanges.run(20);
    exchanges.streams.announceShutdown('binance');
    await until(() => feed.statistics().replacements === 1 && exchanges.streams.count('binance') === 1);
    exchanges.run(0);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(feed.statistics().reconnects).toBe(0);
  });

  it('records a gap where its address has no trades by number', async () => {
    const exchanges = await seededExchanges();
    exchanges.faults.shortHistory = true;
    const { feed, begin, caughtUp, expectWhole, gaps } = collect(exchanges, binance);
    await begin(SYMBOL);
    exchanges.faults.refusedConnections.add('binance');
    exchanges.streams.drop('binance');
    await until(() => !feed.statistics().connected);
    exchanges.pass(HOUR / 2);
    exchanges.faults.refusedConnections.clear();
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(gaps).toHaveLength(1);
  });

  it('comes back when the exchange ends a connection of 24 hours', async () => {
    const exchanges = await seededExchanges();
    const { begin, feed } = collect(exchanges, binance);
    await begin(SYMBOL);
    exchanges.pass(24 * HOUR);
    await until(() => feed.statistics().reconnects === 1 && feed.book(SYMBOL)?.inStep === true);
  });

  it('does not begin a book with a snapshot that is older than its stream', async () => {
    const exchanges = await seededExchanges();
    exchanges.faults.snapshotAge = 5_000;
    const { feed, caughtUp, expectWhole, begin, statistics } = collect(exchanges, binance);
    feed.follow(new Set([SYMBOL]), new Set(['trades', 'orderbook', 'candles'] as const));
    await until(() => feed.statistics().connected);
    exchanges.run(20);
    await until(() => statistics(SYMBOL).resyncs >= 0 && statistics(SYMBOL).messages > 20);
    expect(feed.book(SYMBOL)?.inStep).toBe(false);
    exchanges.faults.snapshotAge = 0;
    await until(() => feed.book(SYMBOL)?.inStep === true);
    exchanges.run(0);
    await begin(SYMBOL);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
  });
});
