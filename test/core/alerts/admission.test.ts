import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newWebhookToken, userLocator } from '../../../core/access/tokens.ts';
import { passedAttributes, REPEAT_WINDOW_MS } from '../../../core/alerts/admission.ts';
import type { PlanLimits } from '../../../core/alerts/plan-limits.ts';
import type { PlanName } from '../../../core/alerts/user.ts';
import { createDynamoDb, type DynamoDb } from '../../../local/aws/dynamodb/index.ts';
import { serve } from '../../local/aws/serve.ts';

/** The one conditional update against a plain list of what was admitted when. */

const PLANS: PlanLimits = {
  premium: { signalsQuota: null, ratePerMinute: null, ratePerHour: null },
  pro: { signalsQuota: 12, ratePerMinute: 4, ratePerHour: 9 },
  basic: { signalsQuota: 6, ratePerMinute: null, ratePerHour: 5 },
  free: { signalsQuota: 3, ratePerMinute: 2, ratePerHour: null },
};
const TABLE = 'alerts';

let directory: string;
let dynamodb: DynamoDb;
let server: Awaited<ReturnType<typeof serve>>;
let users: typeof import('../../../core/alerts/users.ts');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-admission-'));
  dynamodb = await createDynamoDb({ dir: directory });
  await dynamodb.defineTable(TABLE, {
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  server = await serve(dynamodb);
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('ALERTS_TABLE', TABLE);
  users = await import('../../../core/alerts/users.ts');
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

interface Limits {
  quota: number | null;
  minute: number | null;
  hour: number | null;
}

/** What the contract says, over all that was admitted before. */
function expected(admitted: { at: number; alert: string }[], limits: Limits, alert: string, now: number): string {
  if (admitted.some((it) => it.alert === alert && now - it.at < REPEAT_WINDOW_MS)) return 'repeat';
  const within = (same: (time: number) => unknown) => admitted.filter(({ at }) => same(at) === same(now)).length;
  const month = (time: number) => new Date(time).toISOString().slice(0, 7);
  if (limits.quota !== null && within(month) >= limits.quota) return 'quota';
  if (limits.minute !== null && within((time) => Math.floor(time / 60_000)) >= limits.minute) return 'minute';
  if (limits.hour !== null && within((time) => Math.floor(time / 3_600_000)) >= limits.hour) return 'hour';
  return 'admitted';
}

const steps = fc.array(
  fc.record({
    // From parallel sends over the edges of the repeat's window to another month.
    wait: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
      { weight: 2, arbitrary: fc.constantFrom(0, 34_999, 35_000, 35_001, 60_000, 3_600_000) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 * 86_400_000 }) },
    ),
    alert: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((name) => name.repeat(11)),
  }),
  { minLength: 1, maxLength: 40 },
);
const own = fc.option(fc.option(fc.integer({ min: 0, max: 4 })), { nil: undefined });

let userCount = 0;

test('admits, counts and refuses exactly as the list says, at any times, under any limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<PlanName>('premium', 'pro', 'basic', 'free'),
      fc.record({ signals_quota: own, rate_per_minute: own, rate_per_hour: own }),
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      steps,
      async (plan, overrides, start, sequence) => {
        userCount += 1;
        const id = `user-${userCount}`;
        const { secretHash } = newWebhookToken(id);
        await users.createUser({ id, plan, ...overrides }, secretHash, start);
        const ofPlan = PLANS[plan];
        const limits = {
          quota: overrides.signals_quota === undefined ? ofPlan.signalsQuota : overrides.signals_quota,
          minute: overrides.rate_per_minute === undefined ? ofPlan.ratePerMinute : overrides.rate_per_minute,
          hour: overrides.rate_per_hour === undefined ? ofPlan.ratePerHour : overrides.rate_per_hour,
        };
        const admitted: { at: number; alert: string }[] = [];
        let now = start;
        for (const { wait, alert } of sequence) {
          now += wait;
          const outcome = await users.admit(userLocator(id), { secretHash, alert, now }, PLANS);
          expect('admitted' in outcome ? 'admitted' : outcome.refused.kind).toBe(
            expected(admitted, limits, alert, now),
          );
          if ('admitted' in outcome) {
            admitted.push({ at: now, alert });
            expect(outcome.admitted.admitted).toBe(admitted.length);
          } else if (outcome.refused.kind === 'repeat') {
            expect(outcome.refused.notedAt).toBe(admitted.findLast((it) => it.alert === alert)?.at);
          }
        }
        // What has passed is taken along: the item does not grow with the user's history.
        const user = await users.getUser(id);
        const passed = user ? passedAttributes(user, now) : [];
        expect(passed.length).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('200 alerts at once at a quota of 50 are exactly 50; one alert 100 times at once is one', async () => {
  const { secretHash } = newWebhookToken('crowd');
  await users.createUser({ id: 'crowd', plan: 'premium', signals_quota: 50 }, secretHash, Date.now());
  const send = (alert: string) => users.admit(userLocator('crowd'), { secretHash, alert, now: Date.now() }, PLANS);
  const same = await Promise.all(Array.from({ length: 100 }, () => send('same-alert-')));
  expect(same.filter((outcome) => 'admitted' in outcome)).toHaveLength(1);
  const crowd = await Promise.all(Array.from({ length: 200 }, (_, index) => send(String(index).padStart(11, '0'))));
  expect(crowd.filter((outcome) => 'admitted' in outcome)).toHaveLength(49);
});

test('a wrong secret is unknown, whatever else holds', async () => {
  const { secretHash } = newWebhookToken('guarded');
  await users.createUser({ id: 'guarded', plan: 'premium' }, secretHash, Date.now());
  const other = newWebhookToken('guarded').secretHash;
  const attempt = { secretHash: other, alert: 'x'.repeat(11), now: Date.now() };
  expect(await users.admit(userLocator('guarded'), attempt, PLANS)).toEqual({ refused: { kind: 'unknown' } });
  expect(await users.admit(userLocator('nobody'), attempt, PLANS)).toEqual({ refused: { kind: 'unknown' } });
});
