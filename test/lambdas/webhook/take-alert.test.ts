import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newWebhookToken, readWebhookToken, userLocator } from '../../../core/access/tokens.ts';
import { RECORDED_A_MINUTE } from '../../../core/alerts/audit.ts';
import type { PlanLimits } from '../../../core/alerts/plan-limits.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { type AlertsTable, startAlertsTable } from '../../core/alerts/alerts-table.ts';

/** Taking alerts by a clock of the test's own. */

const NONE = { signalsQuota: null, ratePerMinute: null, ratePerHour: null };
const PLANS: PlanLimits = { premium: NONE, pro: NONE, basic: NONE, free: NONE };
const START = Date.UTC(2026, 10, 5, 12, 30);

let table: AlertsTable;
let modules: {
  users: typeof import('../../../core/alerts/users.ts');
  auditLog: typeof import('../../../core/alerts/audit-log.ts');
  audit: typeof import('../../../core/alerts/audit.ts');
  signals: typeof import('../../../core/alerts/signals.ts');
  takeAlert: typeof import('../../../lambdas/webhook/take-alert.ts').takeAlert;
};
/** Whether writes to the audit log fail. */
let auditFails = false;

beforeAll(async () => {
  table = await startAlertsTable((request) => {
    if (auditFails && request.body.includes('"A#')) throw new AwsError('ValidationException', 'not now');
  });
  vi.stubEnv('AUDIT_DAYS', '30');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  modules = {
    users: await import('../../../core/alerts/users.ts'),
    auditLog: await import('../../../core/alerts/audit-log.ts'),
    audit: await import('../../../core/alerts/audit.ts'),
    signals: await import('../../../core/alerts/signals.ts'),
    ...(await import('../../../lambdas/webhook/take-alert.ts')),
  };
});
afterAll(() => table.close());

let userCount = 0;

async function newUser(limits: object = {}) {
  userCount += 1;
  const id = `user-${userCount}`;
  const { token, secretHash } = newWebhookToken(id);
  await modules.users.createUser({ id, plan: 'premium', ...limits }, secretHash, START);
  const parts = readWebhookToken(token);
  if (!parts) throw new Error('A new token reads back');
  const locator = userLocator(id);
  const take = (body: string, at: number, secret: Uint8Array = parts.secretHash) => {
    const call = {
      address: '52.89.214.238',
      requestId: 'request',
      bytes: Buffer.byteLength(body),
      now: START + at,
      startedAt: performance.now(),
    };
    return modules.takeAlert({ locator, secretHash: secret }, undefined, body, PLANS, call);
  };
  const log = async (now: number, filters = {}) =>
    (await modules.auditLog.auditPage(locator, filters, 200, undefined, START + now)).entries;
  return { id, locator, take, log };
}

test('a repeat 34 s later is still one; the same body 40 s later is another alert', async () => {
  const { take, id, log } = await newUser();
  const first = await take('BTCUSDT buy', 0);
  expect(await take('BTCUSDT buy', 34_000)).toMatchObject({ signal_id: first.signal_id, duplicate: true });
  expect(await take('BTCUSDT buy', 34_999)).toMatchObject({ signal_id: first.signal_id, duplicate: true });
  const second = await take('BTCUSDT buy', 40_000);
  expect(second.signal_id).not.toBe(first.signal_id);
  expect(second.duplicate).toBeUndefined();
  const minutely = await take('BTCUSDT buy', 100_000);
  expect(minutely.duplicate).toBeUndefined();
  expect((await modules.users.getUser(id))?.admitted).toBe(3);
  expect((await log(100_000)).map(({ outcome, signal_id }) => [outcome, signal_id])).toEqual([
    ['accepted', minutely.signal_id],
    ['accepted', second.signal_id],
    ['duplicate', first.signal_id],
    ['duplicate', first.signal_id],
    ['accepted', first.signal_id],
  ]);
});

test('beyond 20 a minute refusals of one kind are counted, not recorded', async () => {
  const { take, log, locator } = await newUser();
  const wrong = new Uint8Array(32);
  for (let index = 0; index < 47; index += 1) {
    await expect(take(`${index}`, index + 1, wrong)).rejects.toThrow('webhook_not_found');
  }
  await take('BTCUSDT', 50);
  const entries = await log(1000);
  expect(entries).toHaveLength(22);
  expect(entries[0]).toMatchObject({ outcome: 'accepted', count: 1 });
  expect(entries.slice(1, 21)).toEqual(
    Array(20).fill(expect.objectContaining({ outcome: 'wrong_token', count: 1, source_address: '52.89.214.238' })),
  );
  expect(entries[21]).toMatchObject({ outcome: 'wrong_token', count: 47 - RECORDED_A_MINUTE });
  expect(entries[21]?.source_address).toBeUndefined();
  // Another minute begins anew.
  await expect(take('x', 60_000, wrong)).rejects.toThrow('webhook_not_found');
  expect((await log(61_000, { outcome: 'wrong_token' })).map(({ count }) => count)).toEqual([
    1,
    ...Array(20).fill(1),
    27,
  ]);
  // In pages of any size the same entries come, each once.
  for (const limit of [1, 3, 7]) {
    const paged: string[] = [];
    let before: string | undefined;
    do {
      const { entries: page, next } = await modules.auditLog.auditPage(locator, {}, limit, before, START + 61_000);
      paged.push(...page.map(({ id }) => id));
      before = next;
    } while (before !== undefined);
    expect(paged).toEqual((await log(61_000)).map(({ id }) => id));
  }
});

test('entries are kept for the configured days, accepted and refused alike', async () => {
  const { take, log } = await newUser({ signals_quota: 1 });
  await take('a', 0);
  await expect(take('b', 1000)).rejects.toThrow('quota_exceeded');
  const days = (count: number) => count * 86_400_000;
  expect(await log(days(30))).toHaveLength(2);
  expect((await log(days(30) + 500)).map(({ outcome }) => outcome)).toEqual(['quota']);
  expect(await log(days(30) + 1500)).toEqual([]);
});

test('an audit log that fails changes no answer', async () => {
  const { take } = await newUser({ signals_quota: 1 });
  const { signal_id } = await take('a', 0);
  auditFails = true;
  try {
    expect(await take('a', 10)).toMatchObject({ signal_id, duplicate: true });
    await expect(take('b', 20)).rejects.toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } });
    await expect(take('b', 20, new Uint8Array(32))).rejects.toMatchObject({ status: 404 });
  } finally {
    auditFails = false;
  }
});

test('a deleted signal stays in the audit log as what it was', async () => {
  const { take, log, locator } = await newUser();
  const { signal_id } = await take(`BTCUSDT ${'ñ'.repeat(2000)}`, 0);
  const before = await log(1000);
  const signal = await modules.signals.getSignal({ pk: `U#${locator}`, sk: `S#${signal_id}` });
  if (!signal) throw new Error('The signal was stored');
  const { dynamodb } = await import('../../../core/aws/dynamodb.ts');
  const { TransactWriteCommand } = await import('@aws-sdk/lib-dynamodb');
  await dynamodb.send(
    new TransactWriteCommand({
      TransactItems: [
        { Delete: { TableName: 'alerts', Key: { pk: signal.pk, sk: `S#${signal_id}` } } },
        modules.audit.auditOfDeleted(signal),
      ],
    }),
  );
  expect(await log(1000)).toEqual(before);
  expect(await log(1000, { outcome: 'accepted' })).toEqual(before);
});
