import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FrontDoor } from './front-door.ts';
import { ServiceFunction } from './service-function.ts';

export interface WebhookProps {
  alertsTable: Table;
  /** JSON of the plans' limits. */
  planLimits: string;
  /** For how long calls to the webhook stay in the audit log. */
  auditDays: number;
  logsRetention: RetentionDays;
}

/** TradingView's door: an API of its own, so that nothing else can use up its concurrency or its throttle. */
export class Webhook extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { alertsTable, planLimits, auditDays, logsRetention }: WebhookProps) {
    super(scope, id);
    const handler = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/webhook/handler.ts',
      description: 'Takes alerts from TradingView',
      memoryMB: 1769, // one full vCPU: a cold start is all CPU
      timeout: Duration.seconds(10),
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        PLAN_LIMITS: planLimits,
        AUDIT_DAYS: String(auditDays),
      },
    });
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
        resources: [alertsTable.tableArn],
      }),
    );
    const door = new FrontDoor(this, 'Door', {
      description: 'Alerts from TradingView',
      handler,
      routes: [{ method: 'POST', path: '/webhook/u/{token}' }],
      logsRetention,
    });
    this.url = door.api.apiEndpoint;
  }
}
