import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SIGNAL_SORT_PREFIX } from '../core/alerts/keys.ts';
import { acknowledge } from './acknowledge.ts';
import type { Captures } from './captures.ts';
import { consumeStream } from './event-sources.ts';
import { ServiceFunction } from './service-function.ts';

export interface RelayProps {
  alertsTable: Table;
  captures: Captures;
  logsRetention: RetentionDays;
}

/** What follows from a new or changed signal: the alerts table's stream, and the function that hands it on. */
export class Relay extends Construct {
  constructor(scope: Construct, id: string, { alertsTable, captures, logsRetention }: RelayProps) {
    super(scope, id);
    const { chartQueue, browserQueues } = captures;
    const urls = Object.fromEntries(Object.entries(browserQueues).map(([plan, queue]) => [plan, queue.queueUrl]));
    const handler = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/relay/handler.ts',
      description: "Turns the alerts table's changes into capture jobs",
      memoryMB: 512,
      timeout: Duration.seconds(30),
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        CHART_QUEUE: chartQueue.queueUrl,
        BROWSER_QUEUES: Stack.of(this).toJsonString(urls),
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
        resources: [chartQueue, ...Object.values(browserQueues)].map((queue) => queue.queueArn),
      }),
    );
    const failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(failures, 'SQS3', 'It is the dead-letter queue of the stream, which the rule does not see.');
    // Admission changes its user's item with every alert: only signals are of interest here.
    consumeStream('Changes', handler, alertsTable, failures, {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: [{ prefix: SIGNAL_SORT_PREFIX }] } } },
    });
  }
}
