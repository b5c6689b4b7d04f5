import type { MiddlewareObj } from '@middy/core';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';
import { logger, logInvocation } from '../../core/log.ts';
import type { AuthorizedEvent } from './authorize.ts';

/**
 * A line for each request: who asked for what, and what it was answered. The path's names are those of our documents. What
 * the runner of a job is answered as it should be, each minute, only the access log tells.
 */
export function requestLog(): MiddlewareObj<HttpEvent, HttpAnswer> {
  const log = ({ event, response }: { event: Partial<AuthorizedEvent>; response?: HttpAnswer | null | undefined }) => {
    const { caller, routeKey = '', pathParameters } = event;
    const status = response?.statusCode;
    if (caller?.kind === 'job' && status === 204) return;
    logger.info('Request answered', {
      route: routeKey,
      status,
      ...(caller?.kind === 'key' && { key_prefix: caller.prefix }),
      ...(caller?.kind === 'user' && { caller_id: caller.userId }),
      ...namesOf(routeKey, pathParameters?.['id']),
    });
  };
  return {
    before: ({ event, context }) => logInvocation(context, { request_id: event.requestContext.requestId }),
    after: (request) => log(request),
    onError: (request) => log(request),
  };
}

function namesOf(routeKey: string, id: string | undefined): Record<string, string> {
  if (id === undefined) return {};
  if (routeKey.includes(' /api/users/{id}')) return { user_id: id };
  return routeKey.includes(' /api/signals/{id}') ? { signal_id: id } : {};
}
