import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * State of a message: delayed (never received, visible_at ahead), visible (visible_at reached), in flight (received,
 * visible_at ahead). All times are ms since 1970.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS queue (
    name TEXT PRIMARY KEY,
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL REFERENCES queue,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    system_attributes TEXT NOT NULL,
    group_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receipt TEXT,
    received_at INTEGER,
    first_received_at INTEGER,
    -- receives in this queue (what redrive counts) and in the queues before it
    receives INTEGER NOT NULL DEFAULT 0,
    earlier_receives INTEGER NOT NULL DEFAULT 0,
    dead_letter_source TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS message_by_group ON message (queue, group_id, visible_at, seq);
  CREATE INDEX IF NOT EXISTS message_by_time ON message (queue, visible_at);
  CREATE INDEX IF NOT EXISTS message_by_age ON message (queue, sent_at);
  CREATE TABLE IF NOT EXISTS move_task (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    destination TEXT,
    rate INTEGER,
    status TEXT NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0,
    to_move INTEGER NOT NULL,
    failure TEXT,
    started_at INTEGER NOT NULL
  ) STRICT;
`;

/**
 * Opens the queues' database in that directory. A commit is in the operating system's hands when it returns, so it
 * survives the end of the process by any signal; only a power cut may take the last moments.
 */
export function openDatabase(dir: string): DatabaseSync {
  mkdirSync(dir, { recursive: true });
  const database = new DatabaseSync(join(dir, 'sqs.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  database.exec(SCHEMA);
  return database;
}

/** Runs `work` in one transaction: all of it is stored, or, where it throws, nothing. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
