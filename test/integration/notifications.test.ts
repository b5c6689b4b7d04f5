import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userLocator } from '../../core/access/tokens.ts';
import { sessionKey } from '../../core/alerts/keys.ts';
import { METRICS } from '../../core/metrics.ts';
import { notificationJob } from '../../core/notifications/job.ts';
import { type AwsCall, ConnectionDropped, type Intercept } from '../../local/aws/gateway.ts';
import { AwsError } from '../../local/aws/service.ts';
import { isBy } from './background-run.ts';
import { unneededGrants } from './grants.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { logLines, measuredSeries, seriesNames } from './log-lines.ts';
import { alertsTable, operationsTable } from './operator.ts';
import { formOf, type Received, type Receiver, startReceiver } from './receiver.ts';
import { Storage } from './storage.ts';

/** What users are told over their own channels, by receivers of our own. */

const BOT_TOKEN = '123456:AAE-only-the-bot-knows-this-token_x';
const DISCORD_PATH = '/api/webhooks/4711/only-discord-knows-this';
const KEY = Buffer.from('only the receiver knows this!');
const SECRET = `whsec_${KEY.toString('base64')}`;
const SOON = { timeout: 60_000, interval: 20 };
const LONG = 120_000;
/** A refused one is to show: nothing was told of it. */
const A_WHILE_MS = 500;

let run: TestRun;
let receiver: Receiver;
let storage: Storage;

/** How paths are answered that are not simply taken. */
const behaviours = new Map<string, (response: ServerResponse) => void>();
interface Fault {
  matches: (call: AwsCall) => boolean;
  kind: 'refused' | 'done and refused' | 'answer lost';
}
const faults = new Set<Fault>();

const intercept: Intercept = async (call, next) => {
  const fault = [...faults].find(({ matches }) => matches(call));
  if (!fault) return next();
  faults.delete(fault);
  if (fault.kind !== 'refused') await next();
  if (fault.kind === 'answer lost') throw new ConnectionDropped();
  throw new AwsError('Broken', 'It was to go wrong', 400);
};

beforeAll(async () => {
  receiver = await startReceiver(({ path }, response) => {
    const behave = behaviours.get(path);
    if (behave) behave(response);
    else response.end('{"ok":true}');
  });
  run = await startTestRun({
    environment: { TELEGRAM_API_URL: receiver.url, DISCORD_API_URL: receiver.url, LOOPBACK_RECEIVERS: 'allowed' },
    variables: { RETRY_SECONDS: '[1,1]' },
    intercept,
  });
  storage = new Storage(run);
}, LONG);
afterAll(async () => {
  await receiver?.close();
  storage?.close();
  await run?.close();
});

async function newUser(id: string, notification_preferences: object): Promise<string> {
  const { json } = await run.api('POST', '/api/users', { body: { id, plan: 'premium' } });
  await run.api('PATCH', `/api/users/${id}/config`, { body: { screenshot_resolution: '720p' } });
  expect((await prefer(id, notification_preferences)).status).toBe(200);
  return String(json['webhook_url']);
}

function prefer(id: string, notification_preferences: object) {
  return run.api('PATCH', `/api/users/${id}/config`, { body: { notification_preferences } });
}

/** A user who has a webhook alone, at the path `/<id>`. */
function hooked(id: string, events: string[] = []): Promise<string> {
  return newUser(id, { events, webhook: { url: `${receiver.url}/${id}`, secret: SECRET } });
}

async function testMessage(id: string): Promise<unknown> {
  return (await run.api('POST', `/api/users/${id}/notifications/test`)).json;
}

const arrivals = (id: string) => receiver.received.filter(({ path }) => path === `/${id}`);
const idsOf = (received: Received[]) => new Set(received.map(({ headers }) => headers['webhook-id']));

