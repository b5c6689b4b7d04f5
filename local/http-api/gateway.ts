import { randomBytes } from 'node:crypto';
import type { LogStore } from '../aws/logs.ts';
import { AwsError } from '../aws/service.ts';
import type { Outcome } from '../lambda/types.ts';
import type { Exchange } from './access-log.ts';
import { type FunctionRoute, type HttpApi, selectApi } from './api.ts';
import { isPreflight, PREFLIGHT_ANSWER, withCors } from './cors.ts';
import { gatewayEvent, type HttpRequest, readHeaders } from './event.ts';
import { functionResponse, gatewayResponse, type HttpResponse } from './response.ts';
import { type RouteMatch, selectRoute } from './routes.ts';

/** HTTP APIs' limits, in bytes. Source: API Gateway guide, "Quotas for configuring and running an HTTP API". */
export const LONGEST_BODY = 10 * 1024 * 1024;
export const LONGEST_HEADERS = 10_240;

/** Which permission of a function is missing for the API to invoke it. */
export interface InvokeDenial {
  functionArn: string;
  /** `apigateway.amazonaws.com` */
  principal: string;
  sourceArn: string;
}

export interface GatewayOptions {
  /** @param signal drops the invocation where it still waits for an instance when its time is over */
  invoke: (functionArn: string, event: string, signal: AbortSignal) => Promise<Outcome>;
  /** Whether a resource-based permission of the function lets the principal invoke it for this source. */
  mayInvoke: (functionArn: string, principal: string, sourceArn: string) => boolean;
  onDenied: (denial: InvokeDenial) => void;
  logs: LogStore;
}

const PRINCIPAL = 'apigateway.amazonaws.com';
const INTERNAL_ERROR = gatewayResponse(500, 'Internal Server Error');
const UNAVAILABLE = gatewayResponse(503, 'Service Unavailable');

type Integration = NonNullable<Exchange['integration']>;
interface Answer {
  response: HttpResponse;
  routeKey?: string;
  integration?: Integration;
  /** The gateway's own error. */
  error?: string;
}

