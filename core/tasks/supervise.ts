import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { TransactWriteItem } from '../aws/dynamodb.ts';
import type { Outcome } from '../aws/queue-worker.ts';
import { logger } from '../log.ts';
import {
  type Life,
  launchTask,
  lookAt,
  type Overrides,
  type SeenTask,
  stopTask,
  type TaskPlace,
  taskState,
} from './ecs.ts';
import type { TaskPolicy } from './policy.ts';
import { due, reduce, showsChange, type TaskEvent, type TaskRecord } from './record.ts';
import { NoFreePlace, type StoredTask, type TaskRecords, type Told } from './task-records.ts';

/** Brings the tasks of one kind to what their records want, on whatever is heard of them. */

const sqs = new SQSClient({});

/** The most that SQS holds a message back for, in seconds. */
const LONGEST_DELAY = 900;
/** A launch that is so late was lost on its way, and is asked for again. */
const LATE_MS = 60_000;
/** Those that are looked at together when a place becomes free. */
const QUEUE_HEAD = 10;

export interface SuperviseOptions<Spec, Report> {
  records: TaskRecords<Spec, Report>;
  /** `c` of `c/<name>/<generation>`. */
  prefix: string;
  place: () => TaskPlace;
  /** URL of the queue of launches that have to wait. */
  launchQueue: () => string;
  policy: (spec: Spec) => TaskPolicy;
  /** What a life is told, and given in place of what the task definition says. */
  overrides: (stored: StoredTask<Spec, Report>) => Promise<Overrides>;
  /** Those that the sweep looks at. */
  swept: () => Promise<StoredTask<Spec, Report>[]>;
  /** Why a task that runs is to be stopped although it is wanted. */
  overdue: (stored: StoredTask<Spec, Report>, now: number) => string | undefined;
  /** Hears of each change that a reader sees; one that fails is lost, and fails nothing else. */
  changed: (stored: StoredTask<Spec, Report>, before: TaskRecord | undefined, now: number) => Promise<void>;
}

/** What ECS tells of the task of a life. */
interface SeenLife {
  life: Life;
  pid: string;
  task: SeenTask;
}

const launchMessage = z.object({ kind: z._default(z.string(), 'c'), name: z.string(), generation: z.number() });