/** As the specification has it: https://github.com/standard-webhooks/standard-webhooks */
function signatureOf({ headers, body }: Received): string {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`;
}

describe('a signal', () => {
  test(
    'and its image arrive at every channel',
    async () => {
      const url = await newUser('ana', {
        events: ['signal.created', 'screenshot.completed'],
        telegram: { bot_token: BOT_TOKEN, chat_id: -10042 },
        discord: { webhook_url: `https://discord.com${DISCORD_PATH}` },
        webhook: { url: `${receiver.url}/ana`, secret: SECRET },
      });
      const sent = await run.alert(url, 'BINANCE:ETHUSDT buy at 2500 @everyone');
      const { screenshot_url, ...signal } = await run.captured(String(sent.json['signal_id']));
      const image = await (await fetch(String(screenshot_url))).bytes();
      const paths = ['/sendPhoto', DISCORD_PATH, '/ana'];
      await expect.poll(() => paths.map((path) => receiver.of(path).length), SOON).toEqual([1, 2, 2]);
      const ofImage = (path: string) => receiver.of(path).find(({ body }) => body.length > 10_000);
      const [photo, file, hook] = paths.map(ofImage);
      if (!photo || !file || !hook) throw new Error('Each channel got the image');

      expect(photo.path).toBe(`/bot${BOT_TOKEN}/sendPhoto`);
      const form = await formOf(photo);
      expect(form.get('chat_id')).toBe('-10042');
      expect(form.get('caption')).toContain('BINANCE:ETHUSDT · LARGO · buy');
      expect(await (form.get('photo') as File).bytes()).toEqual(image);

      expect(file.path).toBe(`${DISCORD_PATH}?wait=true`);
      const message = await formOf(file);
      expect(JSON.parse(String(message.get('payload_json')))).toMatchObject({ allowed_mentions: { parse: [] } });
      expect(await (message.get('files[0]') as File).bytes()).toEqual(image);

      expect(JSON.parse(hook.body.toString())).toEqual({
        type: 'screenshot.completed',
        timestamp: signal['updated_at'],
        data: {
          user_id: 'ana',
          signal,
          image: { content_type: 'image/png', base64: Buffer.from(image).toString('base64') },
        },
      });
      for (const one of arrivals('ana')) expect(one.headers['webhook-signature']).toBe(signatureOf(one));
      expect(idsOf(arrivals('ana')).size).toBe(2);
    },
    LONG,
  );

  test(
    'is told of as its user chose, and nothing is told to who has no channel',
    async () => {
      const chosen = ['screenshot.failed', 'session.expired'];
      const urls = [await hooked('ben', chosen), await hooked('bea', chosen)];
      await prefer('bea', { events: null });
      const signals: string[] = [];
      for (const url of urls) {
        const { json } = await run.alert(url, 'BINANCE:ETHUSDT sell');
        signals.push(String(json['signal_id']));
        await run.captured(String(json['signal_id']));
      }
      await expect.poll(() => arrivals('bea').length, SOON).toBe(1);
      expect(JSON.parse(String(arrivals('bea')[0]?.body))).toMatchObject({
        type: 'screenshot.completed',
        data: { signal: { id: signals[1] } },
      });
      expect(arrivals('ben')).toEqual([]);
      await prefer('ben', { webhook: null });
      const none = await run.api('POST', '/api/users/ben/notifications/test');
      expect([none.status, none.json['code']]).toEqual([422, 'no_notification_channels']);
    },
    LONG,
  );
});

