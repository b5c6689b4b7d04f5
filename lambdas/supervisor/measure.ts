import { type Collector, type CollectorReport, EXCHANGES } from '../../core/collectors/collector.ts';
import { countCollectors } from '../../core/collectors/collector-health.ts';
import { jobStatus } from '../../core/jobs/job-policy.ts';
import { jobRecords, type StoredJob } from '../../core/jobs/job-records.ts';
import { METRICS, measure } from '../../core/metrics.ts';
import { statusOf } from '../../core/tasks/record.ts';
import type { StoredTask } from '../../core/tasks/task-records.ts';

/** Measures how the collectors are, each minute. */
export function measureCollectors(all: readonly StoredTask<Collector, CollectorReport>[], now: number): void {
  const { running, stale, error } = countCollectors(all, now);
  measure(
    now,
    [
      [METRICS.collectorsRunning, running],
      [METRICS.collectorsStale, stale],
      [METRICS.collectorsInError, error],
    ],
    {},
  );
  const markets = all
    .filter(({ task, heartbeat }) => statusOf(task, heartbeat) === 'running')
    .flatMap(({ report }) => report?.statistics ?? []);
  for (const exchange of EXCHANGES) {
    const own = markets.filter((market) => market.exchange === exchange);
    const lags = own.flatMap(({ lagMs }) => lagMs ?? []);
    if (lags.length === 0) continue;
    const perSecond = own.reduce((sum, { messagesPerSecond }) => sum + messagesPerSecond, 0);
    measure(
      now,
      [
        [METRICS.feedMessages, perSecond],
        [METRICS.feedLag, Math.max(...lags)],
      ],
      { exchange },
    );
  }
}

/** More of them are not counted. */
const MOST_QUEUED = 1000;

/** Measures how many jobs run and wait, each minute. @param active those that have a place */
export async function measureJobs(active: readonly StoredJob[], now: number): Promise<void> {
  const running = active.filter(({ task, spec, heartbeat }) => jobStatus(task, spec, heartbeat) === 'running').length;
  const queued = (await jobRecords.queued(MOST_QUEUED)).length;
  measure(
    now,
    [
      [METRICS.jobsRunning, running],
      [METRICS.jobsQueued, queued],
      [METRICS.jobsStuck, running === 0 ? queued : 0],
    ],
    {},
  );
}
