import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signWithSecret } from '../issuer.ts';
import { type Answer, startTestRun, type TestRun } from './local-run.ts';
import { operationsTable, operator } from './operator.ts';

/** What holds for requests of every route: Idempotency-Key, languages, CORS; and JWTs by a secret that an owner made. */

const SECRET = 'the secret of an older Supabase project, in full';
const ORIGIN = 'https://app.example';

let run: TestRun;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-requests-'));
  const configFile = join(directory, 'requests.json');
  const jwt = { issuer: ISSUER, audience: AUDIENCE, role: 'authenticated', sharedSecretName: 'vigia/jwt' };
  await writeFile(configFile, JSON.stringify({ jwt, cors: { origins: [ORIGIN] } }));
  run = await startTestRun({ configFile, assembly: undefined });
}, 300_000);
afterAll(async () => {
  await run?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('a JWT signed with a shared secret', () => {
  const as = async (secret: string) => ({
    headers: { 'x-api-key': '', authorization: `Bearer ${await signWithSecret(secret, { sub: 'demo' })}` },
  });

  test('waits for the secret, and is good as soon as its owner made it', async () => {
    const early = await run.api('GET', '/api/users/me', await as(SECRET));
    expect([early.status, early.json['code'], early.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect(run.problems.splice(0).join()).toContain('secretsmanager:GetSecretValue');
    const secrets = new SecretsManagerClient(operator(run));
    await secrets.send(new CreateSecretCommand({ Name: 'vigia/jwt', SecretString: SECRET }));
    expect(await run.api('GET', '/api/users/me', await as(SECRET))).toMatchObject({
      status: 200,
      json: { id: 'demo' },
    });
    expect((await run.api('GET', '/api/users/me', await as(`${SECRET}!`))).status).toBe(401);
    expect(run.problems).toEqual([]);
    expect(JSON.stringify(run.cloud.iam.unusedGrants())).not.toContain('vigia/jwt');
  });
});

describe('Idempotency-Key', () => {
  const config = (key: string, body: object, path = '/api/users/demo/config', headers = {}): Promise<Answer> =>
    run.api('PATCH', path, { body, headers: { 'idempotency-key': key, ...headers } });
  const replayed = ({ headers }: Answer) => headers.get('idempotency-replayed');

  test('a repeat is answered as the first was, and does nothing', async () => {
    const first = await config('one', { screenshot_theme: 'light' });
    await run.api('PATCH', '/api/users/demo/config', { body: { screenshot_theme: 'dark' } });
    const second = await config('one', { screenshot_theme: 'light' });
    expect(second).toMatchObject({ status: first.status, json: first.json });
    expect([replayed(first), replayed(second)]).toEqual([null, 'true']);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    const { json } = await run.api('GET', '/api/users/demo/config');
    expect(json['screenshot_theme']).toBe('dark');
  });

  test('says the same whatever way the body is written, and refuses another', async () => {
    await config('two', { language: 'en', timezone: 'UTC' });
    expect(replayed(await config('two', { timezone: 'UTC', language: 'en' }))).toBe('true');
    expect(await config('two', { language: 'es', timezone: 'UTC' })).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
  });

  test('is of one caller and one route', async () => {
    await config('three', { language: 'en' });
    const { json } = await run.api('POST', '/auth/api-keys', { body: { name: 'writer', permissions: ['write'] } });
    const asWriter = { 'x-api-key': String(json['key']) };
    expect(replayed(await config('three', { language: 'en' }, '/api/users/demo/config', asWriter))).toBeNull();
    await run.api('POST', '/api/users', { body: { id: 'three', plan: 'free' } });
    expect(replayed(await config('three', { language: 'en' }, '/api/users/three/config'))).toBeNull();
    expect(replayed(await config('three', { language: 'en' }, '/api/users/three/config/'))).toBe('true');
  });

  test('of a request that failed can be used again', async () => {
    expect((await config('four', { language: 'en' }, '/api/users/four/config')).status).toBe(404);
    await run.api('POST', '/api/users', { body: { id: 'four', plan: 'free' } });
    const again = await config('four', { language: 'es' }, '/api/users/four/config');
    expect([again.status, replayed(again)]).toEqual([200, null]);
  });

  test('of requests at once lets one through; the others come back', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        run.api('POST', '/api/users', {
          body: { id: 'five', plan: 'free' },
          headers: { 'idempotency-key': 'five', 'x-number': String(index) },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, json, headers } of answers.filter((answer) => answer.status !== 201)) {
      expect(status).toBe(409);
      expect(['idempotency_key_in_use', 'secret_shown_once']).toContain(json['code']);
      if (json['code'] === 'idempotency_key_in_use') expect(headers.get('retry-after')).toBe('1');
    }
  });

  test('keeps no secret that an answer showed', async () => {
    const make = () =>
      run.api('POST', '/auth/api-keys', { body: { name: 'x' }, headers: { 'idempotency-key': 'six' } });
    const { json } = await make();
    expect(await make()).toMatchObject({ status: 409, json: { code: 'secret_shown_once' } });
    const { documents, TableName } = await operationsTable(run);
    const { Items } = await documents.send(new ScanCommand({ TableName }));
    const stored = JSON.stringify(Items);
    expect(stored).toContain(String(json['prefix']));
    expect(stored).not.toContain(String(json['key']).slice(17));
  });

  test.each([
    ['that still runs is waited for', 'REMOVE answer SET running_until = :later', [409, null]],
    ['whose instance died is made again', 'REMOVE answer SET running_until = :before', [200, null]],
    ['of a day ago is forgotten', 'SET expires = :before', [200, null]],
    ['of today is not', 'SET running_until = :before', [200, 'true']],
  ])('a first request %s', async (name, UpdateExpression, expected) => {
    const { documents, TableName } = await operationsTable(run);
    const pks = async () => {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
      return Items.map(({ pk }) => String(pk));
    };
    const before = await pks();
    await config(name, { language: 'en' });
    const pk = (await pks()).find((it) => !before.includes(it));
    const values = { ':later': Date.now() + 20_000, ':before': Math.floor(Date.now() / 1000) - 1 };
    const used = Object.entries(values).filter(([value]) => UpdateExpression.includes(value));
    await documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk, sk: 'request' },
        UpdateExpression,
        ExpressionAttributeValues: Object.fromEntries(used),
      }),
    );
    const again = await config(name, { language: 'en' });
    expect([again.status, replayed(again)]).toEqual(expected);
  });

  test.each(['', 'x'.repeat(256), 'ñ', 'tab\there'])('%j is none', async (key) => {
    const answer = await config(key, { language: 'en' });
    expect([answer.status, answer.json['code']]).toEqual([400, 'invalid_parameter']);
    expect(answer.json['fields']).toMatchObject([{ path: 'Idempotency-Key' }]);
  });

  test('makes no difference to a read', async () => {
    const read = () => run.api('GET', '/api/users/demo', { headers: { 'idempotency-key': 'seven' } });
    await read();
    expect(replayed(await read())).toBeNull();
  });
});

