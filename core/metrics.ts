import { environment } from './aws/environment.ts';

/**
 * What the service measures of itself, beside what AWS measures of it anyway. A value is a log line in CloudWatch's
 * embedded metric format: no call, and nothing to wait for. Signals are measured where a change of them is
 * seen for sure, by who reads the table's stream; a batch that is delivered again may count twice.
 */

export interface Metric {
  name: string;
  unit: 'Count' | 'Milliseconds';
  /** The dimensions of each series that the value is counted in; `[]` is the total. */
  by: readonly (readonly string[])[];
}

export const METRICS = {
  /** Alerts that became a signal. */
  alerts: { name: 'Alerts', unit: 'Count', by: [[]] },
  /** From an alert's arrival until it was stored. */
  storeTime: { name: 'StoreTime', unit: 'Milliseconds', by: [[]] },
  /** Captures that ended, with an image or without. */
  captures: { name: 'Captures', unit: 'Count', by: [[], ['source']] },
  /** 1 for a capture that ended without an image, 0 for one with. */
  captureFailures: { name: 'CaptureFailures', unit: 'Count', by: [[], ['source'], ['source', 'reason']] },
  /** 1 for an image that another source than the wanted one had to draw. */
  fallbacks: { name: 'CaptureFallbacks', unit: 'Count', by: [[], ['fallback']] },
  /** The try that made the image. */
  captureTime: { name: 'CaptureTime', unit: 'Milliseconds', by: [['source']] },
  /** From an alert to its first image. */
  imageWait: { name: 'ImageWait', unit: 'Milliseconds', by: [[]] },
  /** Notifications that were sent, or given up. */
  notifications: { name: 'Notifications', unit: 'Count', by: [['channel']] },
  /** 1 for one that was given up, 0 for one that was sent. */
  notificationFailures: { name: 'NotificationFailures', unit: 'Count', by: [['channel'], ['channel', 'reason']] },
  /** Collectors that run, that are stale while they do, and that were given up; each minute. */
  collectorsRunning: { name: 'CollectorsRunning', unit: 'Count', by: [[]] },
  collectorsStale: { name: 'CollectorsStale', unit: 'Count', by: [[]] },
  collectorsInError: { name: 'CollectorsInError', unit: 'Count', by: [[]] },
  /** Lives of collectors that ended unasked, and were followed by another. */
  collectorRestarts: { name: 'CollectorRestarts', unit: 'Count', by: [[]] },
  /** Jobs that run, and that wait for a place; each minute. */
  jobsRunning: { name: 'JobsRunning', unit: 'Count', by: [[]] },
  jobsQueued: { name: 'JobsQueued', unit: 'Count', by: [[]] },
  /** Those that wait while none runs; each minute. */
  jobsStuck: { name: 'JobsStuck', unit: 'Count', by: [[]] },
  /** Jobs that ended for good. */
  jobs: { name: 'Jobs', unit: 'Count', by: [[], ['status']] },
  /** 1 for one that failed or took too long, 0 for another. */
  jobFailures: { name: 'JobFailures', unit: 'Count', by: [[]] },
  /** Messages a second of all running collectors; each minute. */
  feedMessages: { name: 'FeedMessages', unit: 'Count', by: [['exchange']] },
  /** From the exchange's clock to ours, of the symbol that is the furthest behind; each minute. */
  feedLag: { name: 'FeedLag', unit: 'Milliseconds', by: [['exchange']] },
  /** Trades that a collector received and could not store before its memory was full. */
  tradesForgotten: { name: 'TradesForgotten', unit: 'Count', by: [[]] },
} as const satisfies Record<string, Metric>;

/** Requests that API Gateway turned away itself; counted from its access logs. */
export const GATEWAY_THROTTLES = 'GatewayThrottles';

/**
 * Writes one line with all values of an event.
 *
 * @param at epoch milliseconds, not older than two weeks
 * @param facts what else the line tells; a series whose dimensions are not among them is left out
 * Source: CloudWatch user guide, "Specification: Embedded metric format"
 */
export function measure(at: number, values: readonly [Metric, number][], facts: Record<string, string | number>): void {
  const Namespace = environment('METRICS_NAMESPACE');
  const directives = values.map(([{ name, unit, by }]) => ({
    Namespace,
    Dimensions: by.filter((dimensions) => dimensions.every((dimension) => dimension in facts)),
    Metrics: [{ Name: name, Unit: unit }],
  }));
  const line = {
    level: 'INFO',
    timestamp: new Date(at).toISOString(),
    ...facts,
    ...Object.fromEntries(values.map(([{ name }, value]) => [name, value])),
    _aws: { Timestamp: at, CloudWatchMetrics: directives },
  };
  // The console of Lambda's Node.js would put the time before it, and CloudWatch takes nothing but JSON.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
