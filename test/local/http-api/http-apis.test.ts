import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpApis } from '../../../local/http-api/http-apis.ts';
import { type Code, ECHO, TestServer } from './harness.ts';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
});
afterEach(() => server.close());

describe('routes', () => {
  const say =
    (text: string): Code =>
    (event) =>
      `${text} ${event.routeKey}`;
  const at = (path: string, method?: string) => server.text(path, method);

  it('of several APIs: the first that knows the path takes it, with its own $default, else the fallback', async () => {
    await server.listen(
      { id: 'alerts', routes: { 'POST /webhook/u/{token}': say('alerts'), $default: say('alerts') } },
      {
        id: 'platform',
        routes: { 'GET /health': say('platform'), 'ANY /api/{proxy+}': say('platform'), $default: say('platform') },
      },
    );
    expect(await at('/webhook/u/x', 'POST')).toBe('alerts POST /webhook/u/{token}');
    expect(await at('/webhook/u/x')).toBe('alerts $default');
    expect(await at('/webhook/u/x/', 'POST')).toBe('alerts $default');
    expect(await at('/health')).toBe('platform GET /health');
    expect(await at('/api/a/b', 'DELETE')).toBe('platform ANY /api/{proxy+}');
    expect(await at('/webhook')).toBe('platform $default');
    expect(await at('/')).toBe('platform $default');
  });

  it('without a match and $default: 404; a broken path: 400', async () => {
    await server.listen({ id: 'api', routes: { 'GET /a': say('a') } });
    expect(await server.json('/b')).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect(await server.json('/a', { method: 'POST' })).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect(await server.json('/%zz')).toEqual({ status: 400, body: { message: 'Bad Request' } });
  });

  it('decode the path first, so that an encoded slash parts segments', async () => {
    await server.listen({ id: 'api', routes: { 'GET /status/{pid}': say('one') } });
    expect(await at('/status/a%3Ab')).toBe('one GET /status/{pid}');
    expect(await at('/status/a%2Fb')).toBe('{"message":"Not Found"}');
  });

  it('HEAD and OPTIONS are verbs like others', async () => {
    await server.listen({ id: 'api', routes: { 'GET /a': say('get'), 'ANY /b': say('any') } });
    expect((await fetch(`${server.url}/a`, { method: 'HEAD' })).status).toBe(404);
    const head = await fetch(`${server.url}/b`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    expect(await at('/b', 'OPTIONS')).toBe('any ANY /b');
  });
});

describe('limits', () => {
  it('a body of more than 10 MB, and one that makes a payload of more than 6 MB', async () => {
    await server.listen({
      id: 'api',
      routes: { $default: 'export const handler = async (event) => event.body?.length;' },
    });
    const post = (bytes: number) =>
      server.json('/', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(bytes) });
    expect(await post(5_000_000)).toEqual({ status: 200, body: 5_000_000 });
    expect(await post(7_000_000)).toEqual({ status: 413, body: { message: 'Request Too Long' } });
    expect(await post(10 * 1024 * 1024 + 1)).toEqual({ status: 413, body: { message: 'Request Too Long' } });
  });

  it('request line and headers of more than 10,240 bytes', async () => {
    await server.listen({ id: 'api', routes: { $default: ECHO } });
    expect((await server.json('/', { headers: { a: 'x'.repeat(9000) } })).status).toBe(200);
    expect(await server.json('/', { headers: { a: 'x'.repeat(10_240) } })).toEqual({
      status: 431,
      body: { message: 'Request Header Fields Too Large' },
    });
  });

  it('an integration that takes too long, and one that waits for an instance', async () => {
    const code = `
      let calls = 0;
      export const handler = async () => { calls += 1; await new Promise((resolve) => setTimeout(resolve, 300)); return calls; };`;
    const functionProperties = { ReservedConcurrentExecutions: 1 };
    await server.listen({ id: 'api', routes: { $default: code }, timeout: 150, functionProperties });
    const unavailable = { status: 503, body: { message: 'Service Unavailable' } };
    expect(await Promise.all([server.json('/'), server.json('/')])).toEqual([unavailable, unavailable]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [name = ''] = ['fn1'];
    // The second was dropped while it waited.
    expect(await server.functions.invoke(name)).toEqual({ value: 2, failed: false });
  });

  it('throttling by route', async () => {
    const stage = {
      DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 },
      RouteSettings: { 'GET /free': { ThrottlingBurstLimit: 50, ThrottlingRateLimit: 50 } },
    };
    await server.listen({ id: 'api', routes: { $default: ECHO, 'GET /free': ECHO }, stage });
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await server.json('/')).status, (await server.json('/free')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 200]);
    expect((await server.json('/')).body).toEqual({ message: 'Too Many Requests' });
  });
});

describe('permissions', () => {
  it('asks for each route’s source ARN; without a permission 500 and a denial, told once', async () => {
    const asked: string[] = [];
    server.mayInvoke = (source) => {
      asked.push(source);
      return !source.endsWith('/b');
    };
    await server.listen({ id: 'api', routes: { 'GET /a/{id}': ECHO, 'ANY /b': ECHO, $default: ECHO } });
    await server.json('/a/1');
    await server.json('/other');
    expect(await server.json('/b')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    await server.json('/b');
    const arn = 'arn:aws:execute-api:eu-west-1:000000000000:api/$default';
    expect(asked).toEqual([`${arn}/GET/a/{id}`, `${arn}/$default`, `${arn}/*/b`, `${arn}/*/b`]);
    expect(server.denials).toEqual([
      { functionArn: expect.any(String), principal: 'apigateway.amazonaws.com', sourceArn: `${arn}/*/b` },
    ]);
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
    const DestinationArn = 'arn:aws:logs:eu-west-1:000000000000:log-group:access:*';
    const stage = { AccessLogSettings: { DestinationArn, Format } };
    await server.listen({ id: 'api', routes: { 'GET /a/{secret}': ECHO }, stage });
    await server.json('/a/s3cret');
    await server.json('/nothing');
    const lines = Array.from(server.functions.logs.store.events({ group: 'access' }), (event) => event.message);
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
    await server.listen({ id: 'api', routes: { $default: code } });
    const response = fetch(`${server.url}/`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedAt = performance.now();
    await server.apis.close(25_000);
    expect((await response).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await expect(fetch(`${server.url}/`)).rejects.toThrow();
  });

  it('a client that leaves does not take its request back', async () => {
    const code = `
      let calls = 0;
      export const handler = async () => { calls += 1; await new Promise((resolve) => setTimeout(resolve, 100)); return calls; };`;
    const functionProperties = { ReservedConcurrentExecutions: 1 };
    await server.listen({ id: 'api', routes: { $default: code }, functionProperties });
    const first = server.text('/');
    const second = fetch(`${server.url}/`, { signal: AbortSignal.timeout(50) });
    await expect(second).rejects.toThrow();
    expect([await first, await server.text('/')]).toEqual(['1', '3']);
  });

  it('tells why it can not listen', async () => {
    await server.listen({ id: 'api', routes: { $default: ECHO } });
    const { logs } = server.functions;
    const other = createHttpApis({
      invoke: () => Promise.reject(),
      mayInvoke: () => true,
      onDenied: () => undefined,
      logs: logs.store,
    });
    await expect(other.listen(Number(new URL(server.url).port))).rejects.toThrow('EADDRINUSE');
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
    await server.listen({ id: 'api', routes: {} });
    expect(() => server.apis[define]({ logicalId: 'Thing', id: 'thing' }, properties)).toThrow(message);
  });
});
