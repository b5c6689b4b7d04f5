import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { collectors } from '../../core/collectors/collectors.ts';
import { jobs } from '../../core/jobs/jobs.ts';
import { logInvocation } from '../../core/log.ts';
import { supervised } from '../../core/supervised.ts';
import { readTaskEvent } from '../../core/tasks/ecs.ts';
import { measureCollectors } from './measure.ts';

/** Hears of every change of a task's state, and looks at all tasks each minute. */

const eventSchema = z.object({ 'detail-type': z.string(), detail: z.unknown() });

export async function handler(event: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const { 'detail-type': kind, detail } = eventSchema.parse(event);
  const now = Date.now();
  if (kind !== 'ECS Task State Change') return sweep(now);
  const changed = readTaskEvent(detail);
  if (changed) await supervised.get(changed.prefix)?.taskChanged(changed.life, changed.state, now);
}

/** What fails for one kind fails after the other has had its turn. */
async function sweep(now: number): Promise<void> {
  const [swept, ...others] = await Promise.allSettled([collectors.sweep(now), jobs.sweep(now)]);
  if (swept.status === 'fulfilled') measureCollectors(swept.value, now);
  for (const it of [swept, ...others]) if (it.status === 'rejected') throw it.reason;
}
