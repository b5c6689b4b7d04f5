import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { locatorOf } from '../../core/alerts/keys.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { User } from '../../core/alerts/user.ts';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { sendJobs } from '../../core/aws/send-jobs.ts';
import type { CaptureJob } from '../../core/captures/job.ts';
import { captureQueue } from '../../core/captures/queue.ts';
import { logInvocation } from '../../core/log.ts';
import { getChannels } from '../../core/notifications/channels.ts';
import { receiverOf } from '../../core/notifications/job.ts';
import { readChange, signalChanges } from './change.ts';
import { failedCaptures } from './failed-captures.ts';
import { measureChanges } from './measure.ts';
import { push } from './push.ts';
import { sumUp } from './sum-up.ts';
import { deletedSignals, deletedUsers, wantedExports } from './wanted-background-jobs.ts';
import { wantedCaptures } from './wanted-captures.ts';
import { expiredSessions, signalOccurrences, wantedNotifications } from './wanted-notifications.ts';

/**
 * The alerts table's stream is the outbox: each change passes here at least once and in order, and becomes what has to
 * follow from it. What is sent twice does no harm: a job names its capture, its export, its deletion, its
 * notification.
 */
export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<void> {
  logInvocation(context);
  const changes = event.Records.map(readChange);
  const changed = signalChanges(changes);
  const captures = wantedCaptures(changed);
  const signals = deletedSignals(changes);
  const locators = [...captures.map((signal) => locatorOf(signal)), ...signals.map((it) => it.locator)];
  const users = await byLocator(locators, getUserByLocator);

  for (const [queue, jobs] of captureJobs(captures, users)) await sendJobs(queue, jobs);
  await sendJobs(environment('CAPTURE_DEAD_LETTERS'), failedCaptures(changed));
  await sendJobs(environment('EXPORT_QUEUE'), wantedExports(changes));
  // The signals of a deleted user go by the thousand, and their images with the user's.
  const erasures = [...deletedUsers(changes), ...signals.filter(({ locator }) => users.get(locator))];
  await sendJobs(environment('ERASE_QUEUE'), erasures);
  const occurred = [...signalOccurrences(changed), ...expiredSessions(changes)];
  const channels = await byLocator(
    occurred.map((it) => it.locator),
    getChannels,
  );
  await sendJobs(environment('NOTIFICATION_QUEUE'), wantedNotifications(occurred, channels), receiverOf);
  await push(changed);
  await sumUp(captures.filter((signal) => users.get(locatorOf(signal))));
  // Last, so that a batch which comes again is counted once.
  measureChanges(changed);
}

/** What is read once for each user. */
async function byLocator<Item>(
  locators: readonly string[],
  read: (locator: string) => Promise<Item>,
): Promise<Map<string, Item>> {
  const unique = [...new Set(locators)];
  return new Map(await Promise.all(unique.map(async (locator) => [locator, await read(locator)] as const)));
}

/** By queue. */
function captureJobs(signals: StoredSignal[], users: Map<string, User | undefined>): Map<string, CaptureJob[]> {
  const jobs = new Map<string, CaptureJob[]>();
  for (const signal of signals) {
    const locator = locatorOf(signal);
    const user = users.get(locator);
    // The user was deleted meanwhile: nobody waits for the picture.
    if (!user) continue;
    const queue = captureQueue(user, signal);
    const job = { locator, signal_id: signal.id, generation: signal.generation };
    jobs.set(queue, [...(jobs.get(queue) ?? []), job]);
  }
  return jobs;
}
