import { BatchWriteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identifyAlert, signalId } from '../../core/alerts/alert-id.ts';
import { METRICS } from '../../core/metrics.ts';
import { AwsError } from '../../local/aws/service.ts';
import { unneededGrants } from './grants.ts';
import { makeApiKey, pngSize, startTestRun, type TestRun } from './local-run.ts';
import { type Line, logLines, measuredSeries, seriesNames } from './log-lines.ts';
import { alertsTable } from './operator.ts';

/** From an alert to its image, over HTTP, under the synthesized IAM statements. */

const ALERT = `🪙 Ticker: BINANCE:BTCUSDT
💰 Precio: $67,890.50
📊 Señal: Divergencia Alcista 🟢
🔧 Indicador: ADX DEF [APIDEVS]
⏰ Timeframe: 15`;

let run: TestRun;
let webhook: string;
/** Images whose next upload fails, by the beginning of their keys. */
const failingUploads = new Set<string>();

beforeAll(async () => {
  run = await startTestRun({
    intercept: async ({ service, operation, request }, next) => {
      const user = request.path.split('/')[3] ?? '';
      if (service === 's3' && operation === 'PutObject' && failingUploads.delete(user)) {
        throw new AwsError('InternalError', 'We encountered an internal error. Please try again.', 400);
      }
      return next();
    },
  });
  webhook = run.outputs.demoUser.webhookUrl;
}, 120_000);
afterAll(() => run?.close());

async function newUser(fields: Record<string, unknown>) {
  const { status, json } = await run.api('POST', '/api/users', { body: fields });
  expect(status).toBe(201);
  return { ...json, url: String(json['webhook_url']), locator: String(json['webhook_token']).slice(0, 22) };
}

describe('an alert', () => {
  test('becomes a stored signal and a drawn chart', async () => {
    const sent = await run.alert(webhook, ALERT);
    expect(sent.status).toBe(200);
    expect(sent.headers.get('x-request-id')).toBeTruthy();
    expect(sent.json).toEqual({
      success: true,
      signal_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      screenshot_status: 'processing',
      estimated_wait: expect.any(Number),
    });

    const signal = await run.captured(String(sent.json['signal_id']));
    expect(signal).toMatchObject({
      id: sent.json['signal_id'],
      user_id: 'demo',
      ticker: 'BINANCE:BTCUSDT',
      exchange: 'BINANCE',
      symbol: 'BTCUSDT',
      price: '67890.50',
      signal_type: 'Divergencia Alcista 🟢',
      indicator: 'ADX DEF [APIDEVS]',
      timeframe: '15m',
      parse_status: 'full',
      message: ALERT,
      duplicates: 0,
      result: 'pending',
      screenshot_status: 'completed',
      screenshot_source: 'builtin',
      screenshot: { width: 1920, height: 1080, bytes: expect.any(Number), duration_ms: expect.any(Number) },
    });

    const redirect = await run.api('GET', `/api/signals/${signal['id']}/screenshot`);
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('cache-control')).toBe('no-store');
    expect(redirect.headers.get('referrer-policy')).toBe('no-referrer');
    const location = redirect.headers.get('location') ?? '';
    expect(new URL(location).searchParams.get('X-Amz-Expires')).toBe('900');
    const image = await fetch(location);
    expect(image.headers.get('content-type')).toBe('image/png');
    const bytes = await image.bytes();
    expect(pngSize(bytes)).toEqual({ width: 1920, height: 1080 });
    expect(bytes.length).toBeLessThan(300 * 1024);
    expect((await fetch(location.replace('X-Amz-Expires=900', 'X-Amz-Expires=901'))).status).toBe(403);
  });

  test('with a chart is photographed in the browser', async () => {
    const sent = await run.alert(webhook, 'BINANCE:BTCUSDT sell at 67000', run.outputs.demoUser.chartId);
    const signal = await run.captured(String(sent.json['signal_id']));
    expect(signal).toMatchObject({
      chart_id: run.outputs.demoUser.chartId,
      screenshot_status: 'completed',
      screenshot_source: 'tradingview',
      screenshot: { width: 1920, height: 1080 },
    });
    const image = await fetch(String(signal['screenshot_url']));
    expect(pngSize(await image.bytes())).toEqual({ width: 1920, height: 1080 });
  });

  test('sent many times at once is one signal with its repeats counted', async () => {
    const { url, id } = { id: 'repeats', ...(await newUser({ id: 'repeats', plan: 'free', rate_per_minute: null })) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => run.alert(url, ALERT)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ json }) => json['signal_id'])).size).toBe(1);
    expect(answers.filter(({ json }) => json['duplicate'] === true)).toHaveLength(19);
    const { json } = await run.api('GET', `/api/users/${id}/signals`);
    expect(json['signals']).toMatchObject([{ duplicates: 19 }]);
    expect((await run.api('GET', `/api/users/${id}`)).json).toMatchObject({ signals_used: 1 });
  });

  test('beyond the quota is refused with the time to come back, exactly', async () => {
    const { url } = await newUser({ id: 'quota', plan: 'free', signals_quota: 5, rate_per_minute: null });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => run.alert(url, `BTCUSDT buy ${index}`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    expect(refused[0]?.json).toMatchObject({ code: 'quota_exceeded', error: 'Cuota mensual de alertas agotada.' });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const { json } = await run.api('GET', '/api/users/quota/signals');
    expect(json['signals']).toHaveLength(5);
  });

  test('beyond the plan’s rate is refused', async () => {
    const { url } = await newUser({ id: 'rate', plan: 'free' });
    const statuses: number[] = [];
    for (let index = 0; index < 21; index += 1) statuses.push((await run.alert(url, `ETHUSDT buy ${index}`)).status);
    // Ten a minute; the minute may have turned in between.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(20);
  });

  test('of 64 KiB is stored whole, compressed or not', async () => {
    const body = `BINANCE:BTCUSDT buy at 1\n${'ñ🟢 '.repeat(9000)}`.slice(0, 20_000);
    const sent = await run.alert(webhook, body);
    expect(sent.status).toBe(200);
    const { json } = await run.api('GET', `/api/signals/${sent.json['signal_id']}`);
    expect(json['message']).toBe(body);
  });
});

