import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import { timerWhen } from './expression.ts';
import type { Schedule } from './schedule.ts';
import { timerInput } from './schedule-messages.ts';

/** What calls the schedules: a schedule of EventBridge Scheduler for each generation of one of ours. */

const scheduler = new SchedulerClient({});

/** Where timers are and whom they tell; from the template. */
const placeSchema = z.object({ group: z.string(), queueArn: z.string(), roleArn: z.string() });
const place = () => placeSchema.parse(JSON.parse(environment('SCHEDULE_TIMERS')));

/** At most 64 letters, digits, `-`, `_` and `.`. */
function timerName(id: string, generation: number): string {
  return `${id}-${generation}`;
}

/** EventBridge Scheduler will never have the timer of this generation. */
export class TimerRefused extends Error {
  readonly generation: number;

  constructor(generation: number, cause: unknown) {
    super('EventBridge Scheduler refuses a timer', { cause });
    this.generation = generation;
  }
}

/**
 * Sets the timer of the schedule's generation; one that is set stays.
 * @param first of its times, in epoch milliseconds
 * @throws TimerRefused
 */
export async function setTimer(id: string, schedule: Schedule, first: number): Promise<void> {
  const { group, queueArn, roleArn } = place();
  const { expression, timezone } = timerWhen(schedule);
  try {
    await scheduler.send(
      new CreateScheduleCommand({
        Name: timerName(id, schedule.generation),
        GroupName: group,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: timezone,
        // Without it a rate would run at once; the others have their times in them.
        ...(expression.startsWith('rate(') && { StartDate: new Date(first) }),
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: queueArn, RoleArn: roleArn, Input: timerInput(id, schedule.generation) },
      }),
    );
  } catch (error) {
    if (error instanceof ValidationException) throw new TimerRefused(schedule.generation, error);
    if (!(error instanceof ConflictException)) throw error;
  }
}

/** Takes a timer away; one that is gone already is none. */
export async function removeTimer(id: string, generation: number): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand({ Name: timerName(id, generation), GroupName: place().group }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
