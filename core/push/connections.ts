import { DeleteCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { type Listener, listenerSchema } from './listener.ts';

/**
 * Open WebSocket connections, two items each in the operations table:
 *
 *     pk CONNECTIONS           sk <connection id>   all of them, for the sweep, and to find the other one
 *     pk AUDIENCE#<audience>   sk <connection id>   who hears what, for the relay
 */

const ALL = 'CONNECTIONS';
/** API Gateway ends a connection after two hours: what is left behind then is nobody's. */
const LONGEST_MS = 2 * 3_600_000;

const connectionSchema = z.extend(listenerSchema, { sk: z.string() });

export interface Connection extends Listener {
  id: string;
}

const TableName = () => environment('OPERATIONS_TABLE');

export async function addConnection(id: string, listener: Listener, now: number): Promise<void> {
  const facts = { ...listener, ...expiresAt(now + LONGEST_MS) };
  const items = [ALL, audienceKey(listener.audience)].map((pk) => ({ pk, sk: id, ...facts }));
  await dynamodb.send(
    new TransactWriteCommand({
      TransactItems: items.map((Item) => ({ Put: { TableName: TableName(), Item } })),
    }),
  );
}

export async function removeConnection(id: string): Promise<void> {
  const { Attributes } = await dynamodb.send(
    new DeleteCommand({ TableName: TableName(), Key: { pk: ALL, sk: id }, ReturnValues: 'ALL_OLD' }),
  );
  if (!Attributes) return;
  const { audience } = connectionSchema.parse(Attributes);
  await dynamodb.send(new DeleteCommand({ TableName: TableName(), Key: { pk: audienceKey(audience), sk: id } }));
}

export function connectionsOf(audience: string): Promise<Connection[]> {
  return connections(audienceKey(audience));
}

export function allConnections(): Promise<Connection[]> {
  return connections(ALL);
}

async function connections(pk: string): Promise<Connection[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    { TableName: TableName(), KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } },
  );
  const found: Connection[] = [];
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const { sk: id, ...listener } = connectionSchema.parse(item);
      found.push({ id, ...listener });
    }
  }
  return found;
}

function audienceKey(audience: string): string {
  return `AUDIENCE#${audience}`;
}
