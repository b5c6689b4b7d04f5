import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeDenial } from '../../../local/http-api/gateway.ts';
import { createHttpApis, type HttpApis } from '../../../local/http-api/http-apis.ts';
import { type Harness, startHarness } from '../lambda/harness.ts';

let harness: Harness;
let apis: HttpApis;
let url: string;
let denials: InvokeDenial[];
afterEach(async () => {
  await apis.close(100);
  await harness.close();
});

/** A function's code, run by Lambda; or a handler that is run right here. */
type Code = string | ((event: { routeKey: string; body?: string }) => unknown);

const ECHO: Code = (event) => event;
const group = { DestinationArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:access:*' };

interface Api {
  id: string;
  routes: Record<string, Code>;
  api?: object;
  stage?: object;
  timeout?: number;
  functionProperties?: object;
}

/** Listens with these APIs: route key → function code. The last one is the fallback. */
async function start(definitions: Api[], mayInvoke: (source: string) => boolean = () => true): Promise<void> {
  harness = startHarness();
  const handlers = new Map<string, Exclude<Code, string>>();
  denials = [];
  apis = createHttpApis({
    invoke: async (functionArn, event, signal) => {
      const handler = handlers.get(functionArn);
      if (handler === undefined) return await harness.lambda.invoke(functionArn, event, signal);
      const outcome = { requestId: 'id', logTail: '' };
      return { ...outcome, payload: JSON.stringify((await handler(JSON.parse(event))) ?? null) };
    },
    mayInvoke: (_function, principal, source) => principal === 'apigateway.amazonaws.com' && mayInvoke(source),
    onDenied: (denial) => denials.push(denial),
    logs: harness.logs.store,
  });
  for (const { id, routes, api, stage, timeout, functionProperties } of definitions) {
    const names = new Map<Code, string>();
    apis.defineApi({ logicalId: id, id }, { Name: id, ProtocolType: 'HTTP', ...api });
    for (const [key, code] of Object.entries(routes)) {
      const name =
        names.get(code) ??
        (typeof code === 'string' ? harness.define(code, functionProperties) : `handler${names.size}of${id}`);
      names.set(code, name);
      if (typeof code !== 'string') handlers.set(`arn:aws:lambda:eu-west-1:000000000000:function:${name}`, code);
      const integration = {
        ApiId: id,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
        PayloadFormatVersion: '2.0',
        ...(timeout !== undefined && { TimeoutInMillis: timeout }),
      };
      apis.defineIntegration({ logicalId: name, id: name }, integration);
      apis.defineRoute({ logicalId: key, id: key }, { ApiId: id, RouteKey: key, Target: `integrations/${name}` });
    }
    apis.defineStage({ logicalId: id, id }, { ApiId: id, StageName: '$default', AutoDeploy: true, ...stage });
  }
  url = await apis.listen(0, definitions.at(-1)?.id);
}

async function json(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, init);
  return { status: response.status, body: await response.json() };
}

/** Sends bytes as they are; answers all that came back. */
function raw(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('close', () => resolve(answer));
  socket.on('error', reject);
  return promise;
}

