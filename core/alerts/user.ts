import * as z from 'zod/mini';

/** A user as stored: one item, so that admission finds all it needs in the one write it makes. */

export const PLANS = ['premium', 'pro', 'basic', 'free'] as const;
export const SCREENSHOT_SOURCES = ['auto', 'tradingview', 'builtin'] as const;
export const RESOLUTIONS = ['720p', '1080p', '4k'] as const;
export const THEMES = ['dark', 'light'] as const;
export const LANGUAGES = ['es', 'en'] as const;

export type PlanName = (typeof PLANS)[number];

const override = z.optional(z.nullable(z.number()));
const hash = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const userSchema = z.looseObject({
  user_id: z.string(),
  plan: z.enum(PLANS),
  created_at: z.string(),
  webhook_enabled: z.boolean(),
  secret_hash: hash,
  /** The secret before, which opens too until this time in epoch milliseconds. */
  previous_secret_hash: z.optional(hash),
  previous_secret_until: z.optional(z.number()),
  /** The user's own limits; absent: the plan's, null: none. */
  signals_quota: override,
  rate_per_minute: override,
  rate_per_hour: override,
  default_chart_id: z.nullable(z.string()),
  screenshot_source: z.enum(SCREENSHOT_SOURCES),
  screenshot_resolution: z.enum(RESOLUTIONS),
  screenshot_theme: z.enum(THEMES),
  timezone: z.string(),
  language: z.enum(LANGUAGES),
  ip_allowlist: z.optional(z.object({ enabled: z.boolean(), ranges: z.array(z.string()) })),
  /** The revision of the enabled allowlist; absent: alerts may come from anywhere. */
  allowlist: z.optional(z.string()),
  /** Epoch milliseconds of the last admitted alert. */
  last_used: z.optional(z.number()),
  /** Alerts ever admitted; an alert's number among them is its signal's `sequence`. */
  admitted: z.number(),
  /** The sequence of the latest signal whose capture has ended, and how many seconds that capture took. */
  captured: z.optional(z.number()),
  capture_seconds: z.optional(z.number()),
  /** Seconds from that signal's alert to its image, for each capture that its user waited for then. */
  wait_per_capture: z.optional(z.number()),
});

/** Besides the declared fields the item holds admission's counters and notes, named by their windows. */
export type User = z.output<typeof userSchema>;

export type UserSettings = Pick<
  User,
  | 'default_chart_id'
  | 'screenshot_source'
  | 'screenshot_resolution'
  | 'screenshot_theme'
  | 'timezone'
  | 'language'
  | 'ip_allowlist'
>;

export const DEFAULT_SETTINGS = {
  default_chart_id: null,
  screenshot_source: 'auto',
  screenshot_resolution: '1080p',
  screenshot_theme: 'dark',
  timezone: 'UTC',
  language: 'es',
} as const satisfies UserSettings;
