import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/api/routes.ts';
import { AUDIENCE, ISSUER, type Issuer, startIssuer } from '../issuer.ts';
import { ACCESS, type AccessRow } from './access-table.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { operationsTable } from './operator.ts';

/** Every route with every kind of credential, over HTTP, on a run whose end users come with the JWTs of a real issuer. */

const VICTIM = 'victim-7f3a';
const OTHER = 'other-91c2';
/** One of the documentation's. */
const PAGE_FILE = 'swagger-ui.css';
/** Only in what is the victim's. */
const MARK = 'only-for-the-victim';
const CHART = 'VictimCh';
const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

const KEY_KINDS = ['read', 'write', 'admin'] as const;
const REFUSED = ['none', 'wrong', 'expired', 'revoked', 'JWT that ended', 'anon JWT', 'forged JWT'] as const;
const CREDENTIALS = [...REFUSED, ...KEY_KINDS, 'JWT of this user', 'JWT of another'] as const;
type Credential = (typeof CREDENTIALS)[number];
/** Whose answers may hold what is the victim's. */
const MAY_KNOW = new Set<Credential>([...KEY_KINDS, 'JWT of this user']);

let issuer: Issuer;
let run: TestRun;
let directory: string;
const keys: Record<string, string> = {};
let victim: { webhookUrl: string; signal: string; locator: string; exportId: string };

beforeAll(async () => {
  issuer = await startIssuer();
  directory = await mkdtemp(join(tmpdir(), 'vigia-access-'));
  const configFile = join(directory, 'access.json');
  const jwt = { issuer: ISSUER, audience: AUDIENCE, role: 'authenticated', jwksUri: issuer.jwksUri };
  await writeFile(configFile, JSON.stringify({ jwt }));
  run = await startTestRun({ configFile, assembly: undefined });
  for (const kind of KEY_KINDS) keys[kind] = (await newKey([kind])).key;
  for (const kind of ['expired', 'revoked']) {
    const { key, prefix } = await newKey(['admin']);
    keys[kind] = key;
    if (kind === 'revoked') await run.api('DELETE', `/auth/api-keys/${prefix}`);
    else await endKey(prefix);
  }
  keys['wrong'] = `${keys['admin']?.slice(0, -4)}AAAA`;
  victim = { ...(await newUser(VICTIM)), signal: '', exportId: '' };
  await run.api('PATCH', `/api/users/${VICTIM}/config`, {
    body: {
      default_chart_id: CHART,
      screenshot_source: 'builtin',
      notification_preferences: { events: [], webhook: { url: 'https://receiver.invalid/', secret: SIGNING_SECRET } },
    },
  });
  victim.signal = await newSignal(victim.webhookUrl);
  await run.captured(victim.signal);
  if (isBuilt('POST /api/users/{id}/exports')) {
    const { json } = await run.api('POST', `/api/users/${VICTIM}/exports`, { body: {} });
    victim.exportId = String(json['id'] ?? json['export_id']);
  }
  const { webhookUrl } = await newUser(OTHER);
  await run.alert(webhookUrl, 'BTCUSDT buy, of the other');
}, 300_000);
afterAll(async () => {
  await run?.close();
  await issuer?.close();
  await rm(directory, { recursive: true, force: true });
});

const isBuilt = (name: string) => routes.some(({ method, path }) => `${method} ${path}` === name);

async function newKey(permissions: string[]): Promise<{ key: string; prefix: string }> {
  const { json } = await run.api('POST', '/auth/api-keys', { body: { name: 'for a test', permissions } });
  return { key: String(json['key']), prefix: String(json['prefix']) };
}

/** As if the key's days were over. */
async function endKey(prefix: string): Promise<void> {
  const { documents, TableName } = await operationsTable(run);
  await documents.send(
    new UpdateCommand({
      TableName,
      Key: { pk: 'KEYS', sk: prefix },
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET expires_at = :past',
      ExpressionAttributeValues: { ':past': new Date(Date.now() - 1000).toISOString() },
    }),
  );
}

