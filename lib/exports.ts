import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import { privateBucket } from './buckets.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface ExportsProps {
  config: Config;
  alertsTable: Table;
  logsRetention: RetentionDays;
}

/** As long as a function may run: some five million signals of the usual size, a million takes about two minutes. */
const TIMEOUT = Duration.minutes(15);

/** Exports of signals: the queue of jobs, the function that writes the files, and the bucket. */
export class Exports extends Construct {
  readonly files: Bucket;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly days: number;

  constructor(scope: Construct, id: string, { config, alertsTable, logsRetention }: ExportsProps) {
    super(scope, id);
    this.days = config.retention.exportsDays;
    this.files = privateBucket(this, 'Files', this.days);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = jobQueue(this, 'Queue', TIMEOUT, this.deadLetters);
    const writer = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/export/handler.ts',
      description: 'Writes exports of signals',
      memoryMB: 1769, // one full vCPU
      timeout: TIMEOUT,
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        EXPORTS_BUCKET: this.files.bucketName,
        EXPORT_QUEUE: this.queue.queueUrl,
      },
    });
    consumeQueue('Jobs', writer, this.queue, { batchSize: 1, maxConcurrency: config.exports.concurrency });
    const grant = (actions: string[], resource: string) =>
      writer.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    grant(['dynamodb:Query', 'dynamodb:UpdateItem'], alertsTable.tableArn);
    acknowledge(this, objectsWildcard(this.files, 'exports/*'), 'Any user’s export may be written, and nothing read.');
    // A file that is written in parts and fails is aborted; one that another run was faster with is deleted.
    grant(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], this.files.arnForObjects('exports/*'));
  }
}
