import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { consumeQueue } from './event-sources.ts';
import type { Push } from './push.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';
import { TaskNetwork } from './task-network.ts';

export interface TasksProps {
  operationsTable: Table;
  push: Push;
  logsRetention: RetentionDays;
}

/** Tasks of one kind: what they run as, and what whoever tells their records has to know. */
export interface TaskKind {
  /** The variable by which functions find as what they run. */
  variable: string;
  definitionArn: string;
  container: string;
  /** Those that ECS takes on for them. */
  roleArns: string[];
  /** Variables of every function that tells their records something. */
  environment: Record<string, string>;
}

const LAUNCH_TIMEOUT = Duration.seconds(30);

/** Where tasks of all kinds run, and what keeps them as they are wanted. */
export class Tasks extends Construct {
  readonly #operationsTable: Table;
  readonly #network: TaskNetwork;
  readonly #push: Push;
  readonly #launchQueue: Queue;
  readonly launcher: ServiceFunction;
  readonly supervisor: ServiceFunction;

  constructor(scope: Construct, id: string, { operationsTable, push, logsRetention }: TasksProps) {
    super(scope, id);
    this.#operationsTable = operationsTable;
    this.#push = push;
    this.#network = new TaskNetwork(this, 'Network');
    this.#launchQueue = jobQueue(this, 'Launches', LAUNCH_TIMEOUT, deadLetterQueue(this, 'DeadLetters'));

    this.launcher = new ServiceFunction(this, 'Launcher', {
      entry: 'lambdas/launch/handler.ts',
      description: 'Launches tasks',
      memoryMB: 256,
      timeout: LAUNCH_TIMEOUT,
      logsRetention,
      environment: {},
    });
    // ECS takes 20 launches a second.
    consumeQueue('Launches', this.launcher, this.#launchQueue, { batchSize: 1, maxConcurrency: 2 });
    this.#allowRecords(this.launcher);

    this.supervisor = new ServiceFunction(this, 'Supervisor', {
      entry: 'lambdas/supervisor/handler.ts',
      description: 'Keeps tasks as they are wanted',
      memoryMB: 256,
      timeout: Duration.seconds(60),
      logsRetention,
      environment: {},
    });
    // What tasks use is summed each minute.
    this.#allowRecords(this.supervisor, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
    this.#allowTasks(this.supervisor, 'ecs:DescribeTasks', 'ecs:StopTask');
    this.#allowTasks(this.launcher, 'ecs:StopTask');
    for (const it of [this.launcher, this.supervisor]) this.#allowTelling(it);
    new Rule(this, 'TaskChanges', {
      description: 'Tells the supervisor of tasks that start and end',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [this.#network.cluster.clusterArn] },
      },
      targets: [new LambdaFunction(this.supervisor)],
    });
    new Rule(this, 'EachMinute', {
      description: 'Looks at all tasks, should an event have been lost',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.supervisor)],
    });
  }

  /** Has tasks of a kind launched and looked after. */
  add(kind: TaskKind): void {
    for (const it of [this.launcher, this.supervisor]) this.#tell(it, kind);
    this.#allowLaunching(this.launcher, kind);
  }

  /** Lets a function make records of a kind. */
  allowCreating(to: ServiceFunction, kind: TaskKind): void {
    this.#tell(to, kind);
    this.#allowTelling(to);
  }

  /** Lets a function tell the records of a kind what is wanted; whoever may stop one may stop all. */
  allowControl(to: ServiceFunction, kind: TaskKind): void {
    this.allowCreating(to, kind);
    this.#allowTasks(to, 'ecs:StopTask');
  }

  /** Lets a function launch tasks of a kind by itself, and ask ECS how they are. */
  allowLaunching(to: ServiceFunction, kind: TaskKind): void {
    this.#allowLaunching(to, kind);
    this.#allowTasks(to, 'ecs:DescribeTasks');
  }

  #tell(to: ServiceFunction, { variable, definitionArn, container, environment }: TaskKind): void {
    const { cluster, subnetIds, securityGroup } = this.#network;
    const network = { cluster: cluster.clusterArn, subnets: subnetIds, securityGroup: securityGroup.securityGroupId };
    to.addEnvironment('TASK_NETWORK', Stack.of(this).toJsonString(network));
    to.addEnvironment(variable, Stack.of(this).toJsonString({ taskDefinition: definitionArn, container }));
    for (const [name, value] of Object.entries(environment)) to.addEnvironment(name, value);
  }

  #allowLaunching(to: ServiceFunction, { definitionArn, roleArns }: TaskKind): void {
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['ecs:RunTask'],
        resources: [definitionArn],
        conditions: { ArnEquals: { 'ecs:cluster': this.#network.cluster.clusterArn } },
      }),
    );
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: roleArns,
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    );
  }

  #allowTasks(to: ServiceFunction, ...actions: ('ecs:StopTask' | 'ecs:DescribeTasks')[]): void {
    const stack = Stack.of(this);
    const { cluster } = this.#network;
    const tasks = stack.formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster.clusterName}/*` });
    // As cdk-nag writes an ARN with references.
    const named = `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task/<${stack.getLogicalId(cluster.node.defaultChild as CfnCluster)}>/*`;
    acknowledge(to.executionRole, `IAM5[Resource::${named}]`, 'Tasks come and go; the statement names their cluster.');
    to.addToRolePolicy(new PolicyStatement({ actions, resources: [tasks] }));
  }

  /** Records, places and the queue. */
  #allowRecords(to: ServiceFunction, ...more: string[]): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query', ...more];
    to.addToRolePolicy(new PolicyStatement({ actions, resources: [this.#operationsTable.tableArn] }));
  }

  /** What follows where a record was told something: launches, and pushes to who watches. */
  #allowTelling(to: ServiceFunction): void {
    to.addEnvironment('OPERATIONS_TABLE', this.#operationsTable.tableName);
    to.addEnvironment('LAUNCH_QUEUE', this.#launchQueue.queueUrl);
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#launchQueue.queueArn] }));
    this.#push.allowQueueing(to);
  }
}
