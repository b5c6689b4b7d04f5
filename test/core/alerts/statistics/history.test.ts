import { randomBytes, randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GROUPINGS } from '../../../../core/alerts/statistics/analytics.ts';
import { byKey, recountAnalytics, recountStatistics } from './recount.ts';
import type { Fields } from './signals.ts';
import { type StatisticsTable, startStatisticsTable } from './table.ts';

/** Statistics and analyses against a plain recount, whatever happens to the signals, in turn and at once. */

const CUT = { signals: 3, settledAfterMs: 1000 };

let table: StatisticsTable['table'];
let signals: StatisticsTable['signals'];
let reports: StatisticsTable['reports'];
let history: StatisticsTable['history'];
let budgets: StatisticsTable['budgets'];
let segments: StatisticsTable['segments'];
let stored: StatisticsTable['stored'];

beforeAll(async () => {
  ({ table, signals, reports, history, budgets, segments, stored } = await startStatisticsTable());
});
afterAll(() => table?.close());

const facts: fc.Arbitrary<Fields> = fc
  .record(
    {
      symbol: fc.constantFrom('BTCUSDT', 'AAPL'),
      indicator: fc.constantFrom('ADX', '🐸 adx'),
      signal_type: fc.constantFrom('buy', 'SELL'),
      timeframe: fc.constantFrom('15m', '1h'),
      result: fc.constantFrom('pending', 'win', 'loss', 'breakeven', 'skip'),
      profit_loss: fc.constantFrom('1', '2.5', '-1', '-0.00000001', '123456789012345.12345678', '0'),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({
    symbol: undefined,
    indicator: undefined,
    signal_type: undefined,
    timeframe: undefined,
    result: undefined,
    profit_loss: undefined,
    ...fields,
    indicator_key: fields.indicator === undefined ? undefined : 'adx',
  }));

const action = fc.oneof(
  // Alerts come up to 900 ms after the time in their id.
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('create'), late: fc.integer({ min: 0, max: 900 }), facts }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change'), which: fc.nat(), facts }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'build' as const }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** What happens at once, and how much time passes before it. */
const moments = fc.array(
  fc.record({
    passes: fc.constantFrom(0, 1, 500, 1500, 1500, 3_600_000, 86_400_000),
    actions: fc.array(action, { minLength: 2, maxLength: 6 }),
  }),
  { minLength: 6, maxLength: 10 },
);

async function perform(locator: string, ids: string[], now: number, it: Action): Promise<void> {
  switch (it.kind) {
    case 'create': {
      const signal = signals.newSignal(locator, now - it.late, it.facts);
      ids.push(signal.id);
      await stored.putSignal(locator, signal);
      return;
    }
    case 'build':
      await history.readHistory(locator, new budgets.ReadBudget(4), { now, cut: CUT });
      return;
    default: {
      const id = ids[it.which % ids.length];
      if (id === undefined) return;
      const write = it.kind === 'change' ? signals.updateOf(locator, id, it.facts) : signals.deletionOf(locator, id);
      await segments.writeWithSegment(locator, id, write);
    }
  }
}

test('equal a plain recount after any sequence of creates, changes, deletions and readers, also at once', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(moments, fc.constantFrom(...GROUPINGS), async (sequence, grouping) => {
      const locator = randomUUID();
      const ids: string[] = [];
      let now = Date.UTC(2026, 10, 28, 22, 30);
      for (const { passes, actions } of sequence) {
        now += passes;
        await Promise.all(actions.map((it) => perform(locator, ids, now, it)));
        const list = await signals.listed(locator);
        expect(await reports.readStatistics(locator, now, CUT)).toEqual(recountStatistics(list, now));
      }
      const list = await signals.listed(locator);
      const from = now - 40 * 3_600_000;
      const symbol = 'BTCUSDT';
      const wanted = list.filter((it) => it.symbol === symbol && Date.parse(it.created_at) >= from);
      for (const [filters, expected] of [
        [{}, list],
        [{ symbol, from }, wanted],
        [{ symbol, from, q: 'btc' }, wanted],
      ] as const) {
        const groups = await reports.readAnalytics(locator, grouping, filters, now, CUT);
        expect(byKey(groups)).toEqual(byKey(recountAnalytics(expected, grouping)));
      }
      const built = await history.readHistory(locator, new budgets.ReadBudget(4), { now, cut: CUT });
      made += built.segments.length;
    }),
    { numRuns: 20 },
  );
  // The sequences were long enough for segments to matter.
  expect(made).toBeGreaterThan(10);
}, 120_000);

test('who may not read all at once builds on what readers before have built', async () => {
  const locator = randomUUID();
  const start = Date.UTC(2026, 10, 3);
  const now = start + 3_600_000;
  for (let index = 0; index < 20; index += 1) {
    await stored.putSignal(locator, signals.newSignal(locator, start + index, { result: 'win', profit_loss: '1.1' }));
  }
  // A page may have 1 MB, of which the signals here take next to nothing: room for three pages more.
  const read = () => history.readHistory(locator, new budgets.ReadBudget(1 + 4 / 256), { now, cut: CUT });
  let readers = 1;
  for (; readers < 20; readers += 1) {
    const outcome = await read().catch((error: unknown) => error);
    if (!(outcome instanceof Error)) break;
    expect(outcome).toMatchObject({ code: 'unavailable', headers: { 'retry-after': '1' } });
  }
  expect(readers).toBeGreaterThan(1);
  expect(readers).toBeLessThan(20);
  expect(await reports.readStatistics(locator, now, CUT)).toEqual(
    recountStatistics(await signals.listed(locator), now),
  );
});

test('signals too large for one analysis of their texts ask for less time, and make smaller segments', async () => {
  const locator = randomUUID();
  const start = Date.UTC(2026, 10, 3);
  const now = start + 3_600_000;
  const message = deflateRawSync(randomBytes(380_000));
  for (let index = 0; index < 13; index += 1) {
    await stored.putSignal(locator, { ...signals.newSignal(locator, start + index, { symbol: 'AAPL' }), message });
  }
  const analysis = (filters: object) => reports.readAnalytics(locator, 'symbol', filters, now);
  await expect(analysis({ screenshot_status: 'pending' })).rejects.toMatchObject({ code: 'analysis_too_large' });
  expect(await analysis({ screenshot_status: 'pending', from: start + 10 })).toMatchObject([{ key: 'AAPL', count: 3 }]);
  // Without such a filter only the first readers have to go through the signals themselves.
  await expect(analysis({})).rejects.toMatchObject({ code: 'unavailable' });
  expect(await analysis({})).toMatchObject([{ key: 'AAPL', count: 13 }]);
  expect((await reports.readStatistics(locator, now)).total_signals).toBe(13);
});
