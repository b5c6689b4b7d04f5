import { mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Times are ms since 1970. A `blob` is the name of a file that is written once, before the row that names it. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS bucket (
    name TEXT PRIMARY KEY,
    properties TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS object (
    bucket TEXT NOT NULL REFERENCES bucket,
    key TEXT NOT NULL,
    blob TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    headers TEXT NOT NULL,
    checksum TEXT,
    PRIMARY KEY (bucket, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES bucket,
    key TEXT NOT NULL,
    headers TEXT NOT NULL,
    checksum_algorithm TEXT,
    checksum_type TEXT,
    started_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL REFERENCES upload ON DELETE CASCADE,
    number INTEGER NOT NULL,
    blob TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    checksum TEXT,
    PRIMARY KEY (upload, number)
  ) STRICT;
`;

/**
 * Opens the index of all objects in that directory and removes the files that no row names: those of writes that the
 * end of the process cut off. Files and commits are in the operating system's hands when an answer is given, so they
 * survive the end of the process by any signal; only a power cut may take the last moments.
 */
export function openDatabase(dir: string): { database: DatabaseSync; blobs: string } {
  const blobs = join(dir, 'blobs');
  mkdirSync(blobs, { recursive: true });
  const database = new DatabaseSync(join(dir, 's3.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  database.exec(SCHEMA);
  const named = database.prepare('SELECT blob FROM object UNION ALL SELECT blob FROM part').all();
  const kept = new Set(named.map(({ blob }) => blob));
  for (const file of readdirSync(blobs)) if (!kept.has(file)) unlinkSync(join(blobs, file));
  return { database, blobs };
}
