import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { signalKey } from '../../core/alerts/keys.ts';
import { presentSignal } from '../../core/alerts/signal-shape.ts';
import { getSignal } from '../../core/alerts/signals.ts';
import { imageKey, type StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { User } from '../../core/alerts/user.ts';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { withLease } from '../../core/aws/lease.ts';
import { DONE, type Outcome } from '../../core/aws/queue-worker.ts';
import { logger } from '../../core/log.ts';
import { METRICS, type Metric, measure } from '../../core/metrics.ts';
import { getChannels, openSecret, type StoredChannels } from '../../core/notifications/channels.ts';
import { type NotificationJob, receiverOf } from '../../core/notifications/job.ts';
import { judge } from './judge.ts';
import { beginTry, forget, noteSent } from './notes.ts';
import type { Notice } from './notice.ts';
import { post, SendFailure } from './post.ts';
import { discordRequest, type Outgoing, telegramRequest, webhookRequest } from './requests.ts';
import { textOf } from './words.ts';

/** The life of one notification, from its job to its receiver. */

const s3 = new S3Client({});
const sqs = new SQSClient({});

/** What the user still has of what the job is about. */
interface Subject {
  user: User;
  channels: StoredChannels;
  signal: StoredSignal | undefined;
}

/** Longer than the function may run. */
const LEASE_MS = 25_000;
/** SQS keeps a message back for a quarter of an hour at most. */
const LONGEST_PAUSE_SECONDS = 300;

/**
 * Runs one try, unless the receiver is being sent something else: one that is slow takes the place of one message and
 * no more. What comes twice, or in parallel, is sent once; only a run that dies after it has sent and before it has noted
 * so is followed by another, under the same id.
 */
export async function notify(job: NotificationJob): Promise<Outcome> {
  const subject = await subjectOf(job);
  if (!subject) return DONE;
  const lease = { name: receiverOf(job), owner: randomUUID(), milliseconds: LEASE_MS };
  const outcome = await withLease(lease, () => attempt(job, subject));
  return outcome ?? { done: false, requeueAfterSeconds: pauseOf(Date.now() - Date.parse(job.at)) };
}

/** Seconds until it asks again, at most half as long as it has waited already: a long queue costs little. */
function pauseOf(age: number): number {
  return Math.ceil(Math.random() * Math.min(LONGEST_PAUSE_SECONDS, Math.max(1, age / 2000)));
}

async function attempt(job: NotificationJob, subject: Subject): Promise<Outcome> {
  const tries = await beginTry(job.id, Date.now());
  if (tries === undefined) return DONE;
  const { id: notification_id, signal_id, channel, event } = job;
  const about = { notification_id, user_id: subject.user.user_id, signal_id, channel, event, tries };
  // More than the allowed tries were begun: the ones before ended in a crash that could not report itself.
  const waits: number[] = JSON.parse(environment('RETRY_SECONDS'));
  if (tries > waits.length + 1) return giveUp(job, 'crashed');
  try {
    const { destination, message } = await outgoing(job, subject);
    judge(await post(destination, message), Date.now());
  } catch (error) {
    const failure = error instanceof SendFailure ? error : new SendFailure('error', true, { cause: error });
    logger.warn('Notification failed', { ...about, reason: failure.reason, error: failure });
    const wait = waits[tries - 1];
    if (!failure.retryable || wait === undefined) return giveUp(job, failure.reason);
    return { done: false, retryAfterSeconds: Math.max(wait, failure.retryAfterSeconds) };
  }
  await untilNoted(job.id);
  logger.info('Notification sent', about);
  measureEnd(job);
  return DONE;
}

/** Undefined where there is nothing to tell any more, or nowhere. */
async function subjectOf({ locator, channel, signal_id, generation }: NotificationJob): Promise<Subject | undefined> {
  const [user, channels, signal] = await Promise.all([
    getUserByLocator(locator),
    getChannels(locator),
    signal_id === undefined ? undefined : getSignal(signalKey(locator, signal_id)),
  ]);
  if (!user || !channels?.[channel]) return undefined;
  // Deleted, or captured again: the later capture is told of by itself.
  if (signal_id !== undefined && (!signal || (generation !== undefined && signal.generation !== generation))) {
    return undefined;
  }
  return { user, channels, signal };
}

async function outgoing(job: NotificationJob, { user, channels, signal }: Subject): Promise<Outgoing> {
  const [secret, notice] = await Promise.all([
    openSecret(channels, job.channel, environment('CHANNELS_KEY')),
    noticeOf(job, user, signal),
  ]);
  const { telegram, webhook } = channels;
  if (secret !== undefined) {
    if (job.channel === 'discord') return discordRequest(notice, secret, environment('DISCORD_API_URL'));
    if (job.channel === 'telegram' && telegram) {
      const { chat_id } = telegram;
      return telegramRequest(notice, { chat_id, bot_token: secret }, environment('TELEGRAM_API_URL'));
    }
    if (job.channel === 'webhook' && webhook) {
      const allowLoopback = environment('LOOPBACK_RECEIVERS') === 'allowed';
      return webhookRequest(notice, { url: webhook.url, secret }, allowLoopback, Date.now());
    }
  }
  throw new Error(`The channel ${job.channel} is not set`);
}

async function noticeOf({ id, event: type, at }: NotificationJob, user: User, signal: StoredSignal | undefined) {
  const notice: Notice = { id, type, at, user_id: user.user_id, text: textOf(type, at, user, signal) };
  if (!signal) return notice;
  const { screenshot_url: _, ...shown } = await presentSignal(signal);
  notice.signal = shown;
  if (type === 'screenshot.completed') notice.image = await imageOf(signal);
  return notice;
}

async function imageOf(signal: StoredSignal): Promise<Uint8Array> {
  const image = new GetObjectCommand({ Bucket: environment('IMAGES_BUCKET'), Key: imageKey(signal) });
  const { Body } = await s3.send(image);
  if (!Body) throw new Error('S3 answered without an object');
  return Body.transformToByteArray();
}

/** What has been sent and is not noted would be sent again: no passing fault is to be the cause. */
async function untilNoted(id: string): Promise<void> {
  for (const wait of [50, 200, 800, 2000]) {
    try {
      return await noteSent(id, Date.now());
    } catch (error) {
      logger.warn('A sent notification was not noted', { notification_id: id, error });
      await sleep(wait);
    }
  }
  await noteSent(id, Date.now());
}

/** Forgotten first it would begin anew should this run die here. */
async function giveUp(job: NotificationJob, reason: string): Promise<Outcome> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: environment('NOTIFICATION_DEAD_LETTERS'),
      MessageBody: JSON.stringify({ ...job, reason }),
      MessageGroupId: receiverOf(job),
    }),
  );
  await forget(job.id);
  measureEnd(job, reason);
  return DONE;
}

function measureEnd({ channel, event }: NotificationJob, reason?: string): void {
  const ends: [Metric, number][] = [
    [METRICS.notifications, 1],
    [METRICS.notificationFailures, reason === undefined ? 0 : 1],
  ];
  measure(Date.now(), ends, { message: 'Notification ended', channel, event, ...(reason && { reason }) });
}
