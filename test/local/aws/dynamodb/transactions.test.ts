import {
  type AttributeValue,
  BatchGetItemCommand,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  ResourceNotFoundException,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Running, start, TABLE, temporaryDir } from './server.ts';

let running: Running;
let removeDir: () => Promise<void>;
let now = Date.parse('2026-03-01T12:00:00Z');
beforeAll(async () => {
  const { dir, remove } = await temporaryDir();
  removeDir = remove;
  running = await start({ dir, now: () => now });
  await running.dynamoDb.defineTable('signals', TABLE);
  await running.dynamoDb.defineTable('users', TABLE);
});
afterAll(async () => {
  await running.stop();
  await removeDir();
});

const TableName = 'signals';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (Item: Record<string, AttributeValue>) => running.client.send(new PutItemCommand({ TableName, Item }));
const get = async (Key: Record<string, AttributeValue>, table = TableName) =>
  (await running.client.send(new GetItemCommand({ TableName: table, Key }))).Item;
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  running.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const add = (pk: string, by: number, more = {}): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(pk),
    UpdateExpression: 'ADD amount :by',
    ExpressionAttributeValues: { ':by': { N: String(by) } },
    ...more,
  },
});

it('writes all items over tables together', async () => {
  await put({ ...key('old'), n: { N: '1' } });
  await transact([
    { Put: { TableName: 'users', Item: key('new') } },
    add('counted', 5),
    { Delete: { TableName, Key: key('old') } },
  ]);
  expect(await get(key('new'), 'users')).toEqual(key('new'));
  expect(await get(key('counted'))).toEqual({ ...key('counted'), amount: { N: '5' } });
  expect(await get(key('old'))).toBeUndefined();
});

it('writes nothing when one condition fails, and says which and why', async () => {
  const held = { ...key('held'), n: { N: '1' } };
  await put(held);
  const failed = transact([
    { Put: { TableName, Item: key('never') } },
    {
      Put: {
        TableName,
        Item: key('held'),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    { ConditionCheck: { TableName, Key: key('absent'), ConditionExpression: 'attribute_exists(pk)' } },
    add('held-text', 1, { Key: { pk: { S: 'only a half' } } }),
  ]);
  await expect(failed).rejects.toThrow(TransactionCanceledException);
  await expect(failed).rejects.toMatchObject({
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      '[None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]',
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: held },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
    ],
  });
  expect(await get(key('never'))).toBeUndefined();
});

it('moves amounts so that every reader sees the same sum', async () => {
  await put({ ...key('from'), amount: { N: '100' } });
  await put({ ...key('to'), amount: { N: '0' } });
  const enough = {
    ConditionExpression: 'amount >= :one',
    ExpressionAttributeValues: { ':by': { N: '-1' }, ':one': { N: '1' } },
  };
  const moves = Array.from({ length: 120 }, () =>
    transact([add('from', -1, enough), add('to', 1)]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TransactionCanceledException) return false;
        throw error;
      },
    ),
  );
  const sums = Array.from({ length: 20 }, async () => {
    const { Responses = [] } = await running.client.send(
      new TransactGetItemsCommand({
        TransactItems: ['from', 'to'].map((pk) => ({
          Get: { TableName, Key: key(pk), ProjectionExpression: 'amount' },
        })),
      }),
    );
    return Responses.reduce((sum, { Item }) => sum + Number(Item?.['amount']?.N), 0);
  });
  expect(new Set(await Promise.all(sums))).toEqual(new Set([100]));
  expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(100);
  const { Responses } = await running.client.send(
    new BatchGetItemCommand({ RequestItems: { signals: { Keys: [key('from'), key('to')] } } }),
  );
  expect(Responses?.['signals']?.map(({ amount }) => amount?.N).sort()).toEqual(['0', '100']);
});

it('answers a repeated token for 10 minutes without writing again', async () => {
  await transact([add('token', 1)], 'token-1');
  await transact([add('token', 1)], 'token-1');
  expect((await get(key('token')))?.['amount']).toEqual({ N: '1' });
  await expect(transact([add('token', 2)], 'token-1')).rejects.toThrow(IdempotentParameterMismatchException);
  now += 10 * 60_000 + 1;
  await transact([add('token', 1)], 'token-1');
  expect((await get(key('token')))?.['amount']).toEqual({ N: '2' });
});

it('reads present and absent items in order', async () => {
  await put({ ...key('present'), n: { N: '7' } });
  const read = (keys: Record<string, AttributeValue>[]) =>
    running.client.send(
      new TransactGetItemsCommand({ TransactItems: keys.map((Key) => ({ Get: { TableName, Key } })) }),
    );
  const { Responses } = await read([key('absent'), key('present')]);
  expect(Responses).toEqual([{}, { Item: { ...key('present'), n: { N: '7' } } }]);
  await expect(read([key('present'), key('present')])).rejects.toThrow('multiple operations on one item');
});

it.each<[string, TransactWriteItem[], string]>([
  ['an item twice', [add('twice', 1), { Delete: { TableName, Key: key('twice') } }], 'multiple operations on one item'],
  ['more than 100 items', Array.from({ length: 101 }, (_, i) => add(`many-${i}`, 1)), '<=100 items'],
  ['two operations in one', [{ ...add('one', 1), Delete: { TableName, Key: key('one') } }], 'only contain one of'],
  ['an update of nothing', [{ Update: { TableName, Key: key('x'), UpdateExpression: undefined } }], 'UpdateExpression'],
])('refuses %s', async (_, items, message) => {
  await expect(transact(items)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  });
});

it('refuses an unknown table', async () => {
  await expect(transact([{ Put: { TableName: 'nowhere', Item: key('x') } }])).rejects.toThrow(
    ResourceNotFoundException,
  );
});
