import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CollectedCandle, TIMEFRAMES } from '../../../core/market/candle.ts';
import { holds } from '../../../core/market/stored-books.ts';
import { covered, type StoredCandle, settled, weightOf } from '../../../core/market/stored-candles.ts';
import { type MinuteCandle, sumMinutes } from '../../../core/market/sum-minutes.ts';
import { durationOf } from '../../../core/market/timeframe.ts';

const MINUTE = 60_000;
const FOUR_HOURS = 240 * MINUTE;
const START = Math.floor(Date.parse('2026-11-22T10:00:00Z') / FOUR_HOURS) * FOUR_HOURS;

function candleAt(openTime: number, changes: Partial<StoredCandle> = {}): StoredCandle {
  return {
    exchange: 'bybit',
    symbol: 'BTCUSDT',
    timeframe: '1m',
    openTime,
    open: '1',
    high: '1',
    low: '1',
    close: '1',
    volume: '1',
    trades: 1,
    closed: true,
    complete: true,
    storedAt: openTime + MINUTE,
    ...changes,
  };
}

describe('of two candles of the same time there stays', () => {
  const states = fc.record({ closed: fc.boolean(), complete: fc.boolean(), trades: fc.nat(1_000_000_000) });
  const isWhole = ({ closed, complete }: Pick<CollectedCandle, 'closed' | 'complete'>) => closed && complete;

  test('the one that is over and has all its trades, else the one with more of them, else the one that is over', () => {
    fc.assert(
      fc.property(states, states, (a, b) => {
        if (weightOf(a) <= weightOf(b)) return;
        if (isWhole(a) !== isWhole(b)) expect(isWhole(a)).toBe(true);
        else if (a.trades !== b.trades) expect(a.trades).toBeGreaterThan(b.trades);
        else expect([a.closed, b.closed]).toEqual([true, false]);
      }),
    );
  });

  test('the same in whatever order they come: nothing undoes a whole candle', () => {
    fc.assert(
      fc.property(fc.array(states, { minLength: 1 }), (all) => {
        const stored = all.reduce((there, next) => (weightOf(there) <= weightOf(next) ? next : there));
        expect(weightOf(stored)).toBe(Math.max(...all.map(weightOf)));
        expect(isWhole(stored)).toBe(all.some(isWhole));
      }),
    );
  });
});

describe('a candle that nobody counts on', () => {
  test('is not complete, and closed once its time is over', () => {
    const forming = candleAt(START, { closed: false, storedAt: START + 20_000 });
    expect(settled(forming, START + 30_000)).toEqual(forming);
    expect(settled(forming, START + 40_000)).toMatchObject({ closed: false, complete: false });
    expect(settled(forming, START + MINUTE)).toMatchObject({ closed: true, complete: false });
  });

  test('stays as it is where its collector has closed it', () => {
    expect(settled(candleAt(START), START + 100 * MINUTE)).toEqual(candleAt(START));
  });
});

test('a book that nobody has stored of late is not in step, nor is one that was out of step', () => {
  expect(holds({ inStep: true, storedAt: START }, START + 14_000)).toBe(true);
  expect(holds({ inStep: true, storedAt: START }, START + 16_000)).toBe(false);
  expect(holds({ inStep: false, storedAt: START }, START)).toBe(false);
});

test('covered is what there are candles of, and nothing else', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TIMEFRAMES), fc.uniqueArray(fc.nat(50)), (timeframe, places) => {
      const length = durationOf(timeframe);
      const stretches = covered(places.map((place) => candleAt(START + place * length, { timeframe })));
      const times = stretches.flatMap(({ from, to }) =>
        Array.from({ length: (to - from) / length }, (_, at) => from + at * length),
      );
      expect(times.toSorted((a, b) => a - b)).toEqual(
        places.toSorted((a, b) => a - b).map((place) => START + place * length),
      );
      for (const [at, { from }] of stretches.entries()) {
        expect(from).toBeGreaterThan(stretches[at + 1]?.to ?? 0);
      }
    }),
  );
});

describe('a longer candle', () => {
  const minutes = fc
    .uniqueArray(fc.record({ place: fc.nat(299), price: fc.nat(1000), trades: fc.nat(9), complete: fc.boolean() }), {
      selector: ({ place }) => place,
      minLength: 1,
    })
    .map((made) =>
      made.map(({ place, price, trades, complete }): MinuteCandle => {
        const text = `${price}.25`;
        return {
          openTime: START + place * MINUTE,
          open: text,
          high: `${price + 2}`,
          low: `${price}`,
          close: `${price + 1}`,
          volume: '0.1',
          trades,
          complete,
        };
      }),
    );

  test('is the sum of those of its minutes that are known', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom(...TIMEFRAMES), (all, timeframe) => {
        const own = all
          .filter(({ openTime }) => openTime < START + durationOf(timeframe))
          .toSorted((a, b) => a.openTime - b.openTime);
        const candle = sumMinutes(all, timeframe, START, START);
        if (own.length === 0) {
          expect(candle).toBeUndefined();
          return;
        }
        expect(candle).toMatchObject({
          openTime: START,
          open: own[0]?.open,
          close: own.at(-1)?.close,
          trades: own.reduce((sum, { trades }) => sum + trades, 0),
          closed: false,
          complete: own.every(({ complete, openTime }, at) => complete && openTime === START + at * MINUTE),
        });
        expect(Number(candle?.high)).toBe(Math.max(...own.map(({ high }) => Number(high))));
        expect(Number(candle?.low)).toBe(Math.min(...own.map(({ low }) => Number(low))));
        expect(Number(candle?.volume) * 10).toBeCloseTo(own.length, 6);
      }),
    );
  });

  test('that is over lacks its last minutes where they are not known', () => {
    const known = [0, 1, 2, 3].map((place) => candleAt(START + place * MINUTE));
    const end = START + 5 * MINUTE;
    expect(sumMinutes(known, '5m', START, end)).toMatchObject({ closed: true, complete: false, trades: 4 });
    const whole = [...known, candleAt(START + 4 * MINUTE)];
    expect(sumMinutes(whole, '5m', START, end)).toMatchObject({ closed: true, complete: true, trades: 5 });
  });
});
