import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { z } from 'zod';
import type { LogStore } from '../aws/logs.ts';
import { ACCOUNT, type AwsService, REGION } from '../aws/service.ts';
import { readProperties } from '../aws/template-properties.ts';
import { compileFormat } from '../http-api/access-log.ts';
import type { InvokeDenial } from '../http-api/gateway.ts';
import type { ApiResource } from '../http-api/http-apis.ts';
import { functionResponse } from '../http-api/response.ts';
import type { Outcome } from '../lambda/types.ts';
import { Connections, MESSAGE_BYTES } from './connections.ts';
import { apiProperties, integrationProperties, routeProperties, stageProperties } from './definitions.ts';
import {
  type ConnectionFacts,
  connectEvent,
  connectionFacts,
  disconnectEvent,
  messageEvent,
  type SocketEvent,
} from './event.ts';
import { managementService } from './management.ts';

/** The template's WebSocket API on a listener of its own. Define all, listen, close once. */
export interface WebSocketApis {
  defineApi(resource: ApiResource, properties: unknown): void;
  defineIntegration(resource: ApiResource, properties: unknown): void;
  defineRoute(resource: ApiResource, properties: unknown): void;
  defineStage(resource: ApiResource, properties: unknown): void;
  has(apiId: string): boolean;
  /** `@connections`: what functions send with. */
  service: AwsService;
  /**
   * Listens on 127.0.0.1, and answers the address; without a WebSocket API in the template there is none.
   * @param port 0 for a free one
   */
  listen(port: number): Promise<string | undefined>;
  /** Ends all connections, and lets their `$disconnect` run. */
  close(): Promise<void>;
}

export interface WebSocketOptions {
  invoke: (functionArn: string, event: string, signal: AbortSignal) => Promise<Outcome>;
  mayInvoke: (functionArn: string, principal: string, sourceArn: string) => boolean;
  onDenied: (denial: InvokeDenial) => void;
  logs: LogStore;
  /** Milliseconds; API Gateway's own where absent. */
  limits?: { idle: number; lifetime: number };
}

const PRINCIPAL = 'apigateway.amazonaws.com';
/** "Quotas for configuring and running a WebSocket API": ten minutes without a message, two hours in all. */
const LIMITS = { idle: 600_000, lifetime: 7_200_000 };
const GOING_AWAY = 1001;

type Integration = z.output<typeof integrationProperties>;

interface Logged {
  facts: ConnectionFacts;
  event: SocketEvent['requestContext'];
  status: number;
}

const LOG_VARIABLES = new Map<string, (it: Logged) => string | number>([
  ['apiId', (it) => it.facts.apiId],
  ['connectedAt', (it) => it.facts.connectedAt],
  ['connectionId', (it) => it.facts.connectionId],
  ['eventType', (it) => it.event.eventType],
  ['identity.sourceIp', (it) => it.facts.sourceIp],
  ['identity.userAgent', (it) => it.facts.userAgent],
  ['requestId', (it) => it.event.requestId],
  ['requestTime', () => new Date().toUTCString()],
  ['routeKey', (it) => it.event.routeKey],
  ['stage', (it) => it.facts.stage],
  ['status', (it) => it.status],
]);

interface Parts {
  id: string;
  logicalId: string;
  selector: string;
  integrations: Map<string, Integration>;
  /** Route key → integration id. */
  routes: Map<string, string>;
  stage: z.output<typeof stageProperties> | undefined;
}

