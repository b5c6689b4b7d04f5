import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { atomically } from '../aws/sqs/database.ts';
import type { Definition } from './requests.ts';

/** What the Scheduler must remember over a SIGKILL, in one SQLite file. Times are epoch milliseconds. */

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS schedule (
    group_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    -- its next time; null where it rests or has none left
    due_at INTEGER,
    PRIMARY KEY (group_name, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS schedule_by_time ON schedule (due_at);
  CREATE TABLE IF NOT EXISTS delivery (
    id TEXT PRIMARY KEY, target TEXT NOT NULL, source TEXT NOT NULL, scheduled_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, try_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

export interface Schedule {
  definition: Definition;
  createdAt: number;
  changedAt: number;
  dueAt: number | null;
}

/** A time that has come, on its way to the target. */
export interface Delivery {
  id: string;
  target: Definition['Target'];
  /** ARN of its group and of itself. */
  source: { group: string; schedule: string };
  scheduledAt: number;
  /** How often it failed. */
  attempts: number;
  tryAt: number;
}

const json = <Value>() => z.string().transform((text): Value => JSON.parse(text));

const scheduleRow = z
  .object({
    definition: json<Definition>(),
    created_at: z.number(),
    changed_at: z.number(),
    due_at: z.number().nullable(),
  })
  .transform(
    (row): Schedule => ({
      definition: row.definition,
      createdAt: row.created_at,
      changedAt: row.changed_at,
      dueAt: row.due_at,
    }),
  );

const deliveryRow = z
  .object({
    id: z.string(),
    target: json<Delivery['target']>(),
    source: json<Delivery['source']>(),
    scheduled_at: z.number(),
    attempts: z.number(),
    try_at: z.number(),
  })
  .transform(
    (row): Delivery => ({
      id: row.id,
      target: row.target,
      source: row.source,
      scheduledAt: row.scheduled_at,
      attempts: row.attempts,
      tryAt: row.try_at,
    }),
  );

export type ScheduleStore = ReturnType<typeof scheduleStore>;

export function scheduleStore(dir: string) {
  mkdirSync(dir, { recursive: true });
  const database = new DatabaseSync(join(dir, 'scheduler.db'));
  database.exec(SCHEMA);
  const schedules = (where: string, ...values: (string | number)[]) =>
    z.array(scheduleRow).parse(database.prepare(`SELECT * FROM schedule WHERE ${where}`).all(...values));

  function put({ definition, createdAt, changedAt, dueAt }: Schedule): void {
    database
      .prepare(
        `INSERT INTO schedule (group_name, name, definition, created_at, changed_at, due_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at,
           due_at = excluded.due_at`,
      )
      .run(definition.GroupName, definition.Name, JSON.stringify(definition), createdAt, changedAt, dueAt);
  }

  function remove(group: string, name: string): void {
    database.prepare('DELETE FROM schedule WHERE group_name = ? AND name = ?').run(group, name);
  }

  function add({ id, target, source, scheduledAt, attempts, tryAt }: Delivery): void {
    database
      .prepare('INSERT INTO delivery (id, target, source, scheduled_at, attempts, try_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, JSON.stringify(target), JSON.stringify(source), scheduledAt, attempts, tryAt);
  }

  return {
    find: (group: string, name: string): Schedule | undefined =>
      schedules('group_name = ? AND name = ?', group, name)[0],
    /** By group and name. */
    all: (): Schedule[] => schedules('TRUE ORDER BY group_name, name'),
    firstDue: (): number | undefined => schedules('due_at IS NOT NULL ORDER BY due_at LIMIT 1')[0]?.dueAt ?? undefined,
    due: (now: number): Schedule[] => schedules('due_at <= ? ORDER BY due_at', now),
    put,
    remove,

    /** A time of a schedule has come: what is to be delivered, and what is left of the schedule, are stored together. */
    fire({ GroupName, Name }: Definition, left: Schedule | undefined, delivery: Delivery | undefined): void {
      atomically(database, () => {
        if (left) put(left);
        else remove(GroupName, Name);
        if (delivery) add(delivery);
      });
    },

    deliveries: (): Delivery[] =>
      z.array(deliveryRow).parse(database.prepare('SELECT * FROM delivery ORDER BY try_at').all()),
    postpone({ id, attempts, tryAt }: Delivery): void {
      database.prepare('UPDATE delivery SET attempts = ?, try_at = ? WHERE id = ?').run(attempts, tryAt, id);
    },
    delivered(id: string): void {
      database.prepare('DELETE FROM delivery WHERE id = ?').run(id);
    },

    close(): void {
      if (database.isOpen) database.close();
    },
  };
}
