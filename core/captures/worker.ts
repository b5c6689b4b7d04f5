import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ScreenshotSource } from '../alerts/signal.ts';
import { environment } from '../aws/environment.ts';
import { readJob } from './job.ts';
import type { Draw } from './picture.ts';
import { runCapture } from './run.ts';

/** The handler of a function that draws pictures for jobs from a queue: each record by itself, all of a batch at once. */

class TryAgainLater extends Error {}

export function captureWorker(source: ScreenshotSource, draw: Draw) {
  const sqs = new SQSClient({});
  const processor = new BatchProcessor(EventType.SQS);

  async function work(record: SQSRecord): Promise<void> {
    const outcome = await runCapture(readJob(record.body), source, draw);
    if (outcome.done) return;
    // The message stays, hidden for the wait before the next try instead of the queue's whole visibility time.
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl(record.eventSourceARN),
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: outcome.retryAfterSeconds,
      }),
    );
    throw new TryAgainLater(`again in ${outcome.retryAfterSeconds} s`);
  }

  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, work, processor, { context, throwOnFullBatchFailure: false });
}

/** `CAPTURE_QUEUES` holds the URLs of the queues that feed this function; a record names its queue by ARN. */
function queueUrl(arn: string): string {
  const urls: string[] = JSON.parse(environment('CAPTURE_QUEUES'));
  const url = urls.find((candidate) => candidate.split('/').at(-1) === arn.split(':').at(-1));
  if (!url) throw new Error(`No capture queue has the ARN ${arn}`);
  return url;
}
