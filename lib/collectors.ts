import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Duration, RemovalPolicy, type Stack, Token } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { acknowledge } from './acknowledge.ts';
import { namespaceOf } from './alarms.ts';
import { buildModule } from './bundle.ts';
import { watchCollectors } from './collector-alarms.ts';
import type { MarketData } from './market-data.ts';
import type { ServiceFunction } from './service-function.ts';
import type { TaskKind, Tasks } from './tasks.ts';

export interface CollectorsProps {
  config: Config;
  tasks: Tasks;
  operationsTable: Table;
  marketData: MarketData;
  logsRetention: RetentionDays;
}

const ROOT = join(import.meta.dirname, '..');
const CONTAINER = 'collector';

/** Collectors of market data: the task that one of them is. */
export class Collectors extends Construct {
  readonly #tasks: Tasks;
  readonly #kind: TaskKind;

  constructor(
    scope: Construct,
    id: string,
    { config, tasks, operationsTable, marketData, logsRetention }: CollectorsProps,
  ) {
    super(scope, id);
    this.#tasks = tasks;
    const task = this.#defineTask(config, operationsTable, marketData, logsRetention);
    this.#kind = {
      variable: 'COLLECTOR_TASKS',
      definitionArn: task.taskDefinitionArn,
      container: CONTAINER,
      roleArns: [task.taskRole.roleArn, task.obtainExecutionRole().roleArn],
      environment: { COLLECTORS: JSON.stringify(config.collectors) },
    };
    tasks.add(this.#kind);
    watchCollectors(this);
  }

  /** Lets a function start, see and stop collectors. */
  allowControl(to: ServiceFunction): void {
    this.#tasks.allowControl(to, this.#kind);
    this.#tasks.allowLaunching(to, this.#kind);
  }

  #defineTask(
    { collectors, captures }: Config,
    operationsTable: Table,
    marketData: MarketData,
    logsRetention: RetentionDays,
  ): FargateTaskDefinition {
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
          OPERATIONS_TABLE: operationsTable.tableName,
          METRICS_NAMESPACE: namespaceOf(this),
          COLLECTOR_SYMBOLS: collectors.symbols.join(),
          FLUSH_SECONDS: String(collectors.flushSeconds),
          CONNECTIONS: String(collectors.connections),
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
      marketData.allow(container, 'dynamodb:PutItem', 'dynamodb:Query');
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
        resources: [operationsTable.tableArn],
      }),
    );
    return task;
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
