import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EXPORT_SORT_PREFIX, SESSION_SORT_KEY, SIGNAL_SORT_PREFIX, USER_SORT_KEY } from '../core/alerts/keys.ts';
import { acknowledge } from './acknowledge.ts';
import { ServiceAlarm } from './alarms.ts';
import type { Captures } from './captures.ts';
import type { Deletion } from './deletion.ts';
import { consumeStream } from './event-sources.ts';
import type { Exports } from './exports.ts';
import type { Notifications } from './notifications.ts';
import type { Push } from './push.ts';
import { deadLetterQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface RelayProps {
  alertsTable: Table;
  operationsTable: Table;
  captures: Captures;
  exports: Exports;
  deletion: Deletion;
  push: Push;
  notifications: Notifications;
  logsRetention: RetentionDays;
}

/** What follows from new, changed and removed records: the alerts table's stream, and the function that hands it on. */
export class Relay extends Construct {
  constructor(scope: Construct, id: string, props: RelayProps) {
    super(scope, id);
    const { alertsTable, operationsTable, captures, exports, deletion, push, notifications, logsRetention } = props;
    const handler = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/relay/handler.ts',
      description: "Turns the alerts table's changes into jobs",
      memoryMB: 512,
      timeout: Duration.seconds(30),
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        OPERATIONS_TABLE: operationsTable.tableName,
        IMAGES_BUCKET: captures.images.bucketName,
        ...captures.queueUrls,
        CAPTURE_DEAD_LETTERS: captures.deadLetters.queueUrl,
        EXPORT_QUEUE: exports.queue.queueUrl,
        ERASE_QUEUE: deletion.queue.queueUrl,
      },
    });
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [alertsTable.tableArn],
      }),
    );
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [...captures.queues, captures.deadLetters, exports.queue, deletion.queue].map(
          (queue) => queue.queueArn,
        ),
      }),
    );
    push.allowSending(handler);
    notifications.allowSending(handler);
    captures.allowShowing(handler);
    const failures = deadLetterQueue(this, 'Failures');
    acknowledge(failures, 'SQS3', 'It is the dead-letter queue of the stream, which the rule does not see.');
    // Admission changes its user's item with every alert: of users only deletions are of interest here, of sessions
    // only that they have expired.
    consumeStream('Changes', handler, alertsTable, failures, [
      { dynamodb: { Keys: { sk: { S: [{ prefix: SIGNAL_SORT_PREFIX }] } } } },
      { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: EXPORT_SORT_PREFIX }] } } } },
      {
        eventName: ['MODIFY'],
        dynamodb: { Keys: { sk: { S: [SESSION_SORT_KEY] } }, NewImage: { valid: { BOOL: [false] } } },
      },
      {
        eventName: ['MODIFY'],
        dynamodb: { Keys: { sk: { S: [USER_SORT_KEY] } }, NewImage: { deleted_at: { S: [{ exists: true }] } } },
      },
    ]);
    new ServiceAlarm(handler, 'Late', {
      says: 'What follows from alerts (captures, pushes, notifications) begins more than a minute late.',
      entry: 'The relay is late',
      metric: handler.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      over: Duration.minutes(1).toMilliseconds(),
      periods: 3,
    });
  }
}
