import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { ServiceAlarm } from './alarms.ts';
import { consumeQueue } from './event-sources.ts';
import type { Jobs } from './jobs.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface SchedulesProps {
  operationsTable: Table;
  jobs: Jobs;
  logsRetention: RetentionDays;
}

const TIMEOUT = Duration.seconds(30);

/** Schedules of jobs: the group of their timers, the queue that the timers tell, the function that makes the jobs. */
export class Schedules extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #group: CfnScheduleGroup;
  readonly #role: Role;

  constructor(scope: Construct, id: string, { operationsTable, jobs, logsRetention }: SchedulesProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = jobQueue(this, 'Queue', TIMEOUT, this.deadLetters);
    this.#group = new CfnScheduleGroup(this, 'Timers');
    this.#role = new Role(this, 'TimerRole', {
      description: 'Tells the queue of schedules that a time has come',
      // For nobody else's schedules.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': this.#group.attrArn } },
      }),
    });
    this.#role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    const maker = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/schedule/handler.ts',
      description: 'Makes the jobs of schedules',
      memoryMB: 256,
      timeout: TIMEOUT,
      logsRetention,
      files: jobs.files,
      environment: {},
    });
    consumeQueue('Times', maker, this.queue, { batchSize: 10, maxConcurrency: 2 });
    maker.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:Query',
        ],
        resources: [operationsTable.tableArn],
      }),
    );
    jobs.allowCreating(maker);
    this.allowControl(maker);
    new ServiceAlarm(this, 'Dropped', {
      says: 'EventBridge Scheduler gave up telling the queue of schedules of a time.',
      entry: 'Schedules are not heard',
      metric: new Metric({
        namespace: 'AWS/Scheduler',
        metricName: 'InvocationDroppedCount',
        dimensionsMap: { ScheduleGroup: this.#group.ref },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      over: 0,
    });
  }

  /** Lets a function make, change and delete schedules: set timers and take them away, and tell the queue of what is to follow. */
  allowControl(to: ServiceFunction): void {
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    const stack = Stack.of(this);
    to.addEnvironment('SCHEDULE_QUEUE', this.queue.queueUrl);
    to.addEnvironment(
      'SCHEDULE_TIMERS',
      stack.toJsonString({ group: this.#group.ref, queueArn: this.queue.queueArn, roleArn: this.#role.roleArn }),
    );
    const timers = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.#group.ref}/*`,
    });
    // As cdk-nag writes an ARN with references.
    const named = `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<${stack.getLogicalId(this.#group)}>/*`;
    acknowledge(to.executionRole, `IAM5[Resource::${named}]`, 'Timers come and go; the statement names their group.');
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'], resources: [timers] }),
    );
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.#role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }
}
