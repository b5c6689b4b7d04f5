import { signalTime } from '../../core/alerts/alert-id.ts';
import { locatorOf, SESSION_SORT_KEY } from '../../core/alerts/keys.ts';
import { namesOf, type StoredChannels } from '../../core/notifications/channels.ts';
import { DEFAULT_EVENTS, NOTIFICATION_EVENTS, type NotificationEvent } from '../../core/notifications/events.ts';
import { type NotificationJob, notificationJob } from '../../core/notifications/job.ts';
import type { Change, SignalChange } from './change.ts';
import { eventOf } from './push-events.ts';

/** What users are told of changes: rules without AWS. */

/** Something that happened and that a user may want to be told of. */
export type Occurrence = Pick<NotificationJob, 'locator' | 'at' | 'signal_id' | 'generation'> & {
  event: NotificationEvent;
};

export function signalOccurrences(changes: readonly SignalChange[]): Occurrence[] {
  return changes.flatMap(({ before, after }) => {
    const event = NOTIFICATION_EVENTS.find((name) => name === eventOf(before, after));
    if (event === undefined) return [];
    const created = new Date(signalTime(after.id)).toISOString();
    return [
      {
        locator: locatorOf(after),
        event,
        at: after.updated_at ?? created,
        signal_id: after.id,
        generation: after.generation,
      },
    ];
  });
}

/** The sessions that were found to have expired by that very change. */
export function expiredSessions(changes: readonly Change[]): Occurrence[] {
  return changes
    .filter(({ sk, before, after }) => sk === SESSION_SORT_KEY && before['valid'] === true && after['valid'] === false)
    .map((change) => ({
      locator: locatorOf(change),
      event: 'session.expired',
      at: new Date(change.at).toISOString(),
    }));
}

/** One message for each channel of the users who want to be told. */
export function wantedNotifications(
  occurred: readonly Occurrence[],
  channels: ReadonlyMap<string, StoredChannels | undefined>,
): NotificationJob[] {
  return occurred.flatMap((occurrence) => {
    const stored = channels.get(occurrence.locator);
    const events = stored?.events ?? DEFAULT_EVENTS;
    if (!events.includes(occurrence.event)) return [];
    return namesOf(stored).map((channel) => notificationJob({ ...occurrence, channel }));
  });
}
