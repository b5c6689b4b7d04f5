import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { clockSkew, difference, pairsOf, WINDOW } from '../../../core/market/correlation.ts';
import type { Trade } from '../../../core/market/trade.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

/** Some trades of an exchange, in its order. */
const tradesOf = (exchange: ExchangeName): fc.Arbitrary<Trade[]> =>
  fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: -500, max: 500 }), fc.nat(10_000)), { maxLength: 40 }).map((made) =>
    made
      .toSorted(([a], [b]) => a - b)
      .map(([after, taken, price], at) => ({
        exchange,
        symbol: 'BTCUSDT',
        tradeId: String(at + 1),
        side: 'buy',
        price: `${price}.50`,
        quantity: '1',
        timestamp: NOW + after,
        receivedAt: NOW + after + taken,
      })),
  );

test('each trade has the nearest of the other exchange, if there is one within 100 ms; the newest is first', () => {
  fc.assert(
    fc.property(tradesOf('bybit'), tradesOf('binance'), (ones, others) => {
      const pairs = pairsOf(ones, others);
      const lasts = ones.filter(({ timestamp }, at) => ones[at + 1]?.timestamp !== timestamp);
      const expected = lasts.flatMap((one) => {
        const apart = ({ timestamp }: Trade) => Math.abs(timestamp - one.timestamp);
        const near = others.filter((other) => apart(other) <= WINDOW);
        const least = Math.min(...near.map(apart));
        const earliest = near.find((other) => apart(other) === least)?.timestamp;
        const other = near.findLast(({ timestamp }) => timestamp === earliest);
        return other ? [{ one, other }] : [];
      });
      expect(pairs).toEqual(expected.reverse());
    }),
  );
});

test('the order in which trades were read changes nothing but that of trades of one millisecond', () => {
  fc.assert(
    fc.property(tradesOf('bybit'), tradesOf('binance'), (ones, others) => {
      const distinct = (trades: Trade[]) =>
        trades.filter(({ timestamp }, at) => trades[at + 1]?.timestamp !== timestamp);
      const [a, b] = [distinct(ones), distinct(others)];
      expect(pairsOf(a.toReversed(), b.toReversed())).toEqual(pairsOf(a, b));
    }),
  );
});

test('a clock’s skew is the least that a trade took by both clocks', () => {
  fc.assert(
    fc.property(tradesOf('bybit'), (trades) => {
      const taken = trades.map(({ timestamp, receivedAt }) => receivedAt - timestamp);
      expect(clockSkew(trades)).toBe(trades.length === 0 ? null : Math.min(...taken));
    }),
  );
});

test('prices are compared exactly', () => {
  expect(difference('123456789012345.12345678', '123456789012345.12345679')).toBe('-0.00000001');
  expect(difference('67000.50', '67000.5')).toBe('0');
});
