import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** SQS takes at most 10 messages a call. */
const MESSAGES_PER_CALL = 10;

/**
 * Puts jobs into a queue; rejects where one was not taken.
 * @param groupOf who shares the queue fairly with the others: SQS holds back the groups that fill it
 */
export async function sendJobs<Job extends { locator: string }>(
  queue: string,
  jobs: readonly Job[],
  groupOf: (job: Job) => string = ({ locator }) => locator,
): Promise<void> {
  for (let start = 0; start < jobs.length; start += MESSAGES_PER_CALL) {
    const batch = jobs.slice(start, start + MESSAGES_PER_CALL);
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue,
        Entries: batch.map((job, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(job),
          MessageGroupId: groupOf(job),
        })),
      }),
    );
    if (Failed.length > 0) throw new Error(`${Failed.length} jobs were not taken: ${Failed[0]?.Message}`);
  }
}
