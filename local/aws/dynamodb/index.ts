import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../service.ts';
import { batchGet, batchWrite } from './batches.ts';
import { Catalog } from './catalog.ts';
import { Database } from './database.ts';
import {
  describeContinuousBackups,
  describeTable,
  describeTimeToLive,
  listTables,
  listTagsOfResource,
} from './describe.ts';
import { deleteExpired } from './expiry.ts';
import { Items } from './items.ts';
import { permissionsOf } from './permissions.ts';
import { Reads } from './reads.ts';
import {
  batchGetRequest,
  batchWriteRequest,
  deleteRequest,
  type Fields,
  getRequest,
  parseBody,
  putRequest,
  queryRequest,
  scanRequest,
  updateRequest,
} from './requests.ts';
import { Streams } from './streams.ts';
import { forgetTokens, transactGet, transactWrite } from './transactions.ts';
import { Writes, writeAnswer } from './writes.ts';

/**
 * DynamoDB with Streams on one SQLite file. dynalite's request checks and expression parsers stand in front; its LevelDB
 * engine does not: it writes an item and its index entries one after the other, so that a kill between them leaves an
 * index that differs from its table, and tells entries of one index key apart by 24 bits of a hash only.
 */

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const API = 'DynamoDB_20120810';
const STREAMS_API = 'DynamoDBStreams_20120810';
/** AWS deletes expired items within days; here soon, but never at once. */
const SWEEP_MS = 30_000;

export interface DynamoDbOptions {
  /** Where the tables are kept; made if absent. */
  dir: string;
  /** Epoch milliseconds; for tests. */
  now?: () => number;
  /** Time between sweeps for expired items, old stream records and idempotency tokens. */
  sweepMs?: number;
}

export interface DynamoDb extends AwsService {
  /**
   * Makes the table of an AWS::DynamoDB::Table exist as its resolved properties say; the same again changes nothing. The
   * stream's ARN stays the same until the stream is switched off or changes its view.
   * @throws Error that names the table and what is not supported or can't change.
   */
  defineTable(name: string, properties: Record<string, unknown>): Promise<TableArns>;
  /** Calls `listener` soon after a stream got records. @returns what ends it. */
  onStreamRecords(streamArn: string, listener: () => void): () => void;
}

export interface TableArns {
  arn: string;
  streamArn: string | undefined;
}

type Handler = (fields: Fields) => unknown;

/** @throws Error that names the file, where the data can't be opened or another process has it open. */
export async function createDynamoDb({ dir, now = Date.now, sweepMs = SWEEP_MS }: DynamoDbOptions): Promise<DynamoDb> {
  const database = new Database(dir);
  const items = new Items(database);
  const catalog = new Catalog(database, items, now);
  const streams = new Streams(database, catalog, now);
  const writes = new Writes(database, catalog, items, streams);
  const reads = new Reads(catalog, items);

  const write =
    <T extends Parameters<typeof writeAnswer>[0]>(
      parse: (fields: Fields) => T,
      plan: (request: T) => ReturnType<Writes['put']>,
    ): Handler =>
    (fields) => {
      const request = parse(fields);
      const planned = plan(request);
      writes.commit([planned]);
      return writeAnswer(request, planned);
    };

  const tables: Record<string, Handler> = {
    PutItem: write(putRequest, (request) => writes.put(request)),
    UpdateItem: write(updateRequest, (request) => writes.update(request)),
    DeleteItem: write(deleteRequest, (request) => writes.delete(request)),
    GetItem: (fields) => reads.get(getRequest(fields)),
    Query: (fields) => reads.query(queryRequest(fields)),
    Scan: (fields) => reads.scan(scanRequest(fields)),
    BatchGetItem: (fields) => batchGet(reads, batchGetRequest(fields)),
    BatchWriteItem: (fields) => batchWrite(writes, batchWriteRequest(fields)),
    TransactGetItems: (fields) => transactGet(reads, fields),
    TransactWriteItems: (fields) => transactWrite(writes, database, now(), fields),
    DescribeTable: (fields) => describeTable(catalog, items, fields),
    ListTables: (fields) => listTables(catalog, fields),
    DescribeTimeToLive: (fields) => describeTimeToLive(catalog, fields),
    DescribeContinuousBackups: (fields) => describeContinuousBackups(catalog, fields),
    ListTagsOfResource: (fields) => listTagsOfResource(catalog, fields),
  };
  const streamOperations: Record<string, Handler> = {
    DescribeStream: (fields) => streams.describe(fields),
    ListStreams: (fields) => streams.list(fields),
    GetShardIterator: (fields) => streams.shardIterator(fields),
    GetRecords: (fields) => streams.records(fields),
  };
  const handlers: Record<string, Record<string, Handler>> = { [API]: tables, [STREAMS_API]: streamOperations };

  let closed = false;
  const sweep = async () => {
    streams.trim();
    forgetTokens(database, now());
    for (const { name } of catalog.all()) {
      while (!closed && deleteExpired({ catalog, items, writes }, name, now())) await turn();
    }
  };
  let sweeping = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping.then(() => (closed ? undefined : sweep()));
  }, sweepMs);
  timer.unref();

  return {
    name: 'dynamodb',

    async defineTable(name, properties) {
      const { arn, stream } = catalog.define(name, properties);
      return { arn, streamArn: stream?.arn };
    },

    onStreamRecords: (streamArn, listener) => streams.listen(streamArn, listener),

    operation({ headers }) {
      const [api = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.');
      return Object.hasOwn(handlers[api] ?? {}, operation) ? operation : undefined;
    },

    permissions: permissionsOf,

    async handle(request: AwsRequest): Promise<AwsResponse> {
      const handler = tables[request.operation] ?? streamOperations[request.operation];
      try {
        if (!handler) throw new AwsError('UnknownOperationException', `DynamoDB has no operation ${request.operation}`);
        return answer(200, handler(parseBody(request.body)));
      } catch (error) {
        if (error instanceof AwsError) return errorAnswer(error);
        throw error;
      }
    },

    error: errorAnswer,

    async close() {
      closed = true;
      clearInterval(timer);
      await sweeping;
      database.close();
    },
  };
}

function errorAnswer({ code, message, status, detail }: AwsError): AwsResponse {
  return answer(status, { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...detail });
}

function answer(status: number, fields: unknown): AwsResponse {
  return {
    status,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(fields),
  };
}