describe('settings', () => {
  test('shape the next picture', async () => {
    const { url } = await newUser({ id: 'settings', plan: 'pro' });
    const body = {
      screenshot_resolution: '720p',
      screenshot_theme: 'light',
      timezone: 'Europe/Madrid',
      language: 'en',
    };
    expect((await run.api('PATCH', '/api/users/settings/config', { body })).json).toEqual({
      default_chart_id: null,
      screenshot_source: 'auto',
      ip_allowlist: { enabled: false, ranges: [] },
      notification_preferences: {
        events: ['screenshot.completed', 'screenshot.failed', 'session.expired'],
        telegram: null,
        discord: null,
        webhook: null,
      },
      ...body,
    });
    const sent = await run.alert(url, 'NASDAQ:AAPL, price = 189.84, volume = 51203411');
    expect(await run.captured(String(sent.json['signal_id']))).toMatchObject({
      screenshot_source: 'builtin',
      screenshot: { width: 1280, height: 720 },
    });
  });

  test('that do not fit are named, every one', async () => {
    await newUser({ id: 'misfit', plan: 'pro' });
    const answer = await run.api('PATCH', '/api/users/misfit/config', {
      body: { screenshot_theme: 'pink', timezone: 'Mars/Base', colour: 1 },
    });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_body' });
    const paths = (answer.json['fields'] as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['colour', 'screenshot_theme', 'timezone']);
  });
});

describe('lists', () => {
  test('page through all signals, newest first, while new ones arrive', async () => {
    const { url } = await newUser({ id: 'pages', plan: 'premium' });
    for (let index = 0; index < 7; index += 1) await run.alert(url, `SOLUSDT buy at ${index}`);
    const seen: string[] = [];
    let path = '/api/signals?user_id=pages&limit=3';
    for (let page = 0; ; page += 1) {
      const { json } = await run.api('GET', path);
      for (const { message } of json['signals'] as { message: string }[]) seen.push(message);
      if (json['next_cursor'] === null) break;
      path = `/api/signals?user_id=pages&limit=3&cursor=${json['next_cursor']}`;
      await run.alert(url, `SOLUSDT sell at ${page}`);
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `SOLUSDT buy at ${index}`));
  });
});

