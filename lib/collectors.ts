import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  type CfnCluster,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { acknowledge } from './acknowledge.ts';
import { namespaceOf } from './alarms.ts';
import { buildModule } from './bundle.ts';
import { watchCollectors } from './collector-alarms.ts';
import { consumeQueue } from './event-sources.ts';
import type { MarketData } from './market-data.ts';
import type { Push } from './push.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';
import { TaskNetwork } from './task-network.ts';

export interface CollectorsProps {
  config: Config;
  operationsTable: Table;
  marketData: MarketData;
  push: Push;
  logsRetention: RetentionDays;
}

const ROOT = join(import.meta.dirname, '..');
const CONTAINER = 'collector';
const LAUNCH_TIMEOUT = Duration.seconds(30);

/** Collectors of market data: the task that one of them is, and what keeps the wanted ones running. */
export class Collectors extends Construct {
  readonly #operationsTable: Table;
  readonly #marketData: MarketData;
  readonly #network: TaskNetwork;
  readonly #task: FargateTaskDefinition;
  readonly #launchQueue: Queue;
  readonly #push: Push;

  constructor(
    scope: Construct,
    id: string,
    { config, operationsTable, marketData, push, logsRetention }: CollectorsProps,
  ) {
    super(scope, id);
    this.#operationsTable = operationsTable;
    this.#marketData = marketData;
    this.#push = push;
    this.#network = new TaskNetwork(this, 'Network');
    this.#task = this.#defineTask(config, logsRetention);
    this.#launchQueue = jobQueue(this, 'Launches', LAUNCH_TIMEOUT, deadLetterQueue(this, 'DeadLetters'));

    const launcher = new ServiceFunction(this, 'Launcher', {
      entry: 'lambdas/launch/handler.ts',
      description: 'Launches tasks again',
      memoryMB: 256,
      timeout: LAUNCH_TIMEOUT,
      logsRetention,
      environment: this.environment,
    });
    push.allowQueueing(launcher);
    // ECS takes 20 launches a second.
    consumeQueue('Launches', launcher, this.#launchQueue, { batchSize: 1, maxConcurrency: 2 });
    this.#allowRecords(launcher, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    this.#allow(launcher, 'ecs:RunTask', 'ecs:StopTask');
    this.#allowQueueing(launcher);

    const supervisor = new ServiceFunction(this, 'Supervisor', {
      entry: 'lambdas/supervisor/handler.ts',
      description: 'Keeps tasks as they are wanted',
      memoryMB: 256,
      timeout: Duration.seconds(60),
      logsRetention,
      environment: this.environment,
    });
    push.allowQueueing(supervisor);
    this.#allowRecords(supervisor, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query');
    this.#allow(supervisor, 'ecs:DescribeTasks', 'ecs:StopTask');
    this.#allowQueueing(supervisor);
    new Rule(this, 'TaskChanges', {
      description: 'Tells the supervisor of tasks that start and end',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [this.#network.cluster.clusterArn] },
      },
      targets: [new LambdaFunction(supervisor)],
    });
    new Rule(this, 'EachMinute', {
      description: 'Looks at all tasks, should an event have been lost',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(supervisor)],
    });
    watchCollectors(this);
  }

  /** Lets a function start, see and stop collectors. */
  allowControl(to: ServiceFunction): void {
    for (const [name, value] of Object.entries(this.environment)) to.addEnvironment(name, value);
    this.#allow(to, 'ecs:RunTask', 'ecs:StopTask', 'ecs:DescribeTasks');
    this.#push.allowQueueing(to);
  }

  private get environment(): Record<string, string> {
    const { cluster, subnetIds, securityGroup } = this.#network;
    return {
      OPERATIONS_TABLE: this.#operationsTable.tableName,
      LAUNCH_QUEUE: this.#launchQueue.queueUrl,
      COLLECTOR_TASKS: Stack.of(this).toJsonString({
        cluster: cluster.clusterArn,
        taskDefinition: this.#task.taskDefinitionArn,
        container: CONTAINER,
        subnets: subnetIds,
        securityGroup: securityGroup.securityGroupId,
      }),
    };
  }

