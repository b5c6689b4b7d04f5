import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface DeletionProps {
  config: Config;
  alertsTable: Table;
  images: Bucket;
  exports: Bucket;
  logsRetention: RetentionDays;
}

/** What takes longer goes on in another run. */
const TIMEOUT = Duration.minutes(5);

/** Erases what was deleted: users with all that was theirs, and the images of single signals. */
export class Deletion extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { config, alertsTable, images, exports, logsRetention }: DeletionProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = jobQueue(this, 'Queue', TIMEOUT, this.deadLetters);
    const eraser = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/erase/handler.ts',
      description: 'Erases what was deleted',
      memoryMB: 1024,
      timeout: TIMEOUT,
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        IMAGES_BUCKET: images.bucketName,
        EXPORTS_BUCKET: exports.bucketName,
        ERASE_QUEUE: this.queue.queueUrl,
        GRACE_SECONDS: String(config.deletion.graceSeconds),
      },
    });
    consumeQueue('Jobs', eraser, this.queue, { batchSize: 1, maxConcurrency: config.deletion.concurrency });
    const grant = (actions: string[], resource: string) =>
      eraser.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    grant(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'],
      alertsTable.tableArn,
    );
    grant(['sqs:SendMessage'], this.queue.queueArn);
    for (const [bucket, folder] of [
      [images, 'images/*'],
      [exports, 'exports/*'],
    ] as const) {
      acknowledge(this, objectsWildcard(bucket, folder), 'Any user’s files may have to be erased; none can be read.');
      grant(['s3:DeleteObject'], bucket.arnForObjects(folder));
      eraser.addToRolePolicy(
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': folder } },
        }),
      );
    }
  }
}
