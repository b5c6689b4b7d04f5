import { randomBytes } from 'node:crypto';
import { isFargateSize } from '../../core/jobs/fargate-sizes.ts';
import type { Credentials } from '../aws/credentials.ts';
import { type LogStore, logGroupArn, logStreamArn } from '../aws/logs.ts';
import { ACCOUNT, AwsError, type AwsService, type Permission, REGION } from '../aws/service.ts';
import type { RunningTask } from './metadata.ts';
import { Task, type TaskState } from './task.ts';
import { readTaskDefinition, type TaskDefinition } from './task-definition.ts';
import { type Inputs, isOperation, type Operation, presentTask, readRequest, taskDetail } from './wire.ts';

/**
 * ECS with Fargate in this process, over AWS JSON 1.1: a task is a process of the container's own program. Tasks live in
 * memory and die with the local run; after the next start ECS doesn't know them.
 */
export interface Ecs {
  service: AwsService;
  defineCluster(name: string): void;
  /**
   * Takes an `AWS::ECS::TaskDefinition` with resolved properties.
   * @param environment in place of the template's variables
   * @throws Error that names it and what can't run here
   */
  defineTask(
    resource: { logicalId: string; arn: string },
    properties: unknown,
    files: {
      directory: (image: string) => string;
      environment: (given: Record<string, string>) => Record<string, string>;
    },
  ): void;
  /** The task that runs under the last part of its ARN. */
  running(id: string): RunningTask | undefined;
  /** Ends all tasks: SIGTERM, and after so long SIGKILL. */
  close(graceMilliseconds?: number): Promise<void>;
}

export interface EcsOptions {
  endpointUrl: () => string;
  logs: LogStore;
  /** Whether a role that tasks may assume is allowed the action. */
  authorize: (role: string, action: string, resource: string) => boolean;
  /** What a task signs with. @throws AwsError where the role does not trust ECS */
  credentials: (role: string, session: string) => Credentials;
  /** Where a task asks about itself. @param id the last part of its ARN */
  metadataUri: (id: string) => string;
  /** Told of every change of a task's state, as EventBridge is. */
  onEvent: (event: object) => void;
}

const TARGET = 'AmazonEC2ContainerServiceV20141113.';
/** So long ECS tells of a task that has stopped. */
const TOLD_MS = 3_600_000;

