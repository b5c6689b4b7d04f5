import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { getItems } from '../aws/batch-get.ts';
import { cancellation, conditionFailure, dynamodb, PASSING, type TransactWriteItem } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { enterQueue, firstQueued, givePlaceBack, leaveQueue, placeHolders, takePlace } from './places.ts';
import type { TaskPolicy } from './policy.ts';
import { isActive, reduce, type TaskEvent, type TaskRecord } from './record.ts';
import { heartbeatSchema, taskRecordSchema } from './record-schema.ts';

/**
 * Tasks of one kind, in the operations table: pk the kind (`COLLECTORS`, `JOBS`), sk the name. Those that are active have
 * a place, or wait for one (`places.ts`).
 *
 * The record changes by revision, what the task itself reports by generation: neither waits for the other.
 */

const DAY_MS = 86_400_000;
/** Writers of one record at once are few: the user, an event, a sweep. Those of the places are more. */
const TRIES = 20;
const LONGEST_WAIT_MS = 200;
/** Of a sort key, in bytes. */
const LONGEST_NAME = 1024;

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

export interface Told<Spec, Report> {
  stored: StoredTask<Spec, Report> | undefined;
  changed: boolean;
  before?: TaskRecord | undefined;
  /** Whether its place is another's now. */
  freed: boolean;
}

/** Nothing was changed: all places are taken. */
export class NoFreePlace extends Error {}
/** Nothing was changed: others change it all the time. */
export class Contended extends Error {
  override readonly name = 'Contended';
}
/** Nothing was changed: what was to be written alongside is not as its condition has it. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export interface TaskRecords<Spec, Report> {
  get(name: string): Promise<StoredTask<Spec, Report> | undefined>;
  /** Of a kind whose records are bounded in number: by configuration and by their expiry. */
  all(): Promise<StoredTask<Spec, Report>[]>;
  /** Those that have a place. */
  active(): Promise<StoredTask<Spec, Report>[]>;
  /** By name, from the last one down; `before` is the name at which the next page begins. */
  page(limit: number, before?: string): Promise<{ page: StoredTask<Spec, Report>[]; before: string | undefined }>;
  /** Whether one more may be active now. */
  hasPlace(): Promise<boolean>;
  /** The names of those that have waited longest for a place. */
  queued(limit: number): Promise<string[]>;
  /**
   * Tells the record of something; `changed` false where that changed nothing, `before` what it was then.
   * @param spec given with a start
   * @param alongside what is written with it, all or nothing
   * @throws NoFreePlace where it needs one, Overtaken where the condition of `alongside` fails
   */
  tell(
    name: string,
    event: TaskEvent,
    now: number,
    spec?: Spec,
    alongside?: TransactWriteItem,
  ): Promise<Told<Spec, Report>>;
  /** Gives each of these that is active its place, where it has none: earlier versions knew of no places. */
  settle(all: readonly StoredTask<Spec, Report>[]): Promise<void>;
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

export interface TaskKind<Spec, Report> {
  spec: z.ZodMiniType<Spec>;
  report: z.ZodMiniType<Report>;
  policy: (spec: Spec) => TaskPolicy;
  /** How many may be active at once. */
  places: () => number;
  /** For how many days a record is shown after its end. */
  days: () => number;
}

