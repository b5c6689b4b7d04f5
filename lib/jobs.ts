import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { missingInImage } from '../config/jobs.ts';
import type { Config } from '../config/schema.ts';
import { COMMAND_RULES_FILE } from '../core/jobs/job-settings.ts';
import { acknowledge } from './acknowledge.ts';
import { buildModule } from './bundle.ts';
import { watchJobs } from './job-alarms.ts';
import type { ServiceFunction } from './service-function.ts';
import type { TaskKind, Tasks } from './tasks.ts';

export interface JobsProps {
  config: Config;
  tasks: Tasks;
  logsRetention: RetentionDays;
}

const ROOT = join(import.meta.dirname, '..');
/** A run's log stream is `job/job/<task id>`. */
const CONTAINER = 'job';

/** Users' commands: the task that one of them runs in, without any role, and who may begin and stop them. */
export class Jobs extends Construct {
  readonly logGroup: LogGroup;
  /** What lies beside the code of functions that make jobs. */
  readonly files: Readonly<Record<string, string>>;
  readonly #tasks: Tasks;
  readonly #key: Secret;
  readonly #kind: TaskKind;
  #apiUrl: string | undefined;

  constructor(scope: Construct, id: string, { config: { jobs, retention }, tasks, logsRetention }: JobsProps) {
    super(scope, id);
    this.#tasks = tasks;
    this.logGroup = new LogGroup(this, 'TaskLogs', { retention: logsRetention, removalPolicy: RemovalPolicy.DESTROY });
    this.#key = new Secret(this, 'TokenKey', {
      description: "Signs the tokens of jobs' runners",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(this.#key, 'SMG4', 'Tokens end with the jobs that they belong to; a new key would only cut those off.');
    const role = new Role(this, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    const task = this.#defineTask(role, jobs.maxLogBytes);
    const { maxRunning, allow, deny } = jobs;
    this.files = { [COMMAND_RULES_FILE]: JSON.stringify({ allow, deny }) };
    this.#kind = {
      variable: 'JOB_TASKS',
      definitionArn: task.ref,
      container: CONTAINER,
      roleArns: [role.roleArn],
      environment: {
        JOBS: JSON.stringify({ maxRunning, days: retention.jobsDays }),
        JOB_MISSING: JSON.stringify(missingInImage(allow)),
        JOB_KEY_SECRET: this.#key.secretArn,
      },
    };
    tasks.add(this.#kind);
    this.#allowTokens(tasks.launcher);
    watchJobs(this);
  }

  /** Where jobs report their samples. */
  reportTo(apiUrl: string): void {
    this.#apiUrl = apiUrl;
  }

  /** Lets a function make jobs. */
  allowCreating(to: ServiceFunction): void {
    this.#tasks.allowCreating(to, this.#kind);
  }

  /** Lets a function make jobs, see them and stop them. */
  allowControl(to: ServiceFunction): void {
    this.#tasks.allowControl(to, this.#kind);
  }

  /** Lets a function check who reports samples. */
  allowReports(to: ServiceFunction): void {
    this.#allowTokens(to);
  }

  /** Lets a function read and delete what jobs have printed. */
  allowLogs(to: ServiceFunction): void {
    to.addEnvironment('JOB_LOG_GROUP', this.logGroup.logGroupName);
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['logs:GetLogEvents', 'logs:DescribeLogStreams', 'logs:DeleteLogStream'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
  }

  #allowTokens(to: ServiceFunction): void {
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.#key.secretArn] }),
    );
  }

  /** By itself, because CDK's own class gives every task a role. */
  #defineTask(executionRole: Role, maxLogBytes: number): CfnTaskDefinition {
    const image = this.#image();
    image.repository.grantPull(executionRole);
    this.logGroup.grantWrite(executionRole);
    acknowledge(
      executionRole,
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken, which the execution role needs for the image, knows no resources.',
    );
    const apiUrl = Lazy.string({ produce: () => this.#apiUrl });
    const task = new CfnTaskDefinition(this, 'Task', {
      family: `${Stack.of(this).stackName}-job`,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: executionRole.roleArn,
      containerDefinitions: [
        {
          name: CONTAINER,
          image: image.imageUri,
          command: ['node', 'index.mjs'],
          essential: true,
          // A command has 20 s between SIGTERM and SIGKILL.
          stopTimeout: 30,
          // Reaps what commands leave behind.
          linuxParameters: { initProcessEnabled: true },
          environment: [
            { name: 'API_URL', value: apiUrl },
            { name: 'MAX_LOG_BYTES', value: String(maxLogBytes) },
          ],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': this.logGroup.logGroupName,
              'awslogs-region': Stack.of(this).region,
              'awslogs-stream-prefix': CONTAINER,
              // A command waits for its output to be taken, and none is dropped.
              mode: 'blocking',
            },
          },
        },
      ],
    });
    acknowledge(task, 'ECS2', 'The variables are a public address and a number.');
    return task;
  }

  #image(): DockerImageAsset {
    const directory = mkdtempSync(join(tmpdir(), 'vigia-job-'));
    try {
      buildModule('containers/job/main.ts', directory);
      copyFileSync(join(ROOT, 'containers/job/Dockerfile'), join(directory, 'Dockerfile'));
      return new DockerImageAsset(this, 'Image', { directory, platform: Platform.LINUX_ARM64 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}
