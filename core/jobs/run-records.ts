import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';

/**
 * What the runs of jobs of one name needed, for the forecast of the next: pk `RUNS#<name>` of the operations table, sk the
 * time of its end and its task.
 */

const KEPT_MS = 90 * 86_400_000;
/** Those that a forecast looks at; older ones are not like the next. */
const MOST_RUNS = 200;

const runSchema = z.object({
  job_id: z.string(),
  pid: z.string(),
  /** Epoch milliseconds, and for how many it ran. */
  ended_at: z.number(),
  ran: z.number(),
  /** What it was given: Fargate's units, and MiB. */
  cpu: z.number(),
  memory: z.number(),
  /** Null where the run was too short to tell. */
  cpu_p95: z.nullable(z.number()),
  memory_peak: z.number(),
  out_of_memory: z.boolean(),
});
export type EndedRun = z.output<typeof runSchema>;

const itemSchema = z.object({ run: runSchema, [EXPIRES]: z.number() });

const TableName = () => environment('OPERATIONS_TABLE');
const keyOf = (name: string) => `RUNS#${name}`;

export async function storeRun(name: string, run: EndedRun): Promise<void> {
  const sk = `${new Date(run.ended_at).toISOString()}#${run.pid}`;
  await dynamodb.send(
    new PutCommand({
      TableName: TableName(),
      Item: { pk: keyOf(name), sk, run, ...expiresAt(run.ended_at + KEPT_MS) },
    }),
  );
}

/** Newest first. */
export async function lastRuns(name: string, now: number): Promise<EndedRun[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keyOf(name) },
      ScanIndexForward: false,
      Limit: MOST_RUNS,
    }),
  );
  return Items.map((item) => itemSchema.parse(item))
    .filter(({ expires }) => expires * 1000 > now)
    .map(({ run }) => run);
}