describe('the event', () => {
  it('has the shape of payload format 2.0', async () => {
    await start([{ id: 'alerts', routes: { 'POST /webhook/u/{token}': ECHO } }]);
    const { body } = await json('/webhook/u/a%20b?x=1&y=2&x=3&z=%2B', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-For': '6.6.6.6',
        'User-Agent': 'test',
        Cookie: 'a=1; b=2',
      },
      body: '{"ñ":1}',
    });
    const { port } = new URL(url);
    expect(body).toEqual({
      version: '2.0',
      routeKey: 'POST /webhook/u/{token}',
      rawPath: '/webhook/u/a b',
      rawQueryString: 'x=1&y=2&x=3&z=%2B',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '8',
        host: `127.0.0.1:${port}`,
        'user-agent': 'test',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '6.6.6.6, 127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
      }),
      queryStringParameters: { x: '1,3', y: '2', z: '+' },
      pathParameters: { token: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'alerts',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/webhook/u/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^.{15}=$/),
        routeKey: 'POST /webhook/u/{token}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ñ":1}',
      isBase64Encoded: false,
    });
    expect(body).not.toHaveProperty('headers.cookie');
  });

  it('leaves out what the request has not', async () => {
    await start([{ id: 'api', routes: { 'GET /': ECHO } }]);
    const { body } = await json('/');
    for (const name of ['body', 'cookies', 'pathParameters', 'queryStringParameters', 'stageVariables']) {
      expect(body).not.toHaveProperty(name);
    }
    expect(body).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
  });

  it.each([
    ['text/plain; charset=utf-8', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/vnd.api+json', true],
    [undefined, true],
  ])('a body of type %s: base64 %s', async (type, isBase64Encoded) => {
    await start([{ id: 'api', routes: { $default: ECHO } }]);
    const body = Buffer.from([0x68, 0x69]);
    const headers = type === undefined ? new Headers() : { 'content-type': type };
    const answer = await json('/', { method: 'POST', body, headers });
    expect(answer.body).toMatchObject({ body: isBase64Encoded ? 'aGk=' : 'hi', isBase64Encoded });
  });

  it('joins repeated headers by commas', async () => {
    await start([{ id: 'api', routes: { $default: ECHO } }]);
    const answer = await raw('GET / HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nx-one: 2\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('"x-one":"1,2"');
    expect(answer).toContain('"domainName":"a.example","domainPrefix":"a"');
  });
});

