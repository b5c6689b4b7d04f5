import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Metric } from '../../core/metrics.ts';
import type { TestRun } from './local-run.ts';

/** What the functions and APIs of a run have logged so far. */

export type Line = Record<string, unknown>;

const jsonLine = z.record(z.string(), z.unknown());

/** The lines that are JSON; the oldest first. They are there a moment after they were written. */
export function logLines(run: TestRun): Line[] {
  const database = new DatabaseSync(join(run.dataDirectory, 'logs', 'logs.db'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT message FROM log_event ORDER BY timestamp, id').all();
    return rows.flatMap(({ message }) => {
      const text = String(message);
      return text.startsWith('{') ? [jsonLine.parse(JSON.parse(text))] : [];
    });
  } finally {
    database.close();
  }
}

/** A line in the embedded metric format, as CloudWatch's specification has it. */
const metricLine = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.int(),
    CloudWatchMetrics: z.array(
      z.strictObject({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string()).max(30)).min(1),
        Metrics: z.tuple([z.strictObject({ Name: z.string().min(1), Unit: z.enum(['Count', 'Milliseconds']) })]),
      }),
    ),
  }),
});

/** The series that were measured, as `name by dimension, dimension`. */
export function measuredSeries(lines: readonly Line[]): Set<string> {
  const measured = lines.filter((line) => '_aws' in line).map((line) => metricLine.parse(line));
  return new Set(measured.flatMap(seriesOf));
}

function seriesOf({ _aws, ...values }: z.output<typeof metricLine>): string[] {
  return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics: [{ Name }] }) => {
    z.number().parse(values[Name]);
    for (const dimension of Dimensions.flat()) z.string().min(1).parse(values[dimension]);
    return Dimensions.map((dimensions) => seriesName(Name, dimensions));
  });
}

/** All series that metrics have, named likewise. */
export function seriesNames(metrics: readonly Metric[]): Set<string> {
  return new Set(metrics.flatMap(({ name, by }) => by.map((dimensions) => seriesName(name, dimensions))));
}

function seriesName(name: string, dimensions: readonly string[]): string {
  return `${name} by ${dimensions.join(', ')}`;
}
