import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import * as z from 'zod/mini';
import type { Caller } from '../../core/access/caller.ts';
import { answers, type HttpAnswer, type HttpEvent } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { parse } from '../../core/http/schema.ts';
import { logger } from '../../core/log.ts';
import { type AuthorizedEvent, authorize } from './authorize.ts';
import { type Claim, IDEMPOTENCY_HEADER, once } from './idempotency.ts';
import { jsonBody } from './json-body.ts';
import { requestLog } from './request-log.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** The platform API: every REST route behind one function. */

const nothing = z.strictObject({});

function handlerOf(route: Route) {
  const chain = middy<HttpEvent, HttpAnswer>().use(authorize(route));
  if (route.body) chain.use(jsonBody(route.body));
  return chain.handler((event) => {
    const { caller } = event as AuthorizedEvent;
    const path = parameters(event);
    const query = parse(route.query ?? nothing, event.queryStringParameters ?? {}, 'invalid_parameter');
    const body = route.body && parse(route.body, event.body, 'invalid_body');
    const handle = (claim?: Claim) => route.handle({ caller, path, query, body, event, claim });
    if (route.method === 'GET') return handle();
    const request = {
      caller: callerName(caller),
      route: [route.method, route.path, path],
      key: event.headers[IDEMPOTENCY_HEADER],
      content: [query, body],
      showsSecret: route.showsSecret ?? false,
    };
    return once(request, handle);
  });
}

function parameters(event: HttpEvent): Record<string, string> {
  return Object.fromEntries(Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? '']));
}

/** What stays the same of a caller whose permissions change. */
function callerName(caller: Caller): string[] {
  switch (caller.kind) {
    case 'nobody':
      return [];
    case 'key':
      return ['key', caller.prefix];
    case 'user':
      return ['user', caller.userId];
    case 'job':
      return ['job', caller.id];
  }
}

const paths = [...Map.groupBy(routes, (route) => route.path)].map(([path, ofPath]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
  allow: ofPath.map((route) => route.method),
}));

const router = httpRouter<HttpEvent, HttpAnswer>({
  routes: routes.map((route) => ({ method: route.method, path: route.path, handler: handlerOf(route) })),
  notFoundResponse: ({ path }) => {
    const known = paths.find(({ pattern }) => pattern.test(path));
    if (!known) throw new ApiError('not_found');
    const { allow } = known;
    throw new ApiError('method_not_allowed', { allow }, { allow: allow.join(', ') });
  },
});

/** With a `$default` route API Gateway hands preflights on, and puts its CORS headers on the answer. */
function isPreflight({ headers, requestContext }: HttpEvent): boolean {
  return requestContext.http.method === 'OPTIONS' && 'access-control-request-method' in headers;
}

export const handler = middy<HttpEvent, HttpAnswer>()
  .use(requestLog())
  .use(answers((error) => logger.error('Request failed', { error })))
  .handler(async (event, context) => (isPreflight(event) ? { statusCode: 204 } : router(event, context)));
