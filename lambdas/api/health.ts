import * as z from 'zod/mini';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { queueDepth } from '../../core/aws/queue-depth.ts';
import { countCollectors } from '../../core/collectors/collector-health.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { type HttpAnswer, json } from '../../core/http/answer.ts';
import type { Route } from './route.ts';

/** A depth at which captures are late for everybody: the queue's alarm stands here too. */
const LONG_QUEUE = 200;

const check = z.enum(['ok', 'long', 'failing']);

const healthShape = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  /** Captures that wait; null where the queues don't answer. */
  queue_length: z.nullable(z.int()),
  /** Captures in progress. */
  active_workers: z.nullable(z.int()),
  /** Seconds since the deployment. */
  uptime: z.int(),
  collectors: z
    .nullable(
      z.strictObject({
        running: z.int().check(z.describe('How many run.')),
        starting: z.int().check(z.describe('How many begin, or wait for their next life.')),
        error: z.int().check(z.describe('How many were given up.')),
        stale: z.int().check(z.describe('How many of those that run collect nothing, or not everything.')),
      }),
    )
    .check(z.describe('Null where their records can’t be read.')),
  market_data: z.enum(['live', 'replay']),
  checks: z.strictObject({
    database: check,
    queues: check,
    collectors: z.enum(['ok', 'stale', 'error', 'failing']).check(z.describe('Whether all of them collect.')),
  }),
});

healthShape.register(z.globalRegistry, { id: 'Health' });

export const healthRoute: Route = {
  method: 'GET',
  path: '/health',
  summary: 'How the service is doing',
  needs: undefined,
  success: { status: 200, body: healthShape },
  unavailable: healthShape,
  handle: health,
};

async function health(): Promise<HttpAnswer> {
  const urls: string[] = JSON.parse(environment('CAPTURE_QUEUE_URLS'));
  const now = Date.now();
  const [database, queues, records] = await Promise.allSettled([
    // Nobody has this locator: the read tells whether the table answers.
    getUserByLocator('health'),
    Promise.all(urls.map(queueDepth)),
    collectorRecords.all(),
  ]);
  const depths = queues.status === 'fulfilled' ? queues.value : [];
  const collectors = records.status === 'fulfilled' ? countCollectors(records.value, now) : null;
  const queue_length = sum(depths.map(({ waiting }) => waiting));
  const checks = {
    database: database.status === 'fulfilled' ? 'ok' : 'failing',
    queues: queues.status === 'rejected' ? 'failing' : queue_length > LONG_QUEUE ? 'long' : 'ok',
    collectors:
      collectors === null ? 'failing' : collectors.error > 0 ? 'error' : collectors.stale > 0 ? 'stale' : 'ok',
  };
  const status =
    checks.database === 'failing'
      ? 'unhealthy'
      : checks.queues === 'ok' && checks.collectors === 'ok'
        ? 'healthy'
        : 'degraded';
  const deployedAt = Date.parse(environment('DEPLOYED_AT'));
  const isDown = status === 'unhealthy';
  const answer = {
    status,
    queue_length: queues.status === 'fulfilled' ? queue_length : null,
    active_workers: queues.status === 'fulfilled' ? sum(depths.map(({ running }) => running)) : null,
    uptime: Math.max(0, Math.floor((now - deployedAt) / 1000)),
    collectors,
    market_data: environment('MARKET_DATA'),
    checks,
  };
  return isDown ? json(503, answer, { 'retry-after': '5' }) : json(200, answer);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
