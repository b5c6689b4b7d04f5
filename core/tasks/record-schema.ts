import * as z from 'zod/mini';
import type { TaskRecord } from './record.ts';

/** How a record is stored. What has a default was not there in earlier versions. */

const time = z.nullable(z.number());

export const taskRecordSchema: z.ZodMiniType<TaskRecord> = z.object({
  wanted: z.enum(['running', 'stopped']),
  generation: z.number(),
  asked_at: z.number(),
  stopped_at: time,
  queued: z._default(z.boolean(), false),
  launch_at: z.number(),
  attempted: z._default(z.boolean(), true),
  pid: z.nullable(z.string()),
  version: z.number(),
  started_at: time,
  ended_at: time,
  ends: z.array(z.object({ at: z.number(), ran: time })),
  streak: z.number(),
  restarts: z.number(),
  last_end: z.nullable(z.string()),
  exit_code: z._default(z.nullable(z.number()), null),
  ran: z._default(time, null),
  failure: z.nullable(z.string()),
  past_pids: z.array(z.string()),
});

/** The last word of a task itself, and of which of its lives. */
export const heartbeatSchema = z.object({ generation: z.number(), at: z.number() });
