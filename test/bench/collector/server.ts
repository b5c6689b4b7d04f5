/** Sends the messages to whoever has subscribed to everything; tells its parent when each was sent. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { frame, SYMBOLS, snapshot } from './frames.ts';

const [count = 0, perSecond = 0] = process.argv.slice(2).map(Number);
const frames = Array.from({ length: count }, (_, n) => frame(n));
const MOST_BUFFERED = 1_000_000;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('listening', () => process.send?.(server.address()));
server.on('connection', (socket) => {
  let topics = 0;
  socket.on('message', (data) => {
    const { op, args = [], req_id: id }: { op: string; args?: string[]; req_id: string } = JSON.parse(String(data));
    socket.send(JSON.stringify({ success: true, ret_msg: op, conn_id: 'bench', req_id: id, op }));
    for (const topic of args) if (topic.startsWith('orderbook')) socket.send(snapshot(topic));
    // The exchange's own candles are few: none are sent.
    topics += args.filter((topic) => !topic.startsWith('kline')).length;
    if (op === 'subscribe' && topics === 2 * SYMBOLS.length) sendAll(socket);
  });
});

async function sendAll(socket: WebSocket): Promise<void> {
  const sentAt: number[] = [];
  await sleep(300);
  const begin = performance.now();
  for (const [n, text] of frames.entries()) {
    const due = perSecond === 0 ? 0 : begin + (n * 1000) / perSecond;
    while (performance.now() < due || socket.bufferedAmount > MOST_BUFFERED) await sleep(1);
    if (perSecond > 0) sentAt.push(performance.timeOrigin + performance.now());
    socket.send(text);
    if (n % 200 === 0) await sleep(0);
  }
  process.send?.({ sentAt });
}
