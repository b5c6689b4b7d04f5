import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { CHANNELS, NOTIFICATION_EVENTS } from './events.ts';

/** One message to one channel of one user, as it stands in the queue. The notifier reads the rest itself. */
const schema = z.object({
  /** The same for every repeat of the same notification: receivers know repeats by it. */
  id: z.string(),
  locator: z.string(),
  channel: z.enum(CHANNELS),
  event: z.enum([...NOTIFICATION_EVENTS, 'test']),
  /** When it happened; ISO 8601. */
  at: z.string(),
  /** Of the signal's events. */
  signal_id: z.optional(z.string()),
  generation: z.optional(z.number()),
});
export type NotificationJob = z.output<typeof schema>;

/** What names a notification. */
export function notificationJob(facts: Omit<NotificationJob, 'id'>): NotificationJob {
  const { locator, channel, event, at, signal_id, generation } = facts;
  const named = JSON.stringify([locator, channel, event, signal_id ?? at, generation]);
  return { ...facts, id: `msg_${createHash('sha256').update(named).digest('base64url').slice(0, 22)}` };
}

export function readNotificationJob(body: string): NotificationJob {
  return schema.parse(JSON.parse(body));
}

/** Each receiver shares the queue with the others: what one does not take holds up nobody else. */
export function receiverOf({ locator, channel }: Pick<NotificationJob, 'locator' | 'channel'>): string {
  return `${locator}-${channel}`;
}
