import { Duration, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { INDEXES } from '../core/alerts/keys.ts';
import { PAGE_FILES, pageFileSource } from '../lambdas/api/documentation-pages.ts';
import { routes } from '../lambdas/api/routes.ts';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import type { Archive } from './archive.ts';
import type { Copy } from './bundle.ts';
import type { Captures } from './captures.ts';
import type { Collectors } from './collectors.ts';
import type { Exports } from './exports.ts';
import { FrontDoor } from './front-door.ts';
import type { Jobs } from './jobs.ts';
import type { MarketData } from './market-data.ts';
import type { Notifications } from './notifications.ts';
import type { Schedules } from './schedules.ts';
import { ServiceFunction } from './service-function.ts';
import type { Sessions } from './sessions.ts';

export interface PlatformApiProps {
  alertsTable: Table;
  operationsTable: Table;
  captures: Captures;
  exports: Exports;
  notifications: Notifications;
  sessions: Sessions;
  marketData: MarketData;
  archive: Archive;
  /** Absent: this deployment has none. */
  collectors: Collectors | undefined;
  jobs: Jobs;
  schedules: Schedules;
  config: Config;
  webhookUrl: string;
  /** JSON of the plans' limits. */
  planLimits: string;
  /** For how long calls to the webhook stay in the audit log. */
  auditDays: number;
  /** Of end users; absent: only API keys get in. */
  jwt: Config['jwt'];
  /** Origins of pages that may call it from a browser. */
  corsOrigins: string[];
  deployedAt: string;
  logsRetention: RetentionDays;
}

/** The REST API that the platform's backend and its dashboards read. */
export class PlatformApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: PlatformApiProps) {
    super(scope, id);
    const { alertsTable, operationsTable, captures, exports, notifications, logsRetention } = props;
    const { queues } = captures;
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
      beside: pageFiles(),
      files: props.jobs.files,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        OPERATIONS_TABLE: operationsTable.tableName,
        IMAGES_BUCKET: captures.images.bucketName,
        EXPORTS_BUCKET: exports.files.bucketName,
        EXPORTS_DAYS: String(exports.days),
        CURSOR_KEY_SECRET: cursorKey.secretArn,
        CAPTURE_QUEUE_URLS: Stack.of(this).toJsonString(queues.map((queue) => queue.queueUrl)),
        ALERTS_URL: props.webhookUrl,
        PLAN_LIMITS: props.planLimits,
        AUDIT_DAYS: String(props.auditDays),
        JWT_RULES: JSON.stringify(props.jwt ?? null),
        DEPLOYED_AT: props.deployedAt,
        COLLECTORS: JSON.stringify(props.config.collectors),
        BYBIT_REST_URL: props.config.captures.bybitRestUrl,
        BINANCE_REST_URL: props.config.captures.binanceRestUrl,
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
      objectsWildcard(exports.files, 'exports/*'),
      'Signs the URL of any export for who may see its user.',
    );
    const grant = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ actions, resources }));
    grant(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [alertsTable.tableArn]);
    grant(['dynamodb:BatchGetItem', 'dynamodb:DeleteItem'], [alertsTable.tableArn]);
    const { validSessions: _, ...listed } = INDEXES;
    grant(
      ['dynamodb:Query'],
      Object.values(listed).map(({ name }) => `${alertsTable.tableArn}/index/${name}`),
    );
    grant(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      [operationsTable.tableArn],
    );
    // What running tasks use.
    grant(['dynamodb:BatchGetItem'], [operationsTable.tableArn]);
    captures.allowShowing(handler);
    notifications.allowSetting(handler);
    props.sessions.allowBringing(handler);
    props.collectors?.allowControl(handler);
    props.jobs.allowControl(handler);
    props.schedules.allowControl(handler);
    props.jobs.allowReports(handler);
    props.jobs.allowLogs(handler);
    props.marketData.allow(handler, 'dynamodb:Query', 'dynamodb:GetItem');
    props.archive.allowLooking(handler);
    grant(['s3:GetObject'], [exports.files.arnForObjects('exports/*')]);
    grant(['secretsmanager:GetSecretValue'], [cursorKey.secretArn]);
    grant(
      ['sqs:GetQueueAttributes'],
      queues.map((queue) => queue.queueArn),
    );
    if (props.jwt?.sharedSecretName !== undefined) {
      const { secretArn } = Secret.fromSecretNameV2(this, 'JwtSecret', props.jwt.sharedSecretName);
      // An ARN ends in six characters that Secrets Manager chooses, and that a name does not tell.
      grant(['secretsmanager:GetSecretValue'], [`${secretArn}-??????`]);
    }
    const door = new FrontDoor(this, 'Door', {
      description: 'The platform API',
      handler,
      routes,
      logsRetention,
      cors: corsFor(props.corsOrigins),
    });
    this.url = door.api.apiEndpoint;
  }
}

/** Credentials are headers of their own and never cookies: no origin needs to be allowed credentials. */
function corsFor(allowOrigins: string[]): CorsPreflightOptions | undefined {
  if (allowOrigins.length === 0) return undefined;
  const { GET, POST, PUT, PATCH, DELETE } = CorsHttpMethod;
  return {
    allowOrigins,
    allowMethods: [GET, POST, PUT, PATCH, DELETE],
    allowHeaders: ['authorization', 'x-api-key', 'content-type', 'idempotency-key', 'accept-language'],
    exposeHeaders: ['x-request-id', 'retry-after', 'location', 'content-language', 'idempotency-replayed'],
    maxAge: Duration.hours(1),
  };
}

/** What `/docs` and `/redoc` are made of. */
function pageFiles(): Copy[] {
  const names = Object.keys(PAGE_FILES) as (keyof typeof PAGE_FILES)[];
  return names.map((name) => ({ from: pageFileSource(name), to: name }));
}