const arn = (resource: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${resource}`;
const lastPart = (name: string) => name.slice(name.lastIndexOf('/') + 1);

interface Defined {
  definition: TaskDefinition;
  directory: string;
  environment: Record<string, string>;
}

export function createEcs(options: EcsOptions): Ecs {
  const clusters = new Set<string>();
  const definitions = new Map<string, Defined>();
  const tasks = new Map<string, Task>();
  /** By client token: what was asked for with it. */
  const launched = new Map<string, { asked: string; task: Task }>();
  let isClosing = false;

  function clusterOf(given: string): string {
    const name = lastPart(given);
    if (!clusters.has(name)) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return name;
  }

  const taskArn = (cluster: string, task: string) => arn(`task/${lastPart(cluster)}/${lastPart(task)}`);

  function forget(now: number): void {
    for (const [key, { state }] of tasks) if ((state.stoppedAt ?? now) < now - TOLD_MS) tasks.delete(key);
  }

  function tell(state: TaskState): void {
    if (isClosing) return;
    options.onEvent({
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      resources: [state.arn],
      detail: taskDetail(state),
    });
  }

  /** What Fargate does with the execution role before a task starts. */
  function prepare({ executionRole, container }: TaskDefinition, stream: string): void {
    const need = (action: string, resource: string, problem: string) => {
      if (!options.authorize(executionRole, action, resource)) {
        throw new Error(`${problem}: ${executionRole} is not authorized to perform: ${action} on ${resource}`);
      }
    };
    const { log, image } = container;
    const repository = image.slice(image.indexOf('/') + 1, image.lastIndexOf(':'));
    const repositoryArn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repository}`;
    need('ecr:GetAuthorizationToken', '*', 'ResourceInitializationError');
    for (const action of ['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer']) {
      need(`ecr:${action}`, repositoryArn, 'CannotPullContainerError');
    }
    if (!options.logs.hasGroup(log.group)) throw new Error(`ResourceInitializationError: no ${logGroupArn(log.group)}`);
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      need(action, logStreamArn(log.group, stream), 'ResourceInitializationError');
    }
    options.logs.createStream(log.group, stream);
  }

  function environmentOf({ definition, environment }: Defined, id: string, overrides: Record<string, string>) {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      TZ: 'UTC',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      ECS_CONTAINER_METADATA_URI_V4: options.metadataUri(id),
      ...(definition.taskRole !== undefined && credentialsOf(definition.taskRole, id)),
      ...environment,
      ...overrides,
    };
  }

  function credentialsOf(role: string, session: string) {
    const { accessKeyId, secretAccessKey, sessionToken } = options.credentials(role, session);
    return {
      AWS_ENDPOINT_URL: options.endpointUrl(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  function run({ clientToken, ...asked }: Inputs['RunTask']): Task {
    const { cluster, taskDefinition, startedBy, overrides } = asked;
    const clusterName = clusterOf(cluster);
    const earlier = clientToken === undefined ? undefined : launched.get(clientToken);
    if (earlier) {
      if (earlier.asked === JSON.stringify(asked)) return earlier.task;
      const resourceIds = [earlier.task.state.arn];
      throw new AwsError('ConflictException', 'The client token is that of another request.', 400, { resourceIds });
    }
    const defined = definitions.get(taskDefinition);
    if (!defined) throw new AwsError('ClientException', 'TaskDefinition not found.');
    const { definition, directory } = defined;
    const id = randomBytes(16).toString('hex');
    const stream = `${definition.container.log.prefix}/${definition.container.name}/${id}`;
    const other = overrides.containerOverrides.find(({ name }) => name !== definition.container.name);
    if (other) {
      throw new AwsError('InvalidParameterException', `The container ${other.name} is not in the task definition.`);
    }
    const [given] = overrides.containerOverrides;
    const { cpu = definition.cpu, memory = definition.memory } = overrides;
    if (!isFargateSize({ cpu: Number(cpu), memory: Number(memory) })) {
      throw new AwsError('ClientException', 'No Fargate configuration exists for given values.');
    }
    const command = given?.command ?? definition.container.command;
    if (command[0] !== 'node') throw new AwsError('ClientException', "Only Node's programs run here.");
    const variables = Object.fromEntries((given?.environment ?? []).map(({ name, value }) => [name, value]));
    const state: TaskState = {
      arn: taskArn(clusterName, id),
      clusterArn: arn(`cluster/${clusterName}`),
      definition,
      command,
      cpu,
      memory,
      startedBy,
      version: 1,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      createdAt: Date.now(),
    };
    const task = new Task(state, {
      directory,
      environment: environmentOf(defined, id, variables),
      prepare: () => prepare(definition, stream),
      onChange: tell,
      onLine: (message) =>
        options.logs.append(definition.container.log.group, stream, [{ timestamp: Date.now(), message }]),
    });
    forget(state.createdAt);
    tasks.set(state.arn, task);
    if (clientToken !== undefined) launched.set(clientToken, { asked: JSON.stringify(asked), task });
    task.start();
    return task;
  }

  const handlers: { [O in Operation]: (input: Inputs[O]) => object } = {
    RunTask: (input) => ({ tasks: [presentTask(run(input).state)], failures: [] }),
    StopTask: ({ cluster, task, reason }) => {
      const found = tasks.get(taskArn(clusterOf(cluster), task));
      if (!found) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      found.stop(reason);
      return { task: presentTask(found.state) };
    },
    DescribeTasks: ({ cluster, tasks: asked }) => {
      const name = clusterOf(cluster);
      forget(Date.now());
      const arns = asked.map((task) => taskArn(name, task));
      return {
        tasks: arns.flatMap((it) => tasks.get(it) ?? []).map(({ state }) => presentTask(state)),
        failures: arns.filter((it) => !tasks.has(it)).map((it) => ({ arn: it, reason: 'MISSING' })),
      };
    },
    ListTasks: ({ cluster, family, startedBy, desiredStatus, maxResults = 100 }) => {
      clusterOf(cluster);
      const found = [...tasks.values()].filter(
        ({ state }) =>
          state.desiredStatus === desiredStatus &&
          (family === undefined || state.definition.family === family) &&
          (startedBy === undefined || state.startedBy === startedBy),
      );
      return { taskArns: found.slice(0, maxResults).map((task) => task.arn) };
    },
  };

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
  const needed: { [O in Operation]: (input: Inputs[O]) => Permission[] } = {
    RunTask: ({ cluster, taskDefinition }) => {
      const { definition } = definitions.get(taskDefinition) ?? {};
      const { taskRole, executionRole } = definition ?? {};
      const passed = new Set([taskRole, executionRole].filter((role) => role !== undefined));
      return [
        { action: 'ecs:RunTask', resource: taskDefinition, context: inCluster(cluster) },
        ...[...passed].map((resource) => ({
          action: 'iam:PassRole',
          resource,
          context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
        })),
      ];
    },
    StopTask: ({ cluster, task }) => [
      { action: 'ecs:StopTask', resource: taskArn(cluster, task), context: inCluster(cluster) },
    ],
    DescribeTasks: ({ cluster, tasks: asked }) =>
      asked.map((task) => ({
        action: 'ecs:DescribeTasks',
        resource: taskArn(cluster, task),
        context: inCluster(cluster),
      })),
    ListTasks: ({ cluster }) => [
      {
        action: 'ecs:ListTasks',
        resource: arn(`container-instance/${lastPart(cluster)}/*`),
        context: inCluster(cluster),
      },
    ],
  };
  const inCluster = (cluster: string) => ({ 'ecs:cluster': arn(`cluster/${lastPart(cluster)}`) });

  function answerTo<O extends Operation>(operation: O, body: Buffer): object {
    return handlers[operation](readRequest(operation, body));
  }
  function neededFor<O extends Operation>(operation: O, body: Buffer): Permission[] {
    return needed[operation](readRequest(operation, body));
  }

  return {
    service: {
      name: 'ecs',
      operation({ headers }) {
        const target = headers['x-amz-target'] ?? '';
        const operation = target.slice(TARGET.length);
        return target.startsWith(TARGET) && isOperation(operation) ? operation : undefined;
      },
      permissions: ({ operation, body }) => (isOperation(operation) ? neededFor(operation, body) : []),
      async handle({ operation, body }) {
        if (!isOperation(operation)) throw new Error(`ECS has no operation ${operation} here`);
        return answer(200, answerTo(operation, body));
      },
      error: ({ code, message, status, detail }) => answer(status, { __type: code, message, ...detail }),
      close: async () => {},
    },
    defineCluster: (name) => clusters.add(name),
    defineTask: ({ logicalId, arn: definitionArn }, properties, { directory, environment }) => {
      const definition = readTaskDefinition(logicalId, definitionArn, properties);
      const { container } = definition;
      definitions.set(definitionArn, {
        definition,
        directory: directory(container.image),
        environment: { ...container.environment, ...environment(container.environment) },
      });
    },
    running: (id) => {
      const task = [...tasks.values()].find(({ arn: it }) => lastPart(it) === id);
      return task?.processId === undefined ? undefined : { state: task.state, processId: task.processId };
    },
    close: async (graceMilliseconds = 5000) => {
      isClosing = true;
      await Promise.all(Array.from(tasks.values(), (task) => task.close(graceMilliseconds)));
    },
  };
}

function answer(status: number, output: object) {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}
