import { sameHash } from '../access/tokens.ts';
import { isListed, NO_ALLOWLIST } from './allowlist.ts';
import type { Limits, PlanLimits } from './plan-limits.ts';
import { PLANS, type PlanName, type User } from './user.ts';

/**
 * The rules of admission, without AWS: which alert is let in, and the one conditional update of the user's item that
 * lets it in.
 *
 * The item counts a window in an attribute that carries the window in its name (`month:2026-11`, `minute:29812345`,
 * `hour:496872`), and notes each alert of the last 35 s as `n:<window>:<hash>` = milliseconds into the window. So a new
 * window needs no reset, nothing has to be read before the update, and an attribute whose window has passed can never
 * come alive again: it may be removed at any time by whoever sees it.
 */

/** For how long the same alert is a repeat: TradingView's four sends lie within 15 s; a minute's alert is a new one. */
export const REPEAT_WINDOW_MS = 35_000;

/** So many passed attributes go with one update: the update expression may have 4 KB. */
const REMOVALS_PER_UPDATE = 80;

/** Who knocks. */
export interface Credentials {
  secretHash: Uint8Array;
  /** Source address. */
  address: string;
  /** Epoch milliseconds. */
  now: number;
}

export interface Attempt extends Credentials {
  /** The alert's hash. */
  alert: string;
}

/** Why one who knocks is sent away, whatever they bring; `unknown` is the locator of no user. */
export type TurnedAway = { kind: 'unknown' | 'wrong_token' | 'disabled' | 'address' };

export type Refusal =
  | TurnedAway
  /** The same alert was admitted at `notedAt`. */
  | { kind: 'duplicate'; user: User; notedAt: number }
  | { kind: 'quota' | 'rate_minute' | 'rate_hour'; limit: number; retryAfterSeconds: number };

export type Admission = { kind: 'admitted'; user: User; notedAt: number } | Refusal;

const WINDOWS = [
  { kind: 'quota', override: 'signals_quota', plan: 'signalsQuota', counter: monthCounter, end: monthEnd },
  { kind: 'rate_minute', override: 'rate_per_minute', plan: 'ratePerMinute', counter: minuteCounter, end: minuteEnd },
  { kind: 'rate_hour', override: 'rate_per_hour', plan: 'ratePerHour', counter: hourCounter, end: hourEnd },
] as const;

export function monthCounter(now: number): string {
  return `month:${new Date(now).toISOString().slice(0, 7)}`;
}
function minuteCounter(now: number): string {
  return `minute:${Math.floor(now / 60_000)}`;
}
function hourCounter(now: number): string {
  return `hour:${Math.floor(now / 3_600_000)}`;
}

