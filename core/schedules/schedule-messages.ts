import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import type { Fire } from './schedule.ts';

/** Messages of the schedules' queue: a time has come, or a timer may have to follow its schedule. */

const sqs = new SQSClient({});

/** A request that is to make the timer follow is over by then, whatever became of it. */
const AFTER_REQUEST_SECONDS = 60;

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fire'),
    schedule_id: z.string(),
    generation: z.number(),
    scheduled_at: z.pipe(
      z.string(),
      z.transform((text) => Date.parse(text)),
    ),
  }),
  z.object({ kind: z.literal('follow'), schedule_id: z.string() }),
]);
export type ScheduleMessage = ({ kind: 'fire' } & Fire) | { kind: 'follow'; schedule_id: string };

/** @throws where it is none */
export function readScheduleMessage(body: string): ScheduleMessage {
  const message = messageSchema.parse(JSON.parse(body));
  if (message.kind === 'fire' && Number.isNaN(message.scheduled_at)) throw new Error(`${body} names no time`);
  return message;
}

/**
 * What a timer is to send at each of its times.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function timerInput(scheduleId: string, generation: number): string {
  return JSON.stringify({
    kind: 'fire',
    schedule_id: scheduleId,
    generation,
    scheduled_at: '<aws.scheduler.scheduled-time>',
  });
}

/** Has it seen to a minute from now that the timer has followed the schedule. */
export async function askToFollow(scheduleId: string): Promise<void> {
  await send({ kind: 'follow', schedule_id: scheduleId }, AFTER_REQUEST_SECONDS);
}

/** Tells of a time that has come, or that comes within the quarter of an hour for which a message can wait. */
export async function tellOf({ schedule_id, generation, scheduled_at }: Fire, now: number): Promise<void> {
  const seconds = Math.max(0, Math.ceil((scheduled_at - now) / 1000));
  await send({ kind: 'fire', schedule_id, generation, scheduled_at: new Date(scheduled_at).toISOString() }, seconds);
}

async function send(message: object, DelaySeconds: number): Promise<void> {
  const QueueUrl = environment('SCHEDULE_QUEUE');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
}
