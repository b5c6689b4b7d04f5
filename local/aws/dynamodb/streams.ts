import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError, REGION } from '../service.ts';
import type { Catalog } from './catalog.ts';
import { type Database, integer, text } from './database.ts';
import { notFound, validation } from './errors.ts';
import { keyOf } from './keys.ts';
import { type Fields, parseFields } from './requests.ts';
import type { Stream, Table } from './tables.ts';
import { type Item, itemSize } from './values.ts';

/** DynamoDB Streams with one shard per stream, whose order is the order of the commits. */

const RETENTION_MS = 24 * 3600_000;
const ITERATOR_MS = 15 * 60_000;
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;

/** Who deleted an expired item, as AWS tells it. */
export const TTL_IDENTITY = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
export type Identity = typeof TTL_IDENTITY;

/** A change of one item, as the stream tells it. */
export interface Change {
  before: Item | undefined;
  after: Item | undefined;
}

const iteratorFields = z.object({ after: z.number().int(), at: z.number() });

const shardIteratorRequest = z.object({
  StreamArn: z.string(),
  ShardId: z.string(),
  ShardIteratorType: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']),
  SequenceNumber: z.string().optional(),
});
const recordsRequest = z.object({
  ShardIterator: z.string(),
  Limit: z.number().int().min(1).max(MAX_RECORDS).optional(),
});
const describeRequest = z.object({
  StreamArn: z.string(),
  ExclusiveStartShardId: z.string().optional(),
  Limit: z.number().int().min(1).optional(),
});
const listRequest = z.object({
  TableName: z.string().optional(),
  ExclusiveStartStreamArn: z.string().optional(),
  Limit: z.number().int().min(1).optional(),
});

export class Streams {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #woken = new Set<string>();

  constructor(database: Database, catalog: Catalog, now: () => number) {
    this.#database = database;
    this.#catalog = catalog;
    this.#now = now;
  }

