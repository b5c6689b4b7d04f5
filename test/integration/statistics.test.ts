import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { GROUPINGS } from '../../core/alerts/statistics/analytics.ts';
import { byKey, recountAnalytics, recountStatistics } from '../core/alerts/statistics/recount.ts';
import { startTestRun, type TestRun } from './local-run.ts';

/** Statistics and analyses over HTTP against a recount of what the list shows. */

let run: TestRun;
let webhook: string;
beforeAll(async () => {
  run = await startTestRun();
  const fields = { id: 'trader', plan: 'premium', rate_per_minute: null, rate_per_hour: null };
  webhook = String((await run.api('POST', '/api/users', { body: fields })).json['webhook_url']);
}, 120_000);
afterAll(() => run?.close());

const text = z.string().nullable();
const listedSignals = z.object({
  signals: z.array(
    z.object({
      id: z.string(),
      created_at: z.string(),
      symbol: text,
      indicator: text,
      indicator_key: text,
      signal_type: text,
      timeframe: text,
      screenshot_status: z.string(),
      result: z.string(),
      profit_loss: text,
    }),
  ),
});
const groupsOf = z.object({ groups: z.array(z.looseObject({ key: text })) });

/** Oldest first. */
async function listed(query = '') {
  const { json } = await run.api('GET', `/api/users/trader/signals?limit=200${query}`);
  return listedSignals.parse(json).signals.toReversed();
}

async function expectRecount(): Promise<void> {
  const all = await listed();
  const { status, json } = await run.api('GET', '/api/users/trader/stats');
  expect(status).toBe(200);
  expect(json).toEqual(recountStatistics(all, Date.now()));
  for (const filters of ['', '&symbol=BTCUSDT', '&indicator=adx%20def%20apidevs&timeframe=15', '&q=alcista']) {
    const signals = await listed(filters);
    for (const grouping of filters === '' ? GROUPINGS : (['indicator', 'day'] as const)) {
      const answer = await run.api('GET', `/api/users/trader/analytics?group_by=${grouping}${filters}`);
      expect(answer.status).toBe(200);
      expect(answer.json['group_by']).toBe(grouping);
      expect(byKey(groupsOf.parse(answer.json).groups)).toEqual(byKey(recountAnalytics(signals, grouping)));
    }
  }
}

const ALERTS = [
  ['BINANCE:BTCUSDT', 'Divergencia Alcista 🟢', 'ADX DEF [APIDEVS]', '15'],
  ['BINANCE:ETHUSDT', 'Divergencia Bajista 🔴', '🐸 ADX DEF APIDEVS 👑', '60'],
  ['BYBIT:BTCUSDT', 'Compra', 'RSI Pro', '15'],
  ['BYBIT:BTCUSDT', 'Divergencia Alcista 🟢', 'ADX DEF [APIDEVs]', '15'],
  ['BYBIT:ETHUSDT', 'Venta', 'RSI Pro', 'D'],
];
const CHANGES = [
  { result: 'win', profit_loss: '12.50' },
  { result: 'win', profit_loss: '0.00000001' },
  { result: 'breakeven', profit_loss: 0 },
  { result: 'loss', profit_loss: -7.25 },
  { profit_loss: '123456789012345.12345678' },
];

test('results, profits and deletions show at once, as a recount of the list has them', async () => {
  const ids: string[] = [];
  for (const [ticker, sign, indicator, timeframe] of ALERTS) {
    const body = `Ticker: ${ticker}\nPrecio: 100\nSeñal: ${sign}\nIndicador: ${indicator}\nTimeframe: ${timeframe}`;
    ids.push(String((await run.alert(webhook, body)).json['signal_id']));
  }
  ids.push(String((await run.alert(webhook, 'Nada que leer aquí')).json['signal_id']));
  // Until then the number of pending captures changes by itself.
  await Promise.all(ids.map((id) => run.captured(id)));
  await expectRecount();
  for (const [index, body] of CHANGES.entries()) {
    expect((await run.api('PATCH', `/api/signals/${ids[index]}`, { body })).status).toBe(200);
  }
  await expectRecount();
  const { json } = await run.api('GET', '/api/users/trader/stats');
  expect(json).toMatchObject({
    total_signals: 6,
    win_rate: 66.7,
    profit_loss: '123456789012350.37345679',
    largest_loss: '-7.25',
    current_streak: { kind: 'loss', length: 1 },
    longest_win_streak: 2,
    max_drawdown: '7.25',
  });
  await run.api('PATCH', `/api/signals/${ids[4]}`, { body: { profit_loss: null } });
  expect((await run.api('DELETE', `/api/signals/${ids[0]}`)).status).toBe(204);
  await expectRecount();
}, 120_000);

test.each([
  ['/api/users/nobody/stats', 404, 'user_not_found'],
  ['/api/users/nobody/analytics?group_by=day', 404, 'user_not_found'],
  ['/api/users/trader/analytics', 400, 'invalid_parameter'],
  ['/api/users/trader/analytics?group_by=moon', 400, 'invalid_parameter'],
  [
    '/api/users/trader/analytics?group_by=day&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    400,
    'invalid_parameter',
  ],
])('%s is %d %s', async (path, status, code) => {
  const answer = await run.api('GET', path);
  expect([answer.status, answer.json['code']]).toEqual([status, code]);
});

test('of no signals at all', async () => {
  await run.api('POST', '/api/users', { body: { id: 'newcomer', plan: 'free' } });
  const { json } = await run.api('GET', '/api/users/newcomer/stats');
  expect(json).toEqual(recountStatistics([], Date.now()));
  expect((await run.api('GET', '/api/users/newcomer/analytics?group_by=day')).json).toEqual({
    group_by: 'day',
    groups: [],
  });
});