  #defineTask({ collectors, captures }: Config, logsRetention: RetentionDays): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    const image = mkdtempSync(join(tmpdir(), 'vigia-collector-'));
    try {
      buildModule('containers/collector/main.ts', image);
      copyFileSync(join(ROOT, 'containers/collector/Dockerfile'), join(image, 'Dockerfile'));
      const container = task.addContainer(CONTAINER, {
        containerName: CONTAINER,
        image: ContainerImage.fromAsset(image, { platform: Platform.LINUX_ARM64 }),
        // Few objects live long: with more room for new ones memory would only grow.
        command: ['node', '--max-semi-space-size=8', 'index.mjs'],
        // What was received is flushed within 20 s of a SIGTERM.
        stopTimeout: Duration.seconds(30),
        environment: {
          OPERATIONS_TABLE: this.#operationsTable.tableName,
          METRICS_NAMESPACE: namespaceOf(this),
          COLLECTOR_SYMBOLS: collectors.symbols.join(),
          FLUSH_SECONDS: String(collectors.flushSeconds),
          BYBIT_WS_URL: collectors.bybitWsUrl,
          BINANCE_WS_URL: collectors.binanceWsUrl,
          BYBIT_REST_URL: captures.bybitRestUrl,
          BINANCE_REST_URL: captures.binanceRestUrl,
        },
        logging: LogDrivers.awsLogs({
          streamPrefix: CONTAINER,
          logGroup: new LogGroup(this, 'TaskLogs', { retention: logsRetention, removalPolicy: RemovalPolicy.DESTROY }),
        }),
      });
      this.#marketData.allow(container, 'dynamodb:PutItem', 'dynamodb:Query');
    } finally {
      rmSync(image, { recursive: true });
    }
    acknowledge(task, 'ECS2', 'The variables are names and public addresses; the task reads no secret.');
    acknowledge(
      task,
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken, which the execution role needs for the image, knows no resources.',
    );
    task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
        resources: [this.#operationsTable.tableArn],
      }),
    );
    return task;
  }

  #allow(to: ServiceFunction, ...actions: ('ecs:RunTask' | 'ecs:StopTask' | 'ecs:DescribeTasks')[]): void {
    const { cluster } = this.#network;
    if (actions.includes('ecs:RunTask')) {
      to.addToRolePolicy(
        new PolicyStatement({
          actions: ['ecs:RunTask'],
          resources: [this.#task.taskDefinitionArn],
          conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
        }),
      );
      to.addToRolePolicy(
        new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [this.#task.taskRole.roleArn, this.#task.obtainExecutionRole().roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        }),
      );
    }
    const stack = Stack.of(this);
    const tasks = stack.formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${cluster.clusterName}/*`,
    });
    // As cdk-nag writes an ARN with references.
    const named = `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task/<${stack.getLogicalId(cluster.node.defaultChild as CfnCluster)}>/*`;
    acknowledge(to.executionRole, `IAM5[Resource::${named}]`, 'Tasks come and go; the statement names their cluster.');
    to.addToRolePolicy(
      new PolicyStatement({ actions: actions.filter((action) => action !== 'ecs:RunTask'), resources: [tasks] }),
    );
  }

  #allowRecords(to: ServiceFunction, ...actions: string[]): void {
    to.addToRolePolicy(new PolicyStatement({ actions, resources: [this.#operationsTable.tableArn] }));
  }

  #allowQueueing(to: ServiceFunction): void {
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#launchQueue.queueArn] }));
  }
}

/**
 * Bybit and Binance refuse addresses in the United States.
 * @throws Error where collectors would run there
 */
export function checkRegion(stack: Stack, areCollectorsOn: boolean): void {
  const region = Token.isUnresolved(stack.region) ? (process.env['CDK_DEFAULT_REGION'] ?? '') : stack.region;
  if (!region.startsWith('us-')) return;
  if (areCollectorsOn) {
    throw new Error(
      `Collectors can't run in ${region}: Bybit and Binance refuse addresses in the United States. ` +
        'Deploy elsewhere, or set collectors.enabled to false.',
    );
  }
  Annotations.of(stack).addWarningV2(
    'vigia:no-market-data',
    `Bybit and Binance refuse addresses in ${region}: built-in charts will be cards without candles.`,
  );
}
