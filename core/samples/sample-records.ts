import { PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { getItems } from '../aws/batch-get.ts';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { EVER, isoText, KEPT_MS, pointsIn, putPoint, type Resolution, type Stretch } from './points.ts';
import { beginOf, HOUR_MS, type Sample, sampleSchema } from './sample.ts';

/**
 * What tasks used, in the operations table:
 *
 *     pk USED#1m#<task>   sk <minute>   a sample: one write a minute
 *     pk USED#1h#<task>   sk <hour>     what the hour's samples come to, once it is over
 *     pk SAMPLED#<hour>   sk <task>     which tasks there were, one write an hour
 *
 * `<task>` is the last part of the task's ARN.
 */

/** A task, as its samples tell of it. */
const taskSchema = z.object({
  pid: z.string(),
  kind: z.enum(['collector', 'job']),
  /** Of the collector, or the job's id. */
  name: z.string(),
  /** Fargate's units, and MiB. */
  cpu: z.number(),
  memory: z.number(),
});
export type SampledTask = z.output<typeof taskSchema>;

const itemSchema = z.object({ sk: z.string(), task: taskSchema, sample: z.omit(sampleSchema, { at: true }) });

export interface TaskSample {
  task: SampledTask;
  sample: Sample;
}

const TableName = () => environment('OPERATIONS_TABLE');
const usedBy = (task: string, resolution: Resolution) => `USED#${resolution}#${task}`;
const sampledIn = (at: number) => `SAMPLED#${isoText(beginOf(HOUR_MS, at))}`;

/** The last part of a task's ARN, by which paths name it. */
export function shortId(pid: string): string {
  return pid.slice(pid.lastIndexOf('/') + 1);
}

function read(item: unknown): TaskSample {
  const { sk, task, sample } = itemSchema.parse(item);
  return { task, sample: { at: sk, ...sample } };
}

/** Stores what a task used, in the place of what was known of the same minutes. */
export async function storeSamples(task: SampledTask, samples: readonly Sample[]): Promise<void> {
  for (const { at, ...sample } of samples) {
    // Before the sample: a task that is not listed is never summed.
    if (sample.first) await list(task, Date.parse(at));
    await putPoint(usedBy(shortId(task.pid), '1m'), at, '1m', { task, sample });
  }
}

async function list(task: SampledTask, at: number): Promise<void> {
  const Item = { pk: sampledIn(at), sk: shortId(task.pid), ...expiresAt(at + KEPT_MS['1m']) };
  await dynamodb.send(new PutCommand({ TableName: TableName(), Item }));
}

/** Stores what a task used in an hour that is over. */
export async function storeHour({ task, sample: { at, ...sample } }: TaskSample): Promise<void> {
  await putPoint(usedBy(shortId(task.pid), '1h'), at, '1h', { task, sample });
}

/** At most `limit` points of a task, newest first. */
export async function samplesIn(
  task: string,
  resolution: Resolution,
  stretch: Stretch,
  limit: number,
  now: number,
): Promise<TaskSample[]> {
  return (await pointsIn(usedBy(task, resolution), stretch, limit, now)).map(read);
}

/** The newest that is known of a task: of its last minute, and from a day after its end on of its last hour. */
export async function lastSample(task: string, now: number): Promise<TaskSample | undefined> {
  const [minute] = await samplesIn(task, '1m', EVER, 1, now);
  return minute ?? (await samplesIn(task, '1h', EVER, 1, now))[0];
}

/** The ids of the tasks that had a sample within the hour of a time. */
export async function sampledTasks(at: number): Promise<string[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': sampledIn(at) },
      ProjectionExpression: 'sk',
    },
  );
  const found: string[] = [];
  for await (const { Items = [] } of pages) found.push(...Items.map((item) => String(item['sk'])));
  return found;
}

/** Those samples that there are of these tasks in these minutes. */
export async function samplesAt(tasks: readonly string[], minutes: readonly number[]): Promise<TaskSample[]> {
  const keys = tasks.flatMap((task) => minutes.map((at) => ({ pk: usedBy(task, '1m'), sk: isoText(at) })));
  if (keys.length === 0) return [];
  // They came a while ago, and cost half of what they would to the moment.
  return (await getItems(TableName(), keys, false)).items.map(read);
}
