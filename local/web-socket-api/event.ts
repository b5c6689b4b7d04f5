import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readHeaders, requestTime } from '../http-api/event.ts';

/**
 * The events that a WebSocket API's functions get.
 * Source: API Gateway guide, "Set up a WebSocket API integration request", and "mapping template reference" for the context.
 */

export type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** What stays the same over a connection's life. Times are in milliseconds. */
export interface ConnectionFacts {
  connectionId: string;
  apiId: string;
  stage: string;
  connectedAt: number;
  sourceIp: string;
  userAgent: string;
  host: string;
}

export function connectionFacts(request: IncomingMessage, apiId: string, stage: string): ConnectionFacts {
  return {
    connectionId: `${randomBytes(9).toString('base64url')}=`,
    apiId,
    stage,
    connectedAt: Date.now(),
    sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    userAgent: request.headers['user-agent'] ?? '',
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
  };
}

export interface SocketEvent {
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  requestContext: { requestId: string; routeKey: string; eventType: EventType; connectionId: string };
  body?: string;
  isBase64Encoded: boolean;
}

export function connectEvent(facts: ConnectionFacts, request: IncomingMessage, query: URLSearchParams): SocketEvent {
  const { headers } = readHeaders(request.rawHeaders);
  const names = [...new Set(query.keys())];
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...(names.length > 0 && {
      // Of a repeated parameter the last one counts.
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
    }),
    ...common(facts, 'CONNECT', '$connect'),
  };
}

export function messageEvent(facts: ConnectionFacts, routeKey: string, body: string): SocketEvent {
  return { ...common(facts, 'MESSAGE', routeKey, { messageId: randomBytes(9).toString('base64') }), body };
}

export function disconnectEvent(facts: ConnectionFacts, code: number, reason: string): SocketEvent {
  return common(facts, 'DISCONNECT', '$disconnect', { disconnectStatusCode: code, disconnectReason: reason });
}

function common(facts: ConnectionFacts, eventType: EventType, routeKey: string, more: object = {}): SocketEvent {
  const now = new Date();
  const requestId = randomUUID();
  const context = {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    stage: facts.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now.getTime(),
    identity: { userAgent: facts.userAgent, sourceIp: facts.sourceIp },
    requestId,
    domainName: facts.host,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
    ...more,
  };
  return { requestContext: context, isBase64Encoded: false };
}
