import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { logger } from '../log.ts';
import { type Connection, connectionsOf, removeConnection } from './connections.ts';

/** What goes over WebSocket connections; the API's address comes with the environment (`AWS_ENDPOINT_URL_…`). */

const client = new ApiGatewayManagementApiClient({ maxAttempts: 2 });

/** For all of a batch: a listener that takes no data must not hold up what comes after it. */
const SEND_MS = 5000;

/** Sends to everyone who hears an audience's events; where nobody does, the texts are not even made. */
export async function sendToAll(audience: string, texts: () => Promise<string[]>): Promise<void> {
  const connections = await connectionsOf(audience);
  if (connections.length === 0) return;
  const made = await texts();
  await Promise.all(connections.map((connection) => send(connection, made)));
}

/** Sends one after the other, as far as it can be: who is gone is forgotten, and what fails is lost, as pushes may be. */
async function send(connection: Connection, texts: readonly string[]): Promise<void> {
  try {
    const abortSignal = AbortSignal.timeout(SEND_MS);
    for (const Data of texts) {
      await client.send(new PostToConnectionCommand({ ConnectionId: connection.id, Data }), { abortSignal });
    }
  } catch (error) {
    if (error instanceof GoneException) await removeConnection(connection.id);
    else logger.warn('Push failed', { connection_id: connection.id, error });
  }
}

/** Ends a connection whose credential has ended, whether or not its client is still there. */
export async function hangUp(connection: Connection): Promise<void> {
  try {
    await client.send(new DeleteConnectionCommand({ ConnectionId: connection.id }));
  } catch (error) {
    if (!(error instanceof GoneException)) throw error;
  }
  await removeConnection(connection.id);
}
