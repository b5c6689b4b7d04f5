import { z } from 'zod';
import { readFields } from '../aws/json-request.ts';
import type { TaskState } from './task.ts';

/** What ECS's clients send, and how a task looks to them. */

const names = z.array(z.string());
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
const OVERRIDES_LENGTH = 8192;
export const requests = {
  RunTask: z.strictObject({
    cluster: z.string(),
    taskDefinition: z.string(),
    launchType: z.literal('FARGATE'),
    count: z.literal(1).default(1),
    startedBy: z
      .string()
      .regex(/^[A-Za-z0-9_/-]{0,128}$/)
      .default(''),
    clientToken: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/)
      .optional(),
    networkConfiguration: z.strictObject({
      awsvpcConfiguration: z.strictObject({
        subnets: names.min(1).max(16),
        securityGroups: names.max(5).optional(),
        assignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional(),
      }),
    }),
    overrides: z
      .strictObject({
        cpu: z.string().optional(),
        memory: z.string().optional(),
        containerOverrides: z
          .array(
            z.strictObject({
              name: z.string(),
              command: names.min(1).optional(),
              environment: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
            }),
          )
          .default([]),
      })
      .refine((overrides) => JSON.stringify(overrides).length <= OVERRIDES_LENGTH, {
        error: `Overrides length must be at most ${OVERRIDES_LENGTH}`,
      })
      .default({ containerOverrides: [] }),
  }),
  StopTask: z.strictObject({ cluster: z.string(), task: z.string(), reason: z.string().max(1024).default('') }),
  DescribeTasks: z.strictObject({ cluster: z.string(), tasks: names.min(1).max(100), include: names.optional() }),
  ListTasks: z.strictObject({
    cluster: z.string(),
    family: z.string().optional(),
    startedBy: z.string().optional(),
    desiredStatus: z.enum(['RUNNING', 'STOPPED']).default('RUNNING'),
    maxResults: z.int().min(1).max(100).optional(),
  }),
};
export type Operation = keyof typeof requests;
export type Inputs = { [O in Operation]: z.infer<(typeof requests)[O]> };
const schemas: { [O in Operation]: z.ZodType<Inputs[O]> } = requests;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

/** @throws AwsError that names what is wrong or not supported here */
export function readRequest<O extends Operation>(operation: O, body: Buffer): Inputs[O] {
  return readFields(schemas[operation], body, 'InvalidParameterException');
}

/** A task as the API tells it: times are epoch seconds. */
export function presentTask(state: TaskState) {
  return present(state, (milliseconds) => milliseconds / 1000);
}

/** As its state change event has it: times are ISO 8601. */
export function taskDetail(state: TaskState) {
  return present(state, (milliseconds) => new Date(milliseconds).toISOString());
}

function present<Time>(state: TaskState, time: (milliseconds: number) => Time) {
  const { definition, exitCode, createdAt, startedAt, stoppingAt, stoppedAt } = state;
  return {
    taskArn: state.arn,
    clusterArn: state.clusterArn,
    taskDefinitionArn: definition.arn,
    group: `family:${definition.family}`,
    launchType: 'FARGATE',
    cpu: state.cpu,
    memory: state.memory,
    startedBy: state.startedBy,
    version: state.version,
    lastStatus: state.lastStatus,
    desiredStatus: state.desiredStatus,
    createdAt: time(createdAt),
    ...(startedAt !== undefined && { startedAt: time(startedAt) }),
    ...(stoppingAt !== undefined && { stoppingAt: time(stoppingAt) }),
    ...(stoppedAt !== undefined && { stoppedAt: time(stoppedAt), executionStoppedAt: time(stoppedAt) }),
    ...(state.stopCode !== undefined && { stopCode: state.stopCode }),
    ...(state.stoppedReason !== undefined && { stoppedReason: state.stoppedReason }),
    containers: [
      {
        containerArn: `${state.arn}/${definition.container.name}`,
        taskArn: state.arn,
        name: definition.container.name,
        image: definition.container.image,
        lastStatus: state.lastStatus === 'PROVISIONING' ? 'PENDING' : state.lastStatus,
        ...(exitCode !== undefined && { exitCode }),
      },
    ],
  };
}
