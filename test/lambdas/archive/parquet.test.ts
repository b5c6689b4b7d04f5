import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Trade } from '../../../core/market/trade.ts';
import { gapFile, tradesFile } from '../../../lambdas/archive/parquet.ts';
import { createMarket } from '../../../local/exchanges/market.ts';
import { MARKET_SYMBOLS, units } from '../../../local/exchanges/symbols.ts';
import { queryParquet } from '../../duckdb.ts';

/** Files of the archive, read by DuckDB. */

/** Its numbers as texts, since JavaScript's don't hold them. */
const SELECT = `select trade_id, epoch_ms("timestamp") as at, epoch_ms(received_at) as received, side,
  price::varchar as price, quantity::varchar as quantity from read_parquet($files, union_by_name = true)`;

const rowSchema = z.object({
  trade_id: z.bigint(),
  at: z.bigint(),
  received: z.bigint(),
  side: z.enum(['buy', 'sell']),
  price: z.string(),
  quantity: z.string(),
});

const plain = (decimal: string) => new Big(decimal).toFixed();

async function read(...files: Uint8Array[]) {
  const rows = z.array(rowSchema).parse(await queryParquet(files, SELECT));
  return rows.map((row) => ({ ...row, price: plain(row.price), quantity: plain(row.quantity) }));
}

function written(trades: readonly Trade[]): z.infer<typeof rowSchema>[] {
  return trades.map(({ tradeId, timestamp, receivedAt, side, price, quantity }) => ({
    trade_id: BigInt(tradeId),
    at: BigInt(timestamp),
    received: BigInt(receivedAt),
    side,
    price: plain(price),
    quantity: plain(quantity),
  }));
}

const BYBIT_IDS = 2_290_000_000_587_254_433n;

/** An hour of the seeded market; trades arrive as those of the exchanges do, several at once. */
function seededHour(exchange: Trade['exchange'], name: string): Trade[] {
  const symbol = MARKET_SYMBOLS.get(name);
  if (symbol === undefined) throw new Error(`No market of ${name}`);
  const from = Date.UTC(2026, 2, 3, 14);
  return createMarket({ seed: 'archive' })
    .trades({ exchange, symbol }, from, from + 3_599_999)
    .map(({ id, time, price, lots, side }) => ({
      exchange,
      symbol: name,
      tradeId: String(exchange === 'bybit' ? BYBIT_IDS + BigInt(id) : id),
      side,
      price: units(price, symbol.priceDecimals),
      quantity: units(lots, symbol.lotDecimals),
      timestamp: time,
      receivedAt: Math.ceil(time / 50) * 50 + 20 + (id % 7),
    }));
}

describe('trades of the seeded market', () => {
  test.each([
    ['binance', 'BTCUSDT'],
    ['bybit', 'BTCUSDT'],
    ['binance', 'SOLUSDT'],
    ['bybit', 'ETHUSDT'],
  ] as const)('of %s %s come back as they were, and take 14 bytes at most', async (exchange, symbol) => {
    const trades = seededHour(exchange, symbol);
    expect(trades.length).toBeGreaterThan(1000);
    const file = tradesFile(trades);
    expect(file.length / trades.length).toBeLessThan(14);
    expect(await read(file)).toEqual(written(trades));
  });

  test('are found by price, time and id', async () => {
    const trades = seededHour('binance', 'BTCUSDT');
    const one = trades[1234];
    if (one === undefined) throw new Error('The hour has too few trades');
    const found = await queryParquet(
      [tradesFile(trades)],
      `select trade_id from read_parquet($files) where price = ${one.price} and trade_id = ${one.tradeId}
        and "timestamp" = make_timestamp_ms(${one.timestamp}) and quantity >= ${one.quantity}`,
    );
    expect(found).toEqual([{ trade_id: BigInt(one.tradeId) }]);
  });
});

const trade = (price: string, quantity: string, tradeId = '1'): Trade => ({
  exchange: 'bybit',
  symbol: 'BTCUSDT',
  tradeId,
  side: 'buy',
  price,
  quantity,
  timestamp: 1,
  receivedAt: 2,
});

/** Of up to 38 digits in all, as exchanges write them: with zeros at the end, or without a point. */
const decimal = (places: number) =>
  fc
    .tuple(fc.bigInt(0n, 10n ** 19n), fc.integer({ min: 0, max: places }))
    .map(([count, used]) => (used === 0 ? String(count) : new Big(`${count}e-${used}`).toFixed(places)));

test('any ids, times, prices and quantities come back exactly', async () => {
  const anyTrade = fc.record({
    exchange: fc.constant('bybit' as const),
    symbol: fc.constant('BTCUSDT'),
    tradeId: fc.bigInt(0n, 2n ** 63n - 1n).map(String),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    price: decimal(18),
    quantity: decimal(8),
    timestamp: fc.integer({ min: 0, max: 4e12 }),
    receivedAt: fc.integer({ min: 0, max: 4e12 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyTrade, { maxLength: 300 }), async (trades) => {
      expect(await read(tradesFile(trades))).toEqual(written(trades));
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('files of unlike numbers are read together without rounding', async () => {
  const files = [
    [trade('67890.12', '1')],
    [trade('0.00000001', '0.0000000001')],
    [trade('123456789012345.12345678', '5')],
    [],
  ];
  const rows = await read(...files.map(tradesFile));
  expect(rows).toEqual(written(files.flat()));
});

test('usual files have one type, in which they can be read together and multiplied', async () => {
  const files = ['2', '67890.5', '0.23245000', '0.00000001'].map((price) => tradesFile([trade(price, price)]));
  const [worth] = await queryParquet(files, 'select sum(price * quantity)::varchar as worth from read_parquet($files)');
  expect(worth).toEqual({ worth: '4609119994.3040330025000001' });
  const types = await queryParquet(
    files,
    'select distinct typeof(price) as price, typeof(quantity) as quantity from read_parquet($files)',
  );
  expect(types).toEqual([{ price: 'DECIMAL(28,8)', quantity: 'DECIMAL(28,8)' }]);
});

test('what no type of Parquet holds is refused, never rounded', () => {
  const [many, most] = ['1'.repeat(21), '9'.repeat(20)];
  expect(() => tradesFile([trade(many, '1')])).toThrow(/price has more than 20 digits/);
  expect(() => tradesFile([trade('1', `0.${many}`)])).toThrow(/quantity has more/);
  expect(() => tradesFile([trade(most, `${most}.${'9'.repeat(18)}`)])).not.toThrow();
  expect(() => tradesFile([trade('1', '1', String(2n ** 63n))])).toThrow(/out of range/);
});

test('a gap comes back with both its ends', async () => {
  const gap = {
    from: { tradeId: String(BYBIT_IDS), timestamp: 5 },
    to: { tradeId: String(BYBIT_IDS + 9n), timestamp: 7 },
  };
  const [row] = await queryParquet(
    [gapFile(gap)],
    `select from_trade_id, epoch_ms(from_timestamp) as "from", to_trade_id, epoch_ms(to_timestamp) as "to"
      from read_parquet($files)`,
  );
  expect(row).toEqual({ from_trade_id: BYBIT_IDS, from: 5n, to_trade_id: BYBIT_IDS + 9n, to: 7n });
});
