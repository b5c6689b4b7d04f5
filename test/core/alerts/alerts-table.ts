import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import { INDEXES } from '../../../core/alerts/keys.ts';
import { createDynamoDb } from '../../../local/aws/dynamodb/index.ts';
import type { AwsRequest } from '../../../local/aws/service.ts';
import { serve } from '../../local/aws/serve.ts';

/** The alerts table on a DynamoDB of its own, which the modules of `core/alerts` find once they are imported after it. */
export interface AlertsTable {
  /** Capacity units that were consumed since this was asked last. */
  consumed(): number;
  /** Requests as they came. */
  seen: AwsRequest[];
  close(): Promise<void>;
}

const TABLE = 'alerts';
const KEYS = new Set(['pk', 'sk', ...Object.values(INDEXES).flatMap((index) => keysOf(index).map(({ name }) => name))]);

/** Of an `AWS::DynamoDB::Table` like the alerts table. */
export const TABLE_PROPERTIES = {
  AttributeDefinitions: [...KEYS].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: schemaOf({ partitionKey: 'pk', sortKey: 'sk' }),
  GlobalSecondaryIndexes: Object.values(INDEXES).map((index) => ({
    IndexName: index.name,
    KeySchema: schemaOf(index),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  })),
  BillingMode: 'PAY_PER_REQUEST',
};

const capacity = z.union([
  z.object({ CapacityUnits: z.number() }).transform((it) => [it]),
  z.array(z.object({ CapacityUnits: z.number() })),
]);
const answer = z.object({ ConsumedCapacity: capacity.default([]) });

/** `before` sees each request first; what it throws is the answer. */
export async function startAlertsTable(before = (_: AwsRequest): void => {}): Promise<AlertsTable> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-alerts-'));
  const dynamodb = await createDynamoDb({ dir });
  await dynamodb.defineTable(TABLE, TABLE_PROPERTIES);
  let units = 0;
  const server = await serve({
    ...dynamodb,
    operation: (request) => dynamodb.operation(request),
    handle: async (request) => {
      before(request);
      const asked = { ...JSON.parse(request.body.toString()), ReturnConsumedCapacity: 'TOTAL' };
      const response = await dynamodb.handle({ ...request, body: Buffer.from(JSON.stringify(asked)) });
      const { ConsumedCapacity } = answer.parse(JSON.parse(String(response.body)));
      units += ConsumedCapacity.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
      return response;
    },
  });
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('ALERTS_TABLE', TABLE);
  return {
    consumed: () => {
      const consumed = units;
      units = 0;
      return consumed;
    },
    seen: server.seen,
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  };
}

function keysOf(index: { partitionKey: string; sortKey?: string }) {
  const { partitionKey, sortKey } = index;
  return [{ name: partitionKey, type: 'HASH' }, ...(sortKey === undefined ? [] : [{ name: sortKey, type: 'RANGE' }])];
}

function schemaOf(index: { partitionKey: string; sortKey?: string }) {
  return keysOf(index).map(({ name, type }) => ({ AttributeName: name, KeyType: type }));
}
