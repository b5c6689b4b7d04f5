import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import { createDynamoDb } from '../../../local/aws/dynamodb/index.ts';
import { AwsError, type AwsRequest } from '../../../local/aws/service.ts';
import { serve } from '../../local/aws/serve.ts';

/** What becomes of a call: it is refused, or it is done and its answer is lost. */
export type Fault = 'refused' | 'lost';

/** The market table on a DynamoDB of its own, which modules find once they are imported after it. */
export interface MarketTable {
  /** What becomes of the next calls, in turn; those after them go well. */
  faults: (Fault | undefined)[];
  /** Write units since this was asked last. */
  unitsWritten(): number;
  close(): Promise<void>;
}

const TABLE = 'market';
const PROPERTIES = {
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};
const answer = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }).default({ CapacityUnits: 0 }) });

export async function startMarketTable(): Promise<MarketTable> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-market-'));
  const dynamodb = await createDynamoDb({ dir });
  await dynamodb.defineTable(TABLE, PROPERTIES);
  const faults: (Fault | undefined)[] = [];
  let units = 0;
  const failure = () => new AwsError('InternalServerError', 'Internal server error', 500);
  const handle = async (request: AwsRequest) => {
    const asked = { ...JSON.parse(request.body.toString()), ReturnConsumedCapacity: 'TOTAL' };
    const response = await dynamodb.handle({ ...request, body: Buffer.from(JSON.stringify(asked)) });
    if (dynamodb.operation(request) === 'PutItem') {
      units += answer.parse(JSON.parse(String(response.body))).ConsumedCapacity.CapacityUnits;
    }
    return response;
  };
  const server = await serve({
    ...dynamodb,
    operation: (request) => dynamodb.operation(request),
    handle: async (request) => {
      const fault = faults.shift();
      if (fault === 'refused') throw failure();
      const response = await handle(request);
      if (fault === 'lost') throw failure();
      return response;
    },
  });
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  vi.stubEnv('MARKET_TABLE', TABLE);
  vi.stubEnv('HOT_HOURS', '48');
  return {
    faults,
    unitsWritten: () => {
      const written = units;
      units = 0;
      return written;
    },
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  };
}
