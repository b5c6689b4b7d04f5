import { ACCOUNT } from '../aws/service.ts';

/** A request as it came over the socket. */
export interface HttpRequest {
  method: string;
  /** Decoded, without the query. */
  path: string;
  /** As sent, without `?`. */
  rawQuery: string;
  /** Name, value, name, value, … as sent. */
  rawHeaders: readonly string[];
  sourceIp: string;
  body: Buffer;
  protocol: string;
  receivedAt: Date;
}

export interface EventContext {
  apiId: string;
  requestId: string;
  routeKey: string;
  stage: string;
  pathParameters: Record<string, string>;
  port: number;
  traceId: string;
}

const TEXT_TYPES = new Set(['application/json', 'application/xml', 'application/javascript']);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event that a Lambda integration of payload format 2.0 gets.
 * Source: API Gateway guide, "Create AWS Lambda proxy integrations for HTTP APIs". What it leaves open is as seen there:
 * the path is decoded, cookies leave the headers, form posts and bodies without a type come as base64.
 */
export function gatewayEvent(request: HttpRequest, context: EventContext): object {
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const query = readQuery(request.rawQuery);
  const host = (headers['host'] ?? '').replace(/:\d+$/, '');
  const isBase64Encoded = request.body.length > 0 && !isText(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'x-amzn-trace-id': context.traceId,
      'x-forwarded-for': [headers['x-forwarded-for'], request.sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(context.port),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: context.pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: context.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: requestTime(request.receivedAt),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(request.body.length > 0 && { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** Names in lower case, repeated ones joined by commas; cookies apart, one by one. */
export function readHeaders(rawHeaders: readonly string[]): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers[name];
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return { headers, cookies };
}

function readQuery(rawQuery: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = query[name];
    query[name] = before === undefined ? value : `${before},${value}`;
  }
  return query;
}

function isText(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT_TYPES.has(type);
}

/** `12/Mar/2020:19:03:58 +0000` */
export function requestTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${date}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}
