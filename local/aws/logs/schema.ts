/** `timestamp` is in epoch milliseconds. */
export interface LogLine {
  timestamp: number;
  message: string;
}

export interface LogEvent extends LogLine {
  /** Grows with every event stored: orders events of one timestamp. */
  id: number;
  stream: string;
  ingestionTime: number;
}

export interface LogGroup {
  name: string;
  createdAt: number;
  retentionDays: number | undefined;
}

export interface LogStream {
  name: string;
  createdAt: number;
  firstEventAt: number | undefined;
  lastEventAt: number | undefined;
  lastIngestionAt: number | undefined;
}

/** Where a page starts: after (or before) the event of this timestamp and id. */
export interface LogPosition {
  timestamp: number;
  id: number;
}

export interface EventQuery {
  group: string;
  streams?: string[];
  streamPrefix?: string;
  /** Inclusive and exclusive, epoch milliseconds. */
  startTime?: number;
  endTime?: number;
  after?: LogPosition;
  before?: LogPosition;
  /** Newest first. */
  descending?: boolean;
}

export const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS log_group (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, retention_days INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS log_stream (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES log_group ON DELETE CASCADE, name TEXT NOT NULL,
    created_at INTEGER NOT NULL, first_event_at INTEGER, last_event_at INTEGER, last_ingestion_at INTEGER,
    UNIQUE (group_id, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS log_event (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES log_group ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES log_stream ON DELETE CASCADE,
    timestamp INTEGER NOT NULL, ingested_at INTEGER NOT NULL, message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS log_event_by_group ON log_event (group_id, timestamp, id);
  CREATE INDEX IF NOT EXISTS log_event_by_stream ON log_event (stream_id, timestamp, id);
`;
