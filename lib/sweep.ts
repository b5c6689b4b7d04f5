import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { INDEXES } from '../core/alerts/keys.ts';
import type { Captures } from './captures.ts';
import { ServiceFunction } from './service-function.ts';

export interface SweepProps {
  config: Config;
  alertsTable: Table;
  captures: Captures;
  logsRetention: RetentionDays;
}

/** Between two sweeps; one ends before the next begins. */
const PERIOD = Duration.minutes(5);

/** Asks again for captures whose job was lost. */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, { config, alertsTable, captures, logsRetention }: SweepProps) {
    super(scope, id);
    const sweep = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/sweep/handler.ts',
      description: 'Asks again for captures whose job was lost',
      memoryMB: 512,
      timeout: PERIOD,
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        SWEEP_AFTER_MINUTES: String(config.captures.sweepAfterMinutes),
        ...captures.queueUrls,
      },
    });
    const grant = (actions: string[], resources: string[]) =>
      sweep.addToRolePolicy(new PolicyStatement({ actions, resources }));
    grant(['dynamodb:Scan'], [`${alertsTable.tableArn}/index/${INDEXES.signalsCapturing.name}`]);
    grant(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [alertsTable.tableArn]);
    grant(
      ['sqs:GetQueueAttributes'],
      captures.queues.map((queue) => queue.queueArn),
    );
    new Rule(this, 'Schedule', {
      description: 'Asks again for captures whose job was lost',
      schedule: Schedule.rate(PERIOD),
      targets: [new LambdaFunction(sweep)],
    });
  }
}
