import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { queueName } from './attributes.ts';
import { atomically } from './database.ts';
import type { MessageStore } from './message-store.ts';
import type { Queue, QueueStore } from './queue-store.ts';

const task = z.object({
  id: z.string(),
  source: z.string(),
  destination: z.string().nullable(),
  rate: z.number().nullable(),
  status: z.enum(['RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED']),
  moved: z.number(),
  to_move: z.number(),
  failure: z.string().nullable(),
  started_at: z.number(),
});
/** Queues by name, `rate` in messages a second (null: as fast as it goes), `started_at` in ms since 1970. */
export type MoveTask = z.infer<typeof task>;

const BATCH_WITHOUT_RATE = 100;

/**
 * Tasks that move a dead-letter queue's messages back to the queues they came from, or to one given queue. A moved
 * message is a new one: new id, age and receive count. A task goes on after a restart.
 * @param wake called with the name of a queue that got messages
 */
export function moveTasks(
  database: DatabaseSync,
  queues: QueueStore,
  messages: MessageStore,
  wake: (queue: string) => void,
) {
  const insert = database.prepare(
    `INSERT INTO move_task (id, source, destination, rate, status, to_move, started_at)
     VALUES (?, ?, ?, ?, 'RUNNING', ?, ?)`,
  );
  const find = database.prepare('SELECT * FROM move_task WHERE id = ?');
  const bySource = database.prepare('SELECT * FROM move_task WHERE source = ? ORDER BY seq DESC LIMIT ?');
  const running = database.prepare("SELECT * FROM move_task WHERE status = 'RUNNING'");
  const addMoved = database.prepare('UPDATE move_task SET moved = moved + ? WHERE id = ?');
  const finish = database.prepare("UPDATE move_task SET status = ?, failure = ? WHERE id = ? AND status = 'RUNNING'");
  const timers = new Map<string, NodeJS.Timeout>();

  function get(id: string): MoveTask | undefined {
    const found = find.get(id);
    return found && task.parse(found);
  }

  function schedule({ id, rate }: MoveTask): void {
    timers.set(
      id,
      setTimeout(() => step(id), rate === null ? 0 : 1000 / rate),
    );
  }

  function step(id: string): void {
    timers.delete(id);
    const current = get(id);
    if (current?.status !== 'RUNNING') return;
    try {
      const destinations = moveSome(current);
      for (const name of destinations) wake(name);
      if (destinations.size > 0) schedule(current);
      else finish.run('COMPLETED', null, id);
    } catch (error) {
      finish.run('FAILED', error instanceof Error ? error.message : String(error), id);
    }
  }

  /** Moves the next messages. @returns the queues that got some; none when nothing is left to move */
  function moveSome({ id, source, destination, rate }: MoveTask): Set<string> {
    const destinations = new Set<string>();
    atomically(database, () => {
      const batch = messages.visible(source, rate === null ? BATCH_WITHOUT_RATE : 1);
      for (const message of batch) {
        const target = destination ?? queueName(message.dead_letter_source ?? '');
        if (target === undefined) throw new Error('AWS.SimpleQueueService.CouldNotDetermineMessageSource');
        const queue = queues.get(target);
        messages.resend(message.seq, queue.name, queue.attributes.DelaySeconds);
        destinations.add(queue.name);
      }
      addMoved.run(batch.length, id);
    });
    return destinations;
  }

  for (const row of running.all()) schedule(task.parse(row));

  return {
    /**
     * @param destination the one queue that gets all; undefined: each message goes back to its own source
     * @param rate messages a second
     * @throws AwsError where the source is no dead-letter queue or already has a running task
     */
    start(source: Queue, destination: Queue | undefined, rate: number | undefined): MoveTask {
      if (queues.sourcesOf(source).length === 0) {
        throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (running.all().some((row) => task.parse(row).source === source.name)) {
        throw new AwsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const id = randomUUID();
      const { visible } = messages.counts(source.name, source.attributes.MessageRetentionPeriod);
      insert.run(id, source.name, destination?.name ?? null, rate ?? null, visible, Date.now());
      const started = task.parse(find.get(id));
      schedule(started);
      return started;
    },

    /** Newest first. */
    list(source: Queue, most: number): MoveTask[] {
      return bySource.all(source.name, most).map((row) => task.parse(row));
    },

    /** @returns the task as it was stopped @throws AwsError ResourceNotFoundException */
    cancel(id: string): MoveTask {
      const current = get(id);
      if (current?.status !== 'RUNNING') {
        throw new AwsError('ResourceNotFoundException', 'The task is not running or does not exist.', 404);
      }
      clearTimeout(timers.get(id));
      timers.delete(id);
      finish.run('CANCELLED', null, id);
      return current;
    },

    close(): void {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