test('users are listed with the newest first', async () => {
  await newUser({ id: 'older', plan: 'free' });
  await newUser({ id: 'newer', plan: 'basic' });
  const { json } = await run.api('GET', '/api/users?limit=2');
  expect(json).toMatchObject({ users: [{ id: 'newer' }, { id: 'older' }], next_cursor: expect.any(String) });
});

describe('a capture', () => {
  test.each(['premium', 'pro', 'basic', 'free'])('of a %s user that fails once is tried again', async (plan) => {
    const { url, locator } = await newUser({ id: `retry-${plan}`, plan });
    failingUploads.add(locator);
    const sent = await run.alert(url, 'BTCUSDT buy', run.outputs.demoUser.chartId);
    expect(await run.captured(String(sent.json['signal_id']))).toMatchObject({ screenshot_source: 'tradingview' });
    expect(failingUploads.has(locator)).toBe(false);
  });

  test('of a chart that does not exist fails at once where nothing else is wanted, with the reason', async () => {
    const { url } = await newUser({ id: 'no-chart', plan: 'free' });
    await run.api('PATCH', '/api/users/no-chart/config', { body: { screenshot_source: 'tradingview' } });
    const sent = await run.alert(url, 'BTCUSDT buy', 'Nowhere1');
    const signal = await run.captured(String(sent.json['signal_id']));
    expect(signal).toMatchObject({
      screenshot_status: 'failed',
      screenshot_reason: 'chart_not_found',
      screenshot: null,
    });
    const image = await run.api('GET', `/api/signals/${signal['id']}/screenshot`);
    expect(image.status).toBe(404);
    expect(image.json).toMatchObject({ screenshot_status: 'failed', screenshot_reason: 'chart_not_found' });
  });

  test('of a chart that does not exist is else left to our own chart', async () => {
    const { url } = await newUser({ id: 'own-chart', plan: 'free' });
    const sent = await run.alert(url, 'BTCUSDT buy', 'Nowhere1');
    expect(await run.captured(String(sent.json['signal_id']))).toMatchObject({
      screenshot_status: 'completed',
      screenshot_source: 'builtin',
      screenshot_reason: 'chart_not_found',
    });
  });

  test('can be asked for again', async () => {
    const { url, locator } = await newUser({ id: 'again', plan: 'free' });
    const sent = await run.alert(url, 'BYBIT:ETHUSDT buy');
    const first = await run.captured(String(sent.json['signal_id']));
    failingUploads.add(locator);
    const asked = await run.api('POST', `/api/signals/${first['id']}/screenshot`);
    expect(asked.json).toMatchObject({ screenshot_status: 'pending', screenshot: null, screenshot_url: null });
    const missing = await run.api('GET', `/api/signals/${first['id']}/screenshot`);
    expect(missing.status).toBe(404);
    expect(missing.json).toMatchObject({ code: 'screenshot_not_found' });
    const second = await run.captured(String(first['id']));
    expect(second).toMatchObject({ screenshot_status: 'completed' });
    expect(new URL(String(second['screenshot_url'])).pathname).not.toBe(
      new URL(String(first['screenshot_url'])).pathname,
    );
  });
});

test('a long history is summed up as it grows', async () => {
  const { url, locator } = await newUser({ id: 'long-history', plan: 'premium' });
  const { documents, TableName } = await alertsTable(run);
  const pk = `U#${locator}`;
  const yesterday = Date.now() - 86_400_000;
  const items = Array.from({ length: 250 }, (_, index) => {
    const id = signalId(yesterday + index, identifyAlert(locator, undefined, String(index)));
    return { pk, sk: `S#${id}`, id, symbol: 'BTCUSDT', result: index % 2 ? 'win' : 'loss' };
  });
  for (let start = 0; start < items.length; start += 25) {
    const batch = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: batch } }));
  }
  await documents.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk: 'user' },
      UpdateExpression: 'SET admitted = :before',
      ExpressionAttributeValues: { ':before': 249 },
    }),
  );
  await run.alert(url, 'BINANCE:BTCUSDT buy at 67000');
  await expect
    .poll(async () => (await documents.send(new GetCommand({ TableName, Key: { pk, sk: 'M#' } }))).Item, {
      timeout: 30_000,
    })
    .toMatchObject({ last: items.at(-1)?.id });
  const { status, json } = await run.api('GET', '/api/users/long-history/stats');
  expect(status).toBe(200);
  expect(json).toMatchObject({ total_signals: 251, wins: 125, losses: 125, pending: 1, win_rate: 50 });
});

