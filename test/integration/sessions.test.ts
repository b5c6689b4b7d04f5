import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { userLocator } from '../../core/access/tokens.ts';
import { sessionKey } from '../../core/alerts/keys.ts';
import { PLANS, type PlanName } from '../../core/alerts/user.ts';
import { type Caller, callerArn } from '../../local/aws/iam/caller.ts';
import { AwsError } from '../../local/aws/service.ts';
import { type ChartDefinition, DEMO_CHART } from '../../local/tradingview/charts.ts';
import type { TradingView } from '../../local/tradingview/server.ts';
import { isBy } from './background-run.ts';
import { unneededGrants } from './grants.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { alertsTable, operationsTable, operator } from './operator.ts';
import { Storage } from './storage.ts';

/**
 * Users' TradingView sessions: how they come, what captures do with them, and how they end. That no cookie lies in clear
 * in anything that all this leaves behind is seen when the run is closed.
 */

vi.setConfig({ testTimeout: 120_000 });
const PATIENCE = { timeout: 60_000 };

let run: TestRun;
let tradingView: TradingView;
let storage: Storage;
let made = 0;
/** Functions that made calls, by their ARN. */
const callers = new Map<string, Caller>();
/** Batches of jobs that the relay has put into queues. */
const queued: string[] = [];
/** Jobs that the browser's function sent back to their queues. */
const sentBack: { MessageBody: string; MessageGroupId: string }[] = [];
/** Done once, before the browser's function makes the next call of this kind. */
const before: { [call: string]: () => unknown } = {};

const message = z.object({ MessageBody: z.string(), MessageGroupId: z.string() });

beforeAll(async () => {
  run = await startTestRun({
    variables: { GRACE_SECONDS: '1' },
    intercept: async (call, next) => {
      callers.set(callerArn(call.caller), call.caller);
      const body = call.request.body.toString();
      if (isBy(call, 'Relay') && call.operation === 'SendMessageBatch') {
        const answer = await next();
        queued.push(body);
        return answer;
      }
      if (!isBy(call, 'CapturesBrowser')) return next();
      if (call.operation === 'SendMessage') sentBack.push(message.parse(JSON.parse(body)));
      const name = body.includes('SET valid') ? 'end of a session' : call.operation;
      const todo = before[name];
      delete before[name];
      await todo?.();
      return next();
    },
  });
  const { outsideWorld } = run;
  if (!outsideWorld.tradingView) throw new Error('There is no stand-in for TradingView');
  tradingView = outsideWorld.tradingView;
  storage = new Storage(run);
}, 120_000);
afterAll(async () => {
  storage?.close();
  await run?.close();
});

interface Visitor {
  id: string;
  path: string;
  url: string;
}

interface Session {
  sessionid: string;
  sessionid_sign: string;
}

async function newUser(config: Record<string, unknown> = {}, plan: PlanName = 'pro'): Promise<Visitor> {
  made += 1;
  const id = `visitor-${made}`;
  const { json } = await run.api('POST', '/api/users', { body: { id, plan } });
  const settings = { screenshot_resolution: '720p', ...config };
  expect((await run.api('PATCH', `/api/users/${id}/config`, { body: settings })).status).toBe(200);
  return { id, path: `/api/users/${id}/tradingview-session`, url: String(json['webhook_url']) };
}

/** A session of an account of its own, unlike any before it. */
function newSession(): Session {
  made += 1;
  return { sessionid: `session${made}of32charactersabcdefghijkl`, sessionid_sign: `v3:signature${made}/abc+def==` };
}

async function bring(user: Visitor, session = newSession()): Promise<Session> {
  const { status } = await run.api('PUT', user.path, { body: { ...session, consent: true } });
  expect(status).toBe(200);
  return session;
}

async function isValid(user: Visitor): Promise<unknown> {
  return (await run.api('GET', user.path)).json['tv_cookies_valid'];
}

