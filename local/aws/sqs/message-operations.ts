import type { DatabaseSync } from 'node:sqlite';
import { ACCOUNT, AwsError } from '../service.ts';
import { eachEntry } from './batch.ts';
import { atomically } from './database.ts';
import { checkDraft, type Draft, isAsked, md5, md5OfAttributes, messageAttributes, messageSize } from './draft.ts';
import { NO_GROUP } from './fairness.ts';
import type { LongPolls } from './long-polls.ts';
import type { MessageStore, Receipt, StoredMessage } from './message-store.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { type Inputs, queueOfUrl } from './requests.ts';

const LARGEST_BATCH = 1_048_576;
const LONGEST_HOLD_MS = 12 * 3600 * 1000;

/** Sending, receiving and settling messages. */
export function messageOperations(
  database: DatabaseSync,
  queues: QueueStore,
  messages: MessageStore,
  polls: LongPolls<Receipt>,
) {
  const queueAt = (url: string): Queue => queues.get(queueOfUrl(url));

  function send(queue: Queue, draft: Draft & { DelaySeconds?: number | undefined }) {
    checkDraft(draft, queue.attributes.MaximumMessageSize);
    const delay = draft.DelaySeconds ?? queue.attributes.DelaySeconds;
    if (delay < 0 || delay > 900) {
      throw new AwsError('InvalidParameterValue', `Value ${delay} for parameter DelaySeconds is invalid.`);
    }
    const { MessageAttributes, MessageSystemAttributes } = draft;
    return {
      MessageId: messages.send(queue.name, draft, delay),
      MD5OfMessageBody: md5(draft.MessageBody),
      ...(MessageAttributes && { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }),
      ...(MessageSystemAttributes && { MD5OfMessageSystemAttributes: md5OfAttributes(MessageSystemAttributes) }),
    };
  }

  function receive(queue: Queue, most: number, visibilitySeconds: number): Receipt[] {
    const target = queues.deadLetterQueue(queue);
    const maxReceiveCount = queue.attributes.RedrivePolicy?.maxReceiveCount;
    const deadLetters = target && maxReceiveCount !== undefined ? { queue: target.name, maxReceiveCount } : undefined;
    const received = messages.receive(queue, most, visibilitySeconds, deadLetters);
    if (target && received.buried > 0) polls.wake(target.name);
    return received.messages;
  }

  function remove(queue: Queue, handle: string): object {
    const { seq, receipt } = readHandle(queue, handle);
    messages.delete(seq, receipt);
    return {};
  }

  function changeVisibility(queue: Queue, handle: string, seconds: number): object {
    if (seconds < 0 || seconds > 43_200) {
      throw new AwsError('InvalidParameterValue', `Value ${seconds} for parameter VisibilityTimeout is invalid.`);
    }
    const { seq, receipt } = readHandle(queue, handle);
    const message = messages.find(seq);
    if (message?.receipt !== receipt || message.queue !== queue.name) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`,
      );
    }
    const now = Date.now();
    if (message.visible_at <= now) {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    const at = now + seconds * 1000;
    if (at > (message.received_at ?? now) + LONGEST_HOLD_MS) {
      throw new AwsError(
        'InvalidParameterValue',
        'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
      );
    }
    messages.setVisibleAt(seq, at);
    return {};
  }

  /** One transaction for all entries, then the queue's receivers. */
  function settle<T>(queue: Queue, work: () => T): T {
    const result = atomically(database, work);
    polls.wake(queue.name);
    return result;
  }

  return {
    SendMessage: (input: Inputs['SendMessage']) => {
      const queue = queueAt(input.QueueUrl);
      return settle(queue, () => send(queue, input));
    },
    SendMessageBatch: (input: Inputs['SendMessageBatch']) => {
      const queue = queueAt(input.QueueUrl);
      const size = input.Entries.reduce((sum, entry) => sum + messageSize(entry), 0);
      if (size > LARGEST_BATCH) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${LARGEST_BATCH} bytes. You have sent ${size} bytes.`,
        );
      }
      return settle(queue, () => eachEntry(input.Entries, (entry) => send(queue, entry)));
    },
    ReceiveMessage: async (input: Inputs['ReceiveMessage'], signal: AbortSignal | undefined) => {
      const queue = queueAt(input.QueueUrl);
      const wait = input.WaitTimeSeconds ?? queue.attributes.ReceiveMessageWaitTimeSeconds;
      const visibility = input.VisibilityTimeout ?? queue.attributes.VisibilityTimeout;
      const received = await polls.wait(queue.name, wait, signal, () =>
        receive(queue, input.MaxNumberOfMessages, visibility),
      );
      return received.length > 0 ? { Messages: received.map((message) => describe(message, input)) } : {};
    },
    /**
     * The handle of an earlier receive is accepted and deletes nothing: AWS asks for the most recent handle and says
     * that with another the request succeeds but the message might not be deleted.
     */
    DeleteMessage: (input: Inputs['DeleteMessage']) => remove(queueAt(input.QueueUrl), input.ReceiptHandle),
    DeleteMessageBatch: (input: Inputs['DeleteMessageBatch']) => {
      const queue = queueAt(input.QueueUrl);
      return atomically(database, () => eachEntry(input.Entries, (entry) => remove(queue, entry.ReceiptHandle)));
    },
    ChangeMessageVisibility: (input: Inputs['ChangeMessageVisibility']) => {
      const queue = queueAt(input.QueueUrl);
      return settle(queue, () => changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout));
    },
    ChangeMessageVisibilityBatch: (input: Inputs['ChangeMessageVisibilityBatch']) => {
      const queue = queueAt(input.QueueUrl);
      return settle(queue, () =>
        eachEntry(input.Entries, (entry) => changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout)),
      );
    },
  };
}

function describe(message: Receipt, input: Inputs['ReceiveMessage']) {
  const attributes = pick(messageAttributes.parse(JSON.parse(message.attributes)), input.MessageAttributeNames);
  const system = pick(systemAttributes(message), [...input.AttributeNames, ...input.MessageSystemAttributeNames]);
  return {
    MessageId: message.id,
    ReceiptHandle: writeHandle(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

function systemAttributes(message: Receipt): Record<string, string> {
  const sent = messageAttributes.parse(JSON.parse(message.system_attributes));
  return {
    SenderId: ACCOUNT,
    SentTimestamp: String(message.sent_at),
    ApproximateReceiveCount: String(message.receives + message.earlier_receives),
    ApproximateFirstReceiveTimestamp: String(message.first_received_at),
    ...(message.group_id !== NO_GROUP && { MessageGroupId: message.group_id }),
    ...(message.dead_letter_source !== null && { DeadLetterQueueSourceArn: message.dead_letter_source }),
    ...(sent['AWSTraceHeader']?.StringValue && { AWSTraceHeader: sent['AWSTraceHeader'].StringValue }),
  };
}

function pick<T>(values: Record<string, T>, asked: string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isAsked(name, asked)));
}

/** A receipt handle says which message of which queue, and which of its receives. */
function writeHandle({ queue, seq, receipt }: StoredMessage): string {
  return Buffer.from(`${queue}/${seq}/${receipt}`).toString('base64');
}

function readHandle(queue: Queue, handle: string): { seq: number; receipt: string } {
  const [name, seq, receipt] = Buffer.from(handle, 'base64').toString().split('/');
  if (name !== queue.name || receipt === undefined || !/^\d{1,15}$/.test(seq ?? '')) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return { seq: Number(seq), receipt };
}
