import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EXCHANGES } from '../core/collectors/collector.ts';
import { METRICS, type Metric as OwnMetric } from '../core/metrics.ts';
import { namespaceOf, seriesOf } from './alarms.ts';
import { FrontDoor } from './front-door.ts';
import { ServiceFunction } from './service-function.ts';
import { ServiceTable } from './tables.ts';

/** The one dashboard: whatever the stack has of doors, queues, functions, tables and buckets is on it. */

const WIDTH = 24;
const PERIOD = Duration.minutes(5);
const MINUTE = Duration.minutes(1);
const SOURCES = ['tradingview', 'builtin'] as const;

export function drawDashboard(scope: Construct, alarms: readonly Alarm[]): void {
  const constructs = Stack.of(scope).node.findAll();
  const doors = constructs.filter((it) => it instanceof FrontDoor);
  const queues = constructs.filter((it) => it instanceof Queue);
  const [working, dead] = [queues.filter((it) => it.deadLetterQueue), queues.filter((it) => !it.deadLetterQueue)];
  const functions = constructs.filter((it) => it instanceof ServiceFunction);
  const tables = constructs.filter((it) => it instanceof ServiceTable);
  const buckets = constructs.filter((it) => it instanceof Bucket);
  const own = (metric: OwnMetric, statistic: string, label: string, dimensions?: Record<string, string>) =>
    seriesOf(scope, metric, statistic, dimensions).with({ label });

  new Dashboard(scope, 'Dashboard', {
    periodOverride: PeriodOverride.INHERIT,
    defaultInterval: Duration.hours(12),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDTH, height: 4 })],
      row(
        graph('Alerts a minute', [own(METRICS.alerts, 'Sum', 'alerts').with({ period: MINUTE })]),
        graph('Answers in milliseconds', [
          ...doors.map((it) =>
            it.api.metricLatency({ statistic: 'p95', label: `${it.node.path} p95`, period: PERIOD }),
          ),
          own(METRICS.storeTime, 'p95', 'alert stored p95'),
        ]),
        graph(
          'Refused and failed requests',
          doors.flatMap((it) => [
            it.api.metricClientError({ statistic: 'Sum', label: `${it.node.path} 4xx`, period: PERIOD }),
            it.api.metricServerError({ statistic: 'Sum', label: `${it.node.path} 5xx`, period: PERIOD }),
          ]),
        ),
      ),
      row(
        graph(
          'Captures with an image in percent',
          SOURCES.map((source) => successRate(scope, source)),
        ),
        graph('Failed captures', [search(scope, METRICS.captureFailures, ['source', 'reason'])]),
        graph('Images of our own in place of others', [search(scope, METRICS.fallbacks, ['fallback'])]),
      ),
      row(
        graph(
          'Captures',
          SOURCES.map((source) => own(METRICS.captures, 'Sum', source, { source })),
        ),
        graph(
          'The try that made the image, in milliseconds',
          SOURCES.map((source) => own(METRICS.captureTime, 'p95', `${source} p95`, { source })),
        ),
        graph(
          'From alert to image, in milliseconds',
          ['p50', 'p95'].map((statistic) => own(METRICS.imageWait, statistic, statistic)),
        ),
      ),
      row(
        graph(
          'Jobs that wait',
          working.map((it) => it.metricApproximateNumberOfMessagesVisible({ label: it.node.path, period: PERIOD })),
        ),
        graph(
          'Age of the oldest job in seconds',
          working.map((it) => it.metricApproximateAgeOfOldestMessage({ label: it.node.path, period: PERIOD })),
        ),
        graph(
          'Dead letters',
          dead.map((it) => it.metricApproximateNumberOfMessagesVisible({ label: it.node.path, period: PERIOD })),
        ),
      ),
      row(
        graph('At work at once', ofFunctions(functions, 'ConcurrentExecutions', 'Maximum')),
        graph('Errors and throttles', [
          ...ofFunctions(functions, 'Errors', 'Sum'),
          ...ofFunctions(functions, 'Throttles', 'Sum'),
        ]),
        graph('Run time in milliseconds', ofFunctions(functions, 'Duration', 'p95')),
      ),
      row(
        graph('Collectors', [
          own(METRICS.collectorsRunning, 'Average', 'running'),
          own(METRICS.collectorsStale, 'Maximum', 'stale'),
          own(METRICS.collectorsInError, 'Maximum', 'given up'),
          own(METRICS.collectorRestarts, 'Sum', 'restarts'),
          own(METRICS.tradesForgotten, 'Sum', 'trades forgotten'),
        ]),
        graph(
          'Messages a second',
          EXCHANGES.map((exchange) => own(METRICS.feedMessages, 'Average', exchange, { exchange })),
        ),
        graph(
          'From the exchange to us, in milliseconds',
          EXCHANGES.map((exchange) => own(METRICS.feedLag, 'Maximum', exchange, { exchange })),
        ),
      ),
      row(
        graph('Jobs', [own(METRICS.jobsRunning, 'Average', 'running'), own(METRICS.jobsQueued, 'Maximum', 'queued')]),
        graph('Jobs that ended', [search(scope, METRICS.jobs, ['status'])]),
      ),
      row(
        graph('Age of what the relay reads, in milliseconds', ofFunctions(functions, 'IteratorAge', 'Maximum')),
        graph(
          'Tables: answers in milliseconds',
          tables.flatMap((it) => it.latencies(PERIOD)),
        ),
        graph(
          'Storage in bytes',
          buckets.map((it) => storageOf(it)),
        ),
      ),
    ],
  });
}

/** Beside each other, over the whole width. */
function row(...graphs: readonly ((width: number) => IWidget)[]): IWidget[] {
  return graphs.map((draw) => draw(WIDTH / graphs.length));
}

function graph(title: string, left: IMetric[]): (width: number) => IWidget {
  return (width) => new GraphWidget({ title, left, width, height: 6, leftYAxis: { min: 0 } });
}

function successRate(scope: Construct, source: (typeof SOURCES)[number]): IMetric {
  return new MathExpression({
    expression: `100 - 100 * ${source}_failed / ${source}_ended`,
    usingMetrics: {
      [`${source}_failed`]: seriesOf(scope, METRICS.captureFailures, 'Sum', { source }),
      [`${source}_ended`]: seriesOf(scope, METRICS.captures, 'Sum', { source }),
    },
    label: source,
    period: PERIOD,
  });
}

/** A line for every value that the dimensions have had. */
function search(scope: Construct, { name }: OwnMetric, dimensions: readonly string[]): IMetric {
  const schema = [`"${namespaceOf(scope)}"`, ...dimensions].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${name}"', 'Sum')`,
    label: '',
    period: PERIOD,
  });
}

function ofFunctions(functions: readonly ServiceFunction[], name: string, statistic: string): IMetric[] {
  return functions.map((it) => it.metric(name, { statistic, label: `${it.node.path} ${name}`, period: PERIOD }));
}

/** S3 tells once a day. */
function storageOf(bucket: Bucket): IMetric {
  return new Metric({
    namespace: 'AWS/S3',
    metricName: 'BucketSizeBytes',
    dimensionsMap: { BucketName: bucket.bucketName, StorageType: 'StandardStorage' },
    label: bucket.node.path,
    period: Duration.days(1),
  });
}
