import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Caller } from '../../../core/access/caller.ts';
import type { HttpEvent } from '../../../core/http/answer.ts';
import { type AlertsTable, startAlertsTable } from '../../core/alerts/alerts-table.ts';

/** What the routes of users make of who calls; the rest is tried over HTTP. */

const NONE = { signalsQuota: null, ratePerMinute: null, ratePerHour: null };

let table: AlertsTable;
let routes: typeof import('../../../lambdas/api/users.ts').userRoutes;
beforeAll(async () => {
  table = await startAlertsTable();
  vi.stubEnv('PLAN_LIMITS', JSON.stringify({ premium: NONE, pro: NONE, basic: NONE, free: NONE }));
  routes = (await import('../../../lambdas/api/users.ts')).userRoutes;
  const users = await import('../../../core/alerts/users.ts');
  await users.createUser({ id: 'ana', plan: 'free' }, new Uint8Array(32), Date.now());
});
afterAll(() => table.close());

const ana: Caller = { kind: 'user', userId: 'ana', endsAt: Date.now() + 60_000 };

async function patch(caller: Caller, body: object): Promise<Record<string, unknown>> {
  const found = routes.find(({ method, path }) => method === 'PATCH' && path === '/api/users/{id}');
  if (!found) throw new Error('The route is declared');
  const answer = await found.handle({ caller, path: { id: 'ana' }, query: {}, body, event: {} as HttpEvent });
  return JSON.parse(String(answer.body));
}

test.each([
  { plan: 'premium' },
  { signals_quota: null },
  { rate_per_minute: 'plan' },
  { rate_per_hour: 5, webhook_enabled: false },
])('an end user may not change %j', async (body) => {
  await expect(patch(ana, body)).rejects.toMatchObject({ status: 403, code: 'forbidden' });
});

test('an end user switches the webhook, and changes nothing by an empty body', async () => {
  expect(await patch(ana, { webhook_enabled: false })).toMatchObject({ plan: 'free', webhook_enabled: false });
  expect(await patch(ana, {})).toMatchObject({ plan: 'free', webhook_enabled: false });
});
