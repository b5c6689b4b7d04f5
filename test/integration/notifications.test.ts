import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRun, type TestRun } from './local-run.ts';
import { formOf, type Received, type Receiver, startReceiver } from './receiver.ts';

/** What users are told over their own channels, by receivers of our own. */

const BOT_TOKEN = '123456:AAE-only-the-bot-knows-this-token_x';
const DISCORD_WEBHOOK = 'https://discord.com/api/webhooks/4711/only-discord-knows-this';
const KEY = Buffer.from('only the receiver knows this!');
const SECRET = `whsec_${KEY.toString('base64')}`;

let run: TestRun;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  run = await startTestRun({
    environment: { TELEGRAM_API_URL: receiver.url, DISCORD_API_URL: receiver.url, LOOPBACK_RECEIVERS: 'allowed' },
  });
}, 120_000);
afterAll(async () => {
  await run?.close();
  await receiver?.close();
});

async function newUser(id: string, notification_preferences: object): Promise<string> {
  const { json } = await run.api('POST', '/api/users', { body: { id, plan: 'premium' } });
  const set = await run.api('PATCH', `/api/users/${id}/config`, { body: { notification_preferences } });
  expect(set.status).toBe(200);
  return String(json['webhook_url']);
}

const SOON = { timeout: 60_000, interval: 20 };

/** As the specification has it: https://github.com/standard-webhooks/standard-webhooks */
function signatureOf({ headers, body }: Received): string {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`;
}

test('a signal and its image arrive at every channel', async () => {
  const url = await newUser('ana', {
    events: ['signal.created', 'screenshot.completed'],
    telegram: { bot_token: BOT_TOKEN, chat_id: -10042 },
    discord: { webhook_url: DISCORD_WEBHOOK },
    webhook: { url: `${receiver.url}/ana`, secret: SECRET },
  });
  const sent = await run.alert(url, 'BINANCE:ETHUSDT buy at 2500 @everyone');
  const { screenshot_url, ...signal } = await run.captured(String(sent.json['signal_id']));
  const image = await (await fetch(String(screenshot_url))).bytes();
  const paths = ['/sendPhoto', '/webhooks/', '/ana'];
  await expect.poll(() => paths.map((path) => receiver.of(path).length), SOON).toEqual([1, 2, 2]);
  const [photo, file, hook] = paths.map((path) => receiver.of(path).at(-1));
  if (!photo || !file || !hook) throw new Error('All of them came');

  expect(photo.path).toBe(`/bot${BOT_TOKEN}/sendPhoto`);
  const form = await formOf(photo);
  expect(form.get('chat_id')).toBe('-10042');
  expect(form.get('caption')).toContain('BINANCE:ETHUSDT · LARGO · buy');
  expect(await (form.get('photo') as File).bytes()).toEqual(image);

  expect(file.path).toBe('/api/webhooks/4711/only-discord-knows-this?wait=true');
  const message = await formOf(file);
  expect(JSON.parse(String(message.get('payload_json')))).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(await (message.get('files[0]') as File).bytes()).toEqual(image);

  const payload = JSON.parse(hook.body.toString());
  expect(payload).toEqual({
    type: 'screenshot.completed',
    timestamp: signal['updated_at'],
    data: {
      user_id: 'ana',
      signal,
      image: { content_type: 'image/png', base64: Buffer.from(image).toString('base64') },
    },
  });
  for (const one of receiver.of('/ana')) expect(one.headers['webhook-signature']).toBe(signatureOf(one));
}, 120_000);
