import { type Caller, mayReach } from '../../core/access/caller.ts';
import { signedImageUrl } from '../../core/alerts/image-url.ts';
import { SIGNAL_SORT_PREFIX } from '../../core/alerts/keys.ts';
import { presentSignal, signalShape } from '../../core/alerts/signal-shape.ts';
import { getSignalById, requestCapture } from '../../core/alerts/signals.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { getUser } from '../../core/alerts/users.ts';
import { ApiError } from '../../core/http/errors.ts';
import { type Route, route } from './route.ts';

export const signalRoutes: readonly Route[] = [
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

/** The signal, if the caller may reach it: what belongs to others, or to a user who was deleted, does not exist. */
async function existingSignal(caller: Caller, id: string): Promise<StoredSignal> {
  const signal = await getSignalById(id);
  if (!signal || !mayReach(caller, signal.user_id) || !(await getUser(signal.user_id))) {
    throw new ApiError('signal_not_found');
  }
  return signal;
}
