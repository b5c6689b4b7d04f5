import { AwsError } from '../service.ts';
import { describeAttributes, queueArn, queueName } from './attributes.ts';
import type { MessageStore } from './message-store.ts';
import type { MoveTask, moveTasks } from './move-tasks.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { type Inputs, queueOfUrl, readTaskHandle, taskHandle } from './requests.ts';

const PURGE_PAUSE_MS = 60_000;

/** Looking at queues, changing, emptying and redriving them. @param urlOf a queue's URL by its name */
export function queueOperations(
  queues: QueueStore,
  messages: MessageStore,
  tasks: ReturnType<typeof moveTasks>,
  urlOf: (name: string) => string,
) {
  const queueAt = (url: string): Queue => queues.get(queueOfUrl(url));
  const lastPurges = new Map<string, number>();

  function queueOfArn(arn: string): Queue {
    try {
      return queues.get(queueName(arn));
    } catch {
      throw new AwsError('ResourceNotFoundException', `The resource that you specified for ${arn} doesn't exist.`, 404);
    }
  }

  return {
    GetQueueUrl: ({ QueueName }: Inputs['GetQueueUrl']) => ({ QueueUrl: urlOf(queues.get(QueueName).name) }),

    GetQueueAttributes: (input: Inputs['GetQueueAttributes']) => {
      const { name, arn, attributes, ...times } = queueAt(input.QueueUrl);
      const counts = messages.counts(name, attributes.MessageRetentionPeriod);
      const all = Object.entries(describeAttributes(arn, attributes, counts, times));
      const asked = input.AttributeNames;
      const found = all.filter(([attribute]) => asked.includes('All') || asked.includes(attribute));
      return found.length > 0 ? { Attributes: Object.fromEntries(found) } : {};
    },

    SetQueueAttributes: (input: Inputs['SetQueueAttributes']) => {
      queues.change(queueAt(input.QueueUrl), input.Attributes);
      return {};
    },

    ListQueues: ({ QueueNamePrefix, MaxResults = 1000, NextToken }: Inputs['ListQueues']) => {
      const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64').toString();
      const all = queues.list().filter(({ name }) => name.startsWith(QueueNamePrefix) && name > after);
      const page = all.slice(0, MaxResults);
      const last = page.at(-1)?.name;
      return {
        ...(page.length > 0 && { QueueUrls: page.map(({ name }) => urlOf(name)) }),
        ...(all.length > page.length && last && { NextToken: Buffer.from(last).toString('base64') }),
      };
    },

    ListDeadLetterSourceQueues: (input: Inputs['ListDeadLetterSourceQueues']) => ({
      queueUrls: queues.sourcesOf(queueAt(input.QueueUrl)).map(({ name }) => urlOf(name)),
    }),

    PurgeQueue: (input: Inputs['PurgeQueue']) => {
      const { name } = queueAt(input.QueueUrl);
      if (Date.now() - (lastPurges.get(name) ?? 0) < PURGE_PAUSE_MS) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
        );
      }
      lastPurges.set(name, Date.now());
      messages.purge(name);
      return {};
    },

    StartMessageMoveTask: (input: Inputs['StartMessageMoveTask']) => {
      const source = queueOfArn(input.SourceArn);
      const destination = input.DestinationArn === undefined ? undefined : queueOfArn(input.DestinationArn);
      const task = tasks.start(source, destination, input.MaxNumberOfMessagesPerSecond);
      return { TaskHandle: taskHandle(task.id, source.arn) };
    },

    ListMessageMoveTasks: (input: Inputs['ListMessageMoveTasks']) => ({
      Results: tasks.list(queueOfArn(input.SourceArn), input.MaxResults).map(describeTask),
    }),

    CancelMessageMoveTask: (input: Inputs['CancelMessageMoveTask']) => ({
      ApproximateNumberOfMessagesMoved: tasks.cancel(readTaskHandle(input.TaskHandle).taskId).moved,
    }),
  };
}

function describeTask(task: MoveTask) {
  return {
    Status: task.status,
    SourceArn: queueArn(task.source),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    StartedTimestamp: task.started_at,
    ...(task.status === 'RUNNING' && { TaskHandle: taskHandle(task.id, queueArn(task.source)) }),
    ...(task.destination !== null && { DestinationArn: queueArn(task.destination) }),
    ...(task.rate !== null && { MaxNumberOfMessagesPerSecond: task.rate }),
    ...(task.failure !== null && { FailureReason: task.failure }),
  };
}
