import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** SQS takes at most 10 messages a call. */
const MESSAGES_PER_CALL = 10;

/** Puts jobs into a queue; rejects where one was not taken, and the stream delivers the whole batch again. */
export async function send(queue: string, jobs: readonly { locator: string }[]): Promise<void> {
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
    if (Failed.length > 0) throw new Error(`${Failed.length} jobs were not taken: ${Failed[0]?.Message}`);
  }
}
