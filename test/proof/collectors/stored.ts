import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ExchangeName } from '../../../core/market/candle.ts';
import type { Link } from '../../../core/market/hot-trades.ts';
import type { Feed } from '../../../local/exchanges/market.ts';
import { type Stage, SYMBOLS } from './stage.ts';
import { checkBook, checkCandles, checkTrades, type StoredTrades, shownBook, shownCandle, tradeIdOf } from './truth.ts';

/** What a run has stored and shows, held against its exchanges. */

const PATIENCE = 180_000;
const POLL = 250;

const candles = z.object({ candles: z.array(shownCandle) });

export function marketOf({ exchanges }: Stage, exchange: ExchangeName, symbol: string): Feed {
  const known = exchanges.market.symbol(symbol);
  if (known === undefined) throw new Error(`No ${symbol}`);
  return { exchange, symbol: known };
}

/** What is wrong with the trades that are stored. */
export async function stored(stage: Stage, exchange: ExchangeName, symbol: string): Promise<StoredTrades> {
  const { readLinks } = await import('../../../core/market/hot-trades.ts');
  const links: Link[] = [];
  for await (const link of readLinks({ exchange, symbol }, 0, Date.now() + PATIENCE, 'oldest')) links.push(link);
  return checkTrades(stage.exchanges.market, marketOf(stage, exchange, symbol), links);
}

/** Waits until every trade that was made by `since` is stored, and a book of later that is in step. */
export async function recovered(stage: Stage, exchange: ExchangeName, since: number): Promise<void> {
  const { chainEnd } = await import('../../../core/market/hot-trades.ts');
  for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(POLL)) {
    const isWhole = await Promise.all(
      SYMBOLS.map(async (symbol) => {
        const of = marketOf(stage, exchange, symbol);
        const [newest] = stage.exchanges.market.lastTrades(of, 1, since);
        const { last } = await chainEnd({ exchange, symbol });
        if (newest && BigInt(last.tradeId) < BigInt(tradeIdOf(exchange, newest.id))) return false;
        const { inStep, timestamp } = await bookOf(stage, exchange, symbol);
        return inStep && Date.parse(timestamp) >= since;
      }),
    ).catch(() => [false]);
    if (isWhole.every(Boolean)) return;
  }
  throw new Error(`Not recovered within ${PATIENCE / 1_000} s`);
}

async function bookOf(stage: Stage, exchange: ExchangeName, symbol: string) {
  return shownBook.parse(await stage.api('GET', `/api/collectors/orderbook?exchange=${exchange}&symbol=${symbol}`));
}

/** What is wrong with the candles and books that are shown. */
export async function checkViews(stage: Stage, exchange: ExchangeName): Promise<string[]> {
  const { market } = stage.exchanges;
  const found = await Promise.all(
    SYMBOLS.map(async (symbol) => {
      const of = marketOf(stage, exchange, symbol);
      const path = `/api/collectors/candles?exchange=${exchange}&symbol=${symbol}&timeframe=1m&limit=100`;
      const shown = candles.parse(await stage.api('GET', path));
      return [
        ...checkCandles(market, of, shown.candles),
        ...checkBook(market, of, await bookOf(stage, exchange, symbol)),
      ];
    }),
  );
  return found.flat();
}
