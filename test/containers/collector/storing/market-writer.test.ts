import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MarketWriter } from '../../../../containers/collector/storing/market-writer.ts';
import type { Link } from '../../../../core/market/hot-trades.ts';
import type { Market, Trade, TradePoint } from '../../../../core/market/trade.ts';
import { type MarketTable, startMarketTable } from '../../../core/market/market-table.ts';
import type { Fault } from '../../../core/service-table.ts';

/** The chain of hot trades under writers that compete, fail and die, over a DynamoDB of its own. */

const SETTINGS = { flushAfter: 60_000, retryAfter: 1 };
const FIRST = 2_290_000_001_189_048_101n;
const NEVER = new AbortController().signal;

let table: MarketTable;
let writers: typeof import('../../../../containers/collector/storing/market-writer.ts');
let hot: typeof import('../../../../core/market/hot-trades.ts');
let markets = 0;
beforeAll(async () => {
  table = await startMarketTable();
  writers = await import('../../../../containers/collector/storing/market-writer.ts');
  hot = await import('../../../../core/market/hot-trades.ts');
});
afterAll(() => table?.close());

/** Each property's run has a market of its own. */
function newMarket(): Market {
  markets += 1;
  return { exchange: 'bybit', symbol: `M${markets}USDT` };
}

/** What an exchange made: some numbers are left out, and times are in no strict order. */
function tradesOf(market: Market, count: number): Trade[] {
  const begin = Date.now() - 60_000;
  return Array.from({ length: count }, (_, n) => {
    const timestamp = begin + n * 10 - (n % 7 === 3 ? 25 : 0);
    const tradeId = String(FIRST + BigInt(n + Math.floor(n / 13)));
    const price = (60_000 + Math.sin(n) * 10).toFixed(2);
    return { ...market, tradeId, side: 'buy', price, quantity: `0.${n + 1}5`, timestamp, receivedAt: timestamp + 3 };
  });
}

async function stored(market: Market, order: 'oldest' | 'newest', from = 0, to = Date.now() + 60_000): Promise<Link[]> {
  const links: Link[] = [];
  for await (const link of hot.readLinks(market, from, to, order, { links: 7 })) links.push(link);
  return links;
}

type Step =
  | { who: 0 | 1; does: 'takes' | 'misses'; trades: number }
  | { who: 0 | 1; does: 'flushes' | 'dies' }
  | { who: 2; does: 'flushes' };

const who = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    who,
    does: fc.constant('takes' as const),
    trades: fc.oneof(fc.nat(9), fc.integer({ min: 90, max: 130 })),
  }),
  fc.record({ who, does: fc.constant('misses' as const), trades: fc.nat(5) }),
  fc.record({ who, does: fc.constantFrom('flushes' as const, 'dies' as const) }),
  fc.constant({ who: 2, does: 'flushes' } as const),
);
const fault = fc.option(fc.constantFrom<Fault>('refused', 'lost'), { nil: undefined, freq: 2 });

/** A collector's way through the trades: what it takes comes from the feed, which goes on after what is stored. */
class Life {
  readonly #market: Market;
  readonly #all: readonly Trade[];
  #writer: MarketWriter | undefined;
  #at = 0;

  constructor(market: Market, all: readonly Trade[]) {
    this.#market = market;
    this.#all = all;
  }

  /** @param live where the market stands: who has stored nothing begins there */
  async begin(live: number): Promise<void> {
    this.#writer = await writers.MarketWriter.begin(this.#market, SETTINGS);
    const { newest } = this.#writer.pending;
    const last = newest && BigInt(newest.tradeId);
    this.#at = last === undefined ? live : this.#all.findIndex(({ tradeId }) => BigInt(tradeId) > last);
  }

  take(count: number): number {
    const taken = this.#all.slice(this.#at, this.#at + count);
    for (const trade of taken) this.#writer?.push(trade);
    this.#at += taken.length;
    return this.#at;
  }

  miss(count: number): void {
    const from = this.#all[this.#at - 1];
    const to = this.#all[this.#at + count];
    if (!from || !to || count === 0) return;
    this.#writer?.push({ from: pointOf(from), to: pointOf(to) });
    this.#at += count;
  }

  async flush(): Promise<void> {
    await this.#writer?.flush(NEVER);
  }
}

const pointOf = ({ tradeId, timestamp }: TradePoint) => ({ tradeId, timestamp });

