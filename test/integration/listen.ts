import { once } from 'node:events';
import WebSocket from 'ws';
import type { TestRun } from './local-run.ts';

/** A dashboard's side of the WebSocket. */

export interface Push {
  type: string;
  at: string;
  user_id: string;
  data: Record<string, unknown>;
}

export interface Listening {
  socket: WebSocket;
  heard: Push[];
}

/** @param key the admin key without it */
export async function ticketFor(run: TestRun, key: string = run.outputs.adminApiKey): Promise<string> {
  const { json } = await run.api('POST', '/api/socket-tickets', { headers: { 'x-api-key': key } });
  return String(json['ticket']);
}

/** Rejects where the handshake is refused. */
export async function open(run: TestRun, ticket: string): Promise<Listening> {
  const socket = new WebSocket(`${run.outputs.webSocketUrl}?ticket=${ticket}`);
  const heard: Push[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await once(socket, 'open');
  return { socket, heard };
}

export async function listen(run: TestRun, key?: string): Promise<Listening> {
  return open(run, await ticketFor(run, key));
}
