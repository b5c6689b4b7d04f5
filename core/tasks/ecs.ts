import { createHash } from 'node:crypto';
import {
  ClientException,
  ConflictException,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  type TaskOverride,
} from '@aws-sdk/client-ecs';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import type { TaskEvent, TaskState } from './record.ts';

/** Tasks on Fargate: launched, stopped, looked at. A task says by `startedBy` which life of which record it is. */

const ecs = new ECSClient({});

const networkSchema = z.object({ cluster: z.string(), subnets: z.array(z.string()), securityGroup: z.string() });
const programSchema = z.object({ taskDefinition: z.string(), container: z.string() });
export type TaskPlace = z.output<typeof networkSchema> & z.output<typeof programSchema>;

/**
 * Where and as what tasks of a kind run; from the template.
 * @param program as what, of the kind: its variable's value
 */
export function taskPlace(program: string): TaskPlace {
  const network = networkSchema.parse(JSON.parse(environment('TASK_NETWORK')));
  return { ...network, ...programSchema.parse(JSON.parse(program)) };
}

/** What one DescribeTasks takes. */
const TASKS_PER_CALL = 100;

export interface Life {
  name: string;
  generation: number;
}

/** At most 128 letters, digits, `-`, `_` and `/`. */
export function startedBy(prefix: string, { name, generation }: Life): string {
  return `${prefix}/${name}/${generation}`;
}

/** Which life of which kind a task is; undefined for tasks of others. */
export function readStartedBy(text: string | undefined): { prefix: string; life: Life } | undefined {
  const [, prefix, name, generation] = /^([^/]+)\/([^/]+)\/([1-9]\d*)$/.exec(text ?? '') ?? [];
  if (prefix === undefined || name === undefined) return undefined;
  return { prefix, life: { name, generation: Number(generation) } };
}

/** What a life is told, and given in place of what its definition says. */
export interface Overrides {
  environment: Record<string, string>;
  command?: string[];
  /** Fargate's units: 1024 are a vCPU. */
  cpu?: number;
  /** MiB. */
  memory?: number;
}

/** What all overrides of a RunTask may take as JSON, in characters. */
export const OVERRIDES_LENGTH = 8192;

/** Reasons of refusals, the account's limits among them. */
const NO_CAPACITY =
  /^(RESOURCE:|AGENT$|Capacity is unavailable)|reached the limit on the number|RequestLimitExceeded|Rate exceeded/i;

/** Whether a refusal is no fault of the task: it is tried again for as long as it takes. */
export function isForWantOfCapacity(reason: string): boolean {
  return NO_CAPACITY.test(reason);
}

/**
 * Launches a life, and only once however often it is asked: the same task is answered then.
 * What ECS refuses is an event; what it could not answer is thrown and can be tried again.
 */
export async function launchTask(
  place: TaskPlace,
  prefix: string,
  life: Life,
  overrides: Overrides,
): Promise<TaskEvent> {
  const { generation } = life;
  const failed = (reason: string, counts: boolean) => ({ type: 'launch_failed', generation, reason, counts }) as const;
  try {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: place.cluster,
        taskDefinition: place.taskDefinition,
        launchType: 'FARGATE',
        count: 1,
        startedBy: startedBy(prefix, life),
        clientToken: clientToken(prefix, life),
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: place.subnets,
            securityGroups: [place.securityGroup],
            assignPublicIp: 'ENABLED',
          },
        },
        overrides: taskOverride(place, overrides),
      }),
    );
    const pid = tasks[0]?.taskArn;
    if (pid !== undefined) return { type: 'launched', generation, pid };
    const reason = failures[0]?.reason ?? 'ECS started no task';
    return failed(reason, !isForWantOfCapacity(reason));
  } catch (error) {
    // The same life, asked for with other parameters before a deployment: its task is there.
    const [pid] = error instanceof ConflictException ? (error.resourceIds ?? []) : [];
    if (pid !== undefined) return { type: 'launched', generation, pid };
    const isRefused = error instanceof ClientException || error instanceof InvalidParameterException;
    if (!isRefused) throw error;
    return failed(error.message, !isForWantOfCapacity(error.message));
  }
}

export function taskOverride({ container }: Pick<TaskPlace, 'container'>, overrides: Overrides): TaskOverride {
  const { environment, command, cpu, memory } = overrides;
  return {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
    containerOverrides: [
      {
        name: container,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        ...(command && { command }),
      },
    ],
  };
}

