import * as z from 'zod/mini';
import { type Caller, mayReach } from '../../core/access/caller.ts';
import { userLocator } from '../../core/access/tokens.ts';
import { type SignalFilters, signalFilters } from '../../core/alerts/signal-filters.ts';
import { pageOfSignals } from '../../core/alerts/signal-lists.ts';
import { presentSignal, type Signal, signalShape } from '../../core/alerts/signal-shape.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { listShape, page } from './shapes.ts';
import { existingUser } from './users.ts';

/** A Lambda answers at most 6 MB (6,291,456 bytes), the event's JSON around the body's JSON included. */
const ANSWER_BYTES = 5_500_000;

const signalList = listShape('signals', signalShape);

export const signalListRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/signals',
    summary: "A user's signals, newest first",
    needs: 'read',
    endUsers: true,
    query: z.strictObject({ ...page, ...signalFilters, user_id: z.optional(z.string()) }).check(timesInOrder),
    success: { status: 200, body: signalList },
    errors: ['user_not_found'],
    handle: async ({ caller, query: { user_id, ...query } }) => listSignals(listedUser(caller, user_id), query),
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/signals',
    summary: "A user's signals, newest first",
    needs: 'read',
    endUsers: true,
    query: z.strictObject({ ...page, ...signalFilters }).check(timesInOrder),
    success: { status: 200, body: signalList },
    errors: ['user_not_found'],
    handle: async ({ path, query }) => listSignals(path.id, query),
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

async function listSignals(
  userId: string,
  { limit, cursor, ...filters }: SignalFilters & { limit: number; cursor?: string | undefined },
) {
  const { before, after } = await listCursor(['signals', userId, filters], cursor);
  const [found] = await Promise.all([pageOfSignals(userLocator(userId), filters, before, limit), existingUser(userId)]);
  const signals = await presentUpTo(ANSWER_BYTES, found.signals);
  const next = signals.length < found.signals.length ? signals.at(-1)?.id : found.next;
  return { signals, next_cursor: after(next) };
}

/** As many of the first signals as one answer holds: messages can be long, and an escaped character takes seven bytes. */
async function presentUpTo(bytes: number, stored: readonly Parameters<typeof presentSignal>[0][]): Promise<Signal[]> {
  const signals: Signal[] = [];
  let left = bytes;
  for (const signal of stored) {
    const presented = await presentSignal(signal);
    left -= Buffer.byteLength(JSON.stringify(JSON.stringify(presented)));
    if (left < 0) break;
    signals.push(presented);
  }
  return signals;
}
