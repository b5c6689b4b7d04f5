import * as z from 'zod/mini';
import type { Caller } from '../../core/access/caller.ts';
import { ApiError } from '../../core/http/errors.ts';
import { audienceOf, EVERYBODY, type Listener } from '../../core/push/listener.ts';
import { createTicket } from '../../core/push/tickets.ts';
import { type Route, route } from './route.ts';
import { existingUser } from './users.ts';

export const socketTicketRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/socket-tickets',
    summary: 'A ticket for one connection to the WebSocket within 30 s, as its parameter `ticket`',
    needs: 'read',
    endUsers: true,
    showsSecret: true,
    success: { status: 201, body: z.strictObject({ ticket: z.string() }) },
    errors: ['user_not_found'],
    handle: async ({ caller }) => ({ ticket: await createTicket(await listenerFor(caller), Date.now()) }),
  }),
];

async function listenerFor(caller: Caller): Promise<Listener> {
  switch (caller.kind) {
    case 'key':
      return { audience: EVERYBODY, key_prefix: caller.prefix, ends_at: caller.endsAt };
    case 'user':
      await existingUser(caller.userId);
      return { audience: audienceOf(caller.userId), ends_at: caller.endsAt };
    case 'nobody':
    case 'job':
      throw new ApiError('unauthorized');
  }
}
