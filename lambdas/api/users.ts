import * as z from 'zod/mini';
import { newWebhookToken } from '../../core/access/tokens.ts';
import { PLANS, type User } from '../../core/alerts/user.ts';
import { changeAllowance, createUser, deleteUser, getUser, listUsers, rotateSecret } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { ApiError } from '../../core/http/errors.ts';
import { saying } from '../../core/http/schema.ts';
import { ME } from './authorize.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { listShape, page } from './shapes.ts';
import { presentUser, userShape } from './user-shape.ts';

const limit = z.nullable(z.int().check(z.minimum(0)));

const newUser = z.strictObject({
  id: z.string().check(
    z.regex(/^[\w.|-]{1,128}$/),
    z.refine((id) => id !== ME, saying({ es: 'está reservado', en: 'is reserved' })),
  ),
  plan: z.enum(PLANS),
  signals_quota: z.optional(limit),
  rate_per_minute: z.optional(limit),
  rate_per_hour: z.optional(limit),
});

newUser.register(z.globalRegistry, { id: 'NewUser', examples: [{ id: 'user-42', plan: 'pro' }] });

/** A number, null for no limit, or `plan` to go back to the plan's own. */
const changedLimit = z.optional(z.union([limit, z.literal('plan')]));

const changes = z.strictObject({
  plan: z.optional(z.enum(PLANS)),
  signals_quota: changedLimit,
  rate_per_minute: changedLimit,
  rate_per_hour: changedLimit,
  webhook_enabled: z.optional(z.boolean()),
});

changes.register(z.globalRegistry, { id: 'UserChanges', examples: [{ plan: 'premium', signals_quota: 'plan' }] });

/** All that end users may change of themselves. */
const OWN_CHANGES = ['webhook_enabled'];

const webhookToken = { webhook_token: z.string(), webhook_url: z.url() };
const tokenShape = z.strictObject(webhookToken).register(z.globalRegistry, { id: 'WebhookToken' });
const createdUserShape = z.extend(userShape, webhookToken).register(z.globalRegistry, { id: 'CreatedUser' });

const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;

export const userRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/users',
    summary: 'Creates a user; the webhook token is shown this once',
    needs: 'write',
    body: newUser,
    showsSecret: true,
    success: { status: 201, body: createdUserShape },
    errors: ['user_exists', 'user_being_deleted'],
    handle: async ({ body }) => {
      const { token, secretHash } = newWebhookToken(body.id);
      const now = Date.now();
      const user = await createUser(body, secretHash, now);
      if (user === 'exists') throw new ApiError('user_exists', { id: body.id });
      if (user === 'being_deleted') throw new ApiError('user_being_deleted', { id: body.id });
      return { ...presentUser(user, now), ...presentToken(token) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/users',
    summary: 'All users, newest first',
    needs: 'read',
    query: z.strictObject(page),
    success: { status: 200, body: listShape('users', userShape) },
    handle: async ({ query: { limit, cursor } }) => {
      const { before, after } = await listCursor(['users'], cursor);
      const { users, next } = await listUsers(limit, before);
      const now = Date.now();
      return {
        users: users.map((user) => presentUser(user, now)),
        next_cursor: after(next),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}',
    summary: 'A user, with what is left of the quota',
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: userShape },
    errors: ['user_not_found'],
    handle: async ({ path }) => presentUser(await existingUser(path.id), Date.now()),
  }),
  route({
    method: 'PATCH',
    path: '/api/users/{id}',
    summary: "Changes a user's plan and limits, or switches the webhook; end users only switch it",
    needs: 'write',
    endUsers: true,
    body: changes,
    success: { status: 200, body: userShape },
    errors: ['user_not_found'],
    handle: async ({ caller, path, body }) => {
      if (caller.kind === 'user' && Object.keys(body).some((name) => !OWN_CHANGES.includes(name))) {
        throw new ApiError('forbidden');
      }
      const user = await changeAllowance(path.id, body);
      if (!user) throw new ApiError('user_not_found');
      return presentUser(user, Date.now());
    },
  }),
  route({
    method: 'POST',
    path: '/api/users/{id}/webhook-token',
    summary: 'Makes a new webhook token, shown this once; the old one ends, at once or after a time of grace',
    needs: 'write',
    endUsers: true,
    body: z.strictObject({
      grace_seconds: z._default(z.int().check(z.minimum(0), z.maximum(MAX_GRACE_SECONDS)), 0),
    }),
    showsSecret: true,
    success: { status: 200, body: tokenShape },
    errors: ['user_not_found'],
    handle: async ({ path, body: { grace_seconds } }) => {
      const { token, secretHash } = newWebhookToken(path.id);
      const graceEnd = grace_seconds > 0 ? Date.now() + grace_seconds * 1000 : undefined;
      if (!(await rotateSecret(path.id, secretHash, graceEnd))) throw new ApiError('user_not_found');
      return presentToken(token);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/users/{id}',
    summary: 'Deletes a user with all that was theirs, images too',
    needs: 'admin',
    success: { status: 204 },
    errors: ['user_not_found'],
    handle: async ({ path }) => {
      if (!(await deleteUser(path.id, Date.now()))) throw new ApiError('user_not_found');
      return { statusCode: 204 };
    },
  }),
];

function presentToken(token: string): { webhook_token: string; webhook_url: string } {
  return { webhook_token: token, webhook_url: `${environment('ALERTS_URL')}/webhook/u/${token}` };
}

export async function existingUser(id: string): Promise<User> {
  const user = await getUser(id);
  if (!user) throw new ApiError('user_not_found');
  return user;
}