describe('the response', () => {
  const get = async (value: unknown) => {
    await start([{ id: 'api', routes: { $default: () => value } }]);
    return await fetch(`${url}/`);
  };

  it('of a structured answer', async () => {
    const response = await get({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Count': 3, Connection: 'upgrade' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '<p>ñ</p>',
    });
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html',
      'x-count': '3',
      'content-length': '9',
      'apigw-requestid': expect.any(String),
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(await response.text()).toBe('<p>ñ</p>');
  });

  it('of base64', async () => {
    const response = await get({ statusCode: 200, body: '/9j/', isBase64Encoded: true });
    expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('ffd8ff');
  });

  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['Hello', 'Hello'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('of the plain value %o', async (value, body) => {
    const response = await get(value);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe(body);
  });

  it.each([
    [{ statusCode: 'what' }],
    [{ statusCode: 200, body: { not: 'text' } }],
    [{ statusCode: 200, headers: { 'bad name': 'x' } }],
    [{ statusCode: 200, headers: { a: 'line\nend' } }],
    [{ statusCode: 200, headers: { a: ['x'] } }],
  ])('of the malformed %o', async (value) => {
    const response = await get(value);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('without a body where there is none', async () => {
    const response = await get({ statusCode: 204, headers: { location: '/x' } });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([204, null, '']);
  });

  it('of a function that throws', async () => {
    await start([
      { id: 'api', routes: { $default: `export const handler = async () => { throw new Error('secret'); };` } },
    ]);
    expect(await json('/')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
  });
});

describe('routes', () => {
  const say =
    (text: string): Code =>
    (event) =>
      `${text} ${event.routeKey}`;
  const at = async (path: string, method = 'GET') => await (await fetch(url + path, { method })).text();

  it('of several APIs: the first that knows the path takes it, with its own $default, else the fallback', async () => {
    await start([
      { id: 'alerts', routes: { 'POST /webhook/u/{token}': say('alerts'), $default: say('alerts') } },
      {
        id: 'platform',
        routes: { 'GET /health': say('platform'), 'ANY /api/{proxy+}': say('platform'), $default: say('platform') },
      },
    ]);
    expect(await at('/webhook/u/x', 'POST')).toBe('alerts POST /webhook/u/{token}');
    expect(await at('/webhook/u/x')).toBe('alerts $default');
    expect(await at('/health')).toBe('platform GET /health');
    expect(await at('/api/a/b', 'DELETE')).toBe('platform ANY /api/{proxy+}');
    expect(await at('/webhook')).toBe('platform $default');
    expect(await at('/')).toBe('platform $default');
  });

  it('without a match and $default: 404; a broken path: 400', async () => {
    await start([{ id: 'api', routes: { 'GET /a': say('a') } }]);
    expect(await json('/b')).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect(await json('/a', { method: 'POST' })).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect(await json('/%zz')).toEqual({ status: 400, body: { message: 'Bad Request' } });
  });

  it('decode the path first, so that an encoded slash parts segments', async () => {
    await start([{ id: 'api', routes: { 'GET /status/{pid}': say('one') } }]);
    expect(await at('/status/a%3Ab')).toBe('one GET /status/{pid}');
    expect(await at('/status/a%2Fb')).toBe('{"message":"Not Found"}');
  });

  it('HEAD and OPTIONS are verbs like others', async () => {
    await start([{ id: 'api', routes: { 'GET /a': say('get'), 'ANY /b': say('any') } }]);
    expect((await fetch(`${url}/a`, { method: 'HEAD' })).status).toBe(404);
    const head = await fetch(`${url}/b`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    expect(await at('/b', 'OPTIONS')).toBe('any ANY /b');
  });
});

describe('limits', () => {
  it('a body of more than 10 MB, and one that makes a payload of more than 6 MB', async () => {
    await start([{ id: 'api', routes: { $default: 'export const handler = async (event) => event.body?.length;' } }]);
    const post = (bytes: number) =>
      json('/', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(bytes) });
    expect(await post(5_000_000)).toEqual({ status: 200, body: 5_000_000 });
    expect(await post(7_000_000)).toEqual({ status: 413, body: { message: 'Request Too Long' } });
    expect(await post(10 * 1024 * 1024 + 1)).toEqual({ status: 413, body: { message: 'Request Too Long' } });
  });

  it('request line and headers of more than 10,240 bytes', async () => {
    await start([{ id: 'api', routes: { $default: ECHO } }]);
    expect((await json('/', { headers: { a: 'x'.repeat(9000) } })).status).toBe(200);
    expect(await json('/', { headers: { a: 'x'.repeat(10_240) } })).toEqual({
      status: 431,
      body: { message: 'Request Header Fields Too Large' },
    });
  });

  it('an integration that takes too long, and one that waits for an instance', async () => {
    const code = `
      let calls = 0;
      export const handler = async () => { calls += 1; await new Promise((resolve) => setTimeout(resolve, 300)); return calls; };`;
    const functionProperties = { ReservedConcurrentExecutions: 1 };
    await start([{ id: 'api', routes: { $default: code }, timeout: 150, functionProperties }]);
    const unavailable = { status: 503, body: { message: 'Service Unavailable' } };
    expect(await Promise.all([json('/'), json('/')])).toEqual([unavailable, unavailable]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [name = ''] = ['fn1'];
    // The second was dropped while it waited.
    expect(await harness.invoke(name)).toEqual({ value: 2, failed: false });
  });

  it('throttling by route', async () => {
    const stage = {
      DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 },
      RouteSettings: { 'GET /free': { ThrottlingBurstLimit: 50, ThrottlingRateLimit: 50 } },
    };
    await start([{ id: 'api', routes: { $default: ECHO, 'GET /free': ECHO }, stage }]);
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await json('/')).status, (await json('/free')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 200]);
    expect((await json('/')).body).toEqual({ message: 'Too Many Requests' });
  });
});

describe('permissions', () => {
  it('asks for each route’s source ARN; without a permission 500 and a denial, told once', async () => {
    const asked: string[] = [];
    await start([{ id: 'api', routes: { 'GET /a/{id}': ECHO, 'ANY /b': ECHO, $default: ECHO } }], (source) => {
      asked.push(source);
      return !source.endsWith('/b');
    });
    await json('/a/1');
    await json('/other');
    expect(await json('/b')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    await json('/b');
    const arn = 'arn:aws:execute-api:eu-west-1:000000000000:api/$default';
    expect(asked).toEqual([`${arn}/GET/a/{id}`, `${arn}/$default`, `${arn}/*/b`, `${arn}/*/b`]);
    expect(denials).toEqual([
      { functionArn: expect.any(String), principal: 'apigateway.amazonaws.com', sourceArn: `${arn}/*/b` },
    ]);
  });
});

describe('CORS', () => {
  const api = {
    CorsConfiguration: {
      AllowOrigins: ['https://app.example'],
      AllowMethods: ['GET', 'PATCH'],
      AllowHeaders: ['authorization'],
      ExposeHeaders: ['x-request-id'],
      MaxAge: 600,
    },
  };
  const code = () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: 'x' });
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
  };

  it('the gateway answers preflights and puts its own headers in the place of the function’s', async () => {
    await start([{ id: 'api', routes: { 'GET /a': code }, api }]);
    const response = await fetch(`${url}/a`, preflight);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,PATCH',
      'access-control-allow-headers': 'authorization',
      'access-control-expose-headers': 'x-request-id',
      'access-control-max-age': '600',
    });
    const allowed = await fetch(`${url}/a`, { headers: { origin: 'https://app.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const other = await fetch(`${url}/a`, { headers: { origin: 'https://evil.example' } });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  it('without a configuration all is the function’s', async () => {
    await start([{ id: 'api', routes: { 'ANY /a': code } }]);
    const response = await fetch(`${url}/a`, preflight);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  });
});

describe('the access log', () => {
  it('has a line of the stage’s format for each request', async () => {
    const names = [
      'routeKey',
      'status',
      'httpMethod',
      'identity.sourceIp',
      'responseLength',
      'integrationErrorMessage',
      'error.message',
    ];
    const Format = JSON.stringify(Object.fromEntries(names.map((name) => [name, `$context.${name}`])));
    const stage = { AccessLogSettings: { ...group, Format } };
    await start([{ id: 'api', routes: { 'GET /a/{secret}': ECHO }, stage }]);
    await json('/a/s3cret');
    await json('/nothing');
    const lines = Array.from(harness.logs.store.events({ group: 'access' }), (event) => event.message);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        routeKey: 'GET /a/{secret}',
        status: '200',
        httpMethod: 'GET',
        'identity.sourceIp': '127.0.0.1',
        responseLength: expect.stringMatching(/^\d+$/),
        integrationErrorMessage: '-',
        'error.message': '-',
      },
      expect.objectContaining({ routeKey: '-', status: '404', 'error.message': 'Not Found' }),
    ]);
    expect(lines.join()).not.toContain('s3cret');
  });
});

