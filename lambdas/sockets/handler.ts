import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda';
import { logger, logInvocation } from '../../core/log.ts';
import { addConnection, removeConnection } from '../../core/push/connections.ts';
import { useTicket } from '../../core/push/tickets.ts';

/** The WebSocket's three routes: who comes with a ticket listens until it ends; what clients send is not read. */

interface SocketEvent extends APIGatewayProxyWebsocketEventV2 {
  /** With `$connect` only. */
  queryStringParameters?: Record<string, string>;
}

const DONE = { statusCode: 200 };

export async function handler(
  { requestContext, queryStringParameters }: SocketEvent,
  context: Context,
): Promise<APIGatewayProxyResultV2> {
  const { routeKey, connectionId, requestId } = requestContext;
  logInvocation(context, { request_id: requestId });
  try {
    if (routeKey === '$connect') return await connect(connectionId, queryStringParameters?.['ticket'] ?? '');
    if (routeKey === '$disconnect') await removeConnection(connectionId);
    return DONE;
  } catch (error) {
    logger.error('Socket route failed', { error, route: routeKey, connection_id: connectionId });
    return { statusCode: 503 };
  }
}

async function connect(connectionId: string, ticket: string): Promise<APIGatewayProxyResultV2> {
  const now = Date.now();
  const listener = await useTicket(ticket, now);
  if (!listener || listener.ends_at <= now) return { statusCode: 401 };
  await addConnection(connectionId, listener, now);
  return DONE;
}