describe('preferences', () => {
  const NONE = { telegram: null, discord: null, webhook: null };
  const shown = async (id: string) =>
    (await run.api('GET', `/api/users/${id}/config`)).json['notification_preferences'];

  test('are changed channel by channel, and never show what is secret', async () => {
    await run.api('POST', '/api/users', { body: { id: 'eva', plan: 'free' } });
    const DEFAULTS = ['screenshot.completed', 'screenshot.failed', 'session.expired'];
    expect(await shown('eva')).toEqual({ events: DEFAULTS, ...NONE });
    const telegram = { bot_token: BOT_TOKEN, chat_id: '@canal_de_eva' };
    const webhook = { url: 'https://hooks.example.com/in', secret: SECRET };
    // In parallel: neither writes over the other.
    const both = await Promise.all([prefer('eva', { telegram }), prefer('eva', { webhook })]);
    const own = {
      telegram: { chat_id: '@canal_de_eva', has_bot_token: true },
      webhook: { url: 'https://hooks.example.com/in', has_secret: true },
    };
    expect(await shown('eva')).toEqual({ events: DEFAULTS, ...NONE, ...own });
    const changed = await prefer('eva', { telegram: null, events: [] });
    expect(await shown('eva')).toEqual({ events: [], ...NONE, webhook: own.webhook });
    expect(JSON.stringify([both, changed].flat().map(({ json }) => json))).not.toMatch(/only|whsec|AAE/);
  });

  test.each([
    [{ webhook: { url: 'https://169.254.169.254/', secret: SECRET } }, 'webhook.url'],
    [{ webhook: { url: 'https://0xa9fea9fe/', secret: SECRET } }, 'webhook.url'],
    [{ webhook: { url: 'http://hooks.example.com/', secret: SECRET } }, 'webhook.url'],
    [{ webhook: { url: 'https://hooks.example.com:8443/', secret: SECRET } }, 'webhook.url'],
    [{ webhook: { url: 'https://hooks.example.com/', secret: 'guess' } }, 'webhook.secret'],
    [{ webhook: { url: 'https://hooks.example.com/' } }, 'webhook.secret'],
    [{ discord: { webhook_url: 'https://discord.com.example.com/api/webhooks/1/a' } }, 'discord.webhook_url'],
    [{ telegram: { bot_token: '../../etc', chat_id: 1 } }, 'telegram.bot_token'],
    [{ telegram: { bot_token: BOT_TOKEN, chat_id: 'x y' } }, 'telegram.chat_id'],
    [{ events: ['signal.updated'] }, 'events.0'],
    [{ sms: {} }, 'sms'],
  ])('%j are refused, and why', async (preferences, path) => {
    const { status, json } = await prefer('demo', preferences);
    expect([status, json['code']]).toEqual([400, 'invalid_body']);
    expect(json['fields']).toMatchObject([{ path: `notification_preferences.${path}` }]);
  });
});

