import { z } from 'zod';
import { readJson } from '../json-request.ts';
import { AwsError } from '../service.ts';
import { queueArn } from './attributes.ts';
import { messageAttributes } from './draft.ts';

const queueUrl = z.string();
const names = z.array(z.string()).default([]);
const seconds = (most: number) => z.int().min(0).max(most);
const VISIBILITY = seconds(43_200);
const draft = {
  MessageBody: z.string(),
  DelaySeconds: seconds(900).optional(),
  MessageAttributes: messageAttributes.optional(),
  MessageSystemAttributes: messageAttributes.optional(),
  MessageGroupId: z.string().optional(),
};

/** What each operation takes (Amazon SQS API reference). */
export const requests = {
  SendMessage: z.object({ QueueUrl: queueUrl, ...draft }),
  SendMessageBatch: z.object({
    QueueUrl: queueUrl,
    Entries: z.array(z.object({ Id: z.string(), ...draft, DelaySeconds: z.int().optional() })),
  }),
  ReceiveMessage: z.object({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: z.int().min(1).max(10).default(1),
    VisibilityTimeout: VISIBILITY.optional(),
    WaitTimeSeconds: seconds(20).optional(),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
  }),
  DeleteMessage: z.object({ QueueUrl: queueUrl, ReceiptHandle: z.string() }),
  DeleteMessageBatch: z.object({
    QueueUrl: queueUrl,
    Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
  }),
  ChangeMessageVisibility: z.object({ QueueUrl: queueUrl, ReceiptHandle: z.string(), VisibilityTimeout: VISIBILITY }),
  ChangeMessageVisibilityBatch: z.object({
    QueueUrl: queueUrl,
    Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.int().default(0) })),
  }),
  GetQueueUrl: z.object({ QueueName: z.string() }),
  GetQueueAttributes: z.object({ QueueUrl: queueUrl, AttributeNames: names }),
  SetQueueAttributes: z.object({ QueueUrl: queueUrl, Attributes: z.record(z.string(), z.string()) }),
  ListQueues: z.object({
    QueueNamePrefix: z.string().default(''),
    MaxResults: z.int().min(1).max(1000).optional(),
    NextToken: z.string().optional(),
  }),
  ListDeadLetterSourceQueues: z.object({ QueueUrl: queueUrl }),
  PurgeQueue: z.object({ QueueUrl: queueUrl }),
  StartMessageMoveTask: z.object({
    SourceArn: z.string(),
    DestinationArn: z.string().optional(),
    MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
  }),
  ListMessageMoveTasks: z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) }),
  CancelMessageMoveTask: z.object({ TaskHandle: z.string() }),
};
export type Operation = keyof typeof requests;
export type Inputs = { [O in Operation]: z.infer<(typeof requests)[O]> };

const schemas: { [O in Operation]: z.ZodType<Inputs[O]> } = requests;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

/** @throws AwsError MissingParameter, InvalidParameterValue, SerializationException */
export function readRequest<O extends Operation>(operation: O, body: Buffer): Inputs[O] {
  const schema: z.ZodType<Inputs[O]> = schemas[operation];
  const result = schema.safeParse(readJson(body), { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${path}.`);
  }
  const value = JSON.stringify(issue?.input);
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${path} is invalid. Reason: ${issue?.message}.`,
  );
}

const whereabouts = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
  TaskHandle: z.string().optional(),
});

/** The queues that a request speaks of, before anything else in it is looked at. */
export function readTargets(body: Buffer): { queue: string | undefined; destination: string | undefined } {
  const found = whereabouts.safeParse(readJson(body));
  if (!found.success) return { queue: undefined, destination: undefined };
  const { QueueUrl, QueueName, SourceArn, DestinationArn, TaskHandle } = found.data;
  const arn = SourceArn ?? (TaskHandle === undefined ? undefined : readTaskHandle(TaskHandle).sourceArn);
  const named = QueueName ?? (QueueUrl === undefined ? undefined : queueOfUrl(QueueUrl));
  return { queue: arn ?? (named === undefined ? undefined : queueArn(named)), destination: DestinationArn };
}

/** The name at the end of a queue's URL, whatever its host; undefined where the URL is none of a queue. */
export function queueOfUrl(url: string): string | undefined {
  return /\/\d{12}\/([A-Za-z0-9_-]+)$/.exec(url)?.[1];
}

export function taskHandle(id: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64');
}

const handleContent = z.object({ taskId: z.string(), sourceArn: z.string() });

/** @throws AwsError InvalidParameterValue */
export function readTaskHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    return handleContent.parse(JSON.parse(Buffer.from(handle, 'base64').toString()));
  } catch {
    throw new AwsError('InvalidParameterValue', `Value ${handle} for parameter TaskHandle is invalid.`);
  }
}