/** When the quota starts anew, in epoch milliseconds. */
export function monthEnd(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
function minuteEnd(now: number): number {
  return (Math.floor(now / 60_000) + 1) * 60_000;
}
function hourEnd(now: number): number {
  return (Math.floor(now / 3_600_000) + 1) * 3_600_000;
}

function noteWindow(now: number): number {
  return Math.floor(now / REPEAT_WINDOW_MS);
}
function noteName(window: number, alert: string): string {
  return `n:${window.toString(36)}:${alert}`;
}

/**
 * The parts of an `UpdateItem` that admits the attempt, counts it and notes it, or does nothing. `verified` is the
 * revision of the user's allowlist on which the address is known to stand.
 */
export function admissionUpdate(
  { secretHash, alert, now }: Omit<Attempt, 'address'>,
  plans: PlanLimits,
  { passed, verified }: { passed: readonly string[]; verified?: string | undefined },
) {
  const window = noteWindow(now);
  const names: Record<string, string> = {
    '#secret': 'secret_hash',
    '#graceSecret': 'previous_secret_hash',
    '#graceEnd': 'previous_secret_until',
    '#allowlist': 'allowlist',
    '#enabled': 'webhook_enabled',
    '#plan': 'plan',
    '#used': 'last_used',
    '#admitted': 'admitted',
    '#note': noteName(window, alert),
    '#previous': noteName(window - 1, alert),
  };
  const values: Record<string, unknown> = {
    ':secret': secretHash,
    ...(verified === undefined ? {} : { ':verified': verified }),
    ':true': true,
    ':null': 'NULL',
    ':zero': 0,
    ':one': 1,
    ':now': now,
    ...Object.fromEntries(PLANS.map((name) => [`:${name}`, name])),
    ':offset': now - window * REPEAT_WINDOW_MS,
  };
  const conditions = [
    '(#secret = :secret OR #graceSecret = :secret AND #graceEnd > :now)',
    '#enabled = :true',
    verified === undefined
      ? 'attribute_not_exists(#allowlist)'
      : '(attribute_not_exists(#allowlist) OR #allowlist = :verified)',
    'attribute_not_exists(#note)',
    // A note of the window before counts for as long as its time in that window lies within 35 s.
    '(attribute_not_exists(#previous) OR #previous <= :offset)',
  ];
  const sets = ['#used = :now', '#note = :offset'];
  for (const { kind, override, plan, counter } of WINDOWS) {
    names[`#${kind}`] = counter(now);
    names[`#${kind}Own`] = override;
    const [used, own] = [`#${kind}`, `#${kind}Own`];
    // Written flat, since AND binds closer than OR; a counter that is not there yet is 0, and no plan's limit is.
    const fits = [
      `attribute_type(${own}, :null)`,
      `${used} < ${own}`,
      `attribute_not_exists(${used}) AND :zero < ${own}`,
      `attribute_not_exists(${own}) AND attribute_not_exists(${used})`,
    ];
    for (const [limit, group] of plansByLimit(plans, plan)) {
      const ofPlan = `attribute_not_exists(${own}) AND #plan IN (${group.map((name) => `:${name}`).join(', ')})`;
      if (limit !== null) values[`:${kind}${limit}`] = limit;
      fits.push(limit === null ? ofPlan : `${ofPlan} AND ${used} < :${kind}${limit}`);
    }
    conditions.push(`(${fits.join(' OR ')})`);
    sets.push(`#${kind} = if_not_exists(#${kind}, :zero) + :one`);
  }
  sets.push('#admitted = #admitted + :one');
  const removals = passed.slice(0, REMOVALS_PER_UPDATE).map((name, index) => {
    names[`#r${index}`] = name;
    return `#r${index}`;
  });
  const remove = removals.length > 0 ? ` REMOVE ${removals.join(', ')}` : '';
  return {
    UpdateExpression: `SET ${sets.join(', ')}${remove}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

function plansByLimit(plans: PlanLimits, kind: keyof Limits): Map<number | null, PlanName[]> {
  return Map.groupBy(PLANS, (name) => plans[name][kind]);
}

/** Why nothing is taken from these credentials. */
export function turnedAway(user: User, credentials: Credentials): TurnedAway | undefined {
  if (!opens(user, credentials)) return { kind: 'wrong_token' };
  if (!user.webhook_enabled) return { kind: 'disabled' };
  if (user.allowlist === undefined) return undefined;
  const { ranges } = user.ip_allowlist ?? NO_ALLOWLIST;
  return isListed(ranges, credentials.address) ? undefined : { kind: 'address' };
}

/** The user's secret does, and until its end of grace the one before. */
function opens(user: User, { secretHash, now }: Credentials): boolean {
  if (sameHash(user.secret_hash, secretHash)) return true;
  const { previous_secret_hash: previous, previous_secret_until: until } = user;
  return previous !== undefined && until !== undefined && sameHash(previous, secretHash) && until > now;
}

/** Why the update's condition failed for an attempt that is not turned away and whose address is verified. */
export function refusal(user: User, { alert, now }: Attempt, plans: PlanLimits): Refusal {
  const notedAt = noted(user, alert, now);
  if (notedAt !== undefined) return { kind: 'duplicate', user, notedAt };
  for (const { kind, override, plan, counter, end } of WINDOWS) {
    const own = user[override];
    const limit = own === undefined ? plans[user.plan][plan] : own;
    if (limit !== null && count(user, counter(now)) >= limit) {
      return { kind, limit, retryAfterSeconds: Math.ceil((end(now) - now) / 1000) };
    }
  }
  throw new Error('The condition of an admission failed, but no rule refuses it');
}

function noted(user: User, alert: string, now: number): number | undefined {
  for (const window of [noteWindow(now), noteWindow(now) - 1]) {
    const offset = user[noteName(window, alert)];
    if (typeof offset !== 'number') continue;
    const notedAt = window * REPEAT_WINDOW_MS + offset;
    if (now - notedAt < REPEAT_WINDOW_MS) return notedAt;
  }
  return undefined;
}

function count(user: User, counter: string): number {
  const value = user[counter];
  return typeof value === 'number' ? value : 0;
}

export function signalsUsed(user: User, now: number): number {
  return count(user, monthCounter(now));
}

/** The counters and notes whose windows have passed, by a clock that may be a little behind, ready to be removed. */
export function passedAttributes(user: User, now: number): string[] {
  const current = new Map(WINDOWS.map(({ counter }) => [kindOf(counter(now)), counter(now)]));
  return Object.keys(user).filter((name) => {
    if (kindOf(name) === 'n') return Number.parseInt(name.split(':')[1] ?? '', 36) < noteWindow(now) - 1;
    return name < (current.get(kindOf(name)) ?? '');
  });
}

function kindOf(attribute: string): string {
  return attribute.slice(0, Math.max(attribute.indexOf(':'), 0));
}
