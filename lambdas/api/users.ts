import * as z from 'zod/mini';
import { newWebhookToken } from '../../core/access/tokens.ts';
import { PLANS, type User } from '../../core/alerts/user.ts';
import { createUser, getUser } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { ApiError } from '../../core/http/errors.ts';
import { saying } from '../../core/http/schema.ts';
import { ME } from './authorize.ts';
import { type Route, route } from './route.ts';
import { presentUser, userShape } from './user-shape.ts';

const limit = z.optional(z.nullable(z.int().check(z.minimum(0))));

const newUser = z.strictObject({
  id: z.string().check(
    z.regex(/^[\w.|-]{1,128}$/),
    z.refine((id) => id !== ME, saying({ es: 'está reservado', en: 'is reserved' })),
  ),
  plan: z.enum(PLANS),
  signals_quota: limit,
  rate_per_minute: limit,
  rate_per_hour: limit,
});

const webhookToken = { webhook_token: z.string(), webhook_url: z.url() };

export const userRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/users',
    summary: 'Creates a user; the webhook token is shown this once',
    needs: 'write',
    body: newUser,
    showsSecret: true,
    success: { status: 201, body: z.extend(userShape, webhookToken) },
    errors: ['user_exists'],
    handle: async ({ body }) => {
      const { token, secretHash } = newWebhookToken(body.id);
      const now = Date.now();
      const user = await createUser(body, secretHash, now);
      if (!user) throw new ApiError('user_exists', { id: body.id });
      const webhook_url = `${environment('ALERTS_URL')}/webhook/u/${token}`;
      return { ...presentUser(user, now), webhook_token: token, webhook_url };
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
];

export async function existingUser(id: string): Promise<User> {
  const user = await getUser(id);
  if (!user) throw new ApiError('user_not_found');
  return user;
}
