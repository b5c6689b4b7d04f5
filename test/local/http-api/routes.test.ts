import { describe, expect, it } from 'vitest';
import { parseRoute, selectRoute } from '../../../local/http-api/routes.ts';

const table = (...keys: string[]) => keys.map(parseRoute);

describe('the route of a request', () => {
  // The table of the API Gateway guide.
  const routes = table('GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default');
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['GET', '/', '$default', {}],
  ])('%s %s → %s', (method, path, key, parameters) => {
    const match = selectRoute(routes, method, path);
    expect({ key: match?.route.key, parameters: match?.parameters }).toEqual({ key, parameters });
  });

  it.each([
    ['a verb before ANY', ['ANY /a', 'GET /a'], 'GET', '/a', 'GET /a'],
    ['ANY for other verbs', ['ANY /a', 'GET /a'], 'HEAD', '/a', 'ANY /a'],
    ['a full match before a greedy one', ['GET /a/{x+}', 'GET /{y}/b'], 'GET', '/a/b', 'GET /{y}/b'],
    ['literals from the left', ['GET /{x}/b', 'GET /a/{y}'], 'GET', '/a/b', 'GET /a/{y}'],
    ['the root', ['GET /'], 'GET', '/', 'GET /'],
    ['no trailing slash', ['GET /a'], 'GET', '/a/', undefined],
    ['no empty parameter', ['GET /a/{x}'], 'GET', '/a/', undefined],
    ['no empty rest', ['GET /a/{x+}'], 'GET', '/a/', undefined],
    ['another verb', ['GET /a'], 'POST', '/a', undefined],
    ['another case', ['GET /a'], 'GET', '/A', undefined],
    ['$default for another verb', ['GET /a', '$default'], 'POST', '/a', '$default'],
  ])('%s', (_, keys, method, path, expected) => {
    expect(selectRoute(table(...keys), method, path)?.route.key).toBe(expected);
    expect(selectRoute(table(...keys.toReversed()), method, path)?.route.key).toBe(expected);
  });

  it.each(['GET', 'get /a', 'FETCH /a', 'GET a', 'GET /a b', 'GET /{x+}/b'])('%s is no route key', (key) => {
    expect(() => parseRoute(key)).toThrow('route key');
  });
});
