import { once } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
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

/** A connection that stands in the table and is gone, as a crash could leave it. */
export async function plantGoneConnection({ outputs }: TestRun) {
  const { endpointUrl, region, ...credentials } = outputs.aws;
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: endpointUrl, region, credentials }));
  const TableName = outputs.stackOutputs['OperationsTable'];
  const keys = ['CONNECTIONS', 'AUDIENCE#all'].map((pk) => ({ pk, sk: 'long-gone' }));
  for (const key of keys) {
    const Item = { ...key, audience: 'all', ends_at: Date.now() + 60_000 };
    await tables.send(new PutCommand({ TableName, Item }));
  }
  return {
    /** What is left of it. */
    items: async () => {
      const answers = await Promise.all(keys.map((Key) => tables.send(new GetCommand({ TableName, Key }))));
      return answers.flatMap(({ Item }) => (Item ? [Item] : []));
    },
  };
}
