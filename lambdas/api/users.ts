import * as z from 'zod/mini';
import { newWebhookToken } from '../../core/access/tokens.ts';
import { monthEnd, signalsUsed } from '../../core/alerts/admission.ts';
import { CHART_ID } from '../../core/alerts/chart-id.ts';
import { type PlanLimits, readPlanLimits } from '../../core/alerts/plan-limits.ts';
import {
  LANGUAGES,
  PLANS,
  RESOLUTIONS,
  SCREENSHOT_SOURCES,
  THEMES,
  type User,
  type UserSettings,
} from '../../core/alerts/user.ts';
import { changeSettings, createUser, getUser } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { json } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { type Route, route } from './route.ts';

const limit = z.optional(z.nullable(z.int().check(z.minimum(0))));

const newUser = z.strictObject({
  /** `me` stands for the caller in paths. */
  id: z.string().check(
    z.regex(/^[\w.|-]{1,128}$/),
    z.refine((id) => id !== 'me', 'is reserved'),
  ),
  plan: z.enum(PLANS),
  signals_quota: limit,
  rate_per_minute: limit,
  rate_per_hour: limit,
});

const settings = z.partial(
  z.strictObject({
    default_chart_id: z.nullable(z.string().check(z.regex(CHART_ID))),
    screenshot_source: z.enum(SCREENSHOT_SOURCES),
    screenshot_resolution: z.enum(RESOLUTIONS),
    screenshot_theme: z.enum(THEMES),
    timezone: z.string().check(z.refine(isTimeZone, 'is not an IANA time zone')),
    language: z.enum(LANGUAGES),
  }),
);

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

export const userRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/users',
    needs: 'write',
    body: newUser,
    handle: async ({ body }) => {
      const { token, secretHash } = newWebhookToken(body.id);
      const now = Date.now();
      const user = await createUser(body, secretHash, now);
      if (!user) throw new ApiError('user_exists', { id: body.id });
      const webhook_url = `${environment('ALERTS_URL')}/webhook/u/${token}`;
      return json(201, { ...presentUser(user, now), webhook_token: token, webhook_url });
    },
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}',
    needs: 'read',
    handle: async ({ path }) => json(200, presentUser(await existingUser(path['id']), Date.now())),
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/config',
    needs: 'read',
    handle: async ({ path }) => json(200, presentSettings(await existingUser(path['id']))),
  }),
  route({
    method: 'PATCH',
    path: '/api/users/{id}/config',
    needs: 'write',
    body: settings,
    handle: async ({ path, body }) => {
      const user = await changeSettings(path['id'] ?? '', body);
      if (!user) throw new ApiError('user_not_found');
      return json(200, presentSettings(user));
    },
  }),
];

async function existingUser(id: string | undefined): Promise<User> {
  const user = await getUser(id ?? '');
  if (!user) throw new ApiError('user_not_found');
  return user;
}

function presentUser(user: User, now: number) {
  const plan = limits()[user.plan];
  return {
    id: user.user_id,
    plan: user.plan,
    signals_quota: user.signals_quota === undefined ? plan.signalsQuota : user.signals_quota,
    signals_used: signalsUsed(user, now),
    quota_reset_at: new Date(monthEnd(now)).toISOString(),
    rate_per_minute: user.rate_per_minute === undefined ? plan.ratePerMinute : user.rate_per_minute,
    rate_per_hour: user.rate_per_hour === undefined ? plan.ratePerHour : user.rate_per_hour,
    webhook_enabled: user.webhook_enabled,
    webhook_last_used: user.last_used === undefined ? null : new Date(user.last_used).toISOString(),
    created_at: user.created_at,
  };
}

function presentSettings(user: User): UserSettings {
  const { default_chart_id, screenshot_source, screenshot_resolution, screenshot_theme, timezone, language } = user;
  return { default_chart_id, screenshot_source, screenshot_resolution, screenshot_theme, timezone, language };
}

const limits = (): PlanLimits => readPlanLimits(environment('PLAN_LIMITS'));
