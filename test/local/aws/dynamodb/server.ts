import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from '../../../../local/aws/dynamodb/index.ts';
import { type Fields, parseBody } from '../../../../local/aws/dynamodb/requests.ts';
import type { AwsRequest } from '../../../../local/aws/service.ts';

/** The service behind HTTP, without the gateway's signatures and permissions. */
export interface Running {
  dynamoDb: DynamoDb;
  client: DynamoDBClient;
  /** A call without an SDK client: the Streams API, or what a client would not send. */
  call(target: string, input: unknown): Promise<{ status: number; body: Fields }>;
  endpoint: string;
  stop(): Promise<void>;
}

export async function start(options: DynamoDbOptions): Promise<Running> {
  const dynamoDb = await createDynamoDb(options);
  const server = createServer(async (message, response) => {
    const request = await parse(message, dynamoDb);
    const { status, headers, body } = await dynamoDb.handle(request);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  const config = {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const client = new DynamoDBClient(config);
  return {
    dynamoDb,
    client,
    call: (target, input) => call(endpoint, target, input),
    endpoint,
    async stop() {
      client.destroy();
      await new Promise((closed) => server.close(closed));
      await dynamoDb.close();
    },
  };
}

async function call(endpoint: string, target: string, input: unknown): Promise<{ status: number; body: Fields }> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: response.status, body: parseBody(Buffer.from(await response.arrayBuffer())) };
}

async function parse(message: IncomingMessage, dynamoDb: DynamoDb): Promise<AwsRequest> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const request = {
    method: message.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    body: await buffer(message),
  };
  return { ...request, operation: dynamoDb.operation(request) ?? 'unknown' };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** A directory of its own for each test file. */
export async function temporaryDir(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-dynamodb-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** A table as CDK synthesizes one: items by `pk` and `sk`, a sparse keys-only index, a stream, expiry. */
export const TABLE = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'pending', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-pending',
      KeySchema: [
        { AttributeName: 'pending', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  DeletionProtectionEnabled: true,
  WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000 },
  Tags: [{ Key: 'app', Value: 'vigia' }],
};
