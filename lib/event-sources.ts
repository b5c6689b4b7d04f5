import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from './acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';

/** Event sources with the grants that they need and no other (CDK's own sources grant more than is used). */

export interface QueueSourceProps {
  batchSize: number;
  maxConcurrency: number;
}

/** A queue's messages go to the function; those it reports as failed stay. */
export function consumeQueue(id: string, target: ServiceFunction, queue: IQueue, props: QueueSourceProps): void {
  target.addToRolePolicy(
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [queue.queueArn],
    }),
  );
  new EventSourceMapping(target, id, {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: props.batchSize,
    maxConcurrency: props.maxConcurrency,
    reportBatchItemFailures: true,
  });
}

/**
 * A table's changes that pass one of the filters go to the function in the order of each key; what can't be handled ends
 * in the queue of failures.
 */
export function consumeStream(
  id: string,
  target: ServiceFunction,
  table: Table,
  failures: IQueue,
  filters: readonly Record<string, unknown>[],
): void {
  const { tableStreamArn } = table;
  if (!tableStreamArn) throw new Error(`The table of ${id} has no stream`);
  target.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [tableStreamArn],
    }),
  );
  acknowledge(
    target.executionRole,
    'IAM5[Resource::*]',
    'dynamodb:ListStreams, which event source mappings need, knows no resources.',
  );
  target.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
  target.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }));
  new EventSourceMapping(target, id, {
    target,
    eventSourceArn: tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 10,
    bisectBatchOnError: true,
    retryAttempts: 20,
    maxRecordAge: Duration.hours(12),
    onFailure: { bind: () => ({ destination: failures.queueArn }) },
    filters: filters.map((filter) => FilterCriteria.filter(filter)),
  });
}
