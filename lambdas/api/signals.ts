import * as z from 'zod/mini';
import { type Caller, mayReach } from '../../core/access/caller.ts';
import { signedImageUrl } from '../../core/alerts/image-url.ts';
import { SIGNAL_SORT_PREFIX } from '../../core/alerts/keys.ts';
import { changeSignal, deleteSignal } from '../../core/alerts/signal-changes.ts';
import { presentSignal, signalShape } from '../../core/alerts/signal-shape.ts';
import { getSignalById, requestCapture } from '../../core/alerts/signals.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { getUser } from '../../core/alerts/users.ts';
import { decimal } from '../../core/http/decimal.ts';
import { ApiError } from '../../core/http/errors.ts';
import { type Route, route } from './route.ts';

const price = z.optional(z.nullable(decimal));
const MAX_NOTES = 4000;

const changes = z.strictObject({
  result: z.optional(signalShape.shape.result),
  entry_price: price,
  exit_price: price,
  profit_loss: price,
  profit_loss_percent: price,
  notes: z.optional(
    z.nullable(
      z.string().check(
        z.maxLength(MAX_NOTES),
        // JSON can name half of a character, which is no text to DynamoDB.
        z.overwrite((text) => text.toWellFormed()),
      ),
    ),
  ),
});

changes.register(z.globalRegistry, {
  id: 'SignalChanges',
  examples: [{ result: 'win', exit_price: '68120.50', profit_loss: '230.00' }],
});

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
    method: 'PATCH',
    path: '/api/signals/{id}',
    summary: "Changes a signal's result, prices, profit or notes; null clears",
    needs: 'write',
    endUsers: true,
    body: changes,
    success: { status: 200, body: signalShape },
    errors: ['signal_not_found'],
    handle: async ({ caller, path, body }) => {
      const signal = await existingSignal(caller, path.id);
      const changed = Object.keys(body).length === 0 ? signal : await changeSignal(signal, body, Date.now());
      if (!changed) throw new ApiError('signal_not_found');
      return presentSignal(changed);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/signals/{id}',
    summary: 'Deletes a signal, and its images behind it',
    needs: 'write',
    endUsers: true,
    success: { status: 204 },
    errors: ['signal_not_found'],
    handle: async ({ caller, path }) => {
      if (!(await deleteSignal(await existingSignal(caller, path.id)))) throw new ApiError('signal_not_found');
      return { statusCode: 204 };
    },
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
