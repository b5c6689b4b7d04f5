import * as z from 'zod/mini';
import { environment } from '../../core/aws/environment.ts';
import { saying } from '../../core/http/schema.ts';
import type { StoredChannels } from '../../core/notifications/channels.ts';
import { DEFAULT_EVENTS, NOTIFICATION_EVENTS } from '../../core/notifications/events.ts';
import { isDiscordWebhook, isReceiverUrl } from '../../core/notifications/receiver-url.ts';
import { isWebhookSecret } from '../../core/notifications/webhook-secret.ts';

/** `notification_preferences` as callers send and see them: secrets go in and never come out. */

const MAX_URL = 2048;

const events = z.array(z.enum(NOTIFICATION_EVENTS)).check(z.maxLength(NOTIFICATION_EVENTS.length));

/** A number, or the name of a public channel. https://core.telegram.org/bots/api#sendmessage */
const chatId = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/))]),
  z.transform(String),
);

const telegram = z.strictObject({
  bot_token: z.string().check(z.regex(/^\d{1,20}:[\w-]{20,100}$/)),
  chat_id: chatId,
});

const discord = z.strictObject({
  webhook_url: z
    .string()
    .check(
      z.maxLength(MAX_URL),
      z.refine(
        isDiscordWebhook,
        saying({ es: 'no es la dirección de un webhook de Discord', en: 'is not the address of a Discord webhook' }),
      ),
      z.describe('As Discord shows it: `https://discord.com/api/webhooks/…`. Itself a secret.'),
    ),
});

const webhook = z.strictObject({
  url: z.string().check(
    z.maxLength(MAX_URL),
    z.refine(
      (url) => isReceiverUrl(url, environment('LOOPBACK_RECEIVERS') === 'allowed'),
      saying({
        es: 'no es una dirección https con un nombre público, sin puerto ni contraseña',
        en: 'is not an https address with a public name, without a port or a password',
      }),
    ),
    z.describe('Where the messages go. It is shown to readers: what has to stay secret belongs into `secret`.'),
  ),
  secret: z.string().check(
    z.refine(
      isWebhookSecret,
      saying({
        es: 'no es whsec_ y de 24 a 64 bytes en base64',
        en: 'is not whsec_ and 24 to 64 bytes in base64',
      }),
    ),
  ),
});

/** A channel is given as a whole, or removed by null; those that are not named stay. */
export const preferenceChanges = z.strictObject({
  events: z.optional(z.nullable(events)),
  telegram: z.optional(z.nullable(telegram)),
  discord: z.optional(z.nullable(discord)),
  webhook: z.optional(z.nullable(webhook)),
});

export const preferences = z.strictObject({
  events,
  telegram: z.nullable(z.strictObject({ chat_id: z.string(), has_bot_token: z.boolean() })),
  discord: z.nullable(z.strictObject({ has_webhook_url: z.boolean() })),
  webhook: z.nullable(
    z.strictObject({ url: z.url().check(z.describe('Where the messages go.')), has_secret: z.boolean() }),
  ),
});

preferenceChanges.register(z.globalRegistry, { id: 'NotificationPreferenceChanges' });
preferences.register(z.globalRegistry, { id: 'NotificationPreferences' });

export function presentPreferences(stored: StoredChannels | undefined): z.input<typeof preferences> {
  const { telegram, discord, webhook } = stored ?? {};
  return {
    events: [...(stored?.events ?? DEFAULT_EVENTS)],
    telegram: telegram ? { chat_id: telegram.chat_id, has_bot_token: true } : null,
    discord: discord ? { has_webhook_url: true } : null,
    webhook: webhook ? { url: webhook.url, has_secret: true } : null,
  };
}
