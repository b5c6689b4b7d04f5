import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import { createDynamoDb } from '../../local/aws/dynamodb/index.ts';
import { AwsError, type AwsRequest } from '../../local/aws/service.ts';
import { serve } from '../local/aws/serve.ts';

/** What becomes of a call: it is refused, or it is done and its answer is lost. */
export type Fault = 'refused' | 'lost';

/** One of our tables on a DynamoDB of its own, which modules find once they are imported after it. */
export interface TestTable {
  /** What becomes of the next calls, in turn; those after them go well. */
  faults: (Fault | undefined)[];
  /** Write units since this was asked last. */
  unitsWritten(): number;
  /** The same of read units. */
  unitsRead(): number;
  close(): Promise<void>;
}

const PROPERTIES = {
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};
const units = z.object({ CapacityUnits: z.number() });
const answer = z.object({ ConsumedCapacity: z.union([units.transform((one) => [one]), z.array(units)]).default([]) });
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];

/** @param variables the environment of who uses it, its name among them */
export async function startTable(name: string, variables: Record<string, string>): Promise<TestTable> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-table-'));
  const dynamodb = await createDynamoDb({ dir });
  await dynamodb.defineTable(name, PROPERTIES);
  const faults: (Fault | undefined)[] = [];
  const consumed = { read: 0, written: 0 };
  const failure = () => new AwsError('InternalServerError', 'Internal server error', 500);
  const handle = async (request: AwsRequest) => {
    const asked = { ...JSON.parse(request.body.toString()), ReturnConsumedCapacity: 'TOTAL' };
    const response = await dynamodb.handle({ ...request, body: Buffer.from(JSON.stringify(asked)) });
    const { ConsumedCapacity } = answer.parse(JSON.parse(String(response.body)));
    const kind = WRITES.includes(dynamodb.operation(request) ?? '') ? 'written' : 'read';
    for (const { CapacityUnits } of ConsumedCapacity) consumed[kind] += CapacityUnits;
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
  for (const [variable, value] of Object.entries(variables)) vi.stubEnv(variable, value);
  const taken = (kind: keyof typeof consumed) => {
    const count = consumed[kind];
    consumed[kind] = 0;
    return count;
  };
  return {
    faults,
    unitsWritten: () => taken('written'),
    unitsRead: () => taken('read'),
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  };
}
