import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { COLLECTOR_PREFIX, collectors } from '../../core/collectors/collectors.ts';
import { logInvocation } from '../../core/log.ts';
import { readTaskEvent } from '../../core/tasks/ecs.ts';
import { measureCollectors } from './measure.ts';

/** Hears of every change of a task's state, and looks at all tasks each minute. */

const eventSchema = z.object({ 'detail-type': z.string(), detail: z.unknown() });

export async function handler(event: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const { 'detail-type': kind, detail } = eventSchema.parse(event);
  const now = Date.now();
  if (kind !== 'ECS Task State Change') return measureCollectors(await collectors.sweep(now), now);
  const changed = readTaskEvent(COLLECTOR_PREFIX, detail);
  if (changed) await collectors.taskChanged(changed.life, changed.state, now);
}
