import { setTimeout } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

const POLL_MS = 500;

/**
 * Moves the messages of a dead-letter queue back to the queue that they are for; resolves when that is done. Rejects
 * where SQS could not move them all, with its reason.
 */
export async function moveBack(deadLettersUrl: string, queueUrl: string): Promise<{ moved: number }> {
  const [SourceArn, DestinationArn] = await Promise.all([arnOf(deadLettersUrl), arnOf(queueUrl)]);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  for (;;) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const { Status, FailureReason, ApproximateNumberOfMessagesMoved: moved = 0 } = Results[0] ?? {};
    if (Status === 'COMPLETED') return { moved };
    if (Status !== 'RUNNING') throw new Error(`${moved} messages were moved, then: ${FailureReason ?? Status}`);
    await setTimeout(POLL_MS);
  }
}

async function arnOf(QueueUrl: string): Promise<string | undefined> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes?.['QueueArn'];
}
