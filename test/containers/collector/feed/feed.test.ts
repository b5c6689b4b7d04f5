import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { binance } from '../../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../../containers/collector/exchanges/bybit.ts';
import { TIMEFRAMES } from '../../../../core/market/candle.ts';
import { compareDecimals } from '../../../../core/market/decimals.ts';
import { units } from '../../../../local/exchanges/symbols.ts';
import { seededExchanges, until } from '../exchanges/seeded.ts';
import { collect } from './collected.ts';

const SYMBOL = 'BTCUSDT';
const MINUTE = 60_000;

describe.each([bybit, binance])('a feed of $name', (exchange) => {
  const trades = exchange.topic('trades', SYMBOL);
  const book = exchange.topic('orderbook', SYMBOL);

  it('collects trades and books that are the market’s', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, statistics } = collect(exchanges, exchange);
    await begin(SYMBOL, 'SOLUSDT');
    exchanges.pass(20_000);
    for (const symbol of [SYMBOL, 'SOLUSDT']) {
      await caughtUp(symbol);
      expectWhole(symbol);
      expect(statistics(symbol)).toMatchObject({ gaps: 0, resyncs: 0, repeated: 0, bookInStep: true });
    }
  });

  it('builds candles of all timeframes that are the market’s', async () => {
    const exchanges = await seededExchanges();
    const { caughtUp, candles, differences, statistics, feed, marketOf } = collect(exchanges, exchange);
    feed.follow(new Set([SYMBOL]), new Set(['candles'] as const));
    await until(() => feed.statistics().connected);
    while (statistics(SYMBOL).trades === 0) {
      exchanges.pass(1000);
      await setTimeout(5);
    }
    for (let minute = 0; minute < 6; minute += 1) {
      exchanges.pass(MINUTE);
      await caughtUp(SYMBOL);
    }
    // A candle that is told again takes the place of what was told before.
    const last = () => new Map(candles.map((candle) => [`${candle.timeframe}/${candle.openTime}`, candle]));
    const complete = () => [...last().values()].filter((candle) => candle.complete);
    await until(() => complete().some((candle) => candle.timeframe === '5m' && candle.trades > 200));
    await until(() => statistics(SYMBOL).candlesChecked >= 4);
    const of = marketOf(SYMBOL);
    for (const candle of complete()) {
      const { timeframe, openTime } = candle;
      const [market] = exchanges.market.candles(of, timeframe, { from: openTime, to: openTime, now: exchanges.now() });
      if (market === undefined) throw new Error('no such candle');
      for (const field of ['open', 'high', 'low', 'close'] as const) {
        expect(compareDecimals(candle[field], units(market[field], of.symbol.priceDecimals))).toBe(0);
      }
      expect(compareDecimals(candle.volume, units(market.lots, of.symbol.lotDecimals))).toBe(0);
      expect(candle).toMatchObject({ exchange: exchange.name, trades: market.trades, closed: true });
    }
    for (const timeframe of TIMEFRAMES) expect(feed.candles(SYMBOL)?.candle(timeframe, exchanges.now())).toBeDefined();
    expect(differences).toEqual([]);
    expect(statistics(SYMBOL)).toMatchObject({ gaps: 0, candlesDifferent: 0 });
  });

  it.each(['lost', 'doubled', 'late', 'cut'] as const)('survives a message that is %s', async (fault) => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, gaps } = collect(exchanges, exchange);
    await begin(SYMBOL);
    exchanges.faults.next(trades, fault, fault);
    exchanges.faults.next(book, fault);
    // Long enough for messages after those: only they show that something was missed.
    exchanges.pass(20_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(gaps).toEqual([]);
  });

  it('goes on after a trade of an absurd time', async () => {
    const exchanges = await seededExchanges();
    const absurd = {
      ...exchange,
      read: (data: Buffer, receivedAt: number) => {
        const frame = exchange.read(data, receivedAt);
        if (isDone || frame.kind !== 'trades' || frame.trades[0] === undefined) return frame;
        isDone = true;
        const text = data.toString().replaceAll(`"T":${frame.trades[0].timestamp}`, `"T":${2 ** 52 + 1}`);
        return exchange.read(Buffer.from(text), receivedAt);
      },
    };
    let isDone = true;
    const { begin, caughtUp, expectWhole, feed, gaps } = collect(exchanges, absurd);
    await begin(SYMBOL);
    isDone = false;
    exchanges.pass(20_000);
    await caughtUp(SYMBOL);
    expectWhole(SYMBOL);
    expect(gaps).toEqual([]);
    expect(feed.statistics().malformed).toBe(1);
  });

  it('asks for what was traded while it had no connection, and records what nobody has any more', async () => {
    const exchanges = await seededExchanges();
    const { begin, caughtUp, expectWhole, gaps, feed } = collect(exchanges, exchange);
    await begin(SYMBOL);
    for (const away of [20_000, 5 * MINUTE]) {
      exchanges.faults.refusedConnections.add(exchange.name);
      exchanges.streams.drop(exchange.name);
      await until(() => !feed.statistics().connected);
      expect(feed.book(SYMBOL)?.inStep).toBe(false);
      exchanges.pass(away);
      await until(() => feed.statistics().circuit === 'open');
      exchanges.faults.refusedConnections.clear();
      await caughtUp(SYMBOL);
      expectWhole(SYMBOL);
    }
    expect(gaps).toHaveLength(exchange === bybit ? 1 : 0);
    await until(() => feed.statistics().circuit === 'closed');
    expect(feed.statistics().reconnects).toBe(2);
  });
});
