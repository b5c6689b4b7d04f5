import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChainEnd, GapEnds } from '../../../core/market/hot-trades.ts';
import type { Market, Trade } from '../../../core/market/trade.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { queryParquet } from '../../duckdb.ts';
import { contextOf, startWorld, type World } from './world.ts';

/** The function on a real chain and bucket: what it leaves behind, whatever happens on the way. */

const HOUR = 3_600_000;
const MINUTE = 60_000;
const THIS_HOUR = Math.floor(Date.now() / HOUR) * HOUR;

let world: World;
let hotTrades: typeof import('../../../core/market/hot-trades.ts');
let hotMarkets: typeof import('../../../core/market/hot-markets.ts');
let run: (remainingMs?: number) => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  hotTrades = await import('../../../core/market/hot-trades.ts');
  hotMarkets = await import('../../../core/market/hot-markets.ts');
  const { handler } = await import('../../../lambdas/archive/handler.ts');
  run = (remainingMs) => handler({}, contextOf(remainingMs));
});
afterAll(() => world?.close());

/** Writes what a collector would. */
class Chain {
  readonly market: Market;
  readonly trades: Trade[] = [];
  #end: ChainEnd;
  #id = 2_290_000_000_587_254_433n;

  constructor(symbol: string) {
    this.market = { exchange: 'bybit', symbol };
    this.#end = hotTrades.BEGINNING;
  }

