import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import { binanceHistory } from '../../containers/collector/exchanges/binance-history.ts';
import { bybitHistory } from '../../containers/collector/exchanges/bybit-history.ts';
import { systemClock } from '../../containers/collector/feed/clock.ts';
import type { Market } from '../../core/market/trade.ts';
import type { TestRun } from './local-run.ts';

/** What the API gives back of the trades that collectors stored, held against what the exchange's REST says. */

const tradeShape = z.looseObject({ tradeId: z.string(), timestamp: z.string(), receivedAt: z.string() });
const pointShape = z.object({ tradeId: z.string(), timestamp: z.string() });
const pageShape = z.object({
  trades: z.array(tradeShape),
  gaps: z.array(z.object({ from: pointShape, to: pointShape })),
  next_cursor: z.string().nullable(),
});

/** All trades of a market, newest first, and the gaps. */
export async function storedTrades(run: TestRun, { exchange, symbol }: Market, limit = 200) {
  const trades: z.infer<typeof tradeShape>[] = [];
  const gaps: z.infer<typeof pageShape>['gaps'] = [];
  let cursor = '';
  do {
    const query = `symbol=${symbol}&exchange=${exchange}&limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = pageShape.parse((await run.api('GET', `/api/collectors/trades?${query}`)).json);
    trades.push(...page.trades);
    gaps.push(...page.gaps);
    cursor = page.next_cursor ?? '';
  } while (cursor !== '');
  return { trades, gaps };
}

/** Every trade from the first that is stored to the last is as the exchange tells it, once and in order, or in a gap. */
export async function expectAsTold(run: TestRun, market: Market, restUrl: string): Promise<void> {
  const { trades, gaps } = await storedTrades(run, market);
  const [newest, oldest] = [trades[0], trades.at(-1)];
  if (!newest || !oldest) throw new Error(`No trades of ${market.symbol} are stored`);
  const historyOf = market.exchange === 'binance' ? binanceHistory : bybitHistory;
  const before = { tradeId: String(BigInt(oldest.tradeId) - 1n), timestamp: Date.parse(oldest.timestamp) };
  const told = (await historyOf(restUrl, systemClock).tradesAfter(market.symbol, before)).trades
    .filter(({ tradeId }) => BigInt(tradeId) > BigInt(before.tradeId) && BigInt(tradeId) <= BigInt(newest.tradeId))
    .toReversed()
    .filter(({ tradeId }) =>
      gaps.every(({ from, to }) => BigInt(tradeId) <= BigInt(from.tradeId) || BigInt(tradeId) >= BigInt(to.tradeId)),
    );
  expect(told.length).toBeGreaterThan(0);
  // Bybit tells of the newest 60 only.
  expect(trades.slice(0, told.length)).toEqual(
    told.map((trade) => ({
      ...trade,
      timestamp: new Date(trade.timestamp).toISOString(),
      receivedAt: expect.any(String),
    })),
  );
  expect(market.exchange === 'bybit' || trades.length === told.length).toBe(true);
}

/** The process of a collector that runs here, and its variables. */
export function collectorProcess(name: string): { pid: number; variables: ReadonlyMap<string, string> } {
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const variables = variablesOf(pid);
    if (parentOf(pid) === process.pid && variables.get('COLLECTOR_NAME') === name)
      return { pid: Number(pid), variables };
  }
  throw new Error(`${name} has no process`);
}

function variablesOf(pid: string): Map<string, string> {
  const pairs = readProcess(pid, 'environ').split('\0');
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The name in `stat` may hold blanks; state and parent come after it. */
function parentOf(pid: string): number {
  const stat = readProcess(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
}

/** Empty where it has ended, or is another user's. */
function readProcess(pid: string, file: 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
