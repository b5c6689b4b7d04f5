import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { createDynamoDb } from '../../../local/aws/dynamodb/index.ts';
import { createS3 } from '../../../local/aws/s3/s3.ts';
import type { AwsRequest, AwsService } from '../../../local/aws/service.ts';
import { serve } from '../../local/aws/serve.ts';

/** A market table and archive buckets of their own, which the function's modules find once they are imported after it. */
export interface World {
  /** Sees each request to S3 or DynamoDB; what it throws before or after the call was made is the answer. */
  onCall: (request: AwsRequest, when: 'before' | 'after') => void;
  /** From now on runs archive into a new bucket; its name. */
  newBucket(): string;
  /** The keys of a bucket with what lies there. */
  objects(bucket: string): Promise<Map<string, Uint8Array>>;
  put(bucket: string, key: string, body: string): Promise<void>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-archive-'));
  const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
  await dynamodb.defineTable('market', {
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const s3 = await createS3({ dir: join(dir, 's3') });
  const watched = (service: AwsService): AwsService => ({
    ...service,
    operation: (request) => service.operation(request),
    error: (error) => service.error(error),
    close: () => service.close(),
    handle: async (request) => {
      world.onCall(request, 'before');
      const response = await service.handle(request);
      world.onCall(request, 'after');
      return response;
    },
  });
  const servers = [await serve(watched(dynamodb)), await serve(watched(s3))] as const;
  const client = new S3Client({ ...servers[1].client, forcePathStyle: true });
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_DYNAMODB: servers[0].endpoint,
    AWS_ENDPOINT_URL_S3: servers[1].endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_MAX_ATTEMPTS: '1',
    MARKET_TABLE: 'market',
    HOT_HOURS: '48',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })) {
    vi.stubEnv(name, value);
  }
  let buckets = 0;
  const world: World = {
    onCall: () => {},
    newBucket() {
      buckets += 1;
      const name = `archive-${buckets}`;
      s3.defineBucket(name, {});
      vi.stubEnv('ARCHIVE_BUCKET', name);
      return name;
    },
    async objects(Bucket) {
      const found = new Map<string, Uint8Array>();
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
        for (const { Key = '' } of Contents) {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          found.set(Key, (await Body?.transformToByteArray()) ?? new Uint8Array());
        }
      }
      return found;
    },
    async put(Bucket, Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async close() {
      client.destroy();
      for (const server of servers) await server.close();
      vi.unstubAllEnvs();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return world;
}

/** What Lambda hands to a function. */
export function contextOf(remainingMs = 900_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'archive',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:archive',
    memoryLimitInMB: '1769',
    awsRequestId: 'request',
    logGroupName: 'log',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
