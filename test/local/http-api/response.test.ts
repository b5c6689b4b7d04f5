import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from './harness.ts';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
});
afterEach(() => server.close());

describe('the response', () => {
  const get = async (value: unknown) => {
    await server.listen({ id: 'api', routes: { $default: () => value } });
    return await fetch(`${server.url}/`);
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
    await server.listen({
      id: 'api',
      routes: { $default: `export const handler = async () => { throw new Error('secret'); };` },
    });
    expect(await server.json('/')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
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
    await server.listen({ id: 'api', routes: { 'GET /a': code }, api });
    const response = await fetch(`${server.url}/a`, preflight);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,PATCH',
      'access-control-allow-headers': 'authorization',
      'access-control-expose-headers': 'x-request-id',
      'access-control-max-age': '600',
    });
    const allowed = await fetch(`${server.url}/a`, { headers: { origin: 'https://app.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const other = await fetch(`${server.url}/a`, { headers: { origin: 'https://evil.example' } });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  it('a preflight that $default takes is the function’s to answer, under the gateway’s headers', async () => {
    const routes = {
      'GET /a': code,
      $default: () => ({ statusCode: 202, headers: { 'access-control-max-age': '1' } }),
    };
    await server.listen({ id: 'api', routes, api });
    const response = await fetch(`${server.url}/a`, preflight);
    expect(response.status).toBe(202);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,PATCH');
    expect(response.headers.get('access-control-max-age')).toBe('600');
    const evil = await fetch(`${server.url}/a`, {
      ...preflight,
      headers: { ...preflight.headers, origin: 'https://evil.example' },
    });
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([202, null]);
  });

  it('without a configuration all is the function’s', async () => {
    await server.listen({ id: 'api', routes: { 'ANY /a': code } });
    const response = await fetch(`${server.url}/a`, preflight);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  });
});
