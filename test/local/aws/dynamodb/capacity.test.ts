import {
  type AttributeValue,
  type ConsumedCapacity,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { itemSize } from '../../../../local/aws/dynamodb/values.ts';
import { type Running, start, TABLE, temporaryDir } from './server.ts';

let running: Running;
let removeDir: () => Promise<void>;
beforeAll(async () => {
  const { dir, remove } = await temporaryDir();
  removeDir = remove;
  running = await start({ dir });
  await running.dynamoDb.defineTable('signals', TABLE);
});
afterAll(async () => {
  await running.stop();
  await removeDir();
});

const options = { TableName: 'signals', ReturnConsumedCapacity: 'INDEXES' as const };
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });
const put = async (Item: Record<string, AttributeValue>) =>
  spent((await running.client.send(new PutItemCommand({ ...options, Item }))).ConsumedCapacity);
const set = async (pk: string, name: string, value: AttributeValue) =>
  spent(
    (
      await running.client.send(
        new UpdateItemCommand({
          ...options,
          Key: key(pk),
          UpdateExpression: 'SET #name = :value',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
        }),
      )
    ).ConsumedCapacity,
  );

/** [all, table, index] */
function spent(capacity: ConsumedCapacity | undefined): (number | undefined)[] {
  const { CapacityUnits, Table, GlobalSecondaryIndexes } = capacity ?? {};
  return [CapacityUnits, Table?.CapacityUnits, GlobalSecondaryIndexes?.['by-pending']?.CapacityUnits];
}

it.each<[string, AttributeValue, number]>([
  ['text', { S: 'é€' }, 5],
  ['a zero', { N: '0' }, 1],
  ['three digits', { N: '-1.23' }, 3],
  ['trimmed zeros', { N: '1200' }, 2],
  ['binary', { B: Buffer.from('abc').toString('base64') as never }, 3],
  ['null', { NULL: true }, 1],
  ['a set', { SS: ['ab', 'c'] }, 3],
  ['a list', { L: [{ S: 'a' }, { BOOL: true }] }, 3 + 2 + 2],
  ['a map', { M: { ab: { N: '1' } } }, 3 + 1 + 2 + 2],
])('sizes %s as AWS documents', (_, value, bytes) => {
  expect(itemSize(JSON.parse(JSON.stringify({ n: value })))).toBe(1 + bytes);
});

it('charges a write by started kilobytes of the larger of before and after', async () => {
  // pk + big + sk + a = 8 bytes, text 4.
  expect(await put({ ...key('big'), text: { S: 'x'.repeat(1024 - 12) } })).toEqual([1, 1, undefined]);
  expect(await put({ ...key('big'), text: { S: 'x'.repeat(1024 - 11) } })).toEqual([2, 2, undefined]);
  expect(await put({ ...key('big'), text: { S: 'x' } })).toEqual([2, 2, undefined]);
  expect(await set('big', 'text', { S: 'x'.repeat(3000) })).toEqual([3, 3, undefined]);
  const remove = () => running.client.send(new DeleteItemCommand({ ...options, Key: key('big') }));
  expect(spent((await remove()).ConsumedCapacity)).toEqual([3, 3, undefined]);
  expect(spent((await remove()).ConsumedCapacity)).toEqual([1, 1, undefined]);
});

it('charges an index only for entries that change', async () => {
  expect(await put(key('sparse'))).toEqual([1, 1, undefined]);
  expect(await put({ ...key('sparse'), pending: { S: 'chart' }, at: { N: '1' } })).toEqual([2, 1, 1]);
  expect(await set('sparse', 'text', { S: 'x'.repeat(2000) })).toEqual([2, 2, undefined]);
  expect(await set('sparse', 'at', { N: '2' })).toEqual([4, 2, 2]);
  expect(await set('sparse', 'at', { N: '2' })).toEqual([2, 2, undefined]);
  expect(await put(key('sparse'))).toEqual([3, 2, 1]);
});

it('charges transactions double for the table', async () => {
  const item = { ...key('transaction'), pending: { S: 'chart' }, at: { N: '1' } };
  const written = await running.client.send(
    new TransactWriteItemsCommand({
      ReturnConsumedCapacity: 'TOTAL',
      TransactItems: [
        { Put: { TableName: 'signals', Item: item } },
        {
          ConditionCheck: { TableName: 'signals', Key: key('absent'), ConditionExpression: 'attribute_not_exists(pk)' },
        },
      ],
    }),
  );
  expect(written.ConsumedCapacity).toEqual([{ TableName: 'signals', CapacityUnits: 5, WriteCapacityUnits: 5 }]);
  const read = await running.client.send(
    new TransactGetItemsCommand({
      ReturnConsumedCapacity: 'TOTAL',
      TransactItems: [{ Get: { TableName: 'signals', Key: key('transaction') } }],
    }),
  );
  expect(read.ConsumedCapacity).toEqual([{ TableName: 'signals', CapacityUnits: 2, ReadCapacityUnits: 2 }]);
});

it('charges reads by started 4 KB, half when eventually consistent', async () => {
  await put({ ...key('read'), text: { S: 'x'.repeat(5000) }, pending: { S: 'read' }, at: { N: '1' } });
  const get = async (pk: string, ConsistentRead: boolean) =>
    (await running.client.send(new GetItemCommand({ ...options, Key: key(pk), ConsistentRead }))).ConsumedCapacity;
  expect((await get('read', true))?.CapacityUnits).toBe(2);
  expect((await get('read', false))?.CapacityUnits).toBe(1);
  expect((await get('absent', false))?.CapacityUnits).toBe(0.5);
  const page = await running.client.send(
    new QueryCommand({
      ...options,
      IndexName: 'by-pending',
      KeyConditionExpression: 'pending = :p',
      ExpressionAttributeValues: { ':p': { S: 'read' } },
    }),
  );
  // The index holds the keys only.
  expect(spent(page.ConsumedCapacity)).toEqual([0.5, 0, 0.5]);
});
