import { z } from 'zod';
import { readTiming } from '../../core/schedules/timing.ts';
import { readFields, readJson } from '../aws/json-request.ts';
import { ACCOUNT, type AwsRequest, type Permission, REGION } from '../aws/service.ts';

/**
 * EventBridge Scheduler's requests, over REST with JSON bodies.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
 */

export const DEFAULT_GROUP = 'default';
const NAME = /^[0-9A-Za-z_.-]{1,64}$/;
/** Epoch seconds to milliseconds. */
const date = z.number().transform((seconds) => Math.round(seconds * 1000));

/** What runs here is a message to a queue. */
const target = z.strictObject({
  Arn: z.string().regex(/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/, 'only a standard queue is supported by the local run'),
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/),
  Input: z.string().min(1),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
      MaximumRetryAttempts: z.int().min(0).max(185).default(185),
    })
    .prefault({}),
});

const definition = z
  .strictObject({
    Name: z.string().regex(NAME),
    GroupName: z.string().regex(NAME).default(DEFAULT_GROUP),
    ScheduleExpression: z.string().max(256),
    ScheduleExpressionTimezone: z.string().default('UTC'),
    StartDate: date.optional(),
    EndDate: date.optional(),
    Description: z.string().max(512).optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF', 'only OFF is supported by the local run') }),
    ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
    Target: target,
    ClientToken: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
  })
  .refine(
    (it) => readTiming(it.ScheduleExpression, it.ScheduleExpressionTimezone) !== undefined,
    'Invalid Schedule Expression or time zone',
  );
export type Definition = z.output<typeof definition>;

/** Where a page of the list begins: behind this group and name. */
const listToken = z
  .string()
  .transform((token) => Buffer.from(token, 'base64url').toString())
  .refine((after) => /^[\w.-]{1,64}\/[\w.-]{1,64}$/.test(after), 'is no token of this list');

const named = z.strictObject({
  Name: z.string().regex(NAME),
  GroupName: z.string().regex(NAME).default(DEFAULT_GROUP),
});

const requests = {
  CreateSchedule: definition,
  UpdateSchedule: definition,
  GetSchedule: named,
  DeleteSchedule: named.extend({ ClientToken: z.string().optional() }),
  ListSchedules: z.strictObject({
    GroupName: z.string().regex(NAME).optional(),
    NamePrefix: z.string().regex(NAME).optional(),
    State: z.enum(['ENABLED', 'DISABLED']).optional(),
    MaxResults: z.coerce.number().int().min(1).max(100).default(100),
    NextToken: listToken.optional(),
  }),
};
export type Operation = keyof typeof requests;
export type Inputs = { [O in Operation]: z.output<(typeof requests)[O]> };

const OPERATIONS: Record<string, Operation> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

type Head = Pick<AwsRequest, 'method' | 'path'>;

export function operationOf({ method, path }: Head): Operation | undefined {
  if (path === '/schedules') return method === 'GET' ? 'ListSchedules' : undefined;
  return nameIn(path) === undefined ? undefined : OPERATIONS[method];
}

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

const schemas: { [O in Operation]: z.ZodType<Inputs[O]> } = requests;

/** @throws AwsError ValidationException that names all that is wrong, or not supported here */
export function readRequest<O extends Operation>(operation: O, request: AwsRequest): Inputs[O] {
  const { path, query, body } = request;
  const name = nameIn(path);
  const fields = {
    ...(operation === 'CreateSchedule' || operation === 'UpdateSchedule' ? Object(readJson(body)) : {}),
    ...(name !== undefined && { Name: name }),
    ...inQuery(query),
  };
  return readFields<Inputs[O]>(schemas[operation], Buffer.from(JSON.stringify(fields)), 'ValidationException');
}

function nameIn(path: string): string | undefined {
  return /^\/schedules\/([^/]+)$/.exec(path)?.[1];
}

/** The query says `groupName` of one schedule and `ScheduleGroup` of the list. */
const QUERY_NAMES: Record<string, string> = {
  groupName: 'GroupName',
  ScheduleGroup: 'GroupName',
  clientToken: 'ClientToken',
};

function inQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].map(([name, value]) => [QUERY_NAMES[name] ?? name, value]));
}

export function scheduleArn(group: string, name: string): string {
  return `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/${group}/${name}`;
}

export function groupArn(group: string): string {
  return `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${group}`;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html */
export function permissionsFor(request: AwsRequest): Permission[] {
  const { operation, path, query, body } = request;
  const action = `scheduler:${operation}`;
  if (operation === 'ListSchedules') return [{ action, resource: '*' }];
  // Whoever may not call at all hears nothing of what is wrong with the call.
  const parsed = z
    .object({ GroupName: z.string().optional(), Target: z.object({ RoleArn: z.string() }).optional() })
    .catch({})
    .parse(readJson(body));
  const group = query.get('groupName') ?? parsed.GroupName ?? DEFAULT_GROUP;
  const own = { action, resource: scheduleArn(group, nameIn(path) ?? '') };
  if (parsed.Target === undefined) return [own];
  const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
  return [own, { action: 'iam:PassRole', resource: parsed.Target.RoleArn, context }];
}
