import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Metric as OwnMetric } from '../core/metrics.ts';

/** Alarms as all of ours are. Each stands with the construct that it watches; `lib/watching.ts` tells people of them. */

/** The headings of docs/operations.md. */
export type OperationsEntry =
  | 'Alerts are answered late'
  | 'Requests fail'
  | 'Requests are turned away'
  | 'Functions fail'
  | 'Functions are throttled'
  | 'The relay is late'
  | 'Captures queue up'
  | 'Captures fail'
  | 'Browsers are all taken'
  | 'Jobs wait long'
  | 'Dead letters'
  | 'Collectors are stale'
  | 'Collectors are in error'
  | 'Collectors restart'
  | 'Trades are not stored'
  | 'Schedules are not heard'
  | 'Jobs fail'
  | 'Jobs wait for a place'
  | 'Tables are slow'
  | 'Tables are throttled';

export interface ServiceAlarmProps {
  /** What is wrong, in a sentence. */
  says: string;
  /** What to do. */
  entry: OperationsEntry;
  metric: IMetric;
  /** Beyond it something is wrong. */
  over: number;
  /** How many of the metric's periods in turn; 1 where not said. */
  periods?: number;
}

/** Silence is no alarm: AWS sends most metrics only while something happens. */
export class ServiceAlarm extends Alarm {
  constructor(scope: Construct, id: string, { says, entry, metric, over, periods = 1 }: ServiceAlarmProps) {
    super(scope, id, {
      alarmDescription: `${says} ${OPERATIONS}#${anchor(entry)}`,
      metric,
      threshold: over,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

const OPERATIONS = 'docs/operations.md';

/** As GitHub makes addresses of headings. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}

/** What each series of a stack's own metrics is called. */
export function namespaceOf(scope: Construct): string {
  return Stack.of(scope).stackName;
}

/** One of our own metrics. @param dimensions of the series; none is the total */
export function seriesOf(
  scope: Construct,
  { name, by }: OwnMetric,
  statistic: string,
  dimensions: Record<string, string> = {},
): Metric {
  const names = Object.keys(dimensions);
  if (!by.some((set) => set.length === names.length && set.every((dimension) => names.includes(dimension)))) {
    throw new Error(`${name} has no series by ${names.join(' and ') || 'nothing'}`);
  }
  return new Metric({
    namespace: namespaceOf(scope),
    metricName: name,
    statistic,
    dimensionsMap: dimensions,
    period: Duration.minutes(5),
  });
}

/** Several metrics of a kind as one, `SUM` or `MAX` of them. */
export function combined(
  kind: 'SUM' | 'MAX',
  label: string,
  metrics: readonly IMetric[],
  period: Duration,
): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: `${kind}([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label,
    period,
  });
}
