import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({ maxAttempts: 2 });

export interface QueueDepth {
  /** Messages that nobody works on, those with a delay too. */
  waiting: number;
  /** Messages that are worked on, or hidden until their next try. */
  running: number;
}

/** About how many messages a queue holds. */
export async function queueDepth(QueueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return {
    waiting:
      Number(Attributes['ApproximateNumberOfMessages']) + Number(Attributes['ApproximateNumberOfMessagesDelayed']),
    running: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  };
}
