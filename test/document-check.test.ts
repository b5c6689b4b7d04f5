import { expect, test } from 'vitest';
import { openApiDocument } from '../lambdas/api/openapi/document.ts';
import { routes } from '../lambdas/api/routes.ts';
import { DocumentCheck, type Exchange } from './document-check.ts';

/** The check itself: an answer that is not as the document has it is told. */

const check = new DocumentCheck(openApiDocument(routes, 'https://alerts.example.net'));
const user = {
  id: 'a',
  plan: 'free',
  signals_quota: 1000,
  signals_used: 0,
  quota_reset_at: '2026-12-01T00:00:00.000Z',
  rate_per_minute: 10,
  rate_per_hour: null,
  webhook_enabled: true,
  webhook_last_used: null,
  created_at: '2026-11-22T00:00:00.000Z',
};
const fail = (code: string) => ({ error: 'No.', code, request_id: 'r' });

function problem(body: unknown, given: Partial<Exchange> & { header?: [string, string] } = {}): string | undefined {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'r' });
  if (given.header) headers.set(...given.header);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return check.problem({ method: 'GET', path: '/api/users/a', status: 200, headers, body: text, ...given });
}

test('answers as the document has them', () => {
  expect(problem(user)).toBeUndefined();
  expect(problem(user, { path: '/api/users/a%2Db/?x=1' })).toBeUndefined();
  expect(problem(fail('user_not_found'), { status: 404 })).toBeUndefined();
  expect(problem(fail('not_found'), { status: 404, path: '/nothing' })).toBeUndefined();
  expect(problem(fail('unavailable'), { status: 503, header: ['retry-after', '5'] })).toBeUndefined();
  expect(problem({ message: 'Too Many Requests' }, { status: 429, headers: new Headers() })).toBeUndefined();
});

test.each([
  ['a property too many', { ...user, secret: 1 }, {}, '"additionalProperty":"secret"'],
  ['a property too few', { ...user, plan: undefined }, {}, '"missingProperty":"plan"'],
  ['another type', { ...user, signals_used: '0' }, {}, '/signals_used must be integer'],
  ['a time without milliseconds’ form', { ...user, created_at: 'today' }, {}, '/created_at must match format'],
  ['no JSON', '<html>', {}, 'must be object'],
  ['another content type', user, { header: ['content-type', 'text/html'] as [string, string] }, 'text/html'],
  ['an unknown status', user, { status: 206 }, 'does not know the status'],
  ['another code', fail('signal_not_found'), { status: 404 }, '/code must be equal'],
  ['no Retry-After', fail('unavailable'), { status: 503 }, 'retry-after is missing'],
  ['a body where there is none', user, { method: 'DELETE', status: 204 }, 'knows no body'],
  ['a success of no operation', user, { path: '/nothing' }, 'should be 404'],
  ['a success of another method', user, { method: 'PUT' }, 'should be 405'],
  ['no request id', user, { headers: new Headers() }, 'x-request-id is missing'],
])('%s is told', (_, body, given, said) => {
  expect(problem(body, given)).toContain(said);
});