  /** @param written when, epoch milliseconds; two days later they expire */
  async add(times: readonly number[], written = Date.now()): Promise<void> {
    let left = times.map((timestamp) => this.#trade(timestamp));
    this.trades.push(...left);
    await hotMarkets.noteMarket(this.market, Date.now());
    while (left.length > 0) {
      const added = await hotTrades.appendTrades(this.market, this.#end, left, written);
      if (added === undefined) throw new Error('Somebody else writes this chain');
      this.#end = added.end;
      left = left.slice(added.count);
    }
  }

  async miss(count: number, until: number): Promise<GapEnds> {
    const from = this.#end.last;
    this.#id += BigInt(count);
    const gap = { from, to: { tradeId: String(this.#id), timestamp: until } };
    const added = await hotTrades.appendGap(this.market, this.#end, gap, Date.now());
    if (added === undefined) throw new Error('Somebody else writes this chain');
    this.#end = added.end;
    return gap;
  }

  #trade(timestamp: number): Trade {
    const id = this.#id;
    this.#id += 1n;
    const cents = Number(id % 10_000n);
    return {
      ...this.market,
      tradeId: String(id),
      side: cents % 2 === 0 ? 'buy' : 'sell',
      price: `${67_890 + cents}.10`,
      quantity: `0.0${cents + 1}`,
      timestamp,
      receivedAt: timestamp + 42,
    };
  }
}

/** One each twenty minutes, from so many hours ago until the running hour has begun. */
const since = (hours: number) =>
  Array.from({ length: hours * 3 + 1 }, (_, index) => THIS_HOUR - hours * HOUR + index * 20 * MINUTE);

const rowSchema = z.object({
  id: z.bigint(),
  at: z.bigint(),
  received: z.bigint(),
  side: z.string(),
  text: z.string(),
});

/** What all files of a market hold, in the order of their names. */
async function archived(bucket: string, { exchange, symbol }: Market) {
  const folder = `trades/exchange=${exchange}/symbol=${symbol}/`;
  const files = [...(await world.objects(bucket))].filter(([key]) => key.startsWith(folder));
  const rows = await queryParquet(
    files.map(([, bytes]) => bytes),
    `select trade_id as id, epoch_ms("timestamp") as at, epoch_ms(received_at) as received, side,
       price::decimal(18, 2)::varchar || ' ' || quantity::decimal(18, 8)::varchar as text from read_parquet($files)`,
  );
  return { keys: files.map(([key]) => key.slice(folder.length)), rows: z.array(rowSchema).parse(rows) };
}

const rowsOf = (trades: readonly Trade[]) =>
  trades.map(({ tradeId, timestamp, receivedAt, side, price, quantity }) => ({
    id: BigInt(tradeId),
    at: BigInt(timestamp),
    received: BigInt(receivedAt),
    side,
    text: `${price} ${quantity.padEnd(10, '0')}`,
  }));

const hourName = (time: number) => `day=${new Date(time).toISOString().slice(0, 13).replace('T', '/')}`;

test('a run that ended at any call leaves the same files behind, once there was another', async () => {
  const chain = new Chain('CRASHUSDT');
  await chain.add([THIS_HOUR - 2 * HOUR, THIS_HOUR - HOUR]);
  await chain.miss(5, THIS_HOUR - MINUTE);
  await chain.add([THIS_HOUR - MINUTE, THIS_HOUR]);
  const whole = world.newBucket();
  await run();
  const expected = await world.objects(whole);
  expect([...expected.keys()].filter((key) => key.startsWith('gaps/'))).toHaveLength(1);
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1; ; nth += 1) {
      const bucket = world.newBucket();
      let calls = 0;
      world.onCall = ({ path, body }, at) => {
        if (at !== when || !(path.includes('CRASHUSDT') || body.includes('CRASHUSDT') || path.endsWith(bucket))) return;
        calls += 1;
        if (calls >= nth) throw new AwsError('ServiceUnavailable', 'It was to go wrong', 503);
      };
      const ended = await run().catch((error: unknown) => error);
      world.onCall = () => {};
      if (ended === undefined) {
        expect(nth).toBeGreaterThan(6);
        break;
      }
      await run();
      expect(await world.objects(bucket), `${when} call ${nth}`).toEqual(expected);
    }
  }
});

test('hours that are over are archived once each, after a day without a run too, and the running one is left', async () => {
  const bucket = world.newBucket();
  const chain = new Chain('DAYUSDT');
  await chain.add(since(26));
  await run();
  const { keys, rows } = await archived(bucket, chain.market);
  expect(rows).toEqual(rowsOf(chain.trades.slice(0, -1)));
  expect(keys.map((key) => key.replace(/-\d{13}-\d{20}\.parquet$/, ''))).toEqual(
    Array.from({ length: 26 }, (_, index) => hourName(THIS_HOUR - (26 - index) * HOUR)),
  );
  const before = await world.objects(bucket);
  await run();
  expect(await world.objects(bucket)).toEqual(before);
});

test('runs at once leave the same files as one', async () => {
  const chain = new Chain('PARALLELUSDT');
  await chain.add(since(3));
  const [one, several] = [world.newBucket(), world.newBucket()];
  await Promise.all([run(), run(), run()]);
  expect((await archived(several, chain.market)).rows).toEqual(rowsOf(chain.trades.slice(0, -1)));
  expect(await world.objects(one)).toEqual(new Map());
});

test('a chain that nobody goes on with is closed after a quarter of the hot window, and may still go on', async () => {
  const bucket = world.newBucket();
  const chain = new Chain('STOPPEDUSDT');
  const [old, recent] = [THIS_HOUR - 14 * HOUR, THIS_HOUR - 11 * HOUR];
  await chain.add([old, old + MINUTE]);
  await run();
  expect((await archived(bucket, chain.market)).keys).toHaveLength(1);
  await chain.add([old + 2 * MINUTE, recent]);
  await run();
  const { keys, rows } = await archived(bucket, chain.market);
  expect(keys.map((key) => key.slice(0, hourName(old).length))).toEqual([hourName(old), hourName(old)]);
  expect(rows).toEqual(rowsOf(chain.trades.slice(0, -1)));
});

test('gaps are files of their own, also of what expired before it was archived', async () => {
  const bucket = world.newBucket();
  const chain = new Chain('GAPUSDT');
  const times = [5, 4, 3, 2, 1, 0].map((hours) => THIS_HOUR - hours * HOUR);
  const [first = 0, second = 0, third = 0, ...later] = times;
  await chain.add([first, second]);
  await run();
  const told = await chain.miss(7, third);
  await chain.add([third], Date.now() - 49 * HOUR);
  await chain.add(later);
  await run();
  const gaps = [...(await world.objects(bucket))].filter(([key]) =>
    key.startsWith('gaps/exchange=bybit/symbol=GAPUSDT/'),
  );
  expect(gaps.map(([key]) => key.slice('gaps/exchange=bybit/symbol=GAPUSDT/'.length, -'.parquet'.length))).toEqual([
    `${hourName(third)}-${told.from.timestamp}-0${told.from.tradeId}`,
    `${hourName(later[0] ?? 0)}-${third}-0${BigInt(told.to.tradeId) - 1n}`,
  ]);
  expect((await archived(bucket, chain.market)).rows).toEqual(
    rowsOf(chain.trades.filter((it) => it.timestamp !== third).slice(0, -1)),
  );
});

test('a market that fails holds up no other, and is told of', async () => {
  const bucket = world.newBucket();
  const [bad, good] = [new Chain('BADUSDT'), new Chain('GOODUSDT')];
  for (const chain of [bad, good]) await chain.add(since(2));
  await world.put(bucket, 'trades/exchange=bybit/symbol=BADUSDT/day=9999-12-31/of-somebody-else.parquet', 'x');
  await expect(run()).rejects.toThrow(/^Not archived: bybit BADUSDT$/);
  expect((await archived(bucket, good.market)).rows).toEqual(rowsOf(good.trades.slice(0, -1)));
});

test('a run whose time is over leaves the rest to the next', async () => {
  const bucket = world.newBucket();
  await run(60_000);
  expect(await world.objects(bucket)).toEqual(new Map());
});
