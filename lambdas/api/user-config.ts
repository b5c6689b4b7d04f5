import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import { isRange, NO_ALLOWLIST } from '../../core/alerts/allowlist.ts';
import { CHART_ID } from '../../core/alerts/chart-id.ts';
import { LANGUAGES, RESOLUTIONS, SCREENSHOT_SOURCES, THEMES, type User } from '../../core/alerts/user.ts';
import { changeSettings } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { ApiError } from '../../core/http/errors.ts';
import { saying } from '../../core/http/schema.ts';
import { changeChannels, getChannels, type StoredChannels } from '../../core/notifications/channels.ts';
import { preferenceChanges, preferences, presentPreferences } from './notification-preferences.ts';
import { type Route, route } from './route.ts';
import { existingUser } from './users.ts';

const MAX_RANGES = 100;

const range = z.string().check(
  z.refine(
    isRange,
    saying({
      es: 'no es una dirección IPv4 o IPv6 ni un rango CIDR',
      en: 'is not an IPv4 or IPv6 address or CIDR range',
    }),
  ),
);

const allowlist = z.strictObject({ enabled: z.boolean(), ranges: z.array(range).check(z.maxLength(MAX_RANGES)) }).check(
  z.refine(({ enabled, ranges }) => !enabled || ranges.length > 0, {
    path: ['ranges'],
    ...saying({
      es: 'está vacía: activada rechazaría todas las alertas',
      en: 'is empty: enabled it would refuse every alert',
    }),
  }),
);

const settings = z.strictObject({
  default_chart_id: z.nullable(z.string().check(z.regex(CHART_ID))),
  screenshot_source: z.enum(SCREENSHOT_SOURCES),
  screenshot_resolution: z.enum(RESOLUTIONS),
  screenshot_theme: z.enum(THEMES),
  timezone: z
    .string()
    .check(z.refine(isTimeZone, saying({ es: 'no es una zona horaria IANA', en: 'is not an IANA time zone' }))),
  language: z.enum(LANGUAGES),
  ip_allowlist: allowlist,
});

const config = z.extend(settings, { notification_preferences: preferences });
const changes = z.extend(z.partial(settings), { notification_preferences: z.optional(preferenceChanges) });

config.register(z.globalRegistry, { id: 'UserConfig' });
changes.register(z.globalRegistry, {
  id: 'UserConfigChanges',
  examples: [{ screenshot_theme: 'light', timezone: 'Europe/Madrid' }],
});

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

export const userConfigRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/users/{id}/config',
    summary: "A user's settings",
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: config },
    errors: ['user_not_found'],
    handle: async ({ path }) => {
      const [user, channels] = await Promise.all([existingUser(path.id), getChannels(userLocator(path.id))]);
      return presentConfig(user, channels);
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/users/{id}/config',
    summary: "Changes some of a user's settings",
    needs: 'write',
    endUsers: true,
    body: changes,
    success: { status: 200, body: config },
    errors: ['user_not_found'],
    handle: async ({ path, body: { notification_preferences, ...changed } }) => {
      const user = await changeSettings(path.id, changed);
      if (!user) throw new ApiError('user_not_found');
      const channels = notification_preferences
        ? await changeChannels(user.user_id, notification_preferences, environment('CHANNELS_KEY'))
        : await getChannels(userLocator(path.id));
      return presentConfig(user, channels);
    },
  }),
];

function presentConfig(user: User, channels: StoredChannels | undefined): z.input<typeof config> {
  const { default_chart_id, screenshot_source, screenshot_resolution, screenshot_theme, timezone, language } = user;
  const { ip_allowlist = NO_ALLOWLIST } = user;
  return {
    default_chart_id,
    screenshot_source,
    screenshot_resolution,
    screenshot_theme,
    timezone,
    language,
    ip_allowlist,
    notification_preferences: presentPreferences(channels),
  };
}
