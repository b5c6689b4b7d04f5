import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newWebhookToken, userLocator } from '../../../core/access/tokens.ts';
import { type Admission, type Attempt, passedAttributes, REPEAT_WINDOW_MS } from '../../../core/alerts/admission.ts';
import type { PlanLimits } from '../../../core/alerts/plan-limits.ts';
import type { PlanName } from '../../../core/alerts/user.ts';
import { type AlertsTable, startAlertsTable } from './alerts-table.ts';

/** The one conditional update against a plain model: lists of tokens, addresses and what was admitted when. */

const PLANS: PlanLimits = {
  premium: { signalsQuota: null, ratePerMinute: null, ratePerHour: null },
  pro: { signalsQuota: 12, ratePerMinute: 4, ratePerHour: 9 },
  basic: { signalsQuota: 6, ratePerMinute: null, ratePerHour: 5 },
  free: { signalsQuota: 3, ratePerMinute: 2, ratePerHour: null },
};

let table: AlertsTable;
let users: typeof import('../../../core/alerts/users.ts');
/** Two instances of the function: what one remembers of a user the other does not know. */
let instances: typeof import('../../../core/alerts/admit.ts')[];

beforeAll(async () => {
  table = await startAlertsTable();
  users = await import('../../../core/alerts/users.ts');
  const first = await import('../../../core/alerts/admit.ts');
  vi.resetModules();
  instances = [first, await import('../../../core/alerts/admit.ts')];
});
afterAll(() => table.close());

interface Limits {
  signals_quota: number | null;
  rate_per_minute: number | null;
  rate_per_hour: number | null;
}

/** All that the contract's rules depend on, kept in plain lists. */
class Model {
  plan: PlanName;
  own: { [Name in keyof Limits]?: Limits[Name] | undefined };
  enabled = true;
  tokens: { until: number }[] = [{ until: Number.POSITIVE_INFINITY }];
  allowed: readonly string[] | undefined;
  admitted: { at: number; alert: string }[] = [];

  constructor(plan: PlanName, own: Model['own']) {
    this.plan = plan;
    this.own = own;
  }

  rotate(now: number, graceSeconds: number): void {
    for (const [index, token] of this.tokens.entries()) {
      const last = index === this.tokens.length - 1;
      token.until = last && graceSeconds > 0 ? now + graceSeconds * 1000 : Math.min(token.until, now);
    }
    this.tokens.push({ until: Number.POSITIVE_INFINITY });
  }

  #limits(): Limits {
    const { signalsQuota, ratePerMinute, ratePerHour } = PLANS[this.plan];
    const { signals_quota = signalsQuota, rate_per_minute = ratePerMinute, rate_per_hour = ratePerHour } = this.own;
    return { signals_quota, rate_per_minute, rate_per_hour };
  }

  expected(token: number, address: string, alert: string, now: number): Admission['kind'] {
    if ((this.tokens[token]?.until ?? 0) <= now) return 'wrong_token';
    if (!this.enabled) return 'disabled';
    if (this.allowed && !this.allowed.includes(address)) return 'address';
    if (this.admitted.some((it) => it.alert === alert && now - it.at < REPEAT_WINDOW_MS)) return 'duplicate';
    const within = (same: (time: number) => unknown) => this.admitted.filter(({ at }) => same(at) === same(now)).length;
    const limits = this.#limits();
    const month = (time: number) => new Date(time).toISOString().slice(0, 7);
    if (limits.signals_quota !== null && within(month) >= limits.signals_quota) return 'quota';
    const minute = (time: number) => Math.floor(time / 60_000);
    if (limits.rate_per_minute !== null && within(minute) >= limits.rate_per_minute) return 'rate_minute';
    const hour = (time: number) => Math.floor(time / 3_600_000);
    if (limits.rate_per_hour !== null && within(hour) >= limits.rate_per_hour) return 'rate_hour';
    return 'admitted';
  }
}

const ADDRESSES = ['52.89.214.238', '34.212.75.30', '2001:db8::7'] as const;
/** Allowlists, and which of the addresses stand on each. */
const ALLOWLISTS = [
  { ip_allowlist: { enabled: true, ranges: ['52.89.214.0/24'] }, allowed: [ADDRESSES[0]] },
  { ip_allowlist: { enabled: true, ranges: ['34.212.75.30', '2001:db8::/32'] }, allowed: [ADDRESSES[1], ADDRESSES[2]] },
  { ip_allowlist: { enabled: true, ranges: ['0.0.0.0/0'] }, allowed: [ADDRESSES[0], ADDRESSES[1]] },
  { ip_allowlist: { enabled: false, ranges: ['10.0.0.0/8'] }, allowed: undefined },
] as const;

