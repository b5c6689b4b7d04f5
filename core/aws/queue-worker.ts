import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger, logInvocation } from '../log.ts';

/** The handler of a function that works for queues: each record by itself, all of a batch at once. */

export type Outcome =
  | { done: true }
  | { done: false; retryAfterSeconds: number }
  /** Nothing was tried: the job goes back as a new message, whose receives are counted anew. */
  | { done: false; requeueAfterSeconds: number };

export const DONE: Outcome = { done: true };

class TryAgainLater extends Error {}

/** An error that no rule of the work foresees: the first tries come soon, the last ones give an outage time to end. */
const LONGEST_WAIT_SECONDS = 300;

/**
 * @param queueUrls of the queues that feed the function; a record names its queue by ARN only
 * @param work done, or when to try again; what it throws is tried again after 2, 4, 8, … s
 */
export function queueWorker(
  queueUrls: () => readonly string[],
  work: (record: SQSRecord, context: Context) => Promise<Outcome>,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const sqs = new SQSClient({});
  const processor = new BatchProcessor(EventType.SQS);

  async function handle(record: SQSRecord, context: Context): Promise<void> {
    const outcome = await work(record, context).catch((error: unknown): Outcome => {
      // A job is made of names: it holds nothing that must not be logged.
      logger.error('A job failed unexpectedly', { error, job: record.body, receives: receivesOf(record) });
      return { done: false, retryAfterSeconds: backoffSeconds(receivesOf(record)) };
    });
    if (outcome.done) return;
    const QueueUrl = queueUrl(queueUrls(), record.eventSourceARN);
    if ('requeueAfterSeconds' in outcome) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: record.body,
          MessageGroupId: record.attributes.MessageGroupId,
          DelaySeconds: outcome.requeueAfterSeconds,
        }),
      );
      return;
    }
    // The message stays, hidden for the wait before the next try instead of the queue's whole visibility time.
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: outcome.retryAfterSeconds,
      }),
    );
    throw new TryAgainLater(`again in ${outcome.retryAfterSeconds} s`);
  }

  return (event, context) => {
    logInvocation(context);
    return processPartialResponse(event, (record: SQSRecord) => handle(record, context), processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  };
}

/** How often the message was received, this time included. */
export function receivesOf(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
}

export function backoffSeconds(receives: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, 2 ** receives);
}

function queueUrl(urls: readonly string[], arn: string): string {
  const url = urls.find((candidate) => candidate.split('/').at(-1) === arn.split(':').at(-1));
  if (!url) throw new Error(`No queue of this function has the ARN ${arn}`);
  return url;
}
