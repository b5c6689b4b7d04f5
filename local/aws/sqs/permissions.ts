import { kmsPermissions } from '../kms-key.ts';
import type { Permission } from '../service.ts';
import { queueArn } from './attributes.ts';
import { type Operation, readTargets } from './requests.ts';

/** Batch operations are allowed by the single one's action (SQS Developer Guide, "Amazon SQS API permissions"). */
const ACTIONS: Partial<Record<Operation, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** What a move task does in its caller's name besides its own action, to the source queue. */
const MOVES = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
const ON_SOURCE: Partial<Record<Operation, string[]>> = {
  StartMessageMoveTask: MOVES,
  ListMessageMoveTasks: MOVES,
  CancelMessageMoveTask: MOVES,
};

/** What the key of an encrypted queue must allow: producers make a data key, consumers read it. */
const KEY_USES: Partial<Record<Operation, string[]>> = {
  SendMessage: ['GenerateDataKey', 'Decrypt'],
  SendMessageBatch: ['GenerateDataKey', 'Decrypt'],
  ReceiveMessage: ['Decrypt'],
};

/** @param keyOf the customer key of the queue with this ARN, where it has one */
export function sqsPermissions(
  operation: Operation,
  body: Buffer,
  keyOf: (arn: string) => string | undefined,
): Permission[] {
  const action = `sqs:${ACTIONS[operation] ?? operation}`;
  if (operation === 'ListQueues') return [{ action, resource: '*' }];
  const { queue, destination } = readTargets(body);
  // A request without a queue is wrong, but whether its caller may send it comes first.
  const resource = queue ?? queueArn('*');
  return [
    { action, resource },
    ...(ON_SOURCE[operation] ?? []).map((name) => ({ action: `sqs:${name}`, resource })),
    ...(destination === undefined ? [] : [{ action: 'sqs:SendMessage', resource: destination }]),
    ...kmsPermissions(keyOf(resource), 'sqs', KEY_USES[operation] ?? []),
  ];
}