const planName = fc.constantFrom<PlanName>('premium', 'pro', 'basic', 'free');
const limit = fc.option(fc.integer({ min: 0, max: 4 }));
const change = fc.oneof(
  fc.record(
    {
      plan: planName,
      signals_quota: fc.oneof(limit, fc.constant('plan' as const)),
      rate_per_minute: fc.oneof(limit, fc.constant('plan' as const)),
      rate_per_hour: fc.oneof(limit, fc.constant('plan' as const)),
    },
    { requiredKeys: [] },
  ),
  fc.record({ webhook_enabled: fc.boolean() }),
  fc.record({ grace_seconds: fc.constantFrom(0, 15, 3600) }),
  fc.record({ allowlist: fc.constantFrom(...ALLOWLISTS) }),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const step = fc.record({
  // From parallel sends over the edges of the repeat's window to another month.
  wait: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 15_000, 34_999, 35_000, 35_001, 60_000, 3_600_000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 * 86_400_000 }) },
  ),
  change: fc.option(change, { nil: undefined, freq: 4 }),
  alert: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((name) => name.repeat(11)),
  /** 0 is the newest token, 1 the one before. */
  age: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) }),
  address: fc.constantFrom(...ADDRESSES),
  instance: fc.nat(1),
});
const own = fc.option(limit, { nil: undefined });

let userCount = 0;

/** A user of the service and the model of the same user, changed together. */
async function newPair(plan: PlanName, limits: Model['own'], start: number) {
  userCount += 1;
  const id = `user-${userCount}`;
  const secrets = [newWebhookToken(id).secretHash];
  const model = new Model(plan, limits);
  await users.createUser({ id, plan, ...limits }, secrets[0] ?? new Uint8Array(), start);
  const apply = async (what: Change, now: number) => {
    if ('grace_seconds' in what) {
      const { secretHash } = newWebhookToken(id);
      secrets.push(secretHash);
      await users.rotateSecret(id, secretHash, what.grace_seconds > 0 ? now + what.grace_seconds * 1000 : undefined);
      model.rotate(now, what.grace_seconds);
    } else if ('allowlist' in what) {
      const { enabled, ranges } = what.allowlist.ip_allowlist;
      await users.changeSettings(id, { ip_allowlist: { enabled, ranges: [...ranges] } });
      model.allowed = what.allowlist.allowed;
    } else if ('webhook_enabled' in what) {
      await users.changeAllowance(id, what);
      model.enabled = what.webhook_enabled;
    } else {
      await users.changeAllowance(id, what);
      const { plan: changed = model.plan, ...limitChanges } = what;
      model.plan = changed;
      for (const [name, value] of Object.entries(limitChanges)) {
        Object.assign(model.own, { [name]: value === 'plan' ? undefined : value });
      }
    }
  };
  return { id, secrets, model, apply };
}

test('admits, counts and refuses exactly as the lists say, at any times, under any limits, through any changes', async () => {
  await fc.assert(
    fc.asyncProperty(
      planName,
      fc.record({ signals_quota: own, rate_per_minute: own, rate_per_hour: own }),
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      fc.array(step, { minLength: 1, maxLength: 30 }),
      async (plan, limits, start, steps) => {
        const { id, secrets, model, apply } = await newPair(plan, { ...limits }, start);
        let now = start;
        for (const { wait, change, alert, age, address, instance } of steps) {
          now += wait;
          if (change) await apply(change, now);
          const token = Math.max(0, secrets.length - 1 - age);
          const secretHash = secrets[token] ?? new Uint8Array();
          const outcome = await admit({ id, secretHash, alert, address, now }, instance);
          expect(outcome.kind).toBe(model.expected(token, address, alert, now));
          if (outcome.kind === 'admitted') {
            model.admitted.push({ at: now, alert });
            expect(outcome.user.admitted).toBe(model.admitted.length);
          } else if (outcome.kind === 'duplicate') {
            expect(outcome.notedAt).toBe(model.admitted.findLast((it) => it.alert === alert)?.at);
          }
        }
        // What has passed is taken along: the item does not grow with the user's history.
        const user = await users.getUser(id);
        const passed = user ? passedAttributes(user, now) : [];
        expect(passed.length).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 50 },
  );
}, 60_000);

function admit({ id, ...attempt }: Attempt & { id: string }, instance = 0): Promise<Admission> {
  const { admit: door } = instances[instance] ?? {};
  if (!door) throw new Error(`No instance ${instance}`);
  return door(userLocator(id), attempt, PLANS);
}

const address = ADDRESSES[0];

test('200 alerts at once at a quota of 50 are exactly 50; one alert 100 times at once is one', async () => {
  const { secretHash } = newWebhookToken('crowd');
  await users.createUser({ id: 'crowd', plan: 'premium', signals_quota: 50 }, secretHash, Date.now());
  const send = (alert: string) => admit({ id: 'crowd', secretHash, address, alert, now: Date.now() });
  const same = await Promise.all(Array.from({ length: 100 }, () => send('same-alert-')));
  expect(same.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
  const crowd = await Promise.all(Array.from({ length: 200 }, (_, index) => send(String(index).padStart(11, '0'))));
  expect(crowd.filter(({ kind }) => kind === 'admitted')).toHaveLength(49);
});

test('the quota begins anew at the turn of the month in UTC, without anything that resets it', async () => {
  const { secretHash } = newWebhookToken('monthly');
  await users.createUser({ id: 'monthly', plan: 'premium', signals_quota: 2 }, secretHash, Date.UTC(2027, 1, 1));
  const turn = Date.UTC(2027, 2, 1);
  const send = (now: number, index: number) =>
    admit({ id: 'monthly', secretHash, address, alert: String(index).padStart(11, '0'), now });
  const times = [turn - 5000, turn - 4000, turn - 3001, turn - 1, turn, turn + 1, turn + 2];
  const outcomes: Admission[] = [];
  for (const [index, time] of times.entries()) outcomes.push(await send(time, index));
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    ...['admitted', 'admitted', 'quota', 'quota'],
    ...['admitted', 'admitted', 'quota'],
  ]);
  expect(outcomes[2]).toEqual({ kind: 'quota', limit: 2, retryAfterSeconds: 4 });
});