async function newUser(id: string): Promise<{ webhookUrl: string; locator: string }> {
  const { status, json } = await run.api('POST', '/api/users', {
    body: { id, plan: 'premium', rate_per_minute: null },
  });
  expect(status).toBe(201);
  return { webhookUrl: String(json['webhook_url']), locator: String(json['webhook_token']).slice(0, 22) };
}

let made = 0;

async function newSignal(webhookUrl: string): Promise<string> {
  made += 1;
  const { json } = await run.alert(webhookUrl, `BTCUSDT buy ${MARK} ${made}`);
  return String(json['signal_id']);
}

async function headersOf(credential: Credential, userId: string): Promise<Record<string, string>> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  switch (credential) {
    case 'none':
      return {};
    case 'JWT of this user':
      return bearer(await issuer.sign({ sub: userId }));
    case 'JWT of another':
      return bearer(await issuer.sign({ sub: OTHER }));
    case 'JWT that ended':
      return bearer(await issuer.sign({ sub: userId, exp: Math.floor(Date.now() / 1000) - 1 }));
    case 'anon JWT':
      return bearer(await issuer.sign({ sub: userId, role: 'anon' }));
    case 'forged JWT':
      return bearer((await issuer.sign({ sub: userId })).replace(/[^.]+$/, Buffer.alloc(64).toString('base64url')));
    default:
      return { 'x-api-key': keys[credential] ?? '' };
  }
}

const RANK = { nobody: 0, read: 1, write: 2, admin: 3, job: 4 };

function expectedStatus({ needs, endUser, ok, another }: AccessRow, credential: Credential): number {
  if (needs === 'nobody') return ok;
  switch (credential) {
    case 'read':
    case 'write':
    case 'admin':
      return RANK[credential] >= RANK[needs] ? ok : 403;
    case 'JWT of this user':
      return endUser === 'own' ? ok : 403;
    case 'JWT of another':
      return endUser === 'own' ? (another ?? ok) : 403;
    default:
      return 401;
  }
}

interface Target {
  file: string;
  id: string;
  signal: string;
  prefix: string;
  export_id: string;
}

async function targetOf(row: AccessRow, isUsed: boolean): Promise<Target> {
  const target = {
    id: VICTIM,
    signal: victim.signal,
    prefix: 'nonesuch0000',
    export_id: victim.exportId,
    file: PAGE_FILE,
  };
  if (!isUsed) return target;
  if (row.uses === 'key') return { ...target, prefix: (await newKey(['read'])).prefix };
  if (row.uses === 'signal') return { ...target, signal: await newSignal(victim.webhookUrl) };
  if (row.uses !== 'user') return target;
  made += 1;
  const id = `used-${made}`;
  await newUser(id);
  return { ...target, id };
}

