/** Sends the messages to whoever has subscribed to everything; tells its parent when each was sent. */

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { frame, SYMBOLS, snapshot } from './frames.ts';

const [count = 0, perSecond = 0] = process.argv.slice(2).map(Number);
const MOST_BUFFERED = 1_000_000;
/** At full speed so many go out in one write: what is measured is the client, not the kernel's loopback. */
const TOGETHER = 100;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('listening', () => process.send?.(server.address()));
server.on('connection', (client, { socket }) => {
  let topics = 0;
  let books = '';
  client.on('message', (data) => {
    const request: { op: string; args?: string[]; req_id: string } = JSON.parse(String(data));
    const { op, args = [], req_id: id } = request;
    client.send(JSON.stringify({ success: true, ret_msg: op, conn_id: 'bench', req_id: id, op }));
    for (const topic of args.filter((one) => one.startsWith('orderbook'))) {
      client.send(snapshot(topic));
      books = topic.slice(0, topic.lastIndexOf('.'));
    }
    // The exchange's own candles are few: none are sent.
    topics += args.filter((topic) => !topic.startsWith('kline')).length;
    if (op === 'subscribe' && topics === 2 * SYMBOLS.length) sendAll(client, socket, books);
  });
});

async function sendAll(client: WebSocket, socket: Socket, books: string): Promise<void> {
  await sleep(300);
  process.send?.({
    sentAt: perSecond === 0 ? await sendQuickly(client, socket, books) : await sendSteadily(client, books),
  });
}

async function sendQuickly(client: WebSocket, socket: Socket, books: string): Promise<number[]> {
  for (let n = 0; n < count; n += TOGETHER) {
    while (client.bufferedAmount > MOST_BUFFERED) await sleep(1);
    socket.cork();
    for (let i = n; i < Math.min(count, n + TOGETHER); i += 1) client.send(frame(i, books));
    socket.uncork();
    await sleep(0);
  }
  return [];
}

async function sendSteadily(client: WebSocket, books: string): Promise<number[]> {
  const sentAt: number[] = [];
  const begin = performance.now();
  for (let n = 0; n < count; n += 1) {
    while (performance.now() < begin + (n * 1000) / perSecond) await sleep(1);
    const text = frame(n, books);
    sentAt.push(performance.timeOrigin + performance.now());
    client.send(text);
  }
  return sentAt;
}