test('a rotated token opens to the last millisecond of its grace, and not after another rotation', async () => {
  const first = newWebhookToken('rotating').secretHash;
  const start = Date.UTC(2026, 5, 1);
  await users.createUser({ id: 'rotating', plan: 'premium' }, first, start);
  let alerts = 0;
  const kindAt = async (secretHash: Uint8Array, now: number) => {
    alerts += 1;
    const { kind } = await admit({ id: 'rotating', secretHash, address, alert: `${alerts}`.padEnd(11), now });
    return kind;
  };
  const rotated = async (graceEnd?: number) => {
    const { secretHash } = newWebhookToken('rotating');
    await users.rotateSecret('rotating', secretHash, graceEnd);
    return secretHash;
  };
  const second = await rotated(start + 1000);
  expect(await kindAt(first, start + 999)).toBe('admitted');
  expect(await kindAt(first, start + 1000)).toBe('wrong_token');
  expect(await kindAt(second, start + 1000)).toBe('admitted');
  const third = await rotated(start + 5000);
  expect(await kindAt(second, start + 1001)).toBe('admitted');
  const fourth = await rotated();
  expect(await kindAt(second, start + 1002)).toBe('wrong_token');
  expect(await kindAt(third, start + 1002)).toBe('wrong_token');
  expect(await kindAt(fourth, start + 1002)).toBe('admitted');
});

test('an address once found on the list costs one write, a changed list is looked at again at once', async () => {
  const { secretHash } = newWebhookToken('listed');
  await users.createUser({ id: 'listed', plan: 'premium' }, secretHash, Date.now());
  let alerts = 0;
  const updates = async () => {
    alerts += 1;
    const before = table.seen.length;
    const outcome = await admit({ id: 'listed', secretHash, address, alert: `${alerts}`.padEnd(11), now: Date.now() });
    return [outcome.kind, table.seen.length - before];
  };
  const allow = (...ranges: string[]) => users.changeSettings('listed', { ip_allowlist: { enabled: true, ranges } });
  expect(await updates()).toEqual(['admitted', 1]);
  await allow('52.0.0.0/8');
  expect(await updates()).toEqual(['admitted', 2]);
  expect(await updates()).toEqual(['admitted', 1]);
  await allow('10.0.0.0/8');
  expect(await updates()).toEqual(['address', 1]);
  await allow('52.0.0.0/8');
  expect(await updates()).toEqual(['admitted', 1]);
});

test('a wrong secret is a wrong token, whatever else holds; a locator of nobody is unknown', async () => {
  const { secretHash } = newWebhookToken('guarded');
  await users.createUser({ id: 'guarded', plan: 'premium' }, secretHash, Date.now());
  const other = newWebhookToken('guarded').secretHash;
  const attempt = { secretHash: other, address, alert: 'x'.repeat(11), now: Date.now() };
  expect(await admit({ id: 'guarded', ...attempt })).toEqual({ kind: 'wrong_token' });
  expect(await admit({ id: 'nobody', ...attempt })).toEqual({ kind: 'unknown' });
});
