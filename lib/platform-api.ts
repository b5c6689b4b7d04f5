import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { INDEXES } from '../core/alerts/keys.ts';
import { routes } from '../lambdas/api/routes.ts';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import type { Captures } from './captures.ts';
import { FrontDoor } from './front-door.ts';
import { ServiceFunction } from './service-function.ts';

export interface PlatformApiProps {
  alertsTable: Table;
  operationsTable: Table;
  captures: Captures;
  webhookUrl: string;
  /** JSON of the plans' limits. */
  planLimits: string;
  /** For how long calls to the webhook stay in the audit log. */
  auditDays: number;
  deployedAt: string;
  logsRetention: RetentionDays;
}

/** The REST API that the platform's backend and its dashboards read. */
export class PlatformApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: PlatformApiProps) {
    super(scope, id);
    const { alertsTable, operationsTable, captures, logsRetention } = props;
    const queues = [captures.chartQueue, ...Object.values(captures.browserQueues)];
    const cursorKey = new Secret(this, 'CursorKey', {
      description: 'Signs the cursors of lists',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const handler = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/api/handler.ts',
      description: 'The platform API',
      memoryMB: 1024,
      timeout: Duration.seconds(29), // API Gateway waits 30
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        OPERATIONS_TABLE: operationsTable.tableName,
        IMAGES_BUCKET: captures.images.bucketName,
        CURSOR_KEY_SECRET: cursorKey.secretArn,
        CAPTURE_QUEUE_URLS: Stack.of(this).toJsonString(queues.map((queue) => queue.queueUrl)),
        ALERTS_URL: props.webhookUrl,
        PLAN_LIMITS: props.planLimits,
        AUDIT_DAYS: String(props.auditDays),
        DEPLOYED_AT: props.deployedAt,
        MARKET_DATA: 'live',
      },
    });
    acknowledge(
      cursorKey,
      'SMG4',
      'A new key makes open cursors invalid; it guards no data, so it changes only by hand.',
    );
    acknowledge(
      this,
      objectsWildcard(captures.images, 'images/*'),
      'Signs the URL of any image for who may see its signal.',
    );
    const grant = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ actions, resources }));
    grant(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [alertsTable.tableArn]);
    grant(['dynamodb:Query'], [`${alertsTable.tableArn}/index/${INDEXES.signalsById.name}`]);
    grant(['dynamodb:GetItem'], [operationsTable.tableArn]);
    grant(['s3:GetObject'], [captures.images.arnForObjects('images/*')]);
    grant(['secretsmanager:GetSecretValue'], [cursorKey.secretArn]);
    grant(
      ['sqs:GetQueueAttributes'],
      queues.map((queue) => queue.queueArn),
    );
    const door = new FrontDoor(this, 'Door', { description: 'The platform API', handler, routes, logsRetention });
    this.url = door.api.apiEndpoint;
  }
}