function define(chart: Partial<ChartDefinition>): string {
  made += 1;
  const id = `chart${made}`;
  tradingView.define({ symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal', ...chart, id });
  return id;
}

async function alert(user: Visitor, chart?: string): Promise<string> {
  made += 1;
  const { json } = await run.alert(user.url, `BINANCE:BTCUSDT buy at ${made}`, chart);
  return String(json['signal_id']);
}

function endOf(signal: Record<string, unknown>) {
  const { screenshot_status: status, screenshot_source: source, screenshot_reason: reason } = signal;
  return { status, source, reason };
}

async function capture(user: Visitor, chart?: string) {
  return endOf(await run.captured(await alert(user, chart)));
}

const AS_ASKED = { status: 'completed', source: 'tradingview', reason: null };
const instead = (reason: string | null) => ({ status: 'completed', source: 'builtin', reason });

async function storedSession(user: Visitor) {
  const { documents, TableName } = await alertsTable(run);
  const Key = { ...sessionKey(userLocator(user.id)) };
  const { Item } = await documents.send(new GetCommand({ TableName, Key }));
  return z.object({ cookies: z.instanceof(Uint8Array), account: z.string() }).parse(Item);
}

describe('a capture', () => {
  test('is of what the user sees', async () => {
    const user = await newUser();
    const chart = define({ access: 'owner' });
    expect(await capture(user, chart)).toEqual(instead('chart_not_shared'));
    await bring(user);
    expect(await capture(user, chart)).toEqual(AS_ASKED);
  });

  test('that fails for good is replaced where the source was left open, and not where it was not', async () => {
    const users = [await newUser(), await newUser({ screenshot_source: 'tradingview' })];
    expect(await Promise.all(users.map((user) => capture(user, 'nOsUcHcHaRt')))).toEqual([
      instead('chart_not_found'),
      { status: 'failed', source: 'tradingview', reason: 'chart_not_found' },
    ]);
  });

  test('without a chart to open is our own, and says so to who asked for another', async () => {
    expect(await capture(await newUser({ screenshot_source: 'tradingview' }))).toEqual(instead('chart_missing'));
    expect(await capture(await newUser())).toEqual(instead(null));
  });

  test('finds that the session has expired: the user is told, and nothing is opened until there is another', async () => {
    const user = await newUser({ screenshot_source: 'tradingview' });
    const session = await bring(user);
    tradingView.expire(session.sessionid);
    const signal = await alert(user, DEMO_CHART.id);
    expect(endOf(await run.captured(signal))).toEqual(instead('session_expired'));
    expect(await isValid(user)).toBe(false);
    const { pages } = tradingView.visitsWith(session.sessionid);
    expect(await capture(user, DEMO_CHART.id)).toEqual(instead('session_expired'));
    expect(tradingView.visitsWith(session.sessionid).pages).toBe(pages);

    await bring(user);
    expect(await isValid(user)).toBe(true);
    expect((await run.api('POST', `/api/signals/${signal}/screenshot`)).status).toBe(200);
    expect(endOf(await run.captured(signal))).toEqual(AS_ASKED);
  });

  test('finds the old session expired while a new one is brought: the new one stays', async () => {
    const user = await newUser();
    const old = await bring(user);
    tradingView.expire(old.sessionid);
    before['end of a session'] = () => bring(user);
    expect(await capture(user, DEMO_CHART.id)).toEqual(instead('session_expired'));
    expect(before).toEqual({});
    expect(await isValid(user)).toBe(true);
    expect(await capture(user, DEMO_CHART.id)).toEqual(AS_ASKED);
  });
});

describe('a session', () => {
  const NONE = { tv_cookies_valid: false, tv_cookies_updated_at: null, consented_at: null };

  test('is brought, told of and taken back, and its cookies are never shown', async () => {
    const user = await newUser();
    expect((await run.api('GET', user.path)).json).toEqual(NONE);
    const session = newSession();
    const brought = await run.api('PUT', user.path, { body: { ...session, consent: true } });
    const at = brought.json['tv_cookies_updated_at'];
    expect(brought.json).toEqual({ tv_cookies_valid: true, tv_cookies_updated_at: at, consented_at: at });
    expect(Date.now() - Date.parse(String(at))).toBeLessThan(60_000);
    expect((await run.api('GET', user.path)).json).toEqual(brought.json);
    expect((await run.api('DELETE', user.path)).status).toBe(204);
    expect((await run.api('GET', user.path)).json).toEqual(NONE);
    expect((await run.api('DELETE', user.path)).status).toBe(204);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['without consent', {}, 'consent'],
    ['with consent refused', { consent: false }, 'consent'],
    ['with a header in a cookie', { consent: true, sessionid: 'a\r\nset-cookie: b=c' }, 'sessionid'],
    ['with two cookies in one', { consent: true, sessionid_sign: 'a; b=c' }, 'sessionid_sign'],
    ['with an empty cookie', { consent: true, sessionid: '' }, 'sessionid'],
    ['with more than that', { consent: true, device_t: 'x' }, 'device_t'],
  ])('%s is refused', async (_, changed, path) => {
    const place = '/api/users/demo/tradingview-session';
    const { status, json } = await run.api('PUT', place, { body: { ...newSession(), ...changed } });
    expect([status, json['code']]).toEqual([400, 'invalid_body']);
    expect(json['fields']).toEqual([{ path, problem: expect.any(String) }]);
    expect((await run.api('GET', place)).json).toEqual(NONE);
  });

  test('of nobody is a 404', async () => {
    const path = '/api/users/nobody/tradingview-session';
    const put = { body: { ...newSession(), consent: true } };
    const answers = [await run.api('GET', path), await run.api('PUT', path, put), await run.api('DELETE', path)];
    expect(answers.map(({ status, json }) => [status, json['code']])).toEqual(Array(3).fill([404, 'user_not_found']));
  });

  test('is brought once, however often it is sent under one Idempotency-Key', async () => {
    const user = await newUser();
    const request = { headers: { 'idempotency-key': 'bring' }, body: { ...newSession(), consent: true } };
    const first = await run.api('PUT', user.path, request);
    const { cookies } = await storedSession(user);
    const again = await run.api('PUT', user.path, request);
    expect([again.json, again.headers.get('idempotency-replayed')]).toEqual([first.json, 'true']);
    expect((await storedSession(user)).cookies).toEqual(cookies);
  });

  test('opens for its user and for the function that sends it, and is sealed by the API alone', async () => {
    const user = await newUser();
    const session = await bring(user);
    const kms = new KMSClient(operator(run));
    const { cookies: CiphertextBlob } = await storedSession(user);
    const open = (user_id: string) => kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { user_id } }));
    const { Plaintext = new Uint8Array(), KeyId = '' } = await open(user.id);
    expect(JSON.parse(Buffer.from(Plaintext).toString())).toEqual(session);
    await expect(open('another')).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    kms.destroy();

    const context = { 'kms:EncryptionContext:user_id': user.id, 'kms:EncryptionContextKeys': ['user_id'] };
    const whoMay = (action: string, given: Record<string, string | string[]>) =>
      [...callers.values()]
        .filter(({ kind }) => kind === 'role')
        .filter((caller) => run.cloud.iam.decide(caller, { action, resource: KeyId, context: given }).allowed)
        .map((caller) => /(CapturesBrowser|CapturesChart|PlatformApi)/.exec(callerArn(caller))?.[1]);
    expect([...callers.keys()].join()).toContain('CapturesChart');
    expect(whoMay('kms:Decrypt', context)).toEqual(['CapturesBrowser']);
    expect(whoMay('kms:Encrypt', context)).toEqual(['PlatformApi']);
    expect([...whoMay('kms:Decrypt', {}), ...whoMay('kms:Encrypt', {}), ...whoMay('kms:CreateGrant', context)]).toEqual(
      [],
    );
  });

  test('goes with its user', async () => {
    const user = await newUser();
    await bring(user);
    await storedSession(user);
    expect((await run.api('DELETE', `/api/users/${user.id}`)).status).toBe(204);
    expect((await run.api('GET', user.path)).status).toBe(404);
    await expect.poll(() => storage.items(userLocator(user.id)), PATIENCE).toEqual([]);
  });
});

