import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signalTime, timedId } from '../../../core/alerts/alert-id.ts';
import { signalKey } from '../../../core/alerts/keys.ts';
import type { SignalFilters } from '../../../core/alerts/signal-filters.ts';
import { packMessage, type StoredSignal } from '../../../core/alerts/stored-signal.ts';
import { type AlertsTable, startAlertsTable } from './alerts-table.ts';

/** Lists held against a plain model, on a table of its own. */

let table: AlertsTable;
let lists: typeof import('../../../core/alerts/signal-lists.ts');
let signals: typeof import('../../../core/alerts/signals.ts');
let client: typeof import('../../../core/aws/dynamodb.ts');
let users = 0;
let locator = '';

beforeAll(async () => {
  table = await startAlertsTable();
  lists = await import('../../../core/alerts/signal-lists.ts');
  signals = await import('../../../core/alerts/signals.ts');
  client = await import('../../../core/aws/dynamodb.ts');
});
afterAll(() => table.close());
beforeEach(newUser);

function newUser(): void {
  users += 1;
  locator = `user-${users}`;
}

type Facts = Partial<StoredSignal>;
type NewSignal = Omit<StoredSignal, 'pk'>;

const START = Date.UTC(2026, 10, 1);

/** A signal that came so many milliseconds after the start. */
function signalAt(milliseconds: number, facts: Facts = {}): NewSignal {
  return {
    id: timedId(START + milliseconds, randomBytes(16)),
    user_id: 'someone',
    sequence: 1,
    parse_status: 'partial',
    message: 'BTCUSDT buy',
    generation: 1,
    screenshot_status: 'pending',
    ...facts,
  };
}

async function store(all: readonly NewSignal[]): Promise<void> {
  for (let start = 0; start < all.length; start += 50) {
    await Promise.all(all.slice(start, start + 50).map((signal) => signals.putSignal(locator, signal)));
  }
}

async function remove(id: string): Promise<void> {
  const { DeleteCommand } = await import('@aws-sdk/lib-dynamodb');
  await client.dynamodb.send(new DeleteCommand({ TableName: 'alerts', Key: { ...signalKey(locator, id) } }));
}

/** The ids on all pages; `between` runs before each further page. */
async function pages(filters: SignalFilters, limit: number, between = async () => {}): Promise<string[][]> {
  const found: string[][] = [];
  let before: string | undefined;
  do {
    if (before) await between();
    const page = await lists.pageOfSignals(locator, filters, before, limit);
    expect(page.signals.length).toBeLessThanOrEqual(limit);
    found.push(page.signals.map(({ id }) => id));
    before = page.next;
  } while (before);
  return found;
}

/** What the filters mean, told without the code that reads. */
function expected(all: readonly NewSignal[], wanted: SignalFilters): string[] {
  const { from = -Infinity, to = Infinity, q, ...equal } = wanted;
  const known: Record<string, (signal: NewSignal) => unknown> = {
    indicator: ({ indicator_key }) => indicator_key,
    result: ({ result }) => result ?? 'pending',
  };
  return all
    .filter((signal) =>
      Object.entries(equal).every(
        ([name, value]) => (known[name] ?? ((it) => it[name as keyof NewSignal]))(signal) === value,
      ),
    )
    .filter(({ id }) => signalTime(id) >= from && signalTime(id) < to)
    .filter(({ message }) => q === undefined || String(message).toLowerCase().includes(q))
    .map(({ id }) => id)
    .toSorted()
    .toReversed();
}

const SPAN_MS = 40;
const VALUES = {
  symbol: ['BTCUSDT', 'ETHUSDT'],
  exchange: ['BINANCE', 'BYBIT'],
  indicator: ['adx def', 'rsi'],
  signal_type: ['buy', 'sell'],
  timeframe: ['15m', '1h'],
  result: ['pending', 'win', 'loss'],
  screenshot_status: ['pending', 'processing'],
} as const;
const anyOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values);

const someFacts: fc.Arbitrary<Facts> = fc
  .record(
    {
      symbol: anyOf(VALUES.symbol),
      exchange: anyOf(VALUES.exchange),
      indicator_key: anyOf(VALUES.indicator),
      signal_type: anyOf(VALUES.signal_type),
      timeframe: anyOf(VALUES.timeframe),
      result: anyOf(VALUES.result),
      screenshot_status: anyOf(VALUES.screenshot_status),
      message: anyOf(['Momentum up', 'momentum DOWN']),
    },
    { requiredKeys: ['message'] },
  )
  .map(({ symbol, exchange, ...facts }) => {
    if (symbol === undefined) return facts;
    return exchange === undefined
      ? { ...facts, symbol, ticker: symbol }
      : { ...facts, symbol, exchange, ticker: `${exchange}:${symbol}` };
  });
const someSignals = fc
  .array(fc.tuple(fc.integer({ min: 0, max: SPAN_MS }), someFacts), { minLength: 10, maxLength: 60 })
  .map((all) => all.map(([at, facts]) => signalAt(at, facts)));

/** Up to three filters at once: more leave nothing over. */
const someFilters: fc.Arbitrary<SignalFilters> = fc
  .tuple(
    fc.uniqueArray(
      fc.oneof(
        ...Object.entries(VALUES).map(([name, values]) => fc.tuple(fc.constant(name), anyOf<string>(values))),
        fc.tuple(fc.constant('ticker'), anyOf(['BINANCE:BTCUSDT', 'BYBIT:ETHUSDT', 'BTCUSDT'])),
        fc.tuple(fc.constant('q'), anyOf(['momentum', 'down'])),
      ),
      { maxLength: 3, selector: ([name]) => name },
    ),
    fc.tuple(fc.integer({ min: -1, max: SPAN_MS / 2 }), fc.integer({ min: SPAN_MS / 2, max: SPAN_MS + 1 })),
    fc.subarray(['from', 'to'] as const),
  )
  .map(([named, [from, to], bounds]) => ({
    ...Object.fromEntries(named),
    ...(bounds.includes('from') ? { from: START + from } : {}),
    ...(bounds.includes('to') ? { to: START + to } : {}),
  }));

