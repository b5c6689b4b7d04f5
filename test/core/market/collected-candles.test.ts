import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectedCandle } from '../../../core/market/candle.ts';
import { candlesForSignal } from '../../../core/market/candles.ts';
import { durationOf, openTimeOf, stepOpenTime } from '../../../core/market/timeframe.ts';
import { type MarketTable, startMarketTable } from './market-table.ts';

let table: MarketTable;
let collected: typeof import('../../../core/market/collected-candles.ts');
let stored: typeof import('../../../core/market/stored-candles.ts');
beforeAll(async () => {
  table = await startMarketTable();
  collected = await import('../../../core/market/collected-candles.ts');
  stored = await import('../../../core/market/stored-candles.ts');
});
afterAll(() => table?.close());

const COUNT = 120;
const TIMEFRAME = '15m';
const now = Date.now();
const current = openTimeOf(TIMEFRAME, now);

/** The newest so many candles of a symbol, changed by their place from the newest, or left out. */
async function store(symbol: string, change: (place: number) => Partial<CollectedCandle> | undefined) {
  for (let place = 0; place < COUNT; place += 1) {
    const changes = change(place);
    const openTime = stepOpenTime(TIMEFRAME, current, -place);
    const prices = { open: '1.5', high: '2.50', low: '1.25', close: String(place), volume: '7' };
    const market = { exchange: 'binance', symbol, timeframe: TIMEFRAME } as const;
    const candle = { ...market, openTime, ...prices, trades: 3, closed: place > 0, complete: true, ...changes };
    if (changes) await stored.storeCandle(candle, 'a collector', now);
  }
}

const query = (symbol: string) =>
  collected.collectedCandles(
    { exchange: 'binance', symbol, timeframe: TIMEFRAME, until: now + durationOf('4h'), count: COUNT } as const,
    now,
  );

test('a signal’s chart is of collected candles where there are all of them, and asks no exchange', async () => {
  await store('ALLUSDT', () => ({}));
  const unreachable = 'http://127.0.0.1:9';
  const signal = { exchange: 'BINANCE', symbol: 'ALLUSDT', timeframe: TIMEFRAME, at: now } as const;
  const found = await candlesForSignal(signal, {
    bybitUrl: unreachable,
    binanceUrl: unreachable,
    collected: collected.collectedCandles,
  });
  expect(found?.market).toEqual({ exchange: 'binance', symbol: 'ALLUSDT', exact: true });
  expect(found?.candles.map(({ close }) => close)).toEqual(
    Array.from({ length: COUNT }, (_, index) => String(COUNT - 1 - index)),
  );
  expect(found?.candles.at(-1)).toMatchObject({ openTime: current, high: '2.50' });
});

test.each<[string, (place: number) => Partial<CollectedCandle> | undefined]>([
  ['one is missing', (place) => (place === 60 ? undefined : {})],
  ['one lacks trades', (place) => (place === 5 ? { complete: false } : {})],
  ['the oldest is not there', (place) => (place === COUNT - 1 ? undefined : {})],
])('where %s the exchange has to be asked', async (name, change) => {
  const symbol = `${name.replaceAll(/[^a-z]/g, '').toUpperCase()}USDT`;
  await store(symbol, change);
  expect(await query(symbol)).toBeUndefined();
});

test('as for a timeframe that nobody collects, and while the table can not be read', async () => {
  await store('FINEUSDT', () => ({}));
  expect(await query('FINEUSDT')).toHaveLength(COUNT);
  table.faults.push('refused');
  expect(await query('FINEUSDT')).toBeUndefined();
  const wanted = { exchange: 'binance', symbol: 'FINEUSDT', timeframe: '2h', until: now, count: 1 } as const;
  expect(await collected.collectedCandles(wanted, now)).toBeUndefined();
});
