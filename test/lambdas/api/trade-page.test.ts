import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GapEnds } from '../../../core/market/hot-trades.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { type MarketTable, startMarketTable } from '../../core/market/market-table.ts';

const MARKET = { exchange: 'bybit', symbol: 'BTCUSDT' } as const;
const BEGIN = Date.now() - 600_000;

let table: MarketTable;
let hot: typeof import('../../../core/market/hot-trades.ts');
let pages: typeof import('../../../lambdas/api/trade-page.ts');
beforeAll(async () => {
  table = await startMarketTable();
  hot = await import('../../../core/market/hot-trades.ts');
  pages = await import('../../../lambdas/api/trade-page.ts');
});
afterAll(() => table?.close());

function tradesFrom(first: number, count: number): Trade[] {
  return Array.from({ length: count }, (_, n) => {
    const timestamp = BEGIN + (first + n) * 1000;
    const details = { side: 'sell', price: '1.5', quantity: '2', timestamp, receivedAt: timestamp + 1 } as const;
    return { ...MARKET, tradeId: String(first + n), ...details };
  });
}

it('pages of any length give all trades and gaps once, newest first', async () => {
  const parts: (Trade[] | GapEnds)[] = [];
  const gapAfter = (from: number) => ({
    from: { tradeId: String(from), timestamp: BEGIN + from * 1000 },
    to: { tradeId: String(from + 10), timestamp: BEGIN + (from + 10) * 1000 },
  });
  parts.push(tradesFrom(101, 3), gapAfter(103), tradesFrom(113, 1), tradesFrom(114, 25), gapAfter(138), gapAfter(147));
  parts.push(tradesFrom(157, 2));
  let end = hot.BEGINNING;
  for (const part of parts) {
    const append = Array.isArray(part)
      ? hot.appendTrades(MARKET, end, part, Date.now())
      : hot.appendGap(MARKET, end, part, Date.now());
    end = (await append)?.end ?? end;
  }
  const trades = parts.flatMap((part) => (Array.isArray(part) ? part : [])).toReversed();
  const gaps = parts.flatMap((part) => (Array.isArray(part) ? [] : [part])).toReversed();

  for (let limit = 1; limit <= 40; limit += 1) {
    const found: { trades: Trade[]; gaps: GapEnds[] } = { trades: [], gaps: [] };
    let next: string | undefined;
    do {
      const page = await pages.tradePage(MARKET, { from: 0, to: Date.now() }, limit, next);
      expect(page.trades.length + page.gaps.length).toBeLessThanOrEqual(limit);
      found.trades.push(...page.trades);
      found.gaps.push(...page.gaps);
      next = page.next;
    } while (next !== undefined);
    expect(found).toEqual({ trades, gaps });
  }

  const within = await pages.tradePage(MARKET, { from: BEGIN + 114_000, to: BEGIN + 140_000 }, 200, undefined);
  expect(within.trades).toEqual(tradesFrom(114, 25).toReversed());
  expect(within.gaps).toEqual([gapAfter(138)]);
});
