import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type CfnApi, LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface PushProps {
  operationsTable: Table;
  logsRetention: RetentionDays;
}

/** The SDK's own variable for one service's address: the management API has another one for every WebSocket API. */
const MANAGEMENT_ADDRESS = 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI';

/** The WebSocket API of dashboards, who listens there, and the end of connections whose credential has ended. */
export class Push extends Construct {
  readonly url: string;
  readonly #stage: WebSocketStage;
  readonly #operationsTable: Table;
  readonly #queue: Queue;

  constructor(scope: Construct, id: string, { operationsTable, logsRetention }: PushProps) {
    super(scope, id);
    this.#operationsTable = operationsTable;
    const environment = { OPERATIONS_TABLE: operationsTable.tableName };
    const grant = (to: Lambda, ...actions: string[]) =>
      to.addToRolePolicy(new PolicyStatement({ actions, resources: [operationsTable.tableArn] }));

    const routes = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/sockets/handler.ts',
      description: 'Lets dashboards listen',
      memoryMB: 256,
      timeout: Duration.seconds(10),
      logsRetention,
      environment,
    });
    grant(routes, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    const integration = new WebSocketLambdaIntegration('Integration', routes);
    const api = new WebSocketApi(this, 'Api', {
      description: 'Pushes to dashboards',
      connectRouteOptions: { integration },
      disconnectRouteOptions: { integration },
      defaultRouteOptions: { integration },
    });
    acknowledge(api, 'APIG4', 'The function checks the ticket of every connection itself.');
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: logsRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: api,
      stageName: 'live',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            event: '$context.eventType',
            route: '$context.routeKey',
            status: '$context.status',
            connectionId: '$context.connectionId',
            sourceIp: '$context.identity.sourceIp',
          }),
        ),
      },
    });
    this.url = this.#stage.url;

    const sweep = new ServiceFunction(this, 'Sweep', {
      entry: 'lambdas/sockets/sweep.ts',
      description: 'Ends connections whose credential has ended',
      memoryMB: 256,
      timeout: Duration.seconds(30),
      logsRetention,
      environment,
    });
    grant(sweep, 'dynamodb:GetItem');
    this.#allow(sweep, 'DELETE');
    new Rule(this, 'EachMinute', {
      description: 'Ends connections whose credential has ended',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep)],
    });

    const timeout = Duration.seconds(30);
    this.#queue = jobQueue(this, 'Queue', timeout, deadLetterQueue(this, 'DeadLetters'));
    const sender = new ServiceFunction(this, 'Sender', {
      entry: 'lambdas/push/handler.ts',
      description: 'Sends queued pushes to dashboards',
      memoryMB: 256,
      timeout,
      logsRetention,
      environment: { ...environment, PUSH_QUEUE: this.#queue.queueUrl },
    });
    consumeQueue('Queued', sender, this.#queue, { batchSize: 10, maxConcurrency: 2 });
    this.allowSending(sender);
  }

  /** Lets a function leave to the queue what it must not wait for. */
  allowQueueing(from: ServiceFunction): void {
    from.addEnvironment('PUSH_QUEUE', this.#queue.queueUrl);
    from.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#queue.queueArn] }));
  }

  /** Lets a function send to who listens. */
  allowSending(sender: ServiceFunction): void {
    this.#allow(sender, 'POST');
  }

  #allow(sender: ServiceFunction, method: 'POST' | 'DELETE'): void {
    sender.addEnvironment(MANAGEMENT_ADDRESS, this.#stage.callbackUrl);
    sender.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query', 'dynamodb:DeleteItem'],
        resources: [this.#operationsTable.tableArn],
      }),
    );
    const path = `${this.#stage.stageName}/${method}/@connections/*`;
    const stack = Stack.of(this);
    const connections = stack.formatArn({
      service: 'execute-api',
      resource: this.#stage.api.apiId,
      resourceName: path,
    });
    // As cdk-nag writes an ARN with references.
    const api = stack.getLogicalId(this.#stage.api.node.defaultChild as CfnApi);
    const named = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${api}>/${path}`;
    acknowledge(
      sender.executionRole,
      `IAM5[Resource::${named}]`,
      'Connections come and go; the statement names API, stage and method.',
    );
    sender.addToRolePolicy(
      new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: [connections] }),
    );
  }
}
