import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TradeSequence } from '../../../../containers/collector/trades/sequence.ts';
import type { Trade, TradeGap } from '../../../../core/market/trade.ts';
import { idsApart } from '../../../../core/market/trade-ids.ts';

const MARKET = { exchange: 'bybit', symbol: 'BTCUSDT' } as const;
const FIRST = 2_290_000_001_189_048_101n;

/** The trade with the `n`th number: they are beyond what a JavaScript number holds. */
function trade(n: number): Trade {
  const details = { side: 'buy', price: '1', quantity: '1', timestamp: 1000 + n, receivedAt: 1000 + n } as const;
  return { ...MARKET, ...details, tradeId: String(FIRST + BigInt(n)) };
}

function sequence() {
  const passed: number[] = [];
  const gaps: [number, number][] = [];
  const number = (id: string) => Number(BigInt(id) - FIRST);
  const trades = new TradeSequence(MARKET, {
    trade: ({ tradeId }) => passed.push(number(tradeId)),
    gap: ({ from, to }: TradeGap) => gaps.push([number(from.tradeId), number(to.tradeId)]),
  });
  return { trades, passed, gaps };
}

/** A message of some trades from somewhere near the newest, perhaps not all of them; a piece of history; or neither. */
type Step = { back: number; on: number; without: number } | { history: number } | 'give up';

/** What the exchange and its stream do; returns the newest trade's number. */
function take(step: Step, trades: TradeSequence, { newest, known }: { newest: number; known: number }): number {
  if (step === 'give up') {
    trades.giveUp();
    return newest;
  }
  if ('history' in step) {
    const from = Math.max(0, newest - step.history);
    const span = Array.from({ length: newest - from + 1 }, (_, i) => trade(from + i));
    trades.fill({ trades: span, reaches: from <= known + 1 });
    return newest;
  }
  const from = Math.max(0, newest - step.back);
  const to = newest + step.on;
  for (let n = from; n <= to; n += 1) if (n !== from + step.without) trades.offer(trade(n));
  return to;
}

describe('the trades of one market', () => {
  it('come once and in order, whatever is repeated, late or missing, and what nobody has is in a gap', () => {
    const steps = fc.array(
      fc.oneof(
        { arbitrary: fc.record({ back: fc.nat(6), on: fc.nat(8), without: fc.nat(12) }), weight: 5 },
        { arbitrary: fc.record({ history: fc.nat(12) }), weight: 2 },
        { arbitrary: fc.constant('give up' as const), weight: 1 },
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const { trades, passed, gaps } = sequence();
        trades.offer(trade(0));
        let newest = 0;
        for (const step of list) newest = take(step, trades, { newest, known: passed.at(-1) ?? 0 });
        trades.giveUp();
        const inGap = (n: number) => gaps.some(([from, to]) => n > from && n < to);
        const last = passed.at(-1) ?? 0;
        const expected = Array.from({ length: last + 1 }, (_, n) => n).filter((n) => !inGap(n));
        expect(passed).toEqual(expected);
      }),
    );
  });

  it('are held at a hole until the history says what was there, perhaps nothing', () => {
    const { trades, passed, gaps } = sequence();
    for (const n of [1, 2, 6, 7]) trades.offer(trade(n));
    expect(passed).toEqual([1, 2]);
    expect(trades.hasHole).toBe(true);
    trades.fill({ trades: [1, 2, 4, 6, 7].map(trade), reaches: true });
    expect(passed).toEqual([1, 2, 4, 6, 7]);
    expect(trades.hasHole).toBe(false);
    expect(gaps).toEqual([]);
  });

  it('leave a gap at each end of what was held where the history does not reach', () => {
    const { trades, passed, gaps } = sequence();
    for (const n of [1, 5, 6]) trades.offer(trade(n));
    trades.fill({ trades: [20, 21].map(trade), reaches: false });
    expect(passed).toEqual([1, 5, 6, 20, 21]);
    expect(gaps).toEqual([
      [1, 5],
      [6, 20],
    ]);
  });

  it('go on where the exchange begins to count anew', () => {
    const { trades, passed, gaps } = sequence();
    trades.offer(trade(1000));
    trades.offer({ ...trade(3), timestamp: 500_000 });
    trades.offer({ ...trade(4), timestamp: 500_001 });
    expect(passed).toEqual([1000, 3, 4]);
    expect(gaps).toEqual([[1000, 3]]);
  });
});

describe('the distance of two ids', () => {
  it('is exact for numbers of any length', () => {
    const ids = fc.bigInt({ min: 0n, max: 10n ** 24n });
    fc.assert(
      fc.property(ids, fc.integer({ min: -1_000_000, max: 1_000_000 }), (id, apart) => {
        fc.pre(id + BigInt(apart) >= 0n);
        expect(idsApart(String(id), String(id + BigInt(apart)))).toBe(apart);
      }),
    );
  });
});
