import * as z from 'zod/mini';
import { type Caller, mayReach } from '../../core/access/caller.ts';
import { makeCursor, readCursor } from '../../core/access/cursor.ts';
import { userLocator } from '../../core/access/tokens.ts';
import { SIGNAL_SORT_PREFIX } from '../../core/alerts/keys.ts';
import { getSignalById, listSignals, requestCapture } from '../../core/alerts/signals.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { getUser } from '../../core/alerts/users.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';
import { cursorKey } from './cursor-key.ts';
import { signedImageUrl } from './images.ts';
import { type Route, route } from './route.ts';
import { listShape, page } from './shapes.ts';
import { presentSignal, signalShape } from './signal-shape.ts';

const signalList = listShape('signals', signalShape);

export const signalRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/signals',
    summary: "A user's signals, newest first",
    needs: 'read',
    endUsers: true,
    query: z.strictObject({ ...page, user_id: z.optional(z.string()) }),
    success: { status: 200, body: signalList },
    errors: ['user_not_found'],
    handle: async ({ caller, query: { user_id, ...query } }) => signalsPage(listedUser(caller, user_id), query),
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/signals',
    summary: "A user's signals, newest first",
    needs: 'read',
    endUsers: true,
    query: z.strictObject(page),
    success: { status: 200, body: signalList },
    errors: ['user_not_found'],
    handle: async ({ path, query }) => signalsPage(path.id, query),
  }),
  route({
    method: 'GET',
    path: '/api/signals/{id}',
    summary: 'A signal',
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: signalShape },
    errors: ['signal_not_found'],
    handle: async ({ caller, path }) => presentSignal(await existingSignal(caller, path.id)),
  }),
  route({
    method: 'GET',
    path: '/api/signals/{id}/screenshot',
    summary: "The signal's image, at an address that expires",
    needs: 'read',
    endUsers: true,
    success: { status: 302 },
    errors: ['signal_not_found', 'screenshot_not_found'],
    handle: async ({ caller, path }) => {
      const signal = await existingSignal(caller, path.id);
      const location = await signedImageUrl(signal);
      if (!location) {
        const { screenshot_status, screenshot_reason = null } = signal;
        throw new ApiError('screenshot_not_found', { screenshot_status, screenshot_reason });
      }
      return {
        statusCode: 302,
        headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/signals/{id}/screenshot',
    summary: "Captures the signal's image again",
    needs: 'write',
    endUsers: true,
    success: { status: 200, body: signalShape },
    errors: ['signal_not_found'],
    handle: async ({ caller, path }) => {
      const { pk, id } = await existingSignal(caller, path.id);
      const signal = await requestCapture({ pk, sk: SIGNAL_SORT_PREFIX + id }, Date.now());
      if (!signal) throw new ApiError('signal_not_found');
      return presentSignal(signal);
    },
  }),
];

/** Whose signals are listed: the named user's; an end user's own where none is named. */
function listedUser(caller: Caller, named: string | undefined): string {
  const userId = named ?? (caller.kind === 'user' ? caller.userId : undefined);
  if (userId === undefined) {
    throw badField('invalid_parameter', 'user_id', { es: 'es obligatorio', en: 'is required' });
  }
  if (!mayReach(caller, userId)) throw new ApiError('forbidden');
  return userId;
}

async function signalsPage(userId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
  const key = await cursorKey();
  const scope = ['signals', userId];
  const before = cursor === undefined ? undefined : readCursor(key, scope, cursor);
  const { signals, next } = await listSignals(userLocator(userId), limit, before);
  if (signals.length === 0 && !(await getUser(userId))) throw new ApiError('user_not_found');
  return {
    signals: await Promise.all(signals.map(presentSignal)),
    next_cursor: next === undefined ? null : makeCursor(key, scope, next),
  };
}

/** The signal, if the caller may reach it: what belongs to others does not exist. */
async function existingSignal(caller: Caller, id: string): Promise<StoredSignal> {
  const signal = await getSignalById(id);
  if (!signal || !mayReach(caller, signal.user_id)) throw new ApiError('signal_not_found');
  return signal;
}