export function createWebSocketApis(options: WebSocketOptions): WebSocketApis {
  let api: Parts | undefined;
  const connections = new Connections(options.limits ?? LIMITS);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES });
  const running = new Set<Promise<unknown>>();
  const server = createServer((_, response) => response.writeHead(403).end());
  server.on('upgrade', (request, socket, head) => track(upgrade(request, socket, head)));

  const partsOf = (logicalId: string, apiId: string): Parts => {
    if (api?.id !== apiId) throw new Error(`${logicalId}: there is no WebSocket API ${apiId}`);
    return api;
  };

  /** The status that the route's function answered; 500 where it failed, undefined where the API has no such route. */
  async function run(facts: ConnectionFacts, event: SocketEvent): Promise<number | undefined> {
    const { routeKey } = event.requestContext;
    const integration = api?.integrations.get(api.routes.get(routeKey) ?? '');
    if (!api || !integration) return undefined;
    const status = await statusOf(integration, routeKey, event);
    log({ facts, event: event.requestContext, status });
    return status;
  }

  async function statusOf(integration: Integration, routeKey: string, event: SocketEvent): Promise<number> {
    const functionArn = integration.IntegrationUri;
    const sourceArn = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api?.id}/${api?.stage?.StageName}/${routeKey}`;
    if (!options.mayInvoke(functionArn, PRINCIPAL, sourceArn)) {
      options.onDenied({ functionArn, principal: PRINCIPAL, sourceArn });
      return 500;
    }
    try {
      const late = AbortSignal.timeout(integration.TimeoutInMillis);
      const outcome = await options.invoke(functionArn, JSON.stringify(event), late);
      if (outcome.functionError !== undefined) return 502;
      return functionResponse(outcome.payload)?.status ?? 502;
    } catch {
      return 500;
    }
  }

  function log(logged: Logged): void {
    const settings = api?.stage?.AccessLogSettings;
    if (!api || !settings) return;
    const stream = `${api.id}-${new Date().toISOString().slice(0, 10)}`;
    options.logs.ensureStream(settings.DestinationArn, stream);
    const message = compileFormat(settings.Format, LOG_VARIABLES)(logged);
    options.logs.append(settings.DestinationArn, stream, [{ timestamp: Date.now(), message }]);
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A client that leaves during the handshake is nobody's error.
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'ws://localhost');
    const stage = api?.stage?.StageName;
    if (!api || !stage || !['/', `/${stage}`, `/${stage}/`].includes(url.pathname)) return refuse(socket, 403);
    const facts = connectionFacts(request, api.id, stage);
    const status = (await run(facts, connectEvent(facts, request, url.searchParams))) ?? 200;
    if (status >= 300) return refuse(socket, status);
    if (socket.destroyed) return ended(facts, 1006, 'Connection Closed Abnormally');
    sockets.handleUpgrade(request, socket, head, (client) => {
      connections.add(facts, client);
      client.on('message', (data) => track(message(facts, data.toString())));
      client.on('error', () => client.terminate());
      client.on('close', (code, reason) => ended(facts, code, reason.toString()));
    });
  }

  /** What the listener's end has to wait for. */
  function track(work: Promise<unknown>): void {
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  function ended(facts: ConnectionFacts, code: number, reason: string): void {
    connections.remove(facts.connectionId);
    track(run(facts, disconnectEvent(facts, code, reason)));
  }

  async function message(facts: ConnectionFacts, body: string): Promise<void> {
    connections.touch(facts.connectionId);
    const routeKey = selected(body);
    const event = messageEvent(facts, routeKey, body);
    const status = await run(facts, event);
    if (status !== undefined && status < 500) return;
    // Without a route's response nothing goes back but what could not be handled.
    const { requestId } = event.requestContext;
    const problem = status === undefined ? 'Forbidden' : 'Internal server error';
    connections.send(
      facts.connectionId,
      JSON.stringify({ message: problem, connectionId: facts.connectionId, requestId }),
    );
  }

  function selected(body: string): string {
    const name = api?.selector ?? '';
    try {
      const value = JSON.parse(body)?.[name];
      if (typeof value === 'string' && api?.routes.has(value)) return value;
    } catch {
      // What is not JSON goes to $default.
    }
    return '$default';
  }

  return {
    defineApi: ({ logicalId, id }, properties) => {
      const { RouteSelectionExpression } = readProperties(apiProperties, logicalId, properties);
      if (api) throw new Error(`${logicalId}: a second WebSocket API is not supported by the local run`);
      const selector = RouteSelectionExpression.replace('$request.body.', '');
      api = { id, logicalId, selector, integrations: new Map(), routes: new Map(), stage: undefined };
    },
    defineIntegration: ({ logicalId, id }, properties) => {
      const integration = readProperties(integrationProperties, logicalId, properties);
      partsOf(logicalId, integration.ApiId).integrations.set(id, integration);
    },
    defineRoute: ({ logicalId }, properties) => {
      const { ApiId, RouteKey, Target } = readProperties(routeProperties, logicalId, properties);
      partsOf(logicalId, ApiId).routes.set(RouteKey, Target);
    },
    defineStage: ({ logicalId }, properties) => {
      const stage = readProperties(stageProperties, logicalId, properties);
      partsOf(logicalId, stage.ApiId).stage = stage;
    },
    has: (apiId) => api?.id === apiId,
    service: managementService(connections, () => ({ apiId: api?.id ?? '', stage: api?.stage?.StageName ?? '' })),
    listen: async (port) => {
      if (!api) return undefined;
      if (!api.stage) throw new Error(`${api.logicalId}: the API has no stage`);
      const { AccessLogSettings } = api.stage;
      if (AccessLogSettings) compileFormat(AccessLogSettings.Format, LOG_VARIABLES);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
      await promise;
      const address = server.address();
      return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
    },
    close: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      await connections.closeAll(GOING_AWAY, 'Going away');
      server.closeAllConnections();
      await stopped;
      await Promise.allSettled(running);
    },
  };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}
