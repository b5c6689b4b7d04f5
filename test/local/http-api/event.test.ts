import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ECHO, TestServer } from './harness.ts';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
});
afterEach(() => server.close());

describe('the event', () => {
  it('has the shape of payload format 2.0', async () => {
    await server.listen({ id: 'alerts', routes: { 'POST /webhook/u/{token}': ECHO } });
    const { body } = await server.json('/webhook/u/a%20b?x=1&y=2&x=3&z=%2B', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-For': '6.6.6.6',
        'User-Agent': 'test',
        Cookie: 'a=1; b=2',
      },
      body: '{"ñ":1}',
    });
    const { port } = new URL(server.url);
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
    await server.listen({ id: 'api', routes: { 'GET /': ECHO } });
    const { body } = await server.json('/');
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
    await server.listen({ id: 'api', routes: { $default: ECHO } });
    const body = Buffer.from([0x68, 0x69]);
    const headers = type === undefined ? new Headers() : { 'content-type': type };
    const answer = await server.json('/', { method: 'POST', body, headers });
    expect(answer.body).toMatchObject({ body: isBase64Encoded ? 'aGk=' : 'hi', isBase64Encoded });
  });

  it('joins repeated headers by commas', async () => {
    await server.listen({ id: 'api', routes: { $default: ECHO } });
    const answer = await server.raw(
      'GET / HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nx-one: 2\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"x-one":"1,2"');
    expect(answer).toContain('"domainName":"a.example","domainPrefix":"a"');
  });
});
