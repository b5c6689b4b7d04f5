import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Link } from '../../../core/market/hot-trades.ts';
import type { Trade, TradePoint } from '../../../core/market/trade.ts';
import { hourOf, MOST_TRADES, nextStretch, type Stretch } from '../../../lambdas/archive/stretch.ts';

const HOUR = 3_600_000;
const NEVER = 0;
const ALWAYS = Number.MAX_SAFE_INTEGER;

const trade = (id: number, timestamp: number): Trade => ({
  exchange: 'bybit',
  symbol: 'BTCUSDT',
  tradeId: String(id),
  side: 'buy',
  price: '1',
  quantity: '1',
  timestamp,
  receivedAt: timestamp,
});

async function* from(links: readonly Link[]): AsyncGenerator<Link> {
  yield* links;
}

/** Whatever is whole, one after the other, as runs of the archive go on behind each other. */
async function stretches(links: readonly Link[], position: TradePoint | undefined, closed: number): Promise<Stretch[]> {
  const found: Stretch[] = [];
  for (;;) {
    const stretch = await nextStretch(from(links), found.at(-1)?.last ?? position, closed);
    if (stretch === undefined) return found;
    found.push(stretch);
  }
}

interface Piece {
  /** Trades, or that many missed ones; after more than four the exchange counts anew. */
  count: number;
  isGap: boolean;
  /** Milliseconds from trade to trade; clocks may step back a little. */
  step: number;
}

/** A chain as collectors write it: each link goes on where the one before it ended, with times that never go back. */
function chainOf(pieces: readonly Piece[]): { links: Link[]; trades: Trade[] } {
  const links: Link[] = [];
  const trades: Trade[] = [];
  let last: TradePoint = { tradeId: '0', timestamp: 0 };
  let id = 1000;
  let time = HOUR * 1000;
  for (const { count, isGap, step } of pieces) {
    const after = last;
    if (isGap) {
      const before = { tradeId: String(id - 1), timestamp: time };
      const isAnew = count > 4;
      id = isAnew ? 1 : id + count;
      time += isAnew ? 120_000 : Math.abs(step) * count;
      last = { tradeId: String(id - 1), timestamp: Math.max(last.timestamp, time) };
      const gap = { from: before, to: { tradeId: String(id), timestamp: time } };
      links.push({ after, last, count: 0, total: trades.length, gap, trades: () => [] });
      continue;
    }
    const held = Array.from({ length: count }, () => {
      time = Math.max(HOUR * 1000, time + step);
      id += 1;
      return trade(id - 1, time);
    });
    trades.push(...held);
    const latest = held.reduce((most, it) => Math.max(most, it.timestamp), last.timestamp);
    last = { tradeId: String(id - 1), timestamp: latest };
    links.push({ after, last, count, total: trades.length, trades: () => held });
  }
  return { links, trades };
}

const pieces = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 6 }),
    isGap: fc.boolean(),
    step: fc.oneof(fc.integer({ min: -500, max: 0 }), fc.integer({ min: 0, max: HOUR / 2 })),
  }),
  { minLength: 1, maxLength: 12 },
);

test('every trade and gap of a chain is in one stretch, whenever it was looked at', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.array(fc.nat(12), { maxLength: 5 }), async (plan, looks) => {
      const { links, trades } = chainOf(plan);
      const atOnce = await stretches(links, undefined, NEVER);
      const inTurn: Stretch[] = [];
      for (const length of [...looks.toSorted((a, b) => a - b), links.length]) {
        inTurn.push(...(await stretches(links.slice(0, length), inTurn.at(-1)?.last, NEVER)));
      }
      expect(inTurn).toEqual(atOnce);

      const closed = await stretches(links, atOnce.at(-1)?.last, ALWAYS);
      const all = [...atOnce, ...closed];
      expect(all.flatMap((it) => it.trades)).toEqual(trades);
      expect(all.flatMap((it) => it.gaps)).toEqual(links.flatMap((link) => link.gap ?? []));
      expect(closed.length).toBeLessThanOrEqual(1);
      for (const [index, { hour, after, last }] of all.entries()) {
        expect(hourOf(last.timestamp)).toBe(hour);
        if (index > 0) expect(after).toEqual(all[index - 1]?.last);
        if (index > 0) expect(hour).toBeGreaterThan(all[index - 1]?.hour ?? 0);
      }
    }),
  );
});

test('an hour that went on after it was closed has a second stretch, behind the first', async () => {
  const { links, trades } = chainOf([
    { count: 3, isGap: false, step: 1000 },
    { count: 2, isGap: false, step: 1000 },
  ]);
  const first = await stretches(links.slice(0, 1), undefined, ALWAYS);
  const second = await stretches(links, first.at(-1)?.last, ALWAYS);
  expect([...first, ...second].map((it) => it.trades.length)).toEqual([3, 2]);
  expect([...first, ...second].flatMap((it) => it.trades)).toEqual(trades);
});

test('an hour with more trades than a run may hold is in several stretches', async () => {
  const count = MOST_TRADES / 4;
  const { links } = chainOf(Array.from({ length: 9 }, () => ({ count, isGap: false, step: 0 })));
  const found = await stretches(links, undefined, ALWAYS);
  expect(found.map((it) => it.trades.length)).toEqual([MOST_TRADES, MOST_TRADES, count]);
  expect(new Set(found.map((it) => it.after.tradeId)).size).toBe(3);
});

test('what expired before it was archived is a gap', async () => {
  const { links } = chainOf(Array.from({ length: 4 }, () => ({ count: 2, isGap: false, step: HOUR / 2 })));
  const [first] = await stretches(links, undefined, NEVER);
  expect(first?.last.tradeId).toBe('1000');
  const [next] = await stretches(links.slice(2), first?.last, NEVER);
  expect(next?.gaps).toEqual([{ from: first?.last, to: { tradeId: '1004', timestamp: expect.any(Number) } }]);
  expect(next?.trades[0]?.tradeId).toBe('1004');
});