describe('an account', () => {
  test('is open in one capture at a time, whoever asks for it', async () => {
    const [first, ...users] = [await newUser(), await newUser(), await newUser()];
    await bring(first);
    const session = newSession();
    for (const user of users) await bring(user, session);
    const slow = define({ behaviour: 'late', lateMs: 500 });
    let signals: string[] = [];
    // The first one keeps the function until both others wait in the queue: they come in one batch.
    before['Decrypt'] = async () => {
      signals = await Promise.all(users.map((user) => alert(user, slow)));
      const areQueued = () => signals.every((signal) => queued.some((jobs) => jobs.includes(signal)));
      await vi.waitUntil(areQueued, PATIENCE);
    };
    expect(await capture(first, DEMO_CHART.id)).toEqual(AS_ASKED);
    const ends = await Promise.all(signals.map(async (signal) => endOf(await run.captured(signal))));
    expect(ends).toEqual([AS_ASKED, AS_ASKED]);
    expect(tradingView.visitsWith(session.sessionid)).toEqual({ pages: 2, connections: 1 });
  });

  test('that another capture holds is waited for, at the cost of no try', async () => {
    const users = await Promise.all(PLANS.map((plan) => newUser({}, plan)));
    const [user = users[0], ...others] = users;
    if (!user) throw new Error('There is no plan');
    const session = await bring(user);
    for (const other of others) await bring(other, session);
    const { account } = await storedSession(user);
    const { documents, TableName } = await operationsTable(run);
    const Key = { pk: `LEASE#${account}`, sk: 'lease' };
    const hold = (until: number) =>
      documents.send(new PutCommand({ TableName, Item: { ...Key, owner: 'another', until } }));
    const holder = async () => (await documents.send(new GetCommand({ TableName, Key }))).Item?.['owner'];

    await hold(Date.now() + 600_000);
    const signals = await Promise.all(users.map((one) => alert(one, DEMO_CHART.id)));
    for (const [index, signal] of signals.entries()) {
      const groupOf = () => sentBack.find((job) => job.MessageBody.includes(signal))?.MessageGroupId;
      await expect.poll(groupOf, PATIENCE).toBe(userLocator(users[index]?.id ?? ''));
      expect((await run.api('GET', `/api/signals/${signal}`)).json['screenshot_status']).toBe('pending');
    }
    expect(tradingView.visitsWith(session.sessionid).pages).toBe(0);
    // Nobody waits for the others' images any more.
    const [signal = '', ...rest] = signals;
    for (const one of rest) await run.api('DELETE', `/api/signals/${one}`);
    await documents.send(new DeleteCommand({ TableName, Key }));
    expect(endOf(await run.captured(signal))).toEqual(AS_ASKED);
    await expect.poll(holder).toBeUndefined();

    await hold(Date.now() - 1);
    expect(await capture(user, DEMO_CHART.id)).toEqual(AS_ASKED);
    await expect.poll(holder).toBeUndefined();
  });
});

describe('each day', () => {
  test('every session is looked at, without opening a chart', async () => {
    const [lasting, expired] = [await newUser(), await newUser()];
    const { sessionid } = await bring(lasting);
    tradingView.expire((await bring(expired)).sessionid);
    before['Decrypt'] = () => {
      throw new AwsError('Broken', 'It was to go wrong', 400);
    };
    run.cloud.runSchedules();
    await expect.poll(() => isValid(expired), PATIENCE).toBe(false);
    await expect.poll(() => tradingView.visitsWith(sessionid), PATIENCE).toEqual({ pages: 1, connections: 0 });
    expect(before).toEqual({});
    expect(await isValid(lasting)).toBe(true);
  });
});

test('every grant of sessions was needed and none was missing', async () => {
  await expect.poll(() => unneededGrants(run, 'sessions'), PATIENCE).toEqual([]);
  expect(run.problems).toEqual([]);
});
