import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Outcome } from '../aws/queue-worker.ts';
import { logger } from '../log.ts';
import { type Life, launchTask, lookAt, stopTask, type TaskPlace } from './ecs.ts';
import { due, reduce, showsChange, type TaskEvent, type TaskRecord, type TaskState } from './record.ts';
import type { StoredTask, TaskRecords } from './task-records.ts';

/** Brings the tasks of one kind to what their records want, on whatever is heard of them. */

const sqs = new SQSClient({});

/** The most that SQS holds a message back for, in seconds. */
const LONGEST_DELAY = 900;
/** A launch that is so late was lost on its way, and is asked for again. */
const LATE_MS = 60_000;
/** A task that says nothing for so long hangs. Its heartbeat comes every 5 s, the first one once it has started. */
const SILENT_MS = 60_000;

export interface SuperviseOptions<Spec, Report> {
  records: TaskRecords<Spec, Report>;
  /** `c` of `c/<name>/<generation>`. */
  prefix: string;
  place: () => TaskPlace;
  /** URL of the queue of launches that have to wait. */
  launchQueue: () => string;
  /** What the program of a life is told. */
  environment: (life: Life) => Record<string, string>;
  /** Hears of each change that a reader sees; one that fails is lost, and fails nothing else. */
  changed: (stored: StoredTask<Spec, Report>, before: TaskRecord | undefined, now: number) => Promise<void>;
}

const launchMessage = z.object({ name: z.string(), generation: z.number() });

export function supervise<Spec, Report>(options: SuperviseOptions<Spec, Report>) {
  const { records, prefix, place, launchQueue, environment, changed: hear } = options;
  type Stored = StoredTask<Spec, Report>;

  /** Tells the record, and does what then has to be done. */
  async function tell(name: string, event: TaskEvent, now: number): Promise<Stored | undefined> {
    const { stored, changed, before } = await records.tell(name, event, now);
    if (!stored || !changed) return stored;
    const todo = due(stored.task);
    if (todo === 'launch') await askForLaunch(stored, now);
    if (todo === 'stop') await stopTask(place(), stored.task.pid ?? '', 'Stopped by its user');
    if (showsChange(before, stored.task)) {
      await hear(stored, before, now).catch((error: unknown) => logger.warn('A change was told to nobody', { error }));
    }
    return stored;
  }

  async function askForLaunch({ name, task }: Stored, now: number): Promise<void> {
    const seconds = Math.ceil(Math.max(0, task.launch_at - now) / 1000);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: launchQueue(),
        MessageBody: JSON.stringify({ name, generation: task.generation }),
        DelaySeconds: Math.min(LONGEST_DELAY, seconds),
      }),
    );
  }

  /**
   * Launches a life; one that nobody wants any more is stopped again. What ECS
   * refused is answered, and told to nobody yet.
   */
  async function launchNow(life: Life, now: number): Promise<TaskEvent | undefined> {
    const event = await launchTask(place(), prefix, life, environment(life));
    if (event.type !== 'launched') return event;
    const stored = await tell(life.name, event, now);
    if (!isWanted(stored, life)) await stopTask(place(), event.pid, 'Nobody wants this life');
    return undefined;
  }

  /** Does what a message of the launch queue asks for. */
  async function launch(life: Life, now: number): Promise<Outcome> {
    const { task } = (await records.get(life.name)) ?? {};
    if (task?.generation !== life.generation || due(task) !== 'launch') return { done: true };
    const early = task.launch_at - now;
    if (early > 0) return { done: false, retryAfterSeconds: Math.ceil(early / 1000) };
    const refused = await launchNow(life, now);
    if (refused) await tell(life.name, refused, now);
    return { done: true };
  }

  /** Takes a task state event; a task of no life that is wanted is stopped. */
  async function taskChanged(life: Life, state: TaskState, now: number): Promise<void> {
    const stored = await tell(life.name, state, now);
    if (state.end === null && !isWanted(stored, life)) await stopTask(place(), state.pid, 'Nobody wants this life');
  }

  /** What ECS knows of every task that should be alive, by its ARN. */
  async function lookedUp(all: readonly Stored[]): Promise<Map<string, TaskEvent>> {
    const alive = all.flatMap(({ task: { pid, generation, ended_at } }) =>
      pid === null || ended_at !== null ? [] : [{ pid, generation }],
    );
    return alive.length === 0 ? new Map() : lookAt(place(), alive);
  }

  /** The records as they are, with what ECS says of their tasks now; nothing is written. */
  async function checked(now: number): Promise<Stored[]> {
    const all = await records.all();
    const found = await lookedUp(all);
    return all.map((stored) => {
      const event = found.get(stored.task.pid ?? '');
      return event ? { ...stored, task: reduce(stored.task, event, now, 0) ?? stored.task } : stored;
    });
  }

  /** The backstop of all that may be lost: events, launches, and tasks that hang. Answers the records as it found them. */
  async function sweep(now: number): Promise<Stored[]> {
    const all = await records.all();
    const found = await lookedUp(all);
    for (const known of all) {
      const event = found.get(known.task.pid ?? '');
      const stored = (event && (await tell(known.name, event, now))) ?? known;
      const { task } = stored;
      const todo = due(task);
      if (todo === 'launch' && task.launch_at + LATE_MS < now) await askForLaunch(stored, now);
      if (task.pid === null) continue;
      if (todo === 'stop') await stopTask(place(), task.pid, 'Stopped by its user');
      else if (hangs(stored, now)) await stopTask(place(), task.pid, 'It gave no sign of life for a minute');
    }
    return all;
  }

  return { tell, launchNow, launch, taskChanged, checked, sweep };
}

function isWanted(stored: { task: TaskRecord } | undefined, { generation }: Life): boolean {
  return stored?.task.wanted === 'running' && stored.task.generation === generation;
}

/** Whether ECS says that it runs, and itself says nothing. */
function hangs({ task, heartbeat }: Pick<StoredTask<unknown, unknown>, 'task' | 'heartbeat'>, now: number): boolean {
  if (task.started_at === null || task.ended_at !== null) return false;
  const heard = heartbeat?.generation === task.generation ? heartbeat.at : task.started_at;
  return heard + SILENT_MS < now;
}

/** A message of the launch queue. @throws where it is none */
export function readLaunch(body: string): Life {
  return launchMessage.parse(JSON.parse(body));
}
