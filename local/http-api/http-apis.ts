import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readProperties } from '../aws/template-properties.ts';
import { type ApiParts, buildApi } from './api.ts';
import { apiProperties, integrationProperties, routeProperties, stageProperties } from './definitions.ts';
import type { HttpRequest } from './event.ts';
import { Gateway, type GatewayOptions, LONGEST_BODY, LONGEST_HEADERS } from './gateway.ts';
import { gatewayResponse, type HttpResponse } from './response.ts';

/** A resource of the template; `id` is what `Ref` answers. */
export interface ApiResource {
  logicalId: string;
  id: string;
}

/** The template's HTTP APIs behind one listener. Define all, listen, close once. Each throws where it can't run here. */
export interface HttpApis {
  defineApi(resource: ApiResource, properties: unknown): void;
  defineIntegration(resource: ApiResource, properties: unknown): void;
  defineRoute(resource: ApiResource, properties: unknown): void;
  defineStage(resource: ApiResource, properties: unknown): void;
  /**
   * Listens on 127.0.0.1; answers the address, `http://127.0.0.1:3000`.
   * @param port 0 for a free one
   * @param fallback the id of the API that takes paths no API has a route for; without it they are 404
   * @throws Error (`EADDRINUSE` among others) where it can't listen
   */
  listen(port: number, fallback?: string): Promise<string>;
  /** Takes no more connections and lets running requests finish for so long (default 5000 ms). */
  close(graceMilliseconds?: number): Promise<void>;
}

export function createHttpApis(options: GatewayOptions): HttpApis {
  const parts = new Map<string, ApiParts>();
  let gateway = new Gateway(options, [], undefined);
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 4 * LONGEST_HEADERS }, (request, response) => {
    serve(gateway, request)
      .catch(() => gatewayResponse(500, 'Internal Server Error'))
      .then((answer) => answer && send(response, answer, server.listening));
  });
  const partsOf = (logicalId: string, apiId: string): ApiParts => {
    const found = parts.get(apiId);
    if (found === undefined) throw new Error(`${logicalId}: there is no HTTP API ${apiId}`);
    return found;
  };
  return {
    defineApi: ({ logicalId, id }, properties) => {
      const api = readProperties(apiProperties, logicalId, properties);
      parts.set(id, { id, logicalId, api, integrations: new Map(), routes: [], stage: undefined });
    },
    defineIntegration: ({ logicalId, id }, properties) => {
      const integration = readProperties(integrationProperties, logicalId, properties);
      partsOf(logicalId, integration.ApiId).integrations.set(id, integration);
    },
    defineRoute: ({ logicalId }, properties) => {
      const route = readProperties(routeProperties, logicalId, properties);
      partsOf(logicalId, route.ApiId).routes.push(route);
    },
    defineStage: ({ logicalId }, properties) => {
      const stage = readProperties(stageProperties, logicalId, properties);
      partsOf(logicalId, stage.ApiId).stage = stage;
    },
    listen: async (port, fallback) => {
      const apis = Array.from(parts.values(), buildApi);
      const last = apis.find((api) => api.id === fallback);
      if (fallback !== undefined && last === undefined) throw new Error(`There is no HTTP API ${fallback}`);
      gateway = new Gateway(options, apis, last);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
      await promise;
      return `http://127.0.0.1:${portOf(server.address())}`;
    },
    close: async (graceMilliseconds = 5000) => {
      if (!server.listening) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
      await promise;
      clearTimeout(timer);
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Undefined where the client left before the end of its request. */
async function serve(gateway: Gateway, message: IncomingMessage): Promise<HttpResponse | undefined> {
  const receivedAt = new Date();
  const target = message.url ?? '/';
  const method = message.method ?? 'GET';
  const [rawPath = '/', ...query] = target.split('?');
  const path = decodePath(rawPath);
  if (path === undefined) return gatewayResponse(400, 'Bad Request');
  const body = await readBody(message);
  if (body === undefined) return undefined;
  const request: HttpRequest = {
    method,
    path,
    rawQuery: query.join('?'),
    rawHeaders: message.rawHeaders,
    sourceIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    body,
    protocol: `HTTP/${message.httpVersion}`,
    receivedAt,
  };
  const requestLineBytes = Buffer.byteLength(`${method} ${target} ${request.protocol}`);
  return await gateway.answer(request, requestLineBytes, message.socket.localPort ?? 0);
}

/** HTTP APIs decode the path before they route, and lose what follows a decoded `?`. */
function decodePath(rawPath: string): string | undefined {
  try {
    const [path = '/'] = decodeURIComponent(rawPath).split('?');
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}

/** At most one byte more than the limit; undefined where the client left before the end. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_BODY) break;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_BODY + 1);
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse, isListening: boolean): void {
  if (response.destroyed) return;
  const isBodiless = status === 204 || status === 304 || status < 200;
  // Without its end the rest of a body would be taken for the next request.
  response.shouldKeepAlive &&= response.req.complete && isListening;
  response.writeHead(status, {
    ...headers,
    ...(!isBodiless && { 'content-length': String(body.length) }),
  });
  response.end(isBodiless ? undefined : body);
}