describe('a message', () => {
  test(
    'that comes again and again is sent once',
    async () => {
      await hooked('twice');
      const locator = userLocator('twice');
      const job = notificationJob({ locator, channel: 'webhook', event: 'test', at: new Date().toISOString() });
      await Promise.all([1, 2, 3].map(() => storage.sendTo('Notifications', job)));
      await expect.poll(() => arrivals('twice').length, SOON).toBe(1);
      await storage.sendTo('Notifications', job);
      await testMessage('twice');
      await expect.poll(() => arrivals('twice').length, SOON).toBe(2);
      await sleep(A_WHILE_MS);
      expect([...idsOf(arrivals('twice'))]).toEqual([job.id, expect.stringMatching(/^msg_/)]);
    },
    LONG,
  );

  test(
    'whose sender died is sent under the same id once its lease has ended',
    async () => {
      await hooked('crash');
      const locator = userLocator('crash');
      const job = notificationJob({ locator, channel: 'webhook', event: 'test', at: new Date().toISOString() });
      const { documents, TableName } = await operationsTable(run);
      const until = Date.now() + 1500;
      const put = (Item: object) => documents.send(new PutCommand({ TableName, Item: { ...Item } }));
      await put({ pk: `NOTE#${job.id}`, sk: 'notification', tries: 1 });
      await put({ pk: `LEASE#${locator}-webhook`, sk: 'lease', owner: 'who died', until });
      await storage.sendTo('Notifications', job);
      await expect.poll(() => arrivals('crash').length, SOON).toBe(1);
      expect(arrivals('crash')[0]?.at).toBeGreaterThanOrEqual(until);
      expect([...idsOf(arrivals('crash'))]).toEqual([job.id]);
    },
    LONG,
  );

  const CALLS = ['PutItem', 'UpdateItem', 'Decrypt', 'UpdateItem', 'DeleteItem'];
  const KINDS = ['refused', 'done and refused', 'answer lost'] as const;

  /** The notifier's nth call of an operation for a user; KMS hears of the user's id, the table of the locator or the job. */
  function fault(id: string, job: { id: string }, index: number, kind: Fault['kind']): Fault {
    const operation = CALLS[index];
    const nth = CALLS.slice(0, index).filter((name) => name === operation).length + 1;
    let calls = 0;
    const marks = [userLocator(id), job.id, `"${id}"`];
    const matches = (call: AwsCall) => {
      if (!isBy(call, 'Notifications') || call.operation !== operation) return false;
      if (!marks.some((mark) => call.request.body.includes(mark))) return false;
      calls += 1;
      return calls === nth;
    };
    return { matches, kind };
  }

  test(
    'is sent once whichever call goes wrong',
    async () => {
      const cases = KINDS.flatMap((kind) => CALLS.map((call, index) => ({ kind, call, index })));
      const ids = cases.map((_, index) => `broken-${index}`);
      await Promise.all(ids.map((id) => hooked(id)));
      const planned = cases.map(({ kind, index }, n) => {
        const id = ids[n] ?? '';
        const at = new Date().toISOString();
        const job = notificationJob({ locator: userLocator(id), channel: 'webhook', event: 'test', at });
        const planted = fault(id, job, index, kind);
        faults.add(planted);
        return { id, job, planted };
      });
      await Promise.all(planned.map(({ job }) => storage.sendTo('Notifications', job)));
      await expect.poll(() => ids.map((id) => arrivals(id).length), SOON).toEqual(ids.map(() => 1));
      await expect
        .poll(() => planned.filter(({ planted }) => faults.has(planted)).map(({ id }) => id), SOON)
        .toEqual([]);
      await sleep(A_WHILE_MS);
      expect(ids.map((id) => arrivals(id).length)).toEqual(ids.map(() => 1));
    },
    LONG,
  );
});

