import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { TIMEFRAMES } from '../market/candle.ts';
import { shownPid, statusOf } from '../tasks/record.ts';
import type { StoredTask } from '../tasks/task-records.ts';
import { CHANNELS, type Collector, type CollectorReport, EXCHANGES } from './collector.ts';

/** A collector as the API and pushes show it. */

export const pidShape = z.string().check(z.describe('The ARN of the ECS task.'));

export const collectorShape = z.strictObject({
  pid: z
    .nullable(pidShape)
    .check(z.describe('The ARN of the ECS task: of this life, or of the last one while the next is awaited.')),
  name: z.string().check(z.describe('What it is called, through all of its lives.')),
  exchange: z.enum(EXCHANGES).check(z.describe('Where it collects.')),
  timeframe: z.nullable(z.enum(TIMEFRAMES)).check(z.describe('Of its candles; null where it keeps none.')),
  symbol: z.nullable(z.string()).check(z.describe('The one that it follows; null where they are several.')),
  symbols: z.array(z.string()),
  channels: z.array(z.enum(CHANNELS)),
  status: z.enum(['starting', 'running', 'error', 'stopped']),
  startedAt: isoTime,
  stoppedAt: z.nullable(isoTime),
  uptime: z.int().check(z.describe('Seconds since its task began to run; 0 while it does not run.')),
  restarts: z.int(),
  reason: z.nullable(z.string()).check(z.describe('Why its last life ended; null before any has.')),
});
export type CollectorState = z.output<typeof collectorShape>;

collectorShape.register(z.globalRegistry, { id: 'Collector' });

export function presentCollector(
  { name, spec, task, heartbeat, report }: StoredTask<Collector, CollectorReport>,
  now: number,
): CollectorState {
  const { exchange, timeframe, channels } = spec;
  const symbols = spec.symbols ?? report?.symbols ?? [];
  const status = statusOf(task, heartbeat);
  const startedAt = task.started_at ?? task.asked_at;
  const stoppedAt = task.wanted === 'stopped' ? task.stopped_at : task.ended_at;
  return {
    pid: shownPid(task),
    name,
    exchange,
    timeframe,
    symbol: symbols.length === 1 ? (symbols[0] ?? null) : null,
    symbols,
    channels,
    status,
    startedAt: new Date(startedAt).toISOString(),
    stoppedAt: stoppedAt === null ? null : new Date(stoppedAt).toISOString(),
    uptime: status === 'running' ? Math.max(0, Math.floor((now - startedAt) / 1000)) : 0,
    restarts: task.restarts,
    reason: task.last_end,
  };
}