test('a key may what its permissions say, and nothing after its end', async () => {
  const read = await makeApiKey(run.dataDirectory, ['--name', 'reader', '--permissions', 'read']);
  const asReader = { headers: { 'x-api-key': read.key } };
  expect((await run.api('GET', '/api/users/demo', asReader)).status).toBe(200);
  const bearer = { headers: { 'x-api-key': '', authorization: `Bearer ${read.key}` } };
  expect((await run.api('GET', '/api/users/demo', bearer)).status).toBe(200);
  const refused = await run.api('POST', '/api/users', { ...asReader, body: { id: 'by-reader', plan: 'free' } });
  expect([refused.status, refused.json['code']]).toEqual([403, 'forbidden']);
  expect(Date.parse(read.expires_at) - Date.parse(read.created_at)).toBe(7 * 86_400_000);
  await expect(makeApiKey(run.dataDirectory, ['--name', 'x', '--permissions', 'everything'])).rejects.toThrow(
    /permissions/,
  );
});

test('signals are found by whatever index serves their filter, until they are deleted', async () => {
  const { url } = await newUser({ id: 'lists', plan: 'free' });
  const { json: sent } = await run.alert(url, ALERT);
  const found = async (query: string) => {
    const { json } = await run.api('GET', `/api/users/lists/signals?${query}`);
    return (json['signals'] as { id: string }[]).map(({ id }) => id);
  };
  const queries = ['', 'symbol=BTCUSDT', 'indicator=ADX+DEF+APIDEVS', 'result=pending', 'q=alcista'];
  for (const query of queries) expect(await found(query)).toEqual([sent['signal_id']]);
  await run.captured(String(sent['signal_id']));
  expect(await found('screenshot_status=pending')).toEqual([]);
  expect((await run.api('DELETE', `/api/signals/${sent['signal_id']}`)).status).toBe(204);
  expect(await found('')).toEqual([]);
});

test('a key is made over HTTP, shown once, listed, and refused once revoked', async () => {
  const headers = { 'idempotency-key': 'a-key' };
  const make = () => run.api('POST', '/auth/api-keys', { body: { name: 'made' }, headers });
  const made = await make();
  expect([made.status, made.json['permissions']]).toEqual([201, ['read']]);
  expect(await make()).toMatchObject({ status: 409, json: { code: 'secret_shown_once' } });
  const asMade = { headers: { 'x-api-key': String(made.json['key']) } };
  expect((await run.api('GET', '/api/users/demo', asMade)).status).toBe(200);
  const { json } = await run.api('GET', '/auth/api-keys');
  expect((json['api_keys'] as { name: string }[])[0]).toMatchObject({ name: 'made', prefix: made.json['prefix'] });
  expect((await run.api('DELETE', `/auth/api-keys/${made.json['prefix']}`)).status).toBe(204);
  expect((await run.api('GET', '/api/users/demo', asMade)).status).toBe(401);
});

