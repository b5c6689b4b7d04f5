import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS checkpoint (
    mapping TEXT NOT NULL, stream TEXT NOT NULL, shard TEXT NOT NULL, lane INTEGER NOT NULL,
    sequence_number TEXT NOT NULL, PRIMARY KEY (mapping, stream, shard, lane)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS async_event (
    id INTEGER PRIMARY KEY, function_name TEXT NOT NULL, event TEXT NOT NULL, attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
`;

/** Who has read how far: each of a shard's lanes has a position of its own. */
export interface ShardReader {
  mapping: string;
  stream: string;
  shard: string;
}

/** An event that was accepted for asynchronous invocation; `dueAt` is in epoch milliseconds. */
export interface AsyncEvent {
  id: number;
  functionName: string;
  event: string;
  attempts: number;
  dueAt: number;
}

const positions = z.array(z.object({ sequence_number: z.string() }));
const asyncEvents = z.array(
  z
    .object({ id: z.number(), function_name: z.string(), event: z.string(), attempts: z.number(), due_at: z.number() })
    .transform((row) => ({
      id: row.id,
      functionName: row.function_name,
      event: row.event,
      attempts: row.attempts,
      dueAt: row.due_at,
    })),
);

/** What the Lambda service must remember over a SIGKILL, in one SQLite file. */
export class LambdaState {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec(SCHEMA);
  }

  /**
   * The last sequence number that each lane has done with, undefined before the first time; '' stands for the beginning
   * of the shard. Where the number of lanes has changed, records belong to other lanes than before: all start where the
   * slowest was, and some records come again.
   */
  checkpoints(reader: ShardReader, lanes: number): string[] | undefined {
    const { mapping, stream, shard } = reader;
    const rows = positions.parse(
      this.#db
        .prepare('SELECT sequence_number FROM checkpoint WHERE mapping = ? AND stream = ? AND shard = ? ORDER BY lane')
        .all(mapping, stream, shard),
    );
    const stored = rows.map((row) => row.sequence_number);
    const slowest = stored.toSorted(bySequence)[0];
    if (stored.length === lanes || slowest === undefined) return slowest === undefined ? undefined : stored;
    return this.startLanes(reader, lanes, slowest);
  }

  /** Whether the mapping has read this stream before. */
  knows(mapping: string, stream: string): boolean {
    const row = this.#db.prepare('SELECT 1 FROM checkpoint WHERE mapping = ? AND stream = ?').get(mapping, stream);
    return row !== undefined;
  }

  /** Puts every lane of a shard at one position, all or none. */
  startLanes(reader: ShardReader, lanes: number, sequenceNumber: string): string[] {
    const { mapping, stream, shard } = reader;
    this.#db.exec('BEGIN IMMEDIATE');
    this.#db
      .prepare('DELETE FROM checkpoint WHERE mapping = ? AND stream = ? AND shard = ?')
      .run(mapping, stream, shard);
    for (let lane = 0; lane < lanes; lane += 1) this.saveCheckpoint(reader, lane, sequenceNumber);
    this.#db.exec('COMMIT');
    return Array.from({ length: lanes }, () => sequenceNumber);
  }

  saveCheckpoint(reader: ShardReader, lane: number, sequenceNumber: string): void {
    this.#db
      .prepare(
        `INSERT INTO checkpoint (mapping, stream, shard, lane, sequence_number) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sequence_number = excluded.sequence_number`,
      )
      .run(reader.mapping, reader.stream, reader.shard, lane, sequenceNumber);
  }

  addAsyncEvent(functionName: string, event: string, dueAt: number): AsyncEvent {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO async_event (function_name, event, attempts, due_at) VALUES (?, ?, 0, ?)')
      .run(functionName, event, dueAt);
    return { id: Number(lastInsertRowid), functionName, event, attempts: 0, dueAt };
  }

  asyncEvents(): AsyncEvent[] {
    return asyncEvents.parse(this.#db.prepare('SELECT * FROM async_event ORDER BY id').all());
  }

  postponeAsyncEvent(event: AsyncEvent): void {
    this.#db
      .prepare('UPDATE async_event SET attempts = ?, due_at = ? WHERE id = ?')
      .run(event.attempts, event.dueAt, event.id);
  }

  removeAsyncEvent(id: number): void {
    this.#db.prepare('DELETE FROM async_event WHERE id = ?').run(id);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

/** Sequence numbers are decimal numbers of up to 40 digits. */
function bySequence(one: string, other: string): number {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
