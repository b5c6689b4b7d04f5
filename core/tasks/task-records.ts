import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { reduce, type TaskEvent, type TaskRecord } from './record.ts';

/**
 * Tasks that are to be kept running, in the operations table: pk the kind (`COLLECTORS`), sk the name. Their number is
 * bounded by configuration and by their expiry, so that one query reads them all.
 *
 * The record changes by revision, what the task itself reports by generation: neither waits for the other.
 */

const DAY_MS = 86_400_000;
/** So long after its end a record is still shown. */
const KEPT_MS = 7 * DAY_MS;
/** Writers of one record at once are few: the user, an event, a sweep. */
const TRIES = 10;

const time = z.nullable(z.number());
const recordSchema = z.object({
  wanted: z.enum(['running', 'stopped']),
  generation: z.number(),
  asked_at: z.number(),
  stopped_at: time,
  launch_at: z.number(),
  pid: z.nullable(z.string()),
  version: z.number(),
  started_at: time,
  ended_at: time,
  ends: z.array(z.object({ at: z.number(), ran: time })),
  streak: z.number(),
  restarts: z.number(),
  last_end: z.nullable(z.string()),
  failure: z.nullable(z.string()),
  past_pids: z.array(z.string()),
});
const heartbeatSchema = z.object({ generation: z.number(), at: z.number() });

export interface StoredTask<Spec, Report> {
  name: string;
  /** What it is to do; as it was asked for. */
  spec: Spec;
  task: TaskRecord;
  /** The last one, of whatever generation. */
  heartbeat?: { generation: number; at: number } | undefined;
  /** What came with it. */
  report?: Report | undefined;
  /** Counts the changes outside the record that the task is to follow. */
  signals: number;
}

export interface TaskRecords<Spec, Report> {
  get(name: string): Promise<StoredTask<Spec, Report> | undefined>;
  all(): Promise<StoredTask<Spec, Report>[]>;
  /**
   * Tells the record of something; `changed` false where that changed nothing, `before` what it was.
   * @param spec given with a start
   */
  tell(
    name: string,
    event: TaskEvent,
    now: number,
    spec?: Spec,
  ): Promise<{ stored: StoredTask<Spec, Report> | undefined; changed: boolean; before?: TaskRecord | undefined }>;
  /** The task's own word: what it is to know, or undefined where its generation is past. */
  heartbeat(
    name: string,
    generation: number,
    report: Report,
    now: number,
  ): Promise<StoredTask<Spec, Report> | undefined>;
  /** Has the task look at what it follows; nothing where there is no such record. */
  signal(name: string): Promise<void>;
}

export function taskRecords<Spec, Report>(
  kind: string,
  schemas: { spec: z.ZodMiniType<Spec>; report: z.ZodMiniType<Report> },
): TaskRecords<Spec, Report> {
  const schema = z.object({
    sk: z.string(),
    spec: schemas.spec,
    task: recordSchema,
    revision: z.number(),
    heartbeat: z.optional(heartbeatSchema),
    report: z.optional(schemas.report),
    signals: z._default(z.number(), 0),
    expires: z.optional(z.number()),
  });
  const TableName = () => environment('OPERATIONS_TABLE');
  const Key = (name: string) => ({ pk: kind, sk: name });
  const read = (item: unknown) => {
    const { sk, ...rest } = schema.parse(item);
    return { name: sk, ...rest };
  };
  type Stored = ReturnType<typeof read>;

  /** Expired ones are gone, whether DynamoDB has removed them yet or not. */
  const isKept = ({ expires }: Stored, now: number) => expires === undefined || expires * 1000 > now;

  async function get(name: string): Promise<Stored | undefined> {
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName: TableName(), Key: Key(name), ConsistentRead: true }),
    );
    return Item && read(Item);
  }

  /** Undefined where somebody else was faster. */
  async function save(
    name: string,
    revision: number | undefined,
    spec: Spec,
    task: TaskRecord,
  ): Promise<Stored | undefined> {
    const over = task.wanted === 'stopped' ? task.stopped_at : task.ended_at;
    const changes = { spec, task, revision: (revision ?? 0) + 1, ...(over !== null && expiresAt(over + KEPT_MS)) };
    const update = setAndRemove(changes, over === null ? [EXPIRES] : []);
    try {
      const { Attributes } = await dynamodb.send(
        new UpdateCommand({
          TableName: TableName(),
          Key: Key(name),
          ...update,
          ConditionExpression: revision === undefined ? 'attribute_not_exists(pk)' : '#revision = :was',
          ExpressionAttributeValues: {
            ...update.ExpressionAttributeValues,
            ...(revision !== undefined && { ':was': revision }),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return read(Attributes);
    } catch (error) {
      conditionFailure(error);
      return undefined;
    }
  }

  return {
    async get(name) {
      const stored = await get(name);
      return stored && isKept(stored, Date.now()) ? stored : undefined;
    },

    async all() {
      const found: Stored[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new QueryCommand({
            TableName: TableName(),
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': kind },
            ConsistentRead: true,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        found.push(...Items.map(read));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      const now = Date.now();
      return found.filter((it) => isKept(it, now));
    },

    async tell(name, event, now, spec) {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const before = await get(name);
        const task = reduce(before?.task, event, now, Math.random());
        if (task === undefined || task === before?.task) return { stored: before, changed: false };
        const wanted = spec ?? before?.spec;
        if (wanted === undefined) throw new Error(`${name} is started without saying what it is to do`);
        const stored = await save(name, before?.revision, wanted, task);
        if (stored) return { stored, changed: true, before: before?.task };
      }
      throw new Error(`${kind} ${name} changes too often to be changed`);
    },

    async heartbeat(name, generation, report, now) {
      try {
        const { Attributes } = await dynamodb.send(
          new UpdateCommand({
            TableName: TableName(),
            Key: Key(name),
            ConditionExpression: 'task.generation = :generation',
            UpdateExpression: 'SET heartbeat = :heartbeat, report = :report',
            ExpressionAttributeValues: {
              ':generation': generation,
              ':heartbeat': { generation, at: now },
              ':report': report,
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return read(Attributes);
      } catch (error) {
        conditionFailure(error);
        return undefined;
      }
    },

    async signal(name) {
      try {
        await dynamodb.send(
          new UpdateCommand({
            TableName: TableName(),
            Key: Key(name),
            ConditionExpression: 'attribute_exists(pk)',
            UpdateExpression: 'ADD signals :one',
            ExpressionAttributeValues: { ':one': 1 },
          }),
        );
      } catch (error) {
        conditionFailure(error);
      }
    },
  };
}
