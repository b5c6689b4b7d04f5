import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

export type Row = Record<string, SQLOutputValue>;

/**
 * One SQLite file holds everything, so that an item, its index entries and its stream record are one commit: a kill
 * leaves all of them or none. Sequence numbers are never reused (AUTOINCREMENT), also not after their records are gone.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tables (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    properties TEXT NOT NULL,
    stream_label TEXT
  );
  CREATE TABLE IF NOT EXISTS indexes (
    id INTEGER PRIMARY KEY,
    table_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (table_id, name)
  );
  CREATE TABLE IF NOT EXISTS items (
    table_id INTEGER NOT NULL,
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    item TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    expires REAL,
    PRIMARY KEY (table_id, pk, sk)
  );
  CREATE INDEX IF NOT EXISTS items_by_expiry ON items (table_id, expires) WHERE expires IS NOT NULL;
  CREATE TABLE IF NOT EXISTS entries (
    index_id INTEGER NOT NULL,
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    item_pk TEXT NOT NULL,
    item_sk TEXT NOT NULL,
    PRIMARY KEY (index_id, pk, sk, item_pk, item_sk)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS records_by_stream ON records (stream, sequence);
  CREATE INDEX IF NOT EXISTS records_by_age ON records (at);
  CREATE TABLE IF NOT EXISTS trimmed (
    stream TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL
  );
`;

/** SQLite with cached statements. All calls are synchronous: nothing else runs between a read and the write it leads to. */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws Error that names the directory, where it can't be used or another process has it open. */
  constructor(dir: string) {
    const file = join(dir, 'dynamodb.sqlite');
    try {
      mkdirSync(dir, { recursive: true });
      this.#sqlite = new DatabaseSync(file);
      // NORMAL in WAL mode: a commit survives the end of the process, and the file is sound after a power failure.
      this.#sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#sqlite.exec(SCHEMA);
    } catch (error) {
      throw new Error(
        `The DynamoDB data in ${file} can't be opened: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      );
    }
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** Rows as they are asked for; the caller takes what it wants before anything else touches the database. */
  iterate(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values);
  }

  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  /** All of `work`'s writes or, when it throws, none. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.run('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`Column ${column} holds no text`);
  return value;
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`Column ${column} holds no number`);
  return value;
}