export function supervise<Spec, Report>(options: SuperviseOptions<Spec, Report>) {
  const { records, prefix, place, launchQueue, policy, changed: hear } = options;
  type Stored = StoredTask<Spec, Report>;

  /**
   * Tells the record, and does what then has to be done. Once the record has it, it will be done: what fails of that is
   * answered, and is the sweep's.
   * @param spec given with a start
   * @param alongside what is written with it, all or nothing
   * @throws NoFreePlace where it needs one, Overtaken where the condition of `alongside` fails
   */
  async function tell(
    name: string,
    event: TaskEvent,
    now: number,
    spec?: Spec,
    alongside?: TransactWriteItem,
  ): Promise<Told<Spec, Report> & { undone?: { error: unknown } }> {
    const told = await records.tell(name, event, now, spec, alongside);
    if (!told.stored || !told.changed) return told;
    const undone = await follow(told.stored, now).catch((error: unknown) => ({ error }));
    if (undone) logger.warn('What a record wants is left to the sweep', { name, ...undone });
    if (showsChange(told.before, told.stored.task)) {
      await hear(told.stored, told.before, now).catch((error: unknown) =>
        logger.warn('A change was told to nobody', { error }),
      );
    }
    if (told.stored.task.queued || told.freed) {
      await admit().catch((error: unknown) => logger.warn('Those who wait are left to the sweep', { error }));
    }
    return { ...told, ...(undone && { undone }) };
  }

  /** Does what a record wants now. */
  async function follow(stored: Stored, now: number): Promise<void> {
    const todo = due(stored.task);
    if (todo === 'launch') await askForLaunch(stored, now);
    if (todo === 'stop') await stopTask(place(), stored.task.pid ?? '', 'Stopped by its user');
  }

  /** Lets those run that have waited longest, as far as there are places. */
  async function admit(): Promise<void> {
    while (await records.hasPlace()) {
      const waiting = await records.queued(QUEUE_HEAD);
      for (const name of waiting) {
        try {
          // Later than what let them in: who hears of both can tell which came last.
          await tell(name, { type: 'admitted' }, Date.now());
        } catch (error) {
          if (error instanceof NoFreePlace) return;
          throw error;
        }
      }
      if (waiting.length < QUEUE_HEAD) return;
    }
  }

  async function askForLaunch({ name, task }: Stored, now: number): Promise<void> {
    const seconds = Math.ceil(Math.max(0, task.launch_at - now) / 1000);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: launchQueue(),
        MessageBody: JSON.stringify({ kind: prefix, name, generation: task.generation }),
        DelaySeconds: Math.min(LONGEST_DELAY, seconds),
      }),
    );
  }

  /**
   * Launches the life that a record is to have, if it still is; one that nobody wants any more is stopped again. What
   * ECS refused is answered, and told to nobody yet.
   */
  async function launchNow({ name, task: { generation } }: Stored, now: number): Promise<TaskEvent | undefined> {
    const life = { name, generation };
    const { stored } = await records.tell(name, { type: 'attempt', generation }, now);
    if (stored?.task.generation !== generation || due(stored.task) !== 'launch') return undefined;
    const event = await launchTask(place(), prefix, life, await options.overrides(stored));
    if (event.type !== 'launched') return event;
    const told = await tell(name, event, now);
    if (!isWanted(told.stored, life)) await stopTask(place(), event.pid, 'Nobody wants this life');
    return undefined;
  }

  /** Does what a message of the launch queue asks for. */
  async function launch(life: Life, now: number): Promise<Outcome> {
    const stored = await records.get(life.name);
    if (stored?.task.generation !== life.generation || due(stored.task) !== 'launch') return { done: true };
    const early = stored.task.launch_at - now;
    if (early > 0) return { done: false, retryAfterSeconds: Math.ceil(early / 1000) };
    const refused = await launchNow(stored, now);
    if (refused) await tell(life.name, refused, now);
    return { done: true };
  }

  /** Takes a task state event; a task of no life that is wanted is stopped. */
  async function taskChanged({ life, pid, task }: SeenLife, now: number): Promise<void> {
    const state = taskState(place().container, { ...life, pid }, task);
    const { stored } = await tell(life.name, state, now);
    if (state.end === null && !isWanted(stored, life)) await stopTask(place(), state.pid, 'Nobody wants this life');
  }

  /** What ECS knows of every task that should be alive, by its ARN. */
  async function lookedUp(all: readonly Stored[]): Promise<Map<string, TaskEvent>> {
    const alive = all.flatMap(({ task: { pid, generation, ended_at } }) =>
      pid === null || ended_at !== null ? [] : [{ pid, generation }],
    );
    return alive.length === 0 ? new Map() : lookAt(place(), alive);
  }

  /** These records, with what ECS says of their tasks now; nothing is written. */
  async function checked(all: readonly Stored[], now: number): Promise<Stored[]> {
    const found = await lookedUp(all);
    return all.map((stored) => {
      const event = found.get(stored.task.pid ?? '');
      return event
        ? { ...stored, task: reduce(stored.task, event, now, 0, policy(stored.spec)) ?? stored.task }
        : stored;
    });
  }

  /** Does what should have been done for a task by now. */
  async function mend(known: Stored, found: ReadonlyMap<string, TaskEvent>, now: number): Promise<void> {
    const { generation, pid } = known.task;
    const event = found.get(pid ?? '') ?? { type: 'missing', generation, pid };
    const { stored = known } = await tell(known.name, event, now);
    const { task } = stored;
    const todo = due(task);
    if (todo === 'launch' && task.launch_at + LATE_MS < now) await askForLaunch(stored, now);
    if (task.pid === null || task.ended_at !== null) return;
    const reason = todo === 'stop' ? 'Stopped by its user' : options.overdue(stored, now);
    if (reason !== undefined) await stopTask(place(), task.pid, reason);
  }

  /** The backstop of all that may be lost: events, launches, and tasks that hang. Answers the records as it found them. */
  async function sweep(now: number): Promise<Stored[]> {
    const all = await options.swept();
    await records.settle(all);
    const found = await lookedUp(all);
    // What fails for one of them fails after the others have had their turn.
    const failed: unknown[] = [];
    for (const known of all) {
      if (known.task.ended_at === null) await mend(known, found, now).catch((error: unknown) => failed.push(error));
    }
    await admit();
    if (failed.length > 0)
      throw new AggregateError(failed, `${failed.length} tasks can't be brought to what is wanted`);
    return all;
  }

  return { tell, admit, launchNow, launch, taskChanged, checked, sweep };
}

function isWanted(stored: { task: TaskRecord } | undefined, { generation }: Life): boolean {
  return stored?.task.wanted === 'running' && stored.task.generation === generation && stored.task.ended_at === null;
}

/** A message of the launch queue: the life, and its kind's prefix. @throws where it is none */
export function readLaunch(body: string): Life & { kind: string } {
  return launchMessage.parse(JSON.parse(body));
}
