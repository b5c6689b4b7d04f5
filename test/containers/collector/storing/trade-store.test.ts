import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TradeStoreSettings } from '../../../../containers/collector/storing/trade-store.ts';
import type { Link } from '../../../../core/market/hot-trades.ts';
import type { Trade } from '../../../../core/market/trade.ts';
import { binanceAnswer } from '../../../../local/exchanges/binance.ts';
import { createMarket } from '../../../../local/exchanges/market.ts';
import { type MarketTable, startMarketTable } from '../../../core/market/market-table.ts';

/** The trades of a collector on their way into the table, over a DynamoDB of its own. */

const NEVER = new AbortController().signal;
const rows = z.array(
  z.object({ id: z.number(), price: z.string(), qty: z.string(), time: z.number(), isBuyerMaker: z.boolean() }),
);

let table: MarketTable;
let stores: typeof import('../../../../containers/collector/storing/trade-store.ts');
let hot: typeof import('../../../../core/market/hot-trades.ts');
let markets: typeof import('../../../../core/market/hot-markets.ts');
beforeAll(async () => {
  table = await startMarketTable();
  stores = await import('../../../../containers/collector/storing/trade-store.ts');
  hot = await import('../../../../core/market/hot-trades.ts');
  markets = await import('../../../../core/market/hot-markets.ts');
});
afterAll(() => table?.close());
beforeEach(() => {
  table.faults.length = 0;
  table.unitsWritten();
});

function storeWith(settings: Partial<TradeStoreSettings> = {}) {
  const all = { flushAfter: 60_000, retryAfter: 1, mostPending: 1_000_000, forgotten: () => {}, ...settings };
  return new stores.TradeStore('binance', all);
}

/** The newest of the seeded market, as Binance tells them. */
function seededTrades(symbol: string, count: number): Trade[] {
  const query = new URLSearchParams({ symbol: 'BTCUSDT', limit: String(count) });
  const answer = binanceAnswer(createMarket({ seed: 'storing' }), '/api/v3/trades', query, Date.now());
  return rows.parse(answer?.body).map(({ id, price, qty, time, isBuyerMaker }, n) => ({
    exchange: 'binance',
    symbol,
    tradeId: String(id),
    side: isBuyerMaker ? 'sell' : 'buy',
    price,
    quantity: qty,
    timestamp: time,
    receivedAt: time + 3 + ((n * 7) % 5),
  }));
}

/** The trades, and so many more after them. */
function continued(trades: readonly Trade[], count: number): Trade[] {
  const more = trades
    .slice(-1)
    .flatMap((last) =>
      Array.from({ length: count }, (_, n) => ({ ...last, tradeId: String(BigInt(last.tradeId) + BigInt(n + 1)) })),
    );
  return [...trades, ...more];
}

async function linksOf(symbol: string): Promise<Link[]> {
  const links: Link[] = [];
  const market = { exchange: 'binance', symbol } as const;
  for await (const link of hot.readLinks(market, 0, Date.now() + 60_000, 'oldest')) links.push(link);
  return links;
}
const tradesOf = async (symbol: string) => (await linksOf(symbol)).flatMap((link) => link.trades());

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

describe('trades of a collector', () => {
  it('cost at most 0.02 USD a million in write units, where they are many', async () => {
    const store = storeWith();
    await store.begin(['BTCUSDT']);
    const trades = seededTrades('BTCUSDT', 1000);
    for (const trade of trades) {
      store.trade(trade);
      await new Promise(setImmediate);
    }
    await store.flush(NEVER);
    expect(await tradesOf('BTCUSDT')).toEqual(trades);
    expect(await markets.hotMarkets(Date.now())).toContainEqual({ exchange: 'binance', symbol: 'BTCUSDT' });
    // List price of on-demand writes: 1.25 USD a million units (us-east-1; https://aws.amazon.com/dynamodb/pricing/on-demand/).
    const dollars = (table.unitsWritten() / trades.length) * 1.25;
    expect(dollars).toBeLessThanOrEqual(0.02);
  });

  it('are written after a while, however few they are', async () => {
    const store = storeWith({ flushAfter: 10 });
    await store.begin(['FEWUSDT']);
    const trades = seededTrades('FEWUSDT', 3);
    for (const trade of trades) store.trade(trade);
    await until(async () => (await tradesOf('FEWUSDT')).length === 3);
    expect(await tradesOf('FEWUSDT')).toEqual(trades);
  });

  it('go on after the last one that is stored, also of a symbol that was left and comes back', async () => {
    const trades = seededTrades('BACKUSDT', 30);
    const first = storeWith();
    await first.begin(['BACKUSDT']);
    expect(first.last('BACKUSDT')).toBeUndefined();
    for (const trade of trades.slice(0, 10)) first.trade(trade);
    await first.begin(['BACKUSDT']);
    expect(first.last('BACKUSDT')?.tradeId).toBe(trades[9]?.tradeId);
    await first.flush(NEVER);
    const next = storeWith();
    await next.begin(['BACKUSDT']);
    expect(next.last('BACKUSDT')?.tradeId).toBe(trades[9]?.tradeId);
    for (const trade of trades.slice(10, 20)) next.trade(trade);
    await next.flush(NEVER);
    await first.begin(['BACKUSDT']);
    for (const trade of trades.slice(20)) first.trade(trade);
    await first.flush(NEVER);
    expect(await tradesOf('BACKUSDT')).toEqual(trades);
  });

  it('wait while the table refuses, and what does not fit into memory is a gap', async () => {
    const forgotten: number[] = [];
    const store = storeWith({ mostPending: 1500, forgotten: (count) => forgotten.push(count) });
    await store.begin(['FULLUSDT']);
    const trades = continued(seededTrades('FULLUSDT', 1000), 1000);
    table.faults.push(...Array<'refused'>(10_000).fill('refused'));
    for (const trade of trades) store.trade(trade);
    await store.flush(AbortSignal.timeout(50));
    table.faults.length = 0;
    await store.flush(NEVER);
    expect(forgotten).toEqual([1000]);
    const links = await linksOf('FULLUSDT');
    expect(links[0]?.gap?.to.tradeId).toBe(trades[1000]?.tradeId);
    expect(links.flatMap((link) => link.trades())).toEqual(trades.slice(1000));
  });
});
