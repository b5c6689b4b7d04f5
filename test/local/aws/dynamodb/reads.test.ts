import {
  type AttributeValue,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, start, TABLE, temporaryDir } from './server.ts';

const NUMBERS = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'n', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

let running: Running;
let removeDir: () => Promise<void>;
beforeAll(async () => {
  const { dir, remove } = await temporaryDir();
  removeDir = remove;
  running = await start({ dir });
  await running.dynamoDb.defineTable('signals', TABLE);
  await running.dynamoDb.defineTable('numbers', NUMBERS);
});
afterAll(async () => {
  await running.stop();
  await removeDir();
});

const put = (Item: Record<string, AttributeValue>, TableName = 'signals') =>
  running.client.send(new PutItemCommand({ TableName, Item }));
const putAll = (items: Record<string, AttributeValue>[], TableName = 'signals') =>
  Promise.all(items.map((item) => put(item, TableName)));

/** The sort keys on all pages of a query, page by page. */
async function pages(
  input: Omit<QueryCommandInput, 'TableName'>,
  pageSize?: number,
): Promise<(string | undefined)[][]> {
  const found: (string | undefined)[][] = [];
  const config = { client: running.client, ...(pageSize && { pageSize }) };
  for await (const page of paginateQuery(config, { TableName: 'signals', ...input })) {
    found.push((page.Items ?? []).map(({ sk }) => sk?.S));
  }
  return found;
}

const of = (pk: string, more = {}) => ({ ':pk': { S: pk }, ...more });

