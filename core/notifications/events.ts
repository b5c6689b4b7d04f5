/** What users are told of, and where. */

export const NOTIFICATION_EVENTS = [
  'signal.created',
  'screenshot.completed',
  'screenshot.failed',
  'session.expired',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** Of who has set a channel and chosen none. */
export const DEFAULT_EVENTS: readonly NotificationEvent[] = [
  'screenshot.completed',
  'screenshot.failed',
  'session.expired',
];

export const CHANNELS = ['telegram', 'discord', 'webhook'] as const;
export type ChannelName = (typeof CHANNELS)[number];