async function run(steps: readonly Step[], faults: readonly (Fault | undefined)[]) {
  const market = newMarket();
  const all = tradesOf(market, 4000);
  const lives = [new Life(market, all), new Life(market, all)];
  let live = 0;
  for (const life of lives) await life.begin(live);
  table.faults.push(...faults);
  for (const { who: whose, ...it } of steps) {
    const life = lives[whose];
    if (it.does === 'takes') live = Math.max(live, life?.take(it.trades) ?? 0);
    else if (it.does === 'misses') life?.miss(it.trades);
    else if (it.does === 'flushes') await Promise.all((life ? [life] : lives).map((one) => one.flush()));
    else await begun(life, live);
  }
  await Promise.all(lives.map((life) => life.flush()));
  table.faults.length = 0;
  return { market, all };
}

/** Reading where the chain ends may fail too; a collector tries again. */
async function begun(life: Life | undefined, live: number): Promise<void> {
  for (;;) {
    const outcome = await life?.begin(live).catch((error: unknown) => error);
    if (outcome === undefined) return;
  }
}

describe('the chain of hot trades', () => {
  it('has each trade once and in order, or in a gap, whoever wrote, failed or died', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 14 }),
        fc.array(fault, { maxLength: 20 }),
        async (steps, faults) => {
          const { market, all } = await run(steps, faults);
          const links = await stored(market, 'oldest');
          const trades = links.flatMap((link) => link.trades());
          const ids = new Set(trades.map(({ tradeId }) => tradeId));
          expect(ids.size).toBe(trades.length);
          const [first] = trades;
          const last = links.at(-1)?.last.tradeId ?? '0';
          const isMissing = (id: string) =>
            links.some(
              ({ gap }) => gap && BigInt(gap.from.tradeId) < BigInt(id) && BigInt(id) < BigInt(gap.to.tradeId),
            );
          const expected = all
            .filter(
              ({ tradeId }) => first && BigInt(tradeId) >= BigInt(first.tradeId) && BigInt(tradeId) <= BigInt(last),
            )
            .filter(({ tradeId }) => ids.has(tradeId) || !isMissing(tradeId));
          expect(trades).toEqual(expected);
          expect(links.at(-1)?.total ?? 0).toBe(trades.length);
          // What a life that was given up still writes comes behind.
          const backwards = (await stored(market, 'newest')).toReversed().slice(0, links.length);
          expect(backwards).toEqual(links.map((link) => ({ ...link, trades: expect.any(Function) })));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('goes on where an exchange begins to count anew', async () => {
    const market = newMarket();
    const before = tradesOf(market, 30);
    const after = before.map((trade, n) => ({
      ...trade,
      tradeId: String(n + 1),
      timestamp: trade.timestamp + 120_000,
    }));
    const [last, first] = [before.at(-1), after[0]];
    if (!last || !first) throw new Error('No trades');
    const all = [...before, { from: pointOf(last), to: pointOf(first) }, ...after];
    const both = [0, 1].map(() => writers.MarketWriter.begin(market, SETTINGS));
    for (const writer of await Promise.all(both)) {
      for (const one of all) writer.push(one);
      await writer.flush(NEVER);
    }
    const links = await stored(market, 'oldest', 0, Date.now() + 300_000);
    expect(links.flatMap((link) => link.trades())).toEqual([...before, ...after]);
    expect(links.flatMap(({ gap }) => gap ?? [])).toEqual([{ from: pointOf(last), to: pointOf(first) }]);
  });

  it('is read from a time to another, whatever the order of times within', async () => {
    const market = newMarket();
    const all = tradesOf(market, 600);
    const writer = await writers.MarketWriter.begin(market, SETTINGS);
    for (const trade of all) writer.push(trade);
    await writer.flush(NEVER);
    const [begin = 0, end = 0] = [all[0]?.timestamp, all.at(-1)?.timestamp];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -50, max: end - begin + 50 }), fc.nat(3000), async (after, span) => {
        const [from, to] = [begin + after, begin + after + span];
        const isWithin = ({ timestamp }: Trade) => timestamp >= from && timestamp < to;
        for (const order of ['oldest', 'newest'] as const) {
          const links = await stored(market, order, from, to);
          const found = links.flatMap((link) => (order === 'oldest' ? link.trades() : link.trades().toReversed()));
          const expected = all.filter(isWithin);
          expect(found.filter(isWithin)).toEqual(order === 'oldest' ? expected : expected.toReversed());
        }
      }),
      { numRuns: 20 },
    );
  });
});