describe('query', () => {
  beforeAll(() => putAll(['a', 'ab', 'abc', 'b', 'ñ', '😀'].map((sk) => ({ pk: { S: 'user' }, sk: { S: sk } }))));

  it.each([
    ['sk = :x', { ':x': { S: 'ab' } }, ['ab']],
    ['sk < :x', { ':x': { S: 'ab' } }, ['a']],
    ['sk <= :x', { ':x': { S: 'ab' } }, ['a', 'ab']],
    ['sk > :x', { ':x': { S: 'abc' } }, ['b', 'ñ', '😀']],
    ['sk >= :x', { ':x': { S: 'b' } }, ['b', 'ñ', '😀']],
    ['sk BETWEEN :x AND :y', { ':x': { S: 'ab' }, ':y': { S: 'b' } }, ['ab', 'abc', 'b']],
    ['begins_with(sk, :x)', { ':x': { S: 'ab' } }, ['ab', 'abc']],
  ])('finds %s in the order of UTF-8', async (condition, values, expected) => {
    const query = {
      KeyConditionExpression: `pk = :pk AND ${condition}`,
      ExpressionAttributeValues: of('user', values),
    };
    expect((await pages(query)).flat()).toEqual(expected);
    expect((await pages({ ...query, ScanIndexForward: false })).flat()).toEqual(expected.toReversed());
    expect((await pages(query, 1)).flat()).toEqual(expected);
    expect((await pages({ ...query, ScanIndexForward: false }, 1)).flat()).toEqual(expected.toReversed());
  });

  it('counts a limit before the filter', async () => {
    const page = await running.client.send(
      new QueryCommand({
        TableName: 'signals',
        KeyConditionExpression: 'pk = :pk',
        FilterExpression: 'attribute_exists(absent)',
        ExpressionAttributeValues: of('user'),
        Limit: 2,
      }),
    );
    expect(page).toMatchObject({ Count: 0, ScannedCount: 2, LastEvaluatedKey: { pk: { S: 'user' }, sk: { S: 'ab' } } });
  });

  it('ends a page at 1 MB', async () => {
    const text = { S: 'x'.repeat(300_000) };
    await putAll(['1', '2', '3', '4', '5'].map((sk) => ({ pk: { S: 'large' }, sk: { S: sk }, text })));
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: of('large') };
    expect(await pages(query)).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
  });

  it.each([
    [
      { KeyConditionExpression: 'pk = :pk', ExclusiveStartKey: { pk: { S: 'user' } } },
      'The provided starting key is invalid',
    ],
    [
      { KeyConditionExpression: 'pk = :pk', ExclusiveStartKey: { pk: { S: 'other' }, sk: { S: 'a' } } },
      'outside query boundaries',
    ],
    [{ KeyConditionExpression: 'sk = :pk' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk > :pk' }, 'Query key condition not supported'],
    [
      { KeyConditionExpression: 'pk = :pk', FilterExpression: 'sk = :pk' },
      'can only contain non-primary key attributes',
    ],
    [{ KeyConditionExpression: 'pk = :pk', IndexName: 'nothing' }, 'does not have the specified index: nothing'],
    [{ KeyConditionExpression: 'pending = :pk', IndexName: 'by-pending', ConsistentRead: true }, 'Consistent reads'],
    [
      { KeyConditionExpression: 'pending = :pk', IndexName: 'by-pending', ProjectionExpression: 'note' },
      'does not project [note]',
    ],
  ])('refuses %o', async (input, message) => {
    const query = new QueryCommand({ TableName: 'signals', ExpressionAttributeValues: of('user'), ...input });
    await expect(running.client.send(query)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('orders numbers by value', async () => {
    let run = 0;
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: -20, max: 20 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(decimal, { minLength: 2, maxLength: 6, selector: Number }), async (numbers) => {
        const pk = { S: `run ${run++}` };
        await putAll(
          numbers.map((N) => ({ pk, n: { N } })),
          'numbers',
        );
        const { Items = [] } = await running.client.send(
          new QueryCommand({
            TableName: 'numbers',
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
          }),
        );
        expect(Items.map(({ n }) => Number(n?.N))).toEqual(numbers.map(Number).sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });
});

describe('sparse index', () => {
  const pending = {
    IndexName: 'by-pending',
    KeyConditionExpression: 'pending = :pk',
    ExpressionAttributeValues: of('chart'),
  };

  it('holds an item while it has the index key, and only its keys', async () => {
    const item = { pk: { S: 'u' }, sk: { S: 's' }, note: { S: 'x' } };
    await put(item);
    expect((await pages(pending)).flat()).toEqual([]);
    await put({ ...item, pending: { S: 'chart' }, at: { N: '1' } });
    const found = await running.client.send(new QueryCommand({ TableName: 'signals', ...pending }));
    expect(found.Items).toEqual([{ pk: { S: 'u' }, sk: { S: 's' }, pending: { S: 'chart' }, at: { N: '1' } }]);
    await running.client.send(
      new UpdateItemCommand({
        TableName: 'signals',
        Key: { pk: item.pk, sk: item.sk },
        UpdateExpression: 'REMOVE pending',
      }),
    );
    expect((await pages(pending)).flat()).toEqual([]);
  });

  it('pages through entries of one and the same index key', async () => {
    const keys = Array.from({ length: 25 }, (_, i) => String(i).padStart(2, '0'));
    const item = (sk: string) => ({ pk: { S: 'same' }, sk: { S: sk }, pending: { S: 'same' }, at: { N: '5' } });
    await putAll(keys.map(item));
    const same = { ...pending, ExpressionAttributeValues: of('same') };
    const found = await pages(same, 4);
    expect(found.flat()).toEqual(keys);
    expect(found.slice(0, 6).map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect((await pages({ ...same, ScanIndexForward: false }, 7)).flat()).toEqual(keys.toReversed());
  });
});

describe('scan', () => {
  it('sees every item once, over pages and over segments', async () => {
    const pks = Array.from({ length: 40 }, (_, i) => `scan-${i}`);
    await putAll(
      pks.map((pk) => ({ pk: { S: pk }, n: { N: '1' } })),
      'numbers',
    );
    const scan = async (input: { Segment?: number; TotalSegments?: number }) => {
      const found: (string | undefined)[] = [];
      const config = { client: running.client, pageSize: 7 };
      for await (const { Items = [] } of paginateScan(config, {
        TableName: 'numbers',
        FilterExpression: 'begins_with(pk, :scan)',
        ExpressionAttributeValues: { ':scan': { S: 'scan-' } },
        ...input,
      })) {
        found.push(...Items.map(({ pk }) => pk?.S));
      }
      return found;
    };
    expect((await scan({})).sort()).toEqual(pks.toSorted());
    const segments = await Promise.all([0, 1, 2].map((Segment) => scan({ Segment, TotalSegments: 3 })));
    expect(segments.flat().sort()).toEqual(pks.toSorted());
    expect(segments.every((segment) => segment.length > 0)).toBe(true);
  });

  it('reads an index too', async () => {
    const { Items = [] } = await running.client.send(
      new ScanCommand({ TableName: 'signals', IndexName: 'by-pending', ProjectionExpression: 'sk' }),
    );
    expect(Items.length).toBeGreaterThanOrEqual(25);
    expect(Items.every((item) => Object.keys(item).join() === 'sk')).toBe(true);
  });
});
