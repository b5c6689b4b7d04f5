import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { GATEWAY_THROTTLES } from '../core/metrics.ts';
import { acknowledge } from './acknowledge.ts';
import { namespaceOf, ServiceAlarm } from './alarms.ts';

export interface FrontDoorProps {
  description: string;
  handler: LambdaFunction;
  routes: readonly { method: string; path: string }[];
  logsRetention: RetentionDays;
  /** Absent: pages of other origins can't call it from a browser. */
  cors?: CorsPreflightOptions | undefined;
}

/** An HTTP API before one function: the declared routes, and `$default` for the function's own 404 and 405. */
export class FrontDoor extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { description, handler, routes, logsRetention, cors }: FrontDoorProps) {
    super(scope, id);
    const integration = new HttpLambdaIntegration('Integration', handler, { scopePermissionToRoute: false });
    this.api = new HttpApi(this, 'Api', {
      description,
      createDefaultStage: false,
      defaultIntegration: integration,
      ...(cors ? { corsPreflight: cors } : {}),
    });
    acknowledge(
      this.api,
      'APIG4',
      'The function checks the credential of every call itself: webhook tokens, API keys and JWTs.',
    );
    // CDK's own permission ends in `/*/*/*`; the source of `$default` has one part less (<api>/<stage>/$default).
    handler.addPermission('DefaultRoute', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    });
    for (const { method, path } of routes) {
      this.api.addRoutes({ path, methods: [HttpMethod[method as keyof typeof HttpMethod]], integration });
    }
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: logsRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        // The route's key and never the path: paths hold tokens.
        format: AccessLogFormat.custom(
          JSON.stringify({
            api: '$context.apiId',
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            functionStatus: '$context.integration.status',
            sourceIp: '$context.identity.sourceIp',
            responseLength: '$context.responseLength',
            latencyMs: '$context.responseLatency',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    this.#watch(description, logGroup);
  }

  #watch(description: string, accessLogs: LogGroup): void {
    const period = Duration.minutes(5);
    new ServiceAlarm(this.api, 'Slow', {
      says: `One request in twenty is answered by "${description}" in more than half a second.`,
      entry: 'Alerts are answered late',
      metric: this.api.metricLatency({ statistic: 'p95', period }),
      over: 500,
      periods: 2,
    });
    new ServiceAlarm(this.api, 'Failing', {
      says: `Requests to "${description}" were answered with 5xx.`,
      entry: 'Requests fail',
      metric: this.api.metricServerError({ statistic: 'Sum', period }),
      over: 0,
    });
    // HTTP APIs have no metric of it. Quotas and rates of users are 429 too, but those come from the function.
    const throttles = new MetricFilter(this, 'Throttles', {
      logGroup: accessLogs,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.status', '=', '429'),
        FilterPattern.stringValue('$.functionStatus', '=', '-'),
      ),
      metricNamespace: namespaceOf(this),
      metricName: GATEWAY_THROTTLES,
      dimensions: { api: '$.api' },
      metricValue: '1',
    });
    new ServiceAlarm(this.api, 'Throttling', {
      says: `API Gateway turned requests to "${description}" away with 429.`,
      entry: 'Requests are turned away',
      metric: throttles.metric({ dimensionsMap: { api: this.api.apiId }, statistic: 'Sum', period }),
      over: 0,
    });
  }
}
