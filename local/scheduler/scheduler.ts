import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { nextTime, readTiming } from '../../core/schedules/timing.ts';
import { AwsError, type AwsRequest, type AwsService } from '../aws/service.ts';
import { readProperties } from '../aws/template-properties.ts';
import { Deliveries, type DeliveriesOptions } from './deliveries.ts';
import {
  DEFAULT_GROUP,
  type Definition,
  groupArn,
  type Inputs,
  isOperation,
  type Operation,
  operationOf,
  permissionsFor,
  readRequest,
  scheduleArn,
} from './requests.ts';
import { type Schedule, scheduleStore } from './schedule-store.ts';

/**
 * EventBridge Scheduler in this process. AWS is never off: of the times that passed while this was, or while the machine
 * slept, the last one of the day runs at the start, and the others don't.
 */
export interface Scheduler {
  /** For the gateway. */
  service: AwsService;
  /** Takes an `AWS::Scheduler::ScheduleGroup`. @throws Error that names a property which is not supported here */
  defineGroup(name: string, properties: unknown): void;
  /** Runs schedules from now on; those of groups that are no more are gone with them, as on AWS. */
  start(): void;
  /** Runs each schedule that is enabled as if its next time had come. */
  runAll(): void;
  close(): void;
}

export interface SchedulerOptions extends Omit<DeliveriesOptions, 'store' | 'now'> {
  dir: string;
  /** @throws AwsError where the role does not let the Scheduler become it for the group's schedules */
  checkRole: (roleArn: string, groupArn: string) => void;
  now?: () => number;
}

const groupProperties = z.strictObject({ Name: z.string().optional(), Tags: z.unknown().optional() });

/** So far a timer reaches that no change of the clock should fool for long. */
const LONGEST_SLEEP_MS = 30_000;
/** A StartDate that is older is refused. */
const START_TOLERANCE_MS = 5 * 60_000;

