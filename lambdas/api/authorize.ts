import type { MiddlewareObj } from '@middy/core';
import { allows, findApiKey, noteUse } from '../../core/access/api-keys.ts';
import { type Caller, mayReach } from '../../core/access/caller.ts';
import { API_KEY_MARK } from '../../core/access/tokens.ts';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { JOB_TOKEN_MARK, readJobToken } from '../../core/jobs/job-token.ts';
import { logger } from '../../core/log.ts';
import { endUser } from './end-user.ts';
import { JOB_TOKEN, type Route } from './route.ts';

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
      requireAllowed(caller, route);
      if (!route.path.startsWith(USER_PATH)) return;
      const { id = '' } = event.pathParameters ?? {};
      const userId = id === ME && caller.kind === 'user' ? caller.userId : id;
      if (!mayReach(caller, userId)) throw new ApiError('forbidden');
      event.pathParameters = { ...event.pathParameters, id: userId };
    },
  };
}

/** What a route needs, whatever it is called on. @throws ApiError 403 */
function requireAllowed(caller: Caller, { needs, endUsers }: Pick<Route, 'needs' | 'endUsers'>): void {
  if ((caller.kind === 'job') !== (needs === JOB_TOKEN)) throw new ApiError('forbidden');
  if (needs === undefined || needs === JOB_TOKEN) return;
  if (caller.kind === 'key' && !allows(caller.permissions, needs)) throw new ApiError('forbidden', { needs });
  if (caller.kind === 'user' && !endUsers) throw new ApiError('forbidden');
}

/** `X-API-Key` before `Authorization`; a bearer is an API key or a job's token if it looks like one, else a JWT. */
async function identify({ headers, pathParameters }: HttpEvent): Promise<Caller> {
  const bearer = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const key = headers['x-api-key'] || (bearer?.startsWith(API_KEY_MARK) ? bearer : undefined);
  const caller = key ? await keyHolder(key) : bearer && (await bearerOf(bearer, pathParameters?.['job_id']));
  if (!caller) throw new ApiError('unauthorized', {}, { 'www-authenticate': 'Bearer' });
  return caller;
}

/** A job's token is one only where the path names that job. */
async function bearerOf(token: string, jobId: string | undefined): Promise<Caller | undefined> {
  if (!token.startsWith(JOB_TOKEN_MARK)) return endUser(token);
  const generation = jobId === undefined ? undefined : await readJobToken(jobId, token);
  return jobId === undefined || generation === undefined ? undefined : { kind: 'job', id: jobId, generation };
}

async function keyHolder(key: string): Promise<Caller | undefined> {
  const now = Date.now();
  const apiKey = await findApiKey(key, now);
  if (!apiKey) return undefined;
  // Not waited for: whoever calls is neither late nor refused for it.
  noteUse(apiKey, now).catch((error: unknown) => logger.warn('The use of an API key was not noted', { error }));
  const { prefix, permissions, expires_at } = apiKey;
  return { kind: 'key', prefix, permissions, endsAt: Date.parse(expires_at) };
}
