import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { AwsError } from '../service.ts';
import { type EventQuery, type LogEvent, type LogGroup, type LogLine, type LogStream, SCHEMA } from './schema.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Lines of functions wait this long so that many become one transaction. */
const FLUSH_DELAY = 100;

const missing = (kind: string) =>
  new AwsError('ResourceNotFoundException', `The specified log ${kind} does not exist.`);
const exists = (kind: string) =>
  new AwsError('ResourceAlreadyExistsException', `The specified log ${kind} already exists`);

function num(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function numOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Log groups, streams and events in one SQLite file. Events past their group's retention are erased hourly. */
export class LogStore {
  readonly #db: DatabaseSync;
  readonly now: () => number;
  readonly #sweep: NodeJS.Timeout;
  #waiting: { group: string; stream: string; lines: LogLine[] }[] = [];
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(file: string, now: () => number = Date.now) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec(SCHEMA);
    this.now = now;
    this.eraseExpired();
    this.#sweep = setInterval(() => this.eraseExpired(), DAY / 24);
    this.#sweep.unref();
  }

  /** Makes the group, or gives an existing one this retention. */
  defineGroup(name: string, retentionDays: number | undefined): void {
    this.#run(
      `INSERT INTO log_group (name, created_at, retention_days) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET retention_days = excluded.retention_days`,
      [name, this.now(), retentionDays ?? null],
    );
  }

  createGroup(name: string): void {
    if (this.hasGroup(name)) throw exists('group');
    this.defineGroup(name, undefined);
  }

  hasGroup(name: string): boolean {
    return this.#get('SELECT id FROM log_group WHERE name = ?', [name]) !== undefined;
  }

  deleteGroup(name: string): void {
    this.flush();
    if (this.#run('DELETE FROM log_group WHERE name = ?', [name]) === 0) throw missing('group');
  }

  /** By name, those after `after`. */
  groups(prefix: string, after: string, limit: number): LogGroup[] {
    const rows = this.#all(
      `SELECT name, created_at, retention_days FROM log_group
       WHERE substr(name, 1, length(?1)) = ?1 AND name > ?2 ORDER BY name LIMIT ?3`,
      [prefix, after, limit],
    );
    return rows.map((row) => ({
      name: String(row['name']),
      createdAt: num(row['created_at']),
      retentionDays: numOrNone(row['retention_days']),
    }));
  }

  createStream(group: string, stream: string): void {
    const added = this.#run(
      'INSERT INTO log_stream (group_id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      [this.#groupId(group), stream, this.now()],
    );
    if (added === 0) throw exists('stream');
  }

  /** Makes the stream, and its group, where they are not there. */
  ensureStream(group: string, stream: string): void {
    if (this.#streamId(group, stream) !== undefined) return;
    if (!this.hasGroup(group)) this.createGroup(group);
    this.createStream(group, stream);
  }

  /** Throws ResourceNotFoundException where there is no such stream. */
  requireStream(group: string, stream: string): void {
    this.#groupId(group);
    if (this.#streamId(group, stream) === undefined) throw missing('stream');
  }

  deleteStream(group: string, stream: string): void {
    this.flush();
    if (this.#run('DELETE FROM log_stream WHERE group_id = ? AND name = ?', [this.#groupId(group), stream]) === 0) {
      throw missing('stream');
    }
  }

  /** All streams of the group whose names start so, by name. */
  streams(group: string, prefix: string): LogStream[] {
    this.flush();
    const rows = this.#all(
      `SELECT * FROM log_stream WHERE group_id = ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY name`,
      [this.#groupId(group), prefix],
    );
    return rows.map((row) => ({
      name: String(row['name']),
      createdAt: num(row['created_at']),
      firstEventAt: numOrNone(row['first_event_at']),
      lastEventAt: numOrNone(row['last_event_at']),
      lastIngestionAt: numOrNone(row['last_ingestion_at']),
    }));
  }

  /** Stores the lines before it returns. */
  put(group: string, stream: string, lines: LogLine[]): void {
    this.flush();
    this.#transaction(() => this.#insert(group, stream, lines));
  }

  /** Stores the lines soon: for writers in this process, whose stream exists. */
  append(group: string, stream: string, lines: LogLine[]): void {
    this.#waiting.push({ group, stream, lines });
    this.#flushTimer ??= setTimeout(() => this.flush(), FLUSH_DELAY);
  }

  /** Events by time. To be read at once: no call on the store until the iteration has ended. */
  *events(query: EventQuery): Generator<LogEvent> {
    this.flush();
    const { where, values } = this.#conditions(query);
    const order = query.descending === true ? 'DESC' : 'ASC';
    const statement = this.#db.prepare(
      `SELECT e.id, e.timestamp, e.ingested_at, e.message, s.name AS stream FROM log_event e
       JOIN log_stream s ON s.id = e.stream_id WHERE ${where.join(' AND ')}
       ORDER BY e.timestamp ${order}, e.id ${order}`,
    );
    for (const row of statement.iterate(...values)) {
      yield {
        id: num(row['id']),
        stream: String(row['stream']),
        timestamp: num(row['timestamp']),
        ingestionTime: num(row['ingested_at']),
        message: String(row['message']),
      };
    }
  }

  eraseExpired(): void {
    this.flush();
    this.#run(
      `DELETE FROM log_event WHERE id IN (
         SELECT e.id FROM log_group g JOIN log_event e ON e.group_id = g.id AND e.timestamp < ? - g.retention_days * ${DAY}
         WHERE g.retention_days IS NOT NULL)`,
      [this.now()],
    );
    // A function's every instance has a stream of its own; those whose events are gone would pile up.
    this.#run(
      `DELETE FROM log_stream WHERE id IN (
         SELECT s.id FROM log_stream s JOIN log_group g ON g.id = s.group_id
         WHERE coalesce(s.last_ingestion_at, s.created_at) < ? - g.retention_days * ${DAY})`,
      [this.now()],
    );
  }

  flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#transaction(() => {
      for (const { group, stream, lines } of waiting) {
        // An operator may have deleted the stream meanwhile.
        if (this.#streamId(group, stream) !== undefined) this.#insert(group, stream, lines);
      }
    });
  }

  close(): void {
    clearInterval(this.#sweep);
    if (!this.#db.isOpen) return;
    this.flush();
    this.#db.close();
  }

  #conditions(query: EventQuery): { where: string[]; values: SQLInputValue[] } {
    const where = ['e.group_id = ?'];
    const values: SQLInputValue[] = [this.#groupId(query.group)];
    const add = (condition: string, ...more: SQLInputValue[]) => {
      where.push(condition);
      values.push(...more);
    };
    if (query.streams !== undefined) {
      const ids = query.streams.map((stream) => this.#streamId(query.group, stream) ?? -1);
      add(`e.stream_id IN (${ids.map(() => '?').join(', ')})`, ...ids);
    }
    if (query.streamPrefix !== undefined) {
      add('substr(s.name, 1, length(?)) = ?', query.streamPrefix, query.streamPrefix);
    }
    if (query.startTime !== undefined) add('e.timestamp >= ?', query.startTime);
    if (query.endTime !== undefined) add('e.timestamp < ?', query.endTime);
    if (query.after !== undefined) add('(e.timestamp, e.id) > (?, ?)', query.after.timestamp, query.after.id);
    if (query.before !== undefined) add('(e.timestamp, e.id) < (?, ?)', query.before.timestamp, query.before.id);
    return { where, values };
  }

  #insert(group: string, stream: string, lines: LogLine[]): void {
    const groupId = this.#groupId(group);
    const streamId = this.#streamId(group, stream);
    if (streamId === undefined) throw missing('stream');
    const now = this.now();
    const insert = this.#db.prepare(
      'INSERT INTO log_event (group_id, stream_id, timestamp, ingested_at, message) VALUES (?, ?, ?, ?, ?)',
    );
    for (const line of lines) insert.run(groupId, streamId, line.timestamp, now, line.message);
    const times = lines.map((line) => line.timestamp);
    const first = times.reduce((least, time) => Math.min(least, time), Number.MAX_SAFE_INTEGER);
    const last = times.reduce((most, time) => Math.max(most, time), 0);
    this.#run(
      `UPDATE log_stream SET first_event_at = min(coalesce(first_event_at, ?1), ?1),
         last_event_at = max(coalesce(last_event_at, ?2), ?2), last_ingestion_at = ?3 WHERE id = ?4`,
      [first, last, now, streamId],
    );
  }

  #groupId(name: string): number {
    const row = this.#get('SELECT id FROM log_group WHERE name = ?', [name]);
    if (row === undefined) throw missing('group');
    return num(row['id']);
  }

  #streamId(group: string, stream: string): number | undefined {
    const row = this.#get(
      'SELECT s.id FROM log_stream s JOIN log_group g ON g.id = s.group_id WHERE g.name = ? AND s.name = ?',
      [group, stream],
    );
    return row && num(row['id']);
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #run(sql: string, values: SQLInputValue[]): number {
    return Number(this.#db.prepare(sql).run(...values).changes);
  }

  #get(sql: string, values: SQLInputValue[]) {
    return this.#db.prepare(sql).get(...values);
  }

  #all(sql: string, values: SQLInputValue[]) {
    return this.#db.prepare(sql).all(...values);
  }
}
