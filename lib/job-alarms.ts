import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRICS } from '../core/metrics.ts';
import { ServiceAlarm, seriesOf } from './alarms.ts';

/** A failing command is its user's matter; so many in a quarter of an hour may have one cause that is ours. */
const FAILURES = 10;

/** Tells of jobs that fail one after the other, and of a queue that does not move. */
export function watchJobs(scope: Construct): void {
  const quarter = Duration.minutes(15);
  new ServiceAlarm(scope, 'Failing', {
    says: `More than ${FAILURES} jobs failed in a quarter of an hour.`,
    entry: 'Jobs fail',
    metric: seriesOf(scope, METRICS.jobFailures, 'Sum').with({ period: quarter }),
    over: FAILURES,
  });
  new ServiceAlarm(scope, 'Stuck', {
    says: 'Jobs wait in the queue, and none runs.',
    entry: 'Jobs wait for a place',
    metric: seriesOf(scope, METRICS.jobsStuck, 'Minimum').with({ period: quarter }),
    over: 0,
  });
}
