import { z } from 'zod';
import { readProperties } from '../aws/template-properties.ts';

/** A task definition of the template, as far as it can run here: one container whose program is Node's. */
export interface TaskDefinition {
  arn: string;
  family: string;
  cpu: string;
  memory: string;
  executionRole: string;
  /** Without one its program gets no credentials. */
  taskRole: string | undefined;
  container: {
    name: string;
    image: string;
    /** The program and its arguments. */
    command: string[];
    environment: Record<string, string>;
    stopTimeoutSeconds: number;
    log: { group: string; prefix: string };
  };
}

const variables = z
  .array(z.strictObject({ Name: z.string(), Value: z.string() }))
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));

const container = z.strictObject({
  Name: z.string(),
  Image: z.string(),
  /** Other programs than Node's would have to be on this machine. */
  Command: z.tuple([z.literal('node')], z.string()),
  Environment: variables.default({}),
  Essential: z.literal(true),
  LogConfiguration: z.strictObject({
    LogDriver: z.literal('awslogs'),
    Options: z.strictObject({
      'awslogs-group': z.string(),
      'awslogs-region': z.string(),
      'awslogs-stream-prefix': z.string(),
      mode: z.enum(['blocking', 'non-blocking']).optional(),
    }),
  }),
  /** Zombies are the machine's matter here. */
  LinuxParameters: z.strictObject({ InitProcessEnabled: z.boolean() }).optional(),
  /** Fargate's own default and limit: 30 and 120 s. */
  StopTimeout: z.int().min(0).max(120).default(30),
});

const properties = z.strictObject({
  ContainerDefinitions: z.tuple([container]),
  Cpu: z.string(),
  Memory: z.string(),
  Family: z.string(),
  ExecutionRoleArn: z.string(),
  TaskRoleArn: z.string().optional(),
  NetworkMode: z.literal('awsvpc'),
  RequiresCompatibilities: z.tuple([z.literal('FARGATE')]),
  RuntimePlatform: z.unknown(),
  Tags: z.unknown().optional(),
});

/** @throws Error that names the task definition and what can't run here */
export function readTaskDefinition(logicalId: string, arn: string, given: unknown): TaskDefinition {
  const read = readProperties(properties, logicalId, given);
  const [{ Name, Image, Command, Environment, StopTimeout, LogConfiguration }] = read.ContainerDefinitions;
  return {
    arn,
    family: read.Family,
    cpu: read.Cpu,
    memory: read.Memory,
    executionRole: read.ExecutionRoleArn,
    taskRole: read.TaskRoleArn,
    container: {
      name: Name,
      image: Image,
      command: Command,
      environment: Environment,
      stopTimeoutSeconds: StopTimeout,
      log: {
        group: LogConfiguration.Options['awslogs-group'],
        prefix: LogConfiguration.Options['awslogs-stream-prefix'],
      },
    },
  };
}