describe('API keys', () => {
  test('have a default life and permission, and are named by the body or the query', async () => {
    const { json, status } = await run.api('POST', '/auth/api-keys?name=dev-laptop');
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: 'dev-laptop', permissions: ['read'], key: expect.stringMatching(/^cmkd_/) });
    expect(Date.parse(String(json['expires_at'])) - Date.parse(String(json['created_at']))).toBe(7 * 86_400_000);
    const long = { name: 'long', permissions: ['admin', 'read'], expires_in_days: 3650 };
    expect((await run.api('POST', '/auth/api-keys', { body: long })).json).toMatchObject({
      permissions: ['read', 'admin'],
    });
  });

  test.each([
    {},
    { name: '' },
    { name: 'x', permissions: [] },
    { name: 'x', permissions: ['root'] },
    { name: 'x', expires_in_days: 0 },
    { name: 'x', expires_in_days: 3651 },
    { name: 'x', expires_in_days: 1.5 },
    { name: 'x', key: 'cmkd_mine' },
  ])('are not made of %j', async (body) => {
    expect((await run.api('POST', '/auth/api-keys', { body })).json).toMatchObject({ code: 'invalid_body' });
  });

  test('are listed newest first, page by page, with their last use and without their secrets', async () => {
    for (const name of ['a', 'b', 'c']) await run.api('POST', '/auth/api-keys', { body: { name } });
    const seen: Record<string, unknown>[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const path = `/auth/api-keys?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { json } = await run.api('GET', path);
      seen.push(...(json['api_keys'] as Record<string, unknown>[]));
      cursor = json['next_cursor'];
    }
    expect(seen.slice(0, 3).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
    const times = seen.map(({ created_at }) => String(created_at));
    expect(times).toEqual([...times].sort().reverse());
    expect(seen.at(-1)).toMatchObject({ name: 'local admin', last_used_at: expect.stringMatching(/Z$/) });
    expect(seen[0]).toMatchObject({ last_used_at: null });
    expect(JSON.stringify(seen)).not.toMatch(/hash|cmkd_/);
  });

  test('that are not there can’t be revoked', async () => {
    for (const prefix of ['nonesuch0000', 'x', 'y'.repeat(3000), '%00']) {
      const { status, json } = await run.api('DELETE', `/auth/api-keys/${prefix}`);
      expect([status, json['code']]).toEqual([404, 'api_key_not_found']);
    }
  });
});

describe('errors', () => {
  const ask = (language?: string) =>
    run.api('GET', '/api/signals?limit=0', { headers: language === undefined ? {} : { 'accept-language': language } });

  test.each([
    [undefined, 'es', 'Un parámetro no es válido.', /es obligatorio|se esperaba|pequeño/],
    ['en', 'en', 'A parameter is not valid.', /is required|expected/i],
  ])('with Accept-Language %s are %s to the last field', async (accepted, language, sentence, problem) => {
    const { status, headers, json } = await ask(accepted);
    expect([status, headers.get('content-language')]).toEqual([400, language]);
    expect(json['error']).toBe(sentence);
    for (const field of json['fields'] as { problem: string }[]) expect(field.problem).toMatch(problem);
  });
});

describe('CORS', () => {
  const fetchFrom = (origin: string, path: string, init: RequestInit = {}) =>
    fetch(run.outputs.apiUrl + path, { ...init, headers: { origin, ...init.headers } });
  const preflight = (origin: string, path: string) =>
    fetchFrom(origin, path, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'x-api-key' },
    });

  test('lets pages of the configured origin call every route', async () => {
    for (const path of ['/api/users/demo', '/api/signals/x', '/nothing/here']) {
      const { status, headers } = await preflight(ORIGIN, path);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(headers.get('access-control-allow-methods')?.split(',').sort()).toEqual([
        'DELETE',
        'GET',
        'PATCH',
        'POST',
        'PUT',
      ]);
      expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
      expect(headers.get('access-control-max-age')).toBe('3600');
    }
    const { status, headers } = await fetchFrom(ORIGIN, '/api/users/demo');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN]);
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  test('lets no other in, and none at the webhook', async () => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      expect((await preflight(origin, '/api/users/demo')).headers.get('access-control-allow-origin')).toBeNull();
      expect((await fetchFrom(origin, '/health')).headers.get('access-control-allow-origin')).toBeNull();
    }
    const { pathname } = new URL(run.outputs.demoUser.webhookUrl);
    const webhook = await preflight(ORIGIN, pathname);
    expect([webhook.status, webhook.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });
});
