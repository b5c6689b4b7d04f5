import { ACCOUNT, AwsError, type AwsService, REGION } from '../aws/service.ts';
import { type Connections, MESSAGE_BYTES } from './connections.ts';

/**
 * The WebSocket management API: `POST`, `GET` and `DELETE /{stage}/@connections/{id}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */

const PATH = /^\/([^/]+)\/@connections\/([^/]+)$/;
const OPERATIONS = new Map([
  ['POST', 'PostToConnection'],
  ['GET', 'GetConnection'],
  ['DELETE', 'DeleteConnection'],
]);

export function managementService(connections: Connections, api: () => { apiId: string; stage: string }): AwsService {
  return {
    name: 'execute-api',

    operation: ({ method, path }) => (PATH.test(path) ? OPERATIONS.get(method) : undefined),

    permissions({ method, path }) {
      const [, stage] = PATH.exec(path) ?? [];
      const resource = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api().apiId}/${stage}/${method}/@connections/*`;
      return [{ action: 'execute-api:ManageConnections', resource }];
    },

    async handle({ operation, path, body }) {
      const [, stage, connectionId = ''] = PATH.exec(path) ?? [];
      const found = stage === api().stage ? connections.find(connectionId) : undefined;
      if (!found) throw new AwsError('GoneException', 'The connection is gone.', 410);
      if (operation === 'PostToConnection') {
        if (body.length > MESSAGE_BYTES) throw new AwsError('PayloadTooLargeException', 'Payload too large', 413);
        connections.send(connectionId, body.toString());
        return answer(200);
      }
      if (operation === 'DeleteConnection') {
        found.socket.close(1000, 'Connection Closed Normally');
        return answer(204);
      }
      const { connectedAt, sourceIp, userAgent } = found.facts;
      return answer(200, {
        connectedAt: new Date(connectedAt).toISOString(),
        identity: { sourceIp, userAgent },
        lastActiveAt: new Date(found.lastActiveAt).toISOString(),
      });
    },

    error: ({ code, message, status }) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ message }),
    }),

    async close() {},
  };
}

function answer(status: number, body?: object) {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