describe('the listener', () => {
  it('keeps connections, and lets running requests finish when it closes', async () => {
    const code =
      'export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 200)); return 1; };';
    await start([{ id: 'api', routes: { $default: code } }]);
    const response = fetch(`${url}/`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedAt = performance.now();
    await apis.close(10_000);
    expect((await response).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await expect(fetch(`${url}/`)).rejects.toThrow();
  });

  it('tells why it can not listen', async () => {
    await start([{ id: 'api', routes: { $default: ECHO } }]);
    const { logs } = harness;
    const other = createHttpApis({
      invoke: () => Promise.reject(),
      mayInvoke: () => true,
      onDenied: () => undefined,
      logs: logs.store,
    });
    await expect(other.listen(Number(new URL(url).port))).rejects.toThrow('EADDRINUSE');
  });

  it.each([
    ['defineApi', { Name: 'x', ProtocolType: 'WEBSOCKET' }, 'ProtocolType'],
    ['defineApi', { Name: 'x', ProtocolType: 'HTTP', Body: {} }, 'Body is not supported'],
    [
      'defineRoute',
      { ApiId: 'api', RouteKey: 'GET /', Target: 'integrations/x', AuthorizationType: 'JWT' },
      'AuthorizationType',
    ],
    ['defineRoute', { ApiId: 'other', RouteKey: 'GET /', Target: 'integrations/x' }, 'there is no HTTP API other'],
    ['defineIntegration', { ApiId: 'api', IntegrationType: 'HTTP_PROXY' }, 'IntegrationType'],
    ['defineStage', { ApiId: 'api', StageName: 'prod', AutoDeploy: true }, 'StageName'],
  ] as const)('%s refuses %o', async (define, properties, message) => {
    await start([{ id: 'api', routes: {} }]);
    expect(() => apis[define]({ logicalId: 'Thing', id: 'thing' }, properties)).toThrow(message);
  });
});