export function createScheduler({ dir, checkRole, now = Date.now, ...options }: SchedulerOptions): Scheduler {
  const store = scheduleStore(dir);
  const deliveries = new Deliveries({ ...options, store, now });
  const groups = new Set([DEFAULT_GROUP]);
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;

  function requireGroup(name: string): void {
    if (groups.has(name)) return;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  function existing({ GroupName, Name }: { GroupName: string; Name: string }): Schedule {
    requireGroup(GroupName);
    const found = store.find(GroupName, Name);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
  }

  /** What a request makes of a schedule. @throws AwsError ValidationException */
  function made(definition: Definition, createdAt: number): Schedule {
    requireGroup(definition.GroupName);
    const at = now();
    const { StartDate, EndDate, Target, GroupName } = definition;
    if (StartDate !== undefined && StartDate < at - START_TOLERANCE_MS) {
      throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
    }
    if (EndDate !== undefined && EndDate <= Math.max(at, StartDate ?? 0)) {
      throw invalid('The EndDate you specify must come after the StartDate and be in the future.');
    }
    try {
      checkRole(Target.RoleArn, groupArn(GroupName));
    } catch {
      throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
    }
    const schedule = { definition, createdAt, changedAt: at, dueAt: null };
    const dueAt = timeAfter(schedule, at - 1) ?? null;
    if (dueAt === null) throw invalid('Invalid Schedule Expression: it has no time to come.');
    return { ...schedule, dueAt: definition.State === 'ENABLED' ? dueAt : null };
  }

  function sleep(): void {
    clearTimeout(timer);
    if (!isRunning) return;
    const wait = Math.max(0, (store.firstDue() ?? Number.POSITIVE_INFINITY) - now());
    timer = setTimeout(wake, Math.min(LONGEST_SLEEP_MS, wait));
  }

  function wake(): void {
    const at = now();
    for (const schedule of store.due(at)) run(schedule, latest(schedule, at), at);
    sleep();
  }

  function run(schedule: Schedule, time: number | undefined, at: number): void {
    const { definition } = schedule;
    const next = timeAfter(schedule, Math.max(time ?? 0, at));
    const isOver = next === undefined && definition.ActionAfterCompletion === 'DELETE';
    const left = isOver ? undefined : { ...schedule, dueAt: next ?? null };
    const { GroupName, Name, Target } = definition;
    const source = { group: groupArn(GroupName), schedule: scheduleArn(GroupName, Name) };
    const delivery =
      time === undefined
        ? undefined
        : { id: randomUUID(), target: Target, source, scheduledAt: time, attempts: 0, tryAt: at };
    store.fire(definition, left, delivery);
    if (delivery) deliveries.take(delivery);
  }

  const handlers: { [O in Operation]: (input: Inputs[O]) => object } = {
    CreateSchedule(definition) {
      const { GroupName, Name, ClientToken } = definition;
      const earlier = store.find(GroupName, Name);
      const isRepeat = ClientToken !== undefined && earlier?.definition.ClientToken === ClientToken;
      if (earlier && !isRepeat) throw new AwsError('ConflictException', `Schedule ${Name} already exists.`, 409);
      if (!earlier) store.put(made(definition, now()));
      sleep();
      return { ScheduleArn: scheduleArn(GroupName, Name) };
    },
    UpdateSchedule(definition) {
      store.put(made(definition, existing(definition).createdAt));
      sleep();
      return { ScheduleArn: scheduleArn(definition.GroupName, definition.Name) };
    },
    GetSchedule(input) {
      const schedule = existing(input);
      const { StartDate, EndDate, ClientToken: _, ...definition } = schedule.definition;
      return {
        ...definition,
        ...dates(schedule),
        Arn: scheduleArn(definition.GroupName, definition.Name),
        ...(StartDate !== undefined && { StartDate: StartDate / 1000 }),
        ...(EndDate !== undefined && { EndDate: EndDate / 1000 }),
      };
    },
    DeleteSchedule(input) {
      existing(input);
      store.remove(input.GroupName, input.Name);
      return {};
    },
    ListSchedules({ GroupName, NamePrefix = '', State, MaxResults, NextToken: after = '' }) {
      if (GroupName !== undefined) requireGroup(GroupName);
      const found = store.all().filter(({ definition: it }) => {
        const isWanted = it.Name.startsWith(NamePrefix) && (GroupName ?? it.GroupName) === it.GroupName;
        return isWanted && (State ?? it.State) === it.State && keyOf(it) > after;
      });
      const page = found.slice(0, MaxResults);
      const last = page.at(-1);
      return {
        Schedules: page.map((schedule) => ({
          Arn: scheduleArn(schedule.definition.GroupName, schedule.definition.Name),
          Name: schedule.definition.Name,
          GroupName: schedule.definition.GroupName,
          State: schedule.definition.State,
          Target: { Arn: schedule.definition.Target.Arn },
          ...dates(schedule),
        })),
        ...(found.length > page.length &&
          last && { NextToken: Buffer.from(keyOf(last.definition)).toString('base64url') }),
      };
    },
  };

  function answerTo<O extends Operation>(operation: O, request: AwsRequest): object {
    return handlers[operation](readRequest(operation, request));
  }

  return {
    service: {
      name: 'scheduler',
      operation: operationOf,
      permissions: permissionsFor,
      async handle(request) {
        if (!isOperation(request.operation)) throw new Error(`Scheduler has no operation ${request.operation} here`);
        return answer(200, answerTo(request.operation, request));
      },
      error: ({ code, message, status }) => answer(status, { Message: message }, { 'x-amzn-errortype': code }),
      close: async () => {},
    },
    defineGroup(name, properties) {
      readProperties(groupProperties, name, properties);
      groups.add(name);
    },
    start() {
      for (const { definition } of store.all()) {
        if (!groups.has(definition.GroupName)) store.remove(definition.GroupName, definition.Name);
      }
      isRunning = true;
      deliveries.start();
      wake();
    },
    runAll() {
      for (const schedule of store.all()) if (schedule.dueAt !== null) run(schedule, schedule.dueAt, now());
      sleep();
    },
    close() {
      isRunning = false;
      clearTimeout(timer);
      deliveries.close();
      store.close();
    },
  };
}

/** A rate without a beginning begins with its schedule, and again when that is changed. */
function timeAfter({ definition, changedAt }: Schedule, after: number): number | undefined {
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate = changedAt, EndDate } = definition;
  const timing = readTiming(ScheduleExpression, ScheduleExpressionTimezone);
  const time = timing && nextTime(timing, StartDate, after);
  if (time === undefined || timing?.kind === 'at' || EndDate === undefined) return time;
  return time <= EndDate ? time : undefined;
}

/** Of the times that have come since the last one the newest, where it is not too old to be delivered. */
function latest(schedule: Schedule, at: number): number | undefined {
  const oldest = at - schedule.definition.Target.RetryPolicy.MaximumEventAgeInSeconds * 1000;
  let found: number | undefined;
  let time: number | undefined = Math.max(schedule.dueAt ?? at, oldest) - 1;
  for (;;) {
    time = timeAfter(schedule, time);
    if (time === undefined || time > at) return found;
    found = time;
  }
}

function keyOf({ GroupName, Name }: Definition): string {
  return `${GroupName}/${Name}`;
}

function dates({ createdAt, changedAt }: Schedule) {
  return { CreationDate: createdAt / 1000, LastModificationDate: changedAt / 1000 };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function answer(status: number, output: object, headers: Record<string, string> = {}) {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(output) };
}
