import { RemovalPolicy, Stack } from 'aws-cdk-lib';
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
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

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
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            sourceIp: '$context.identity.sourceIp',
            responseLength: '$context.responseLength',
            latencyMs: '$context.responseLatency',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
  }
}