describe('errors', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  test.each([
    ['GET', '/nothing/here', {}, 404, 'not_found'],
    ['GET', '/api/users/nobody', {}, 404, 'user_not_found'],
    ['GET', '/api/users/nobody/signals', {}, 404, 'user_not_found'],
    ['GET', '/api/signals/nothing', {}, 404, 'signal_not_found'],
    ['GET', '/api/signals', {}, 400, 'invalid_parameter'],
    ['GET', '/api/signals?user_id=demo&limit=0', {}, 400, 'invalid_parameter'],
    ['GET', '/api/signals?user_id=demo&unknown=1', {}, 400, 'invalid_parameter'],
    ['GET', '/api/signals?user_id=demo&cursor=x.y', {}, 400, 'invalid_cursor'],
    ['DELETE', '/health', {}, 405, 'method_not_allowed'],
    ['PUT', '/api/users/demo', {}, 405, 'method_not_allowed'],
    ['POST', '/api/users', { body: '{"id": ', headers: JSON_TYPE }, 400, 'invalid_json'],
    ['POST', '/api/users', { body: 'id=1', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['POST', '/api/users', { body: { id: 'me', plan: 'free' } }, 400, 'invalid_body'],
    ['POST', '/api/users', { body: { id: 'demo', plan: 'free' } }, 409, 'user_exists'],
    ['GET', '/api/users/demo', { headers: { 'x-api-key': 'cmkd_nothing' } }, 401, 'unauthorized'],
    ['POST', '/api/users', { body: '{', headers: { 'x-api-key': '' } }, 401, 'unauthorized'],
  ] as const)('%s %s %j is %d %s', async (method, path, options, status, code) => {
    const answer = await run.api(method, path, options);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      code,
      error: expect.stringMatching(/\.$/),
      request_id: answer.headers.get('x-request-id'),
    });
  });

  test('a trailing slash is no difference', async () => {
    expect((await run.api('GET', '/api/users/demo/')).json).toMatchObject({ id: 'demo' });
    expect((await run.api('GET', '/health/')).json).toMatchObject({ status: 'healthy' });
  });

  test.each([
    ['an unknown token', 'A'.repeat(65), 'BTCUSDT', 404, 'webhook_not_found'],
    ['no token at all', 'short', 'BTCUSDT', 404, 'webhook_not_found'],
  ])('%s', async (_, token, body, status, code) => {
    const answer = await run.alert(`${run.outputs.apiUrl}/webhook/u/${token}`, body);
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
  });

  test('the right user with the wrong secret, an empty body, too large a one, another method', async () => {
    const wrong = webhook.slice(0, -2) + (webhook.endsWith('AA') ? 'BB' : 'AA');
    expect((await run.alert(wrong, 'BTCUSDT')).status).toBe(404);
    expect((await run.alert(webhook, '')).status).toBe(422);
    expect((await run.alert(webhook, 'x'.repeat(65 * 1024))).status).toBe(413);
    const get = await fetch(webhook, { headers: { 'accept-language': 'en' } });
    expect(get.status).toBe(405);
    expect(await get.json()).toMatchObject({ error: 'The route does not take that method.' });
  });
});

test('health tells of queues, captures and time', async () => {
  const { status, json } = await run.api('GET', '/health', { headers: { 'x-api-key': '' } });
  expect(status).toBe(200);
  expect(json).toEqual({
    status: 'healthy',
    queue_length: expect.any(Number),
    active_workers: expect.any(Number),
    uptime: expect.any(Number),
    collectors: { running: 0, starting: 0, error: 0, stale: 0 },
    market_data: 'replay',
    checks: { database: 'ok', queues: 'ok', collectors: 'ok' },
  });
});

test('an alert is followed from its request to its image by its signal’s id, whoever logs', async () => {
  const sent = await run.alert(webhook, 'BINANCE:BTCUSDT buy at 67001', run.outputs.demoUser.chartId);
  const signal_id = String(sent.json['signal_id']);
  await run.captured(signal_id);
  const named = { signal_id, user_id: 'demo' };
  await expect
    .poll(() => logLines(run).filter((line) => line['signal_id'] === signal_id), { timeout: 60_000 })
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...named, message: 'Alert taken', request_id: sent.headers.get('x-request-id') }),
        expect.objectContaining({ ...named, message: 'signal.created' }),
        expect.objectContaining({ ...named, message: 'Capture completed', tries: 1 }),
        expect.objectContaining({ ...named, message: 'screenshot.completed', source: 'tradingview' }),
        expect.objectContaining({
          signal_id,
          message: 'Request answered',
          route: 'GET /api/signals/{id}',
          status: 200,
        }),
      ]),
    );
  // Whatever a function logs names the request or the invocation that it belongs to.
  const isNamed = (line: Line) => 'request_id' in line || 'function_request_id' in line || '_aws' in line;
  expect(logLines(run).filter((line) => 'service' in line && !isNamed(line))).toEqual([]);
}, 120_000);

test('every metric of signals was measured, in the format that CloudWatch takes', async () => {
  const { alerts, storeTime, captures, captureFailures, fallbacks, captureTime, imageWait } = METRICS;
  const all = seriesNames([alerts, storeTime, captures, captureFailures, fallbacks, captureTime, imageWait]);
  const measured = () => [...measuredSeries(logLines(run))];
  await expect.poll(measured, { timeout: 60_000 }).toEqual(expect.arrayContaining([...all]));
}, 120_000);

test('every grant was needed and none was missing', () => {
  expect(run.problems).toEqual([]);
  expect(unneededGrants(run, 'all else')).toEqual([]);
});