/** 64 characters at most. ECS forgets a token after a day; a record lives for a week after its end. */
function clientToken(prefix: string, life: Life): string {
  return createHash('sha256').update(startedBy(prefix, life)).digest('hex');
}

/** Has a task stopped; one that is gone already is none. */
export async function stopTask(place: TaskPlace, pid: string, reason: string): Promise<void> {
  try {
    await ecs.send(new StopTaskCommand({ cluster: place.cluster, task: pid, reason }));
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw error;
  }
}

/** What ECS knows of these lives. */
export async function lookAt(
  place: TaskPlace,
  lives: readonly { generation: number; pid: string }[],
): Promise<Map<string, TaskEvent>> {
  const found = new Map<string, TaskEvent>();
  for (let start = 0; start < lives.length; start += TASKS_PER_CALL) {
    const asked = lives.slice(start, start + TASKS_PER_CALL);
    const { tasks = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster: place.cluster, tasks: asked.map(({ pid }) => pid) }),
    );
    for (const { generation, pid } of asked) {
      const task = tasks.find(({ taskArn }) => taskArn === pid);
      const state = task && taskState(place.container, { generation, pid }, task);
      found.set(pid, state ?? { type: 'missing', generation, pid });
    }
  }
  return found;
}

const eventTime = z.optional(z.string());
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
const detailSchema = z.object({
  taskArn: z.string(),
  version: z.number(),
  startedBy: z.optional(z.string()),
  lastStatus: z.string(),
  startedAt: eventTime,
  stoppedAt: eventTime,
  executionStoppedAt: eventTime,
  stopCode: z.optional(z.string()),
  stoppedReason: z.optional(z.string()),
  containers: z._default(
    z.array(z.object({ name: z.string(), exitCode: z.optional(z.number()), reason: z.optional(z.string()) })),
    [],
  ),
});

/** A task state change, and whose; undefined for tasks of others. */
export function readTaskEvent(
  detail: unknown,
): { prefix: string; life: Life; pid: string; task: SeenTask } | undefined {
  const { startedAt, stoppedAt, executionStoppedAt, ...task } = detailSchema.parse(detail);
  const whose = readStartedBy(task.startedBy);
  if (!whose) return undefined;
  const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
  return {
    ...whose,
    pid: task.taskArn,
    task: {
      ...task,
      startedAt: date(startedAt),
      stoppedAt: date(stoppedAt),
      executionStoppedAt: date(executionStoppedAt),
    },
  };
}

interface SeenContainer {
  name?: string | undefined;
  exitCode?: number | undefined;
  reason?: string | undefined;
}
export type SeenTask = Partial<
  Pick<Task, 'version' | 'startedAt' | 'stoppedAt' | 'executionStoppedAt' | 'lastStatus' | 'stoppedReason'>
> & { stopCode?: string | undefined; containers?: readonly SeenContainer[] | undefined };

/** @param container ours: an account may have others put beside it, which end in their own way */
export function taskState(
  container: string,
  { generation, pid }: { generation: number; pid: string },
  task: SeenTask,
): TaskState {
  const startedAt = task.startedAt?.getTime() ?? null;
  const state = { type: 'task', generation, pid, version: task.version ?? 0, startedAt } as const;
  if (task.lastStatus !== 'STOPPED') return { ...state, end: null };
  const ranUntil = (task.executionStoppedAt ?? task.stoppedAt)?.getTime() ?? startedAt ?? 0;
  const ours = task.containers?.find(({ name }) => name === container);
  const exitCode = ours?.exitCode ?? null;
  return { ...state, end: { reason: reasonOf(task, ours), counts: isOwnFault(task), exitCode, ranUntil } };
}

function reasonOf({ stoppedReason }: SeenTask, container: SeenContainer | undefined): string {
  const words = [
    stoppedReason || 'The task stopped',
    ...(container?.exitCode === undefined ? [] : [`exit code ${container.exitCode}`]),
    ...(container?.reason === undefined ? [] : [container.reason]),
  ];
  return words.join('; ');
}

const PLATFORM_CODES = ['SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'];

/**
 * Spot interruptions, and what Fargate does for itself or fails at, say nothing of the task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
function isOwnFault({ stopCode = '', stoppedReason = '' }: SeenTask): boolean {
  return !PLATFORM_CODES.includes(stopCode) && !/retire|capacity|Spot|^Timeout waiting for/i.test(stoppedReason);
}