test('every signal that fits is on one page, in order, while new ones arrive and others go', async () => {
  await fc.assert(
    fc.asyncProperty(
      someSignals,
      fc.array(fc.tuple(someFilters, fc.integer({ min: 1, max: 30 })), { minLength: 5, maxLength: 10 }),
      async (all, queries) => {
        newUser();
        await store(all);
        for (const [filters, limit] of queries) {
          const newer: NewSignal[] = [];
          const found = await pages(filters, limit, async () => {
            const signal = signalAt(SPAN_MS + 10 + newer.length, all[0]);
            newer.push({ ...signal, id: signalAt(SPAN_MS + 10 + newer.length).id });
            await store(newer.slice(-1));
          });
          expect(found.flat()).toEqual(expected(all, filters));
          for (const { id } of newer) await remove(id);
        }
        for await (const batch of lists.allSignals(locator, queries[0]?.[0] ?? {})) {
          expect(batch.map(({ id }) => id)).toEqual(expected(all, queries[0]?.[0] ?? {}).toReversed());
        }
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('a cursor stands still while signals before and behind it are deleted', async () => {
  const all = Array.from({ length: 30 }, (_, index) => signalAt(index, { symbol: 'BTCUSDT' }));
  await store(all);
  const newestFirst = all.map(({ id }) => id).toReversed();
  const [ninth, tenth, eleventh] = newestFirst.slice(8, 11);
  const first = await lists.pageOfSignals(locator, { symbol: 'BTCUSDT' }, undefined, 10);
  expect(first.next).toBe(tenth);
  for (const id of [ninth, tenth, eleventh]) await remove(String(id));
  const second = await lists.pageOfSignals(locator, { symbol: 'BTCUSDT' }, first.next, 200);
  expect(second.signals.map(({ id }) => id)).toEqual(newestFirst.slice(11));
  expect(second.next).toBeUndefined();
});

test('the last page says that it is the last', async () => {
  await store(Array.from({ length: 20 }, (_, index) => signalAt(index, { symbol: 'BTCUSDT' })));
  for (const filters of [{}, { symbol: 'BTCUSDT' }, { result: 'pending' as const }]) {
    expect((await pages(filters, 10)).map((page) => page.length)).toEqual([10, 10]);
  }
});

test('a spread is found by its ticker', async () => {
  const ticker = 'BINANCE:BTCUSDT/BINANCE:ETHUSDT';
  const spread = signalAt(0, { ticker, symbol: ticker });
  await store([spread, signalAt(1, { ticker: 'BINANCE:BTCUSDT', exchange: 'BINANCE', symbol: 'BTCUSDT' })]);
  expect(await pages({ ticker }, 10)).toEqual([[spread.id]]);
});

test('a search through long messages is cut into pages', async () => {
  const message = packMessage('ñ'.repeat(32_000));
  await store(Array.from({ length: 300 }, (_, index) => signalAt(index, { message })));
  const oldest = signalAt(-1, { message: packMessage(`${'ñ'.repeat(32_000)} the end`) });
  await store([oldest]);
  const found = await pages({ q: 'nn the end' }, 50);
  expect(found.map((page) => page.length)).toEqual([0, 0, 1]);
  expect(found.flat()).toEqual([oldest.id]);
});

describe('reads', () => {
  const UNITS_OF_ONE_MEGABYTE = 256;
  const incompressible = () => packMessage(randomBytes(48 * 1024).toString('base64'));

  test('of a page by symbol, indicator or result are the same however many signals there are', async () => {
    const readsAt = async (count: number) => {
      newUser();
      const facts = [
        { symbol: 'BTCUSDT', indicator_key: 'rsi', result: 'win' as const },
        { symbol: 'ETHUSDT', indicator_key: 'adx def', result: 'loss' as const },
      ];
      await store(Array.from({ length: count }, (_, index) => signalAt(index, facts[index % 2])));
      table.consumed();
      const reads: number[] = [];
      for (const filters of [{ symbol: 'BTCUSDT' }, { indicator: 'rsi' }, { result: 'win' as const }, {}]) {
        const { next, signals: found } = await lists.pageOfSignals(locator, filters, undefined, 50);
        expect(found).toHaveLength(50);
        reads.push(table.consumed());
        await lists.pageOfSignals(locator, filters, next, 40);
        reads.push(table.consumed());
      }
      return reads;
    };
    expect(await readsAt(2000)).toEqual(await readsAt(200));
  }, 60_000);

  test.each<SignalFilters>([{}, { symbol: 'BTCUSDT' }, { q: 'nothing' }, { symbol: 'BTCUSDT', q: 'nothing' }])(
    'of %j stay below 1 MB with the largest messages',
    async (filters) => {
      const all = Array.from({ length: 40 }, (_, index) =>
        signalAt(index, { symbol: 'BTCUSDT', message: incompressible(), notes: '€'.repeat(4000) }),
      );
      await store(all);
      table.consumed();
      let before: string | undefined;
      const found: string[] = [];
      do {
        const page = await lists.pageOfSignals(locator, filters, before, 200);
        expect(table.consumed()).toBeLessThanOrEqual(UNITS_OF_ONE_MEGABYTE);
        found.push(...page.signals.map(({ id }) => id));
        before = page.next;
      } while (before);
      expect(found).toEqual(filters.q === undefined ? expected(all, {}) : []);
    },
  );
});
