import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDb } from '../../../../local/aws/dynamodb/index.ts';
import { type Running, start, TABLE, temporaryDir } from './server.ts';
import { readStream } from './stream-reader.ts';

let running: Running;
let dir: string;
let removeDir: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove: removeDir } = await temporaryDir());
  running = await start({ dir });
});
afterEach(async () => {
  await running.stop();
  await removeDir();
});

async function restart() {
  await running.stop();
  running = await start({ dir });
}

const TableName = 'signals';
const define = (properties: Record<string, unknown> = TABLE) => running.dynamoDb.defineTable(TableName, properties);
const item = (sk: string, more = {}) => ({ pk: { S: 'u' }, sk: { S: sk }, ...more });
const put = (Item: ReturnType<typeof item>) => running.client.send(new PutItemCommand({ TableName, Item }));

/** The sort keys in an index. */
async function indexed(IndexName: string, attribute: string, value: string): Promise<(string | undefined)[]> {
  const { Items = [] } = await running.client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: `${attribute} = :v`,
      ExpressionAttributeValues: { ':v': { S: value } },
    }),
  );
  return Items.map(({ sk }) => sk?.S);
}

const { GlobalSecondaryIndexes, ...WITHOUT_INDEX } = TABLE;
const KEYS_ONLY_TABLE = { ...WITHOUT_INDEX, AttributeDefinitions: TABLE.AttributeDefinitions.slice(0, 2) };

describe('defining a table', () => {
  it('again, also after a restart, keeps items, records and the stream ARN', async () => {
    const first = await define();
    expect(first).toEqual({
      arn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/signals',
      streamArn: expect.stringMatching(/table\/signals\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/),
    });
    await put(item('kept'));
    expect(await define()).toEqual(first);
    await restart();
    expect(await define()).toEqual(first);
    const { Item } = await running.client.send(new GetItemCommand({ TableName, Key: item('kept') }));
    expect(Item).toEqual(item('kept'));
    expect(await readStream(running, first.streamArn ?? '')).toHaveLength(1);
    const { StreamSpecification: _, ...without } = TABLE;
    expect((await define(without)).streamArn).toBeUndefined();
  });

  it('builds an index that is new from the items, and drops one that is gone', async () => {
    await define(KEYS_ONLY_TABLE);
    await put(item('entry', { pending: { S: 'chart' }, at: { N: '2' } }));
    await put(item('earlier', { pending: { S: 'chart' }, at: { N: '1' } }));
    // AWS leaves out what can't be a key of the index.
    await put(item('number', { pending: { N: '5' }, at: { N: '1' } }));
    await put(item('empty', { pending: { S: '' }, at: { N: '1' } }));
    await put(item('without'));
    await restart();
    await define();
    expect(await indexed('by-pending', 'pending', 'chart')).toEqual(['earlier', 'entry']);
    await put(item('number', { pending: { S: 'chart' }, at: { N: '3' } }));
    expect(await indexed('by-pending', 'pending', 'chart')).toEqual(['earlier', 'entry', 'number']);
    await define(KEYS_ONLY_TABLE);
    await expect(indexed('by-pending', 'pending', 'chart')).rejects.toThrow('does not have the specified index');
  });

  it('refuses another key, of the table or of an index, and leaves all as it was', async () => {
    const { streamArn } = await define();
    const swapped = TABLE.AttributeDefinitions.map((definition) =>
      definition.AttributeName === 'sk' ? { ...definition, AttributeType: 'N' } : definition,
    );
    await expect(define({ ...TABLE, AttributeDefinitions: swapped })).rejects.toThrow(
      'DynamoDB table signals: the key schema changed',
    );
    const [index] = TABLE.GlobalSecondaryIndexes;
    const projected = [{ ...index, Projection: { ProjectionType: 'ALL' } }];
    await expect(define({ ...TABLE, GlobalSecondaryIndexes: projected })).rejects.toThrow(
      'projection of index by-pending',
    );
    await put(item('after', { pending: { S: 'chart' }, at: { N: '1' } }));
    expect(await indexed('by-pending', 'pending', 'chart')).toEqual(['after']);
    expect((await define()).streamArn).toBe(streamArn);
  });

  it.each([
    [{ ...TABLE, LocalSecondaryIndexes: [] }, 'LocalSecondaryIndexes'],
    [{ ...TABLE, GlobalSecondaryIndexes: [{ ...TABLE.GlobalSecondaryIndexes[0], Surprise: 1 }] }, 'Surprise'],
    [{ ...TABLE, BillingMode: 'PROVISIONED' }, 'BillingMode'],
    [{ ...TABLE, BillingMode: undefined }, 'BillingMode'],
    [{ ...TABLE, StreamSpecification: { StreamViewType: 'ALL' } }, 'StreamSpecification.StreamViewType'],
    [{ ...TABLE, AttributeDefinitions: TABLE.AttributeDefinitions.slice(1) }, 'pk is a key without a definition'],
    [{ ...KEYS_ONLY_TABLE, AttributeDefinitions: TABLE.AttributeDefinitions }, 'pending is defined but is no key'],
  ])('refuses what it does not support, by name', async (properties, named) => {
    const refused = define(properties);
    await expect(refused).rejects.toThrow('DynamoDB table signals');
    await expect(refused).rejects.toThrow(named);
    await expect(define()).resolves.toHaveProperty('arn');
  });
});

describe('the data directory', () => {
  it('that is in use or broken is an error that names the file', async () => {
    await expect(createDynamoDb({ dir })).rejects.toThrow(join(dir, 'dynamodb.sqlite'));
    const other = await temporaryDir();
    await writeFile(join(other.dir, 'dynamodb.sqlite'), 'no database '.repeat(100));
    await expect(createDynamoDb({ dir: other.dir })).rejects.toThrow(
      /dynamodb\.sqlite can't be opened: .*not a database/,
    );
    await other.remove();
  });
});

describe('the operator', () => {
  it('sees tables as AWS shows them', async () => {
    const { arn, streamArn } = await define();
    await running.dynamoDb.defineTable('users', KEYS_ONLY_TABLE);
    await put(item('a', { pending: { S: 'chart' }, at: { N: '1' } }));
    await put(item('b'));
    const { Table } = await running.client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableName,
      TableArn: arn,
      TableStatus: 'ACTIVE',
      ItemCount: 2,
      KeySchema: TABLE.KeySchema,
      LatestStreamArn: streamArn,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [
        { IndexName: 'by-pending', IndexArn: `${arn}/index/by-pending`, IndexStatus: 'ACTIVE', ItemCount: 1 },
      ],
    });
    expect(Table?.CreationDateTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(await running.client.send(new ListTablesCommand({ Limit: 1 }))).toMatchObject({
      TableNames: ['signals'],
      LastEvaluatedTableName: 'signals',
    });
    const rest = await running.client.send(new ListTablesCommand({ ExclusiveStartTableName: 'signals' }));
    expect([rest.TableNames, rest.LastEvaluatedTableName]).toEqual([['users'], undefined]);
    expect(await running.client.send(new DescribeTimeToLiveCommand({ TableName }))).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
    expect(await running.client.send(new DescribeContinuousBackupsCommand({ TableName }))).toMatchObject({
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } },
    });
    expect(await running.client.send(new ListTagsOfResourceCommand({ ResourceArn: arn }))).toMatchObject({
      Tags: TABLE.Tags,
    });
  });
});
