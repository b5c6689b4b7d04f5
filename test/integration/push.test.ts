import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { unneededGrants } from './grants.ts';
import { type Listening, listen as listenTo, open, plantGoneConnection, ticketFor } from './listen.ts';
import { makeApiKey, startTestRun, type TestRun } from './local-run.ts';

/** What dashboards hear over the WebSocket. */

let run: TestRun;
const listening: Listening[] = [];

beforeAll(async () => {
  run = await startTestRun();
}, 120_000);
afterAll(async () => {
  for (const { socket } of listening) socket.terminate();
  await run?.close();
});

async function listen(key?: string): Promise<Listening> {
  const one = await listenTo(run, key);
  listening.push(one);
  return one;
}

async function until(condition: () => boolean): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > limit) throw new Error(`Waited too long; problems: ${run.problems.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a signal’s life is heard: created, its image, its result', async () => {
  const { heard } = await listen();
  const sent = await run.alert(run.outputs.demoUser.webhookUrl, 'BINANCE:ETHUSDT buy at 2500');
  const id = String(sent.json['signal_id']);
  await until(() => heard.length === 2);
  const signal = await run.captured(id);
  await run.api('PATCH', `/api/signals/${id}`, { body: { result: 'win', notes: 'ok' } });
  await until(() => heard.length === 3);

  expect(heard.map(({ type }) => type)).toEqual(['signal.created', 'screenshot.completed', 'signal.updated']);
  for (const { at, user_id, data } of heard) {
    expect(user_id).toBe('demo');
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(data).toMatchObject({ id, ticker: 'BINANCE:ETHUSDT', price: '2500' });
    expect(data).not.toHaveProperty('message');
  }
  expect(heard[1]?.data).toMatchObject({ screenshot_status: 'completed', screenshot: signal['screenshot'] });
  const image = await fetch(String(heard[1]?.data['screenshot_url']));
  expect(image.headers.get('content-type')).toBe('image/png');
  expect(heard[2]?.data).toMatchObject({ result: 'win', notes: 'ok' });
});

test('a ticket opens one connection, and nothing else does', async () => {
  const ticket = await ticketFor(run);
  listening.push(await open(run, ticket));
  await expect(open(run, ticket)).rejects.toThrow('401');
  await expect(open(run, 'made-up')).rejects.toThrow('401');
  await expect(open(run, '')).rejects.toThrow('401');
});

test('who left is forgotten, and does not disturb who stays', async () => {
  const [left, stays] = [await listen(), await listen()];
  left.socket.terminate();
  await run.alert(run.outputs.demoUser.webhookUrl, 'BINANCE:SOLUSDT sell at 150');
  await until(() => stays.heard.some(({ type }) => type === 'screenshot.completed'));
  expect(left.heard).toEqual([]);
});

test('a connection that ended without a word is forgotten at the next push', async () => {
  const connection = await plantGoneConnection(run);
  await run.alert(run.outputs.demoUser.webhookUrl, 'BINANCE:SOLUSDT sell at 151');
  await expect.poll(connection.items, { timeout: 20_000 }).toEqual([]);
});

test('a connection ends when its key is revoked', async () => {
  const { key } = await makeApiKey(run.dataDirectory, ['--name', 'short', '--permissions', 'read']);
  const { socket } = await listen(key);
  const stays = await listen();
  const prefix = key.slice('cmkd_'.length, 'cmkd_'.length + 12);
  expect((await run.api('DELETE', `/auth/api-keys/${prefix}`)).status).toBe(204);
  const ended = once(socket, 'close');
  run.cloud.runSchedules();
  expect((await ended)[0]).toBe(1000);
  expect(stays.socket.readyState).toBe(WebSocket.OPEN);
});

test('every grant of pushes was needed and none was missing', async () => {
  // The sweep forgets a connection after it has ended.
  await expect.poll(() => unneededGrants(run, 'pushes'), { timeout: 20_000 }).toEqual([]);
  expect(run.problems).toEqual([]);
});
