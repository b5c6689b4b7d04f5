import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { collectors } from '../../core/collectors/collectors.ts';
import { jobs } from '../../core/jobs/jobs.ts';
import { logInvocation } from '../../core/log.ts';
import { supervised } from '../../core/supervised.ts';
import { readTaskEvent } from '../../core/tasks/ecs.ts';
import { measureCollectors, measureJobs } from './measure.ts';
import { tellUsage } from './usage.ts';

/** Hears of every change of a task's state, and looks at all tasks each minute. */

const eventSchema = z.object({ 'detail-type': z.string(), detail: z.unknown() });

export async function handler(event: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const { 'detail-type': kind, detail } = eventSchema.parse(event);
  const now = Date.now();
  if (kind !== 'ECS Task State Change') return sweep(now);
  const changed = readTaskEvent(detail);
  if (changed) await supervised.get(changed.prefix)?.taskChanged(changed, now);
}

/** What fails fails after all else has had its turn. */
async function sweep(now: number): Promise<void> {
  const parts = await Promise.allSettled([
    collectors.sweep(now).then((swept) => measureCollectors(swept, now)),
    jobs.sweep(now).then((swept) => measureJobs(swept, now)),
    tellUsage(now),
  ]);
  for (const part of parts) if (part.status === 'rejected') throw part.reason;
}