/** Answers requests as API Gateway would: limits, routes, throttling, the function, its response, the access log. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #apis: readonly HttpApi[];
  readonly #fallback: HttpApi | undefined;
  readonly #deniedBefore = new Set<string>();

  constructor(options: GatewayOptions, apis: readonly HttpApi[], fallback: HttpApi | undefined) {
    this.#options = options;
    this.#apis = apis;
    this.#fallback = fallback;
  }

  /**
   * @param request its body ends one byte after LONGEST_BODY where the client's is longer
   * @param requestLineBytes of the request's first line
   */
  async answer(request: HttpRequest, requestLineBytes: number, port: number): Promise<HttpResponse> {
    const startedAt = performance.now();
    const requestId = randomBytes(11).toString('base64');
    const api = selectApi(this.#apis, this.#fallback, request.path);
    if (api === undefined) return identified(gatewayResponse(404, 'Not Found'), requestId);
    const { headers } = readHeaders(request.rawHeaders);
    const { cors } = api;
    // A preflight that a route takes, ANY and $default among them, goes to the route: "Configure CORS for HTTP APIs", the
    // part on $default. Only what no route takes is answered here.
    const preflight = cors !== undefined && isPreflight(request.method, headers);
    const isOwn = preflight && selectRoute(api.routes, request.method, request.path) === undefined;
    const answer: Answer = isOwn
      ? { response: PREFLIGHT_ANSWER }
      : await this.#route(api, request, requestLineBytes, port, requestId);
    const response = identified(
      cors ? withCors(answer.response, cors, headers['origin'], preflight) : answer.response,
      requestId,
    );
    const { integration, routeKey, error } = answer;
    this.#log(api, {
      request,
      response,
      requestId,
      apiId: api.id,
      stage: api.stage,
      routeKey,
      latency: Math.round(performance.now() - startedAt),
      ...(integration && { integration }),
      ...(error !== undefined && { error }),
    });
    return response;
  }

  async #route(
    api: HttpApi,
    request: HttpRequest,
    requestLineBytes: number,
    port: number,
    requestId: string,
  ): Promise<Answer> {
    const values = request.rawHeaders.filter((_, index) => index % 2 === 1);
    const headerBytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), requestLineBytes);
    if (headerBytes > LONGEST_HEADERS) return refuse(431, 'Request Header Fields Too Large');
    const match = selectRoute(api.routes, request.method, request.path);
    if (match === undefined) return refuse(404, 'Not Found');
    const { route } = match;
    const routeKey = route.key;
    if (route.throttle?.take() === false) return refuse(429, 'Too Many Requests', routeKey);
    if (request.body.length > LONGEST_BODY) return refuse(413, 'Request Too Long', routeKey);
    if (!this.#mayInvoke(route)) return refuse(500, 'Internal Server Error', routeKey);
    const event = gatewayEvent(request, {
      apiId: api.id,
      requestId,
      routeKey,
      stage: api.stage,
      pathParameters: match.parameters,
      port,
      traceId: traceId(request.receivedAt),
    });
    return { routeKey, ...(await this.#integrate(match, JSON.stringify(event))) };
  }

  #mayInvoke({ functionArn, sourceArn }: FunctionRoute): boolean {
    const { mayInvoke, onDenied } = this.#options;
    if (mayInvoke(functionArn, PRINCIPAL, sourceArn)) return true;
    const key = `${functionArn} ${sourceArn}`;
    if (!this.#deniedBefore.has(key)) onDenied({ functionArn, principal: PRINCIPAL, sourceArn });
    this.#deniedBefore.add(key);
    return false;
  }

  async #integrate({ route }: RouteMatch<FunctionRoute>, event: string): Promise<Answer> {
    const startedAt = performance.now();
    const ended = (response: HttpResponse, status: number, error?: string, requestId?: string): Answer => ({
      response,
      integration: { requestId, status, latency: Math.round(performance.now() - startedAt), error },
    });
    const timeout = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => timeout.resolve(undefined), route.timeoutMilliseconds);
    const late = new AbortController();
    try {
      const invoked = this.#options.invoke(route.functionArn, event, late.signal);
      const outcome = await Promise.race([invoked, timeout.promise]);
      if (outcome === undefined) {
        late.abort();
        invoked.catch(() => undefined);
        return ended(UNAVAILABLE, 503, 'Endpoint request timed out');
      }
      if (outcome.functionError !== undefined) return ended(INTERNAL_ERROR, 200, outcome.payload, outcome.requestId);
      const response = functionResponse(outcome.payload);
      if (response !== undefined) return ended(response, 200, undefined, outcome.requestId);
      return ended(INTERNAL_ERROR, 200, 'The function response is malformed', outcome.requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) return ended(INTERNAL_ERROR, 500, String(error));
      if (error.status === 413) return ended(gatewayResponse(413, 'Request Too Long'), 413, error.message);
      const isBusy = error.status === 429 || error.status >= 500;
      return ended(isBusy ? UNAVAILABLE : INTERNAL_ERROR, error.status, error.message);
    } finally {
      clearTimeout(timer);
    }
  }

  #log(api: HttpApi, exchange: Exchange): void {
    if (api.accessLog === undefined) return;
    const { group, line } = api.accessLog;
    const stream = `${api.id}-${exchange.request.receivedAt.toISOString().slice(0, 10)}`;
    const { logs } = this.#options;
    logs.ensureStream(group, stream);
    logs.append(group, stream, [{ timestamp: exchange.request.receivedAt.getTime(), message: line(exchange) }]);
  }
}

function refuse(status: number, message: string, routeKey?: string): Answer {
  return { response: gatewayResponse(status, message), error: message, ...(routeKey !== undefined && { routeKey }) };
}

function identified(response: HttpResponse, requestId: string): HttpResponse {
  return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
}

function traceId(time: Date): string {
  const seconds = Math.floor(time.getTime() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
