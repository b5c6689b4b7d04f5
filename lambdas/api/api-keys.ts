import * as z from 'zod/mini';
import {
  type ApiKey,
  createApiKey,
  DEFAULT_EXPIRY_DAYS,
  listApiKeys,
  MAX_EXPIRY_DAYS,
  PERMISSIONS,
  revokeApiKey,
} from '../../core/access/api-keys.ts';
import { isApiKeyPrefix } from '../../core/access/tokens.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape, page } from './shapes.ts';

const keyName = z.string().check(z.minLength(1), z.maxLength(100));
const permissions = z.array(z.enum(PERMISSIONS));

const newKey = z.strictObject({
  /** May be a parameter instead. */
  name: z.optional(keyName),
  permissions: z._default(permissions.check(z.minLength(1), z.maxLength(PERMISSIONS.length)), ['read']),
  expires_in_days: z._default(z.int().check(z.minimum(1), z.maximum(MAX_EXPIRY_DAYS)), DEFAULT_EXPIRY_DAYS),
});

const keyShape = z.strictObject({
  prefix: z.string(),
  name: z.string(),
  permissions,
  created_at: isoTime,
  expires_at: isoTime,
});
const usedKeyShape = z.extend(keyShape, {
  /** To the minute; null while it was never used. */
  last_used_at: z.nullable(isoTime),
});

const createdKeyShape = z.extend(keyShape, { key: z.string() });

newKey.register(z.globalRegistry, { id: 'NewApiKey', examples: [{ name: 'backend', permissions: ['write'] }] });
usedKeyShape.register(z.globalRegistry, { id: 'ApiKey' });
createdKeyShape.register(z.globalRegistry, { id: 'CreatedApiKey' });

/** Only admins: whoever makes keys could make one that may anything. */
export const apiKeyRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/auth/api-keys',
    summary: 'Makes an API key, which is shown this once',
    needs: 'admin',
    query: z.strictObject({ name: z.optional(keyName) }),
    body: newKey,
    showsSecret: true,
    success: { status: 201, body: createdKeyShape },
    handle: async ({ query, body }) => {
      const name = body.name ?? query.name;
      if (name === undefined) throw badField('invalid_body', 'name', { es: 'es obligatorio', en: 'is required' });
      const wanted = { name, permissions: body.permissions, days: body.expires_in_days };
      const { apiKey, key } = await createApiKey(wanted, Date.now());
      return { ...presentKey(apiKey), key };
    },
  }),
  route({
    method: 'GET',
    path: '/auth/api-keys',
    summary: 'All API keys, newest first',
    needs: 'admin',
    query: z.strictObject(page),
    success: { status: 200, body: listShape('api_keys', usedKeyShape) },
    handle: async ({ query: { limit, cursor } }) => {
      const { before, after } = await listCursor(['api_keys'], cursor);
      const { apiKeys, next } = await listApiKeys(limit, before);
      return {
        api_keys: apiKeys.map((apiKey) => ({ ...presentKey(apiKey), last_used_at: apiKey.last_used_at ?? null })),
        next_cursor: after(next),
      };
    },
  }),
  route({
    method: 'DELETE',
    path: '/auth/api-keys/{prefix}',
    summary: 'Revokes an API key: its next request is refused',
    needs: 'admin',
    success: { status: 204 },
    errors: ['api_key_not_found'],
    handle: async ({ path }) => {
      if (!isApiKeyPrefix(path.prefix) || !(await revokeApiKey(path.prefix))) throw new ApiError('api_key_not_found');
      return { statusCode: 204 };
    },
  }),
];

function presentKey({ prefix, name, permissions, created_at, expires_at }: ApiKey): z.input<typeof keyShape> {
  return { prefix, name, permissions, created_at, expires_at };
}
