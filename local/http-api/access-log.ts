import { ACCOUNT } from '../aws/service.ts';
import { type HttpRequest, readHeaders, requestTime } from './event.ts';
import type { HttpResponse } from './response.ts';

/** One request from its first to its last byte. Times are in milliseconds. */
export interface Exchange {
  request: HttpRequest;
  response: HttpResponse;
  requestId: string;
  apiId: string;
  stage: string;
  /** Undefined where no route took the request. */
  routeKey: string | undefined;
  latency: number;
  /** Set where the function was asked. */
  integration?: { requestId: string | undefined; status: number; latency: number; error: string | undefined };
  /** The gateway's own error. */
  error?: string;
}

type Value = string | number | undefined;

const host = (it: Exchange) => (readHeaders(it.request.rawHeaders).headers['host'] ?? '').replace(/:\d+$/, '');

/**
 * What `$context.…` stands for. Source: API Gateway guide, "Customize HTTP API access logs"; the variables of
 * authorizers, certificates and base path mappings are not here.
 */
const VARIABLES: ReadonlyMap<string, (it: Exchange) => Value> = new Map<string, (it: Exchange) => Value>([
  ['accountId', () => ACCOUNT],
  ['apiId', (it) => it.apiId],
  ['awsEndpointRequestId', (it) => it.integration?.requestId],
  ['domainName', host],
  ['domainPrefix', (it) => host(it).split('.')[0]],
  ['error.message', (it) => it.error],
  ['error.messageString', (it) => it.error && JSON.stringify(it.error)],
  ['extendedRequestId', (it) => it.requestId],
  ['httpMethod', (it) => it.request.method],
  ['identity.sourceIp', (it) => it.request.sourceIp],
  ['identity.userAgent', (it) => readHeaders(it.request.rawHeaders).headers['user-agent']],
  ['integration.error', (it) => it.integration?.error],
  ['integration.integrationStatus', (it) => it.integration?.status],
  ['integration.latency', (it) => it.integration?.latency],
  ['integration.requestId', (it) => it.integration?.requestId],
  ['integration.status', (it) => it.integration?.status],
  ['integrationErrorMessage', (it) => it.integration?.error],
  ['integrationLatency', (it) => it.integration?.latency],
  ['integrationStatus', (it) => it.integration?.status],
  ['path', (it) => it.request.path],
  ['protocol', (it) => it.request.protocol],
  ['requestId', (it) => it.requestId],
  ['requestTime', (it) => requestTime(it.request.receivedAt)],
  ['requestTimeEpoch', (it) => it.request.receivedAt.getTime()],
  ['responseLatency', (it) => it.latency],
  ['responseLength', (it) => it.response.body.length],
  ['routeKey', (it) => it.routeKey],
  ['stage', (it) => it.stage],
  ['status', (it) => it.response.status],
]);

/**
 * The line that an access log's format makes of a request; what a request has not is `-`.
 * @throws Error that names a variable which is not supported here
 */
export function compileAccessLog(format: string): (exchange: Exchange) => string {
  return compileFormat(format, VARIABLES);
}

/** The same with the variables of another kind of API. */
export function compileFormat<Logged>(
  format: string,
  variables: ReadonlyMap<string, (it: Logged) => Value>,
): (logged: Logged) => string {
  const parts = format.split(/\$context\.([a-zA-Z]+(?:\.[a-zA-Z]+)*)/);
  const writers = parts.map((part, index) => {
    if (index % 2 === 0) return () => part;
    const variable = variables.get(part);
    if (variable === undefined)
      throw new Error(`access log format: $context.${part} is not supported by the local run`);
    // Inside a JSON format a quote of the client's would end the value.
    return (it: Logged) =>
      String(variable(it) ?? '-').replaceAll(
        /["\\\n\r]/g,
        (sign) => `\\${sign === '\n' ? 'n' : sign === '\r' ? 'r' : sign}`,
      );
  });
  return (logged) => writers.map((write) => write(logged)).join('');
}
