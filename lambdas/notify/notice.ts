import type { Signal } from '../../core/alerts/signal-shape.ts';
import type { NotificationJob } from '../../core/notifications/job.ts';

/** What is told, whatever the channel. */
export interface Notice {
  id: string;
  type: NotificationJob['event'];
  /** When it happened; ISO 8601. */
  at: string;
  user_id: string;
  /** For people, in their language. */
  text: string;
  /** Without the address of its image: the image itself goes along. */
  signal?: Omit<Signal, 'screenshot_url'>;
  /** A PNG. */
  image?: Uint8Array;
}
