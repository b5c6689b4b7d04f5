import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { locatorOf } from '../../core/alerts/keys.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { PlanName, User } from '../../core/alerts/user.ts';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import type { CaptureJob } from '../../core/captures/job.ts';
import { captureSource } from '../../core/captures/source.ts';
import { sumUp } from './sum-up.ts';
import { wantedCaptures } from './wanted-captures.ts';

/**
 * The alerts table's stream is the outbox: each new or changed signal passes here at least once and in order, and
 * becomes what has to follow from it. What is sent twice does no harm: a job names its capture.
 */

const sqs = new SQSClient({});

/** SQS takes at most 10 messages a call. */
const MESSAGES_PER_CALL = 10;

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const signals = wantedCaptures(event.Records);
  const users = await usersOf(signals);
  const jobs = new Map<string, CaptureJob[]>();
  for (const signal of signals) {
    const locator = locatorOf(signal);
    const user = users.get(locator);
    // The user was deleted meanwhile: nobody waits for the picture.
    if (!user) continue;
    const queue = queueFor(user, signal);
    const job = { locator, signal_id: signal.id, generation: signal.generation };
    jobs.set(queue, [...(jobs.get(queue) ?? []), job]);
  }
  for (const [queue, waiting] of jobs) await send(queue, waiting);
  await sumUp(signals.filter((signal) => users.get(locatorOf(signal))));
}

async function usersOf(signals: StoredSignal[]): Promise<Map<string, User | undefined>> {
  const locators = [...new Set(signals.map((signal) => locatorOf(signal)))];
  return new Map(
    await Promise.all(locators.map(async (locator) => [locator, await getUserByLocator(locator)] as const)),
  );
}

function queueFor(user: User, signal: StoredSignal): string {
  if (captureSource(user, signal.chart_id !== undefined) === 'builtin') return environment('CHART_QUEUE');
  const queues: Record<PlanName, string> = JSON.parse(environment('BROWSER_QUEUES'));
  return queues[user.plan];
}

async function send(queue: string, jobs: CaptureJob[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += MESSAGES_PER_CALL) {
    const batch = jobs.slice(start, start + MESSAGES_PER_CALL);
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue,
        Entries: batch.map((job, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(job),
          // Users share a queue fairly: SQS holds back the groups that fill it.
          MessageGroupId: job.locator,
        })),
      }),
    );
    // The stream delivers the whole batch again.
    if (Failed.length > 0) throw new Error(`${Failed.length} capture jobs were not taken: ${Failed[0]?.Message}`);
  }
}
