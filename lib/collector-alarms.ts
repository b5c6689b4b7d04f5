import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRICS } from '../core/metrics.ts';
import { ServiceAlarm, seriesOf } from './alarms.ts';

/** Three ends in a quarter of an hour are no accident any more; five of short lives are a crash loop. */
const RESTARTS = 3;

/** Tells of collectors that collect nothing, can't store it, were given up, or end again and again. */
export function watchCollectors(scope: Construct): void {
  new ServiceAlarm(scope, 'Stale', {
    says: 'A collector runs, and nothing has come from it for minutes.',
    entry: 'Collectors are stale',
    metric: seriesOf(scope, METRICS.collectorsStale, 'Minimum'),
    over: 0,
  });
  new ServiceAlarm(scope, 'InError', {
    says: 'A collector ended too often and was given up.',
    entry: 'Collectors are in error',
    metric: seriesOf(scope, METRICS.collectorsInError, 'Maximum'),
    over: 0,
  });
  new ServiceAlarm(scope, 'Restarting', {
    says: `Collectors ended unasked more than ${RESTARTS} times in a quarter of an hour.`,
    entry: 'Collectors restart',
    metric: seriesOf(scope, METRICS.collectorRestarts, 'Sum').with({ period: Duration.minutes(15) }),
    over: RESTARTS,
  });
  new ServiceAlarm(scope, 'Forgetting', {
    says: 'A collector received trades and could not store them for so long that its memory was full.',
    entry: 'Trades are not stored',
    metric: seriesOf(scope, METRICS.tradesForgotten, 'Sum'),
    over: 0,
  });
}
