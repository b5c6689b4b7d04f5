import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import { privateBucket } from './buckets.ts';
import type { MarketData } from './market-data.ts';
import { ServiceFunction } from './service-function.ts';

export interface ArchiveProps {
  marketData: MarketData;
  /** Until files go; null: never. */
  days: number | null;
  logsRetention: RetentionDays;
}

/** As long as a function may run: some hundred files of a busy hour. */
const TIMEOUT = Duration.minutes(15);

/** All trades for good, as Parquet files: the bucket, and the function that fills it each hour. */
export class Archive extends Construct {
  readonly #files: Bucket;

  constructor(scope: Construct, id: string, { marketData, days, logsRetention }: ArchiveProps) {
    super(scope, id);
    this.#files = privateBucket(this, 'Files', days);
    const archiver = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/archive/handler.ts',
      description: 'Archives trades',
      memoryMB: 1769, // one full vCPU
      timeout: TIMEOUT,
      logsRetention,
      environment: {},
    });
    marketData.allow(archiver, 'dynamodb:Query');
    this.#allow(archiver, ['s3:GetObject'], 'trades/*');
    this.#allow(archiver, ['s3:PutObject'], 'trades/*', 'gaps/*');
    this.#allowListing(archiver);
    new Rule(this, 'EachHour', {
      description: 'Archives trades',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(archiver)],
    });
  }

  /** Lets a function see what is archived. */
  allowLooking(to: ServiceFunction): void {
    this.#allow(to, ['s3:GetObject'], 'trades/*');
    this.#allowListing(to);
  }

  #allow(to: ServiceFunction, actions: string[], ...objects: string[]): void {
    for (const pattern of objects) {
      acknowledge(to.executionRole, objectsWildcard(this.#files, pattern), 'Files of any market, and nothing else.');
    }
    to.addToRolePolicy(
      new PolicyStatement({ actions, resources: objects.map((pattern) => this.#files.arnForObjects(pattern)) }),
    );
  }

  #allowListing(to: ServiceFunction): void {
    to.addEnvironment('ARCHIVE_BUCKET', this.#files.bucketName);
    to.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.#files.bucketArn] }));
  }
}