export function taskRecords<Spec, Report>(kind: string, settings: TaskKind<Spec, Report>): TaskRecords<Spec, Report> {
  const schema = z.object({
    sk: z.string(),
    spec: settings.spec,
    task: taskRecordSchema,
    revision: z.number(),
    heartbeat: z.optional(heartbeatSchema),
    report: z.optional(settings.report),
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
  const kept = (found: Stored[]) => found.filter((it) => isKept(it, Date.now()));

  async function get(name: string): Promise<Stored | undefined> {
    // DynamoDB refuses to look for what can't be a key.
    if (Buffer.byteLength(name) > LONGEST_NAME) return undefined;
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName: TableName(), Key: Key(name), ConsistentRead: true }),
    );
    return Item && read(Item);
  }

  async function query(more: Partial<QueryCommandInput>) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: TableName(),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': kind },
        ConsistentRead: true,
        ...more,
      }),
    );
    return { found: Items.map(read), LastEvaluatedKey };
  }

  /** What changes with the record: whether it has a place, whether it waits for one. */
  function besides(name: string, policy: TaskPolicy, before: TaskRecord | undefined, after: TaskRecord) {
    const hasPlace = (it: TaskRecord | undefined) => it !== undefined && !it.queued && isActive(it, policy);
    const [had, has] = [hasPlace(before), hasPlace(after)];
    const others: TransactWriteItem[] = [
      ...(has && !had ? [takePlace(kind, name, settings.places())] : []),
      ...(had && !has ? [givePlaceBack(kind, name)] : []),
      ...(after.queued && !before?.queued ? [enterQueue(kind, name, after.asked_at)] : []),
      ...(before?.queued && !after.queued ? [leaveQueue(kind, name, before.asked_at)] : []),
    ];
    return { others, freed: had && !has };
  }

  function changed(name: string, before: Stored | undefined, spec: Spec, task: TaskRecord): Stored {
    const over = isActive(task, settings.policy(spec)) ? null : (task.stopped_at ?? task.ended_at);
    return {
      signals: 0,
      ...before,
      name,
      spec,
      task,
      revision: (before?.revision ?? 0) + 1,
      expires: over === null ? undefined : expiresAt(over + settings.days() * DAY_MS).expires,
    };
  }

  /**
   * False where somebody else was faster. A transaction, also of one write: sent again for want of an answer, it is known for
   * the same, and does not take what it has written for another's.
   * @throws NoFreePlace, Overtaken
   */
  async function save(
    next: Omit<Stored, 'heartbeat' | 'report' | 'signals'>,
    others: TransactWriteItem[],
    alongside?: TransactWriteItem,
  ) {
    const { name, spec, task, revision, expires } = next;
    const changes = { spec, task, revision, ...(expires !== undefined && { expires }) };
    const update = setAndRemove(changes, expires === undefined ? [EXPIRES] : []);
    const Update = {
      TableName: TableName(),
      Key: Key(name),
      ...update,
      ConditionExpression: revision === 1 ? 'attribute_not_exists(pk)' : '#revision = :was',
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...(revision > 1 && { ':was': revision - 1 }) },
    };
    try {
      const TransactItems = [{ Update }, ...others, ...(alongside ? [alongside] : [])];
      await dynamodb.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      const why = refusal(error, alongside !== undefined);
      if (why === 'passing') return false;
      throw why === 'full' ? new NoFreePlace(`${kind} are full`) : new Overtaken(`${kind} ${name} comes too late`);
    }
  }

  return {
    async get(name) {
      const stored = await get(name);
      return stored && isKept(stored, Date.now()) ? stored : undefined;
    },

    async all() {
      const all: Stored[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { found, LastEvaluatedKey } = await query(ExclusiveStartKey ? { ExclusiveStartKey } : {});
        all.push(...found);
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return kept(all);
    },

    async active() {
      const { items } = await getItems(TableName(), [...(await placeHolders(kind))].map(Key));
      return items.map(read);
    },

    async page(limit, before) {
      const from = before === undefined ? {} : { ExclusiveStartKey: Key(before) };
      const { found, LastEvaluatedKey } = await query({ ...from, Limit: limit, ScanIndexForward: false });
      return { page: kept(found), before: LastEvaluatedKey && found.at(-1)?.name };
    },

    hasPlace: async () => (await placeHolders(kind)).size < settings.places(),

    queued: (limit) => firstQueued(kind, limit),

    async tell(name, event, now, spec, alongside) {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (attempt > 0) await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, 10 * 2 ** attempt));
        const before = await get(name);
        const wanted = spec ?? before?.spec;
        if (wanted === undefined) return { stored: undefined, changed: false, freed: false };
        const policy = settings.policy(wanted);
        const task = reduce(before?.task, event, now, Math.random(), policy);
        if (task === undefined || task === before?.task) return { stored: before, changed: false, freed: false };
        const next = changed(name, before, wanted, task);
        const { others, freed } = besides(name, policy, before?.task, task);
        if (await save(next, others, alongside)) return { stored: next, changed: true, before: before?.task, freed };
      }
      throw new Contended(`${kind} ${name} changes too often to be changed`);
    },

    async settle(all) {
      const holders = await placeHolders(kind);
      for (const { name, task, spec } of all) {
        if (holders.has(name) || task.queued || !isActive(task, settings.policy(spec))) continue;
        const stored = await get(name);
        if (!stored || !isActive(stored.task, settings.policy(spec))) continue;
        await save({ ...stored, revision: stored.revision + 1 }, [takePlace(kind, name, undefined)]);
      }
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

/** Why a record was not written, of which what is written alongside is the last item; any other error is thrown on. */
function refusal(error: unknown, hasAlongside: boolean): 'passing' | 'full' | 'overtaken' {
  // It was sent again while the first send of it was under way.
  if (error instanceof TransactionInProgressException) return 'passing';
  const [own, ...reasons] = cancellation(error);
  const last = hasAlongside ? reasons.pop() : undefined;
  if (last === 'ConditionalCheckFailed') return 'overtaken';
  if (own === 'None' && reasons.includes('ConditionalCheckFailed')) return 'full';
  if ([own, ...reasons, last].some((reason) => PASSING.has(reason ?? ''))) return 'passing';
  throw error;
}