  /** Adds the record of a change within the transaction that makes the change. */
  append(table: Table, { before, after }: Change, identity?: Identity): void {
    const { stream } = table;
    const item = after ?? before;
    if (!stream || !item) return;
    const keys = keyOf(table.key, item);
    const newImage = /NEW/.test(stream.view) ? after : undefined;
    const oldImage = /OLD/.test(stream.view) ? before : undefined;
    const now = this.#now();
    const record = {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(now / 1000),
        Keys: keys,
        NewImage: newImage,
        OldImage: oldImage,
        SizeBytes: itemSize(keys) + itemSize(newImage ?? {}) + itemSize(oldImage ?? {}),
        StreamViewType: stream.view,
      },
      userIdentity: identity,
    };
    this.#database.run(
      'INSERT INTO records (stream, at, record) VALUES (?, ?, ?)',
      ...[stream.arn, now, JSON.stringify(record)],
    );
    this.#wake(stream.arn);
  }

  /** Calls `listener` soon after records were added. @returns what ends it. */
  listen(streamArn: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(streamArn) ?? new Set();
    this.#listeners.set(streamArn, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Removes records older than 24 hours. */
  trim(): void {
    const limit = this.#now() - RETENTION_MS;
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO trimmed (stream, sequence) SELECT stream, max(sequence) FROM records WHERE at < ? GROUP BY stream
         ON CONFLICT DO UPDATE SET sequence = excluded.sequence`,
        limit,
      );
      this.#database.run('DELETE FROM records WHERE at < ?', limit);
    });
  }

  describe(fields: Fields): unknown {
    const request = parseFields(describeRequest, fields);
    const { table, stream } = this.#find(request.StreamArn);
    const shard = {
      ShardId: shardId(stream),
      SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(this.#trimmedThrough(stream) + 1) },
    };
    return {
      StreamDescription: {
        ...summary(table, stream),
        StreamStatus: 'ENABLED',
        StreamViewType: stream.view,
        CreationRequestDateTime: Date.parse(`${stream.label}Z`) / 1000,
        KeySchema: table.properties.KeySchema,
        Shards: request.ExclusiveStartShardId === shard.ShardId ? [] : [shard],
      },
    };
  }

  list(fields: Fields): unknown {
    const request = parseFields(listRequest, fields);
    const streams = this.#catalog
      .all()
      .filter(({ name }) => !request.TableName || name === request.TableName)
      .flatMap((table) => (table.stream ? [summary(table, table.stream)] : []))
      .filter(({ StreamArn }) => StreamArn > (request.ExclusiveStartStreamArn ?? ''))
      .sort((a, b) => (a.StreamArn < b.StreamArn ? -1 : 1));
    const page = streams.slice(0, request.Limit ?? 100);
    return { Streams: page, LastEvaluatedStreamArn: page.length < streams.length ? page.at(-1)?.StreamArn : undefined };
  }

  shardIterator(fields: Fields): unknown {
    const request = parseFields(shardIteratorRequest, fields);
    const { stream } = this.#find(request.StreamArn);
    if (request.ShardId !== shardId(stream)) throw notFound(`Shard: ${request.ShardId} not found`);
    return { ShardIterator: this.#iterator(stream, this.#startAfter(stream, request)) };
  }

  records(fields: Fields): unknown {
    const request = parseFields(recordsRequest, fields);
    const { stream, after, at } = this.#parseIterator(request.ShardIterator);
    if (this.#now() - at > ITERATOR_MS) throw new AwsError('ExpiredIteratorException', 'Iterator expired');
    this.#checkTrimmed(stream, after);
    const rows = this.#database.iterate(
      'SELECT sequence, record FROM records WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      ...[stream.arn, after, request.Limit ?? MAX_RECORDS],
    );
    const records: unknown[] = [];
    let last = after;
    let bytes = 0;
    for (const row of rows) {
      const record = text(row, 'record');
      bytes += record.length;
      if (bytes > MAX_BYTES && records.length > 0) break;
      last = integer(row, 'sequence');
      const parsed = JSON.parse(record);
      records.push({ ...parsed, dynamodb: { ...parsed.dynamodb, SequenceNumber: sequenceNumber(last) } });
    }
    return { Records: records, NextShardIterator: this.#iterator(stream, last) };
  }

  #find(arn: string): { table: Table; stream: Stream } {
    for (const table of this.#catalog.all()) {
      if (table.stream?.arn === arn) return { table, stream: table.stream };
    }
    throw notFound(`Stream: ${arn} not found`);
  }

  #startAfter(stream: Stream, request: z.infer<typeof shardIteratorRequest>): number {
    switch (request.ShardIteratorType) {
      case 'TRIM_HORIZON':
        return this.#trimmedThrough(stream);
      case 'LATEST': {
        const row = this.#database.get(`SELECT seq FROM sqlite_sequence WHERE name = 'records'`);
        return row ? integer(row, 'seq') : 0;
      }
      case 'AT_SEQUENCE_NUMBER':
      case 'AFTER_SEQUENCE_NUMBER': {
        const sequence = parseSequenceNumber(request.SequenceNumber);
        const after = request.ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence;
        this.#checkTrimmed(stream, after);
        return after;
      }
    }
  }

  #trimmedThrough(stream: Stream): number {
    const row = this.#database.get('SELECT sequence FROM trimmed WHERE stream = ?', stream.arn);
    return row ? integer(row, 'sequence') : 0;
  }

  #checkTrimmed(stream: Stream, after: number): void {
    if (after >= this.#trimmedThrough(stream)) return;
    throw new AwsError(
      'TrimmedDataAccessException',
      'The requested sequence number is beyond the trim horizon: records are kept for 24 hours',
    );
  }

  #iterator(stream: Stream, after: number): string {
    const place = Buffer.from(JSON.stringify({ after, at: this.#now() })).toString('base64url');
    return `${stream.arn}|1|${place}`;
  }

  #parseIterator(iterator: string): { stream: Stream; after: number; at: number } {
    const [arn = '', , place = ''] = iterator.split('|');
    const { stream } = this.#find(arn);
    try {
      return { stream, ...iteratorFields.parse(JSON.parse(Buffer.from(place, 'base64url').toString())) };
    } catch {
      throw validation('Invalid ShardIterator');
    }
  }

  /** After the commit, once for all that one turn of the event loop added. */
  #wake(arn: string): void {
    if (!this.#listeners.get(arn)?.size || this.#woken.has(arn)) return;
    this.#woken.add(arn);
    setImmediate(() => {
      this.#woken.delete(arn);
      for (const listener of this.#listeners.get(arn) ?? []) listener();
    });
  }
}

function summary(table: Table, stream: Stream) {
  return { StreamArn: stream.arn, StreamLabel: stream.label, TableName: table.name };
}

function shardId(stream: Stream): string {
  return `shardId-${'0'.repeat(20)}-${createHash('sha256').update(stream.arn).digest('hex').slice(0, 8)}`;
}

/** 21 digits, the least that AWS documents, so that they also sort as text. */
function sequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(20, '0')}`;
}

function parseSequenceNumber(number: string | undefined): number {
  if (!number || !/^1\d{20}$/.test(number)) throw validation(`Invalid SequenceNumber: ${number}`);
  return Number(number.slice(1));
}
