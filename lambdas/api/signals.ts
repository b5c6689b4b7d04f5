import * as z from 'zod/mini';
import { makeCursor, readCursor } from '../../core/access/cursor.ts';
import { userLocator } from '../../core/access/tokens.ts';
import { signalTime } from '../../core/alerts/alert-id.ts';
import { SIGNAL_SORT_PREFIX } from '../../core/alerts/keys.ts';
import { getSignalById, listSignals, requestCapture } from '../../core/alerts/signals.ts';
import { type StoredSignal, unpackMessage } from '../../core/alerts/stored-signal.ts';
import { getUser } from '../../core/alerts/users.ts';
import { type HttpAnswer, json } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { cursorKey } from './cursor-key.ts';
import { signedImageUrl } from './images.ts';
import { type Route, route } from './route.ts';

const page = {
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
  cursor: z.optional(z.string()),
};

export const signalRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/signals',
    needs: 'read',
    query: z.strictObject({ ...page, user_id: z.string() }),
    handle: ({ query }) => signalsPage(query.user_id, query),
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/signals',
    needs: 'read',
    query: z.strictObject(page),
    handle: ({ path, query }) => signalsPage(path['id'] ?? '', query),
  }),
  route({
    method: 'GET',
    path: '/api/signals/{id}',
    needs: 'read',
    handle: async ({ path }) => json(200, await present(await existingSignal(path['id']))),
  }),
  route({
    method: 'GET',
    path: '/api/signals/{id}/screenshot',
    needs: 'read',
    handle: async ({ path }) => {
      const signal = await existingSignal(path['id']);
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
    needs: 'write',
    handle: async ({ path }) => {
      const { pk, id } = await existingSignal(path['id']);
      const signal = await requestCapture({ pk, sk: SIGNAL_SORT_PREFIX + id }, Date.now());
      if (!signal) throw new ApiError('signal_not_found');
      return json(200, await present(signal));
    },
  }),
];

async function signalsPage(
  userId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<HttpAnswer> {
  const key = await cursorKey();
  const scope = ['signals', userId];
  const before = cursor === undefined ? undefined : readCursor(key, scope, cursor);
  const { signals, next } = await listSignals(userLocator(userId), limit, before);
  if (signals.length === 0 && !(await getUser(userId))) throw new ApiError('user_not_found');
  return json(200, {
    signals: await Promise.all(signals.map(present)),
    next_cursor: next === undefined ? null : makeCursor(key, scope, next),
  });
}

async function existingSignal(id: string | undefined): Promise<StoredSignal> {
  const signal = await getSignalById(id ?? '');
  if (!signal) throw new ApiError('signal_not_found');
  return signal;
}

/** What a signal shows of all that is not known of it. */
const UNKNOWN = {
  ticker: null,
  exchange: null,
  symbol: null,
  price: null,
  indicator: null,
  indicator_key: null,
  signal_type: null,
  direction: null,
  timeframe: null,
  timestamp: null,
  chart_id: null,
  screenshot_source: null,
  screenshot_reason: null,
  screenshot: null,
  duplicates: 0,
  result: 'pending',
  entry_price: null,
  exit_price: null,
  profit_loss: null,
  profit_loss_percent: null,
  notes: null,
};

/** A signal as the contract shows it, without what only the inside needs. */
async function present({ pk, sequence, generation, tries, ...signal }: StoredSignal) {
  const created_at = new Date(signalTime(signal.id)).toISOString();
  return {
    ...UNKNOWN,
    created_at,
    updated_at: created_at,
    ...signal,
    message: unpackMessage(signal.message),
    screenshot_url: (await signedImageUrl({ pk, generation, ...signal })) ?? null,
  };
}
