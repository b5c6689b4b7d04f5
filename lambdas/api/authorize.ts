import type { MiddlewareObj } from '@middy/core';
import { allows, findApiKey } from '../../core/access/api-keys.ts';
import { type Caller, mayReach } from '../../core/access/caller.ts';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import type { Route } from './route.ts';

/** Stands for the caller in the paths of users. */
export const ME = 'me';
const USER_PATH = '/api/users/{id}';

/** The event of a route's handler, once `authorize` has let it pass. */
export interface AuthorizedEvent extends HttpEvent {
  caller: Caller;
}

/**
 * Lets only those in who may call the route: an API key with its permission, or an end user for what is theirs. In
 * paths below `/api/users/{id}` it puts the caller's id in the place of `me` and refuses every other user's; routes that
 * find their user in another way ask `mayReach` themselves.
 */
export function authorize(route: Pick<Route, 'needs' | 'endUsers' | 'path'>): MiddlewareObj<HttpEvent, HttpAnswer> {
  return {
    before: async ({ event }) => {
      const caller: Caller = route.needs === undefined ? { kind: 'nobody' } : await identify(event);
      Object.assign(event, { caller });
      if (route.needs === undefined) return;
      if (caller.kind === 'key' && !allows(caller.permissions, route.needs)) {
        throw new ApiError('forbidden', { needs: route.needs });
      }
      if (caller.kind === 'user' && !route.endUsers) throw new ApiError('forbidden');
      if (!route.path.startsWith(USER_PATH)) return;
      const { id = '' } = event.pathParameters ?? {};
      const userId = id === ME && caller.kind === 'user' ? caller.userId : id;
      if (!mayReach(caller, userId)) throw new ApiError('forbidden');
      event.pathParameters = { ...event.pathParameters, id: userId };
    },
  };
}

async function identify(event: HttpEvent): Promise<Caller> {
  const bearer = /^Bearer +(\S+)$/i.exec(event.headers['authorization'] ?? '')?.[1];
  const apiKey = await findApiKey(event.headers['x-api-key'] || bearer || '', Date.now());
  if (!apiKey) throw new ApiError('unauthorized', {}, { 'www-authenticate': 'Bearer' });
  return { kind: 'key', prefix: apiKey.prefix, permissions: apiKey.permissions };
}