describe('a receiver', () => {
  test(
    'that never answers, and one that fails, delay no other',
    async () => {
      await Promise.all(['slow', 'failing', 'fast'].map((id) => hooked(id)));
      behaviours.set('/slow', () => {});
      behaviours.set('/failing', (response) => response.writeHead(500).end());
      await Promise.all(Array.from({ length: 10 }, () => Promise.all([testMessage('slow'), testMessage('failing')])));
      await expect.poll(() => arrivals('slow').length, SOON).toBe(1);
      await Promise.all(Array.from({ length: 5 }, () => testMessage('fast')));
      // One after the other, each for as long as is waited for an answer: the slow one's end after 100 seconds.
      await expect.poll(() => arrivals('fast').length, { ...SOON, timeout: 90_000 }).toBe(5);
      expect(arrivals('slow').length).toBeLessThan(10);
      expect(arrivals('failing').length).toBeGreaterThan(0);
      await Promise.all(['slow', 'failing'].map((id) => prefer(id, { webhook: null })));
    },
    LONG,
  );

  test(
    'that fails is tried three times in all; then the message lies with the dead letters, and can be sent again',
    async () => {
      await hooked('down');
      let healthy = false;
      behaviours.set('/down', (response) => response.writeHead(healthy ? 204 : 503).end());
      await testMessage('down');
      const letter = await storage.deadLetter('Notifications', userLocator('down'));
      expect(arrivals('down')).toHaveLength(3);
      expect(idsOf(arrivals('down')).size).toBe(1);
      expect(letter).toMatchObject({ channel: 'webhook', event: 'test', reason: 'status_503' });
      healthy = true;
      await storage.sendTo('Notifications', letter);
      await expect.poll(() => arrivals('down').length, SOON).toBe(4);
      expect(idsOf(arrivals('down')).size).toBe(1);
    },
    LONG,
  );

  test.each([
    ['gone', 410, {}, 'status_410'],
    ['moved', 307, { location: 'https://elsewhere.example/' }, 'status_307'],
  ])(
    'that is %s is not tried again',
    async (id, status, headers, reason) => {
      await hooked(id);
      behaviours.set(`/${id}`, (response) => response.writeHead(status, headers).end());
      await testMessage(id);
      const letter = await storage.deadLetter('Notifications', userLocator(id));
      expect(letter).toMatchObject({ reason });
      expect(arrivals(id)).toHaveLength(1);
    },
    LONG,
  );

  test(
    'that breaks off is told of without the secrets of its address',
    async () => {
      const bot_token = '99:a-token-that-no-log-may-ever-hold-0';
      const webhook_url = 'https://discord.com/api/webhooks/99/no-log-may-ever-hold-this-either';
      await newUser('broken', { telegram: { bot_token, chat_id: 9 }, discord: { webhook_url } });
      for (const path of [`/bot${bot_token}/sendMessage`, `${new URL(webhook_url).pathname}?wait=true`]) {
        behaviours.set(path, (response) => response.destroy());
      }
      await testMessage('broken');
      for (const channel of ['telegram', 'discord']) {
        const letter = await storage.deadLetter('Notifications', userLocator('broken'), channel);
        expect(letter).toMatchObject({ reason: 'unreachable' });
      }
      // The run itself looks for them, in all that it has written, when it ends.
      const said = logLines(run).filter((line) => line['user_id'] === 'broken');
      expect(said.length).toBeGreaterThan(0);
    },
    LONG,
  );

  test(
    'whose user is deleted hears nothing more',
    async () => {
      await hooked('leaving');
      const locator = userLocator('leaving');
      expect((await run.api('DELETE', '/api/users/leaving')).status).toBe(204);
      const job = notificationJob({ locator, channel: 'webhook', event: 'test', at: new Date().toISOString() });
      await storage.sendTo('Notifications', job);
      await sleep(A_WHILE_MS);
      expect(arrivals('leaving')).toEqual([]);
      expect((await run.api('POST', '/api/users/leaving/notifications/test')).status).toBe(404);
      await expect.poll(() => storage.items(locator), SOON).not.toContain('N');
    },
    LONG,
  );
});

test(
  'who has brought a session is told when it has expired',
  async () => {
    await hooked('visitor', ['session.expired']);
    const { documents, TableName } = await alertsTable(run);
    const session = { ...sessionKey(userLocator('visitor')), cookies: Buffer.from('sealed'), account: 'a' };
    for (const valid of [true, false, false]) {
      await documents.send(new PutCommand({ TableName, Item: { ...session, valid, updated_at: 'then' } }));
    }
    await expect.poll(() => arrivals('visitor').length, SOON).toBe(1);
    await sleep(A_WHILE_MS);
    expect(arrivals('visitor').map(({ body }) => JSON.parse(body.toString()))).toEqual([
      { type: 'session.expired', timestamp: expect.stringMatching(/Z$/), data: { user_id: 'visitor' } },
    ]);
  },
  LONG,
);

test('what was sent and what was given up is measured by channel', async () => {
  const ours = seriesNames([METRICS.notifications, METRICS.notificationFailures]);
  await expect.poll(() => [...measuredSeries(logLines(run))], SOON).toEqual(expect.arrayContaining([...ours]));
});

test('every grant of notifications was needed and none was missing', async () => {
  expect([...faults]).toEqual([]);
  expect(run.problems).toEqual([]);
  expect(unneededGrants(run, 'notifications')).toEqual([]);
});