/** Not by the test's own client, which takes JSON only and checks more than is asked here. */
async function send(name: string, row: AccessRow, target: Target, headers: Record<string, string>) {
  const [method = '', template = ''] = name.split(' ');
  const at: Record<string, string> = {
    ...target,
    name: 'of-none',
    symbol: 'OFNONE',
    id: template.startsWith('/api/signals') ? target.signal : target.id,
  };
  const path = template.replace(/\{(\w+)\}/g, (_, parameter: string) => at[parameter] ?? 'of-none');
  const query = row.query === undefined ? '' : `?${row.query.replace('{id}', target.id)}`;
  made += 1;
  const body = row.body && JSON.stringify(row.body).replace('{new}', `new-${made}`);
  const response = await fetch(`${run.outputs.apiUrl}${path}${query}`, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** All that tells of the victim, as admin sees it. */
async function stateOfVictim(): Promise<unknown> {
  const paths = [`/api/users/${VICTIM}`, `/api/users/${VICTIM}/config`, `/api/signals/${victim.signal}`];
  const answers = await Promise.all(paths.map((path) => run.api('GET', path)));
  return answers.map(({ status, json: { screenshot_url: _, ...json } }) => ({ status, json }));
}

const names = routes.map(({ method, path }) => `${method} ${path}`);

describe('each route', () => {
  test('is in the table', () => {
    expect(names.filter((name) => ACCESS[name] === undefined)).toEqual([]);
  });

  test('that shows a secret says so', () => {
    const SECRETS = ['key', 'webhook_token', 'ticket'];
    const showing = routes.filter(({ success: { body } }) => {
      const shape = body && 'shape' in body.def ? Object.keys(body.def.shape as object) : [];
      return shape.some((field) => SECRETS.includes(field));
    });
    expect(showing.length).toBeGreaterThan(1);
    for (const { method, path, showsSecret } of showing) expect(showsSecret, `${method} ${path}`).toBe(true);
  });

  test.each(Object.entries(ACCESS).filter(([name]) => isBuilt(name)))('%s', async (name, row) => {
    const attempt = async (credential: Credential): Promise<[Credential, number]> => {
      const target = await targetOf(row, expectedStatus(row, credential) < 400);
      const { status, text } = await send(name, row, target, await headersOf(credential, target.id));
      if (!MAY_KNOW.has(credential)) {
        for (const mark of [MARK, CHART, SIGNING_SECRET, VICTIM, victim.locator, victim.signal]) {
          expect(text, `${name} with ${credential}`).not.toContain(mark);
        }
      }
      return [credential, status];
    };
    const isRefused = (credential: Credential) => expectedStatus(row, credential) >= 400;
    const before = await stateOfVictim();
    const refused = await Promise.all(CREDENTIALS.filter(isRefused).map(attempt));
    expect(await stateOfVictim()).toEqual(before);
    const allowed = await Promise.all(CREDENTIALS.filter((credential) => !isRefused(credential)).map(attempt));
    const expected = CREDENTIALS.map((credential) => [credential, expectedStatus(row, credential)]);
    expect(Object.fromEntries([...refused, ...allowed])).toEqual(Object.fromEntries(expected));
  });
});

describe('an end user', () => {
  const as = async (sub: string) => ({
    headers: { 'x-api-key': '', authorization: `Bearer ${await issuer.sign({ sub })}` },
  });

  test('is `me`', async () => {
    expect((await run.api('GET', '/api/users/me', await as(OTHER))).json).toMatchObject({ id: OTHER });
    expect((await run.api('GET', '/api/users/me/config', await as(VICTIM))).json).toMatchObject({
      default_chart_id: CHART,
    });
  });

  test('without a user here is not found, whatever the name', async () => {
    for (const sub of ['nobody-here', 'me', 'a name/with ? signs', '../demo', '🟢', 'x'.repeat(2000)]) {
      expect(await run.api('GET', '/api/users/me', await as(sub))).toMatchObject({
        status: 404,
        json: { code: 'user_not_found' },
      });
    }
  });

  test('lists their own signals where no user is named, and no other’s where one is', async () => {
    const own = await run.api('GET', '/api/signals', await as(OTHER));
    const messages = (own.json['signals'] as { message: string }[]).map(({ message }) => message);
    expect(messages).toEqual(['BTCUSDT buy, of the other']);
    const named = await run.api('GET', `/api/signals?user_id=${VICTIM}`, await as(OTHER));
    expect([named.status, named.json['code']]).toEqual([403, 'forbidden']);
    const page = await run.api('GET', `/api/signals?user_id=${VICTIM}&limit=1`);
    const stolen = `/api/signals?cursor=${page.json['next_cursor']}&limit=1`;
    expect((await run.api('GET', stolen, await as(OTHER))).status).toBe(400);
  });

  test.each([{ plan: 'premium' }, { signals_quota: null }, { rate_per_minute: null }, { rate_per_hour: 9999 }])(
    'does not give themselves %j',
    async (body) => {
      const { json: before } = await run.api('GET', `/api/users/${OTHER}`);
      expect((await run.api('PATCH', '/api/users/me', { ...(await as(OTHER)), body })).status).toBe(403);
      expect((await run.api('GET', `/api/users/${OTHER}`)).json).toEqual(before);
    },
  );

  test('is an API key where both are sent', async () => {
    const { authorization } = (await as(VICTIM)).headers;
    const both = { headers: { authorization, 'x-api-key': keys['read'] ?? '' } };
    expect((await run.api('GET', '/api/users/demo', both)).status).toBe(200);
    const wrong = { headers: { authorization, 'x-api-key': keys['wrong'] ?? '' } };
    expect((await run.api('GET', `/api/users/${VICTIM}`, wrong)).status).toBe(401);
  });
});
