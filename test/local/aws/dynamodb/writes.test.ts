import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const TableName = 'signals';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (Item: Record<string, AttributeValue>, options = {}) =>
  running.client.send(new PutItemCommand({ TableName, Item, ...options }));
const get = async (Key: Record<string, AttributeValue>) =>
  (await running.client.send(new GetItemCommand({ TableName, Key }))).Item;
const update = (Key: Record<string, AttributeValue>, options: Partial<UpdateItemCommandInput>) =>
  running.client.send(new UpdateItemCommand({ TableName, Key, ...options }));

/** An item after one update expression. */
async function updatedBy(
  item: Record<string, AttributeValue>,
  UpdateExpression: string,
  ExpressionAttributeValues?: Record<string, AttributeValue>,
) {
  const itemKey = key(`update-${UpdateExpression}`);
  await put({ ...itemKey, ...item });
  const { Attributes = {} } = await update(itemKey, {
    UpdateExpression,
    ...(ExpressionAttributeValues && { ExpressionAttributeValues }),
    ReturnValues: 'ALL_NEW',
  });
  expect(await get(itemKey)).toEqual(Attributes);
  const { pk, sk, ...rest } = Attributes;
  return rest;
}

describe('conditional writes', () => {
  it('stores an item once and shows what the condition met', async () => {
    const item = { ...key('once'), note: { S: 'first' } };
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    await put(item, condition);
    const again = put(
      { ...item, note: { S: 'second' } },
      { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    );
    await expect(again).rejects.toThrow(ConditionalCheckFailedException);
    await expect(again).rejects.toMatchObject({ message: 'The conditional request failed', Item: item });
    expect(await get(key('once'))).toEqual(item);
  });

  it('shows the item of a failed update and delete too, and nothing unasked or absent', async () => {
    const item = { ...key('guarded'), revision: { N: '3' } };
    await put(item);
    const condition = {
      ConditionExpression: 'revision = :expected',
      ExpressionAttributeValues: { ':expected': { N: '2' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    await expect(update(key('guarded'), condition)).rejects.toMatchObject({ Item: item });
    const remove = new DeleteItemCommand({ TableName, Key: key('guarded'), ...condition });
    await expect(running.client.send(remove)).rejects.toMatchObject({ Item: item });
    const { ReturnValuesOnConditionCheckFailure: _, ...silent } = condition;
    const failure: unknown = await update(key('guarded'), silent).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect(failure).toHaveProperty('Item', undefined);
    await expect(update(key('absent'), condition)).rejects.toHaveProperty('Item', undefined);
    expect(await get(key('absent'))).toBeUndefined();
  });

  it.each([
    ['attribute_exists(doc.deep) AND NOT attribute_exists(doc.nope)', true],
    ['doc = :doc', true],
    ['doc <> :doc', false],
    ['marks = :marks', true],
    ['n BETWEEN :two AND :ten', true],
    ['n > :ten', false],
    ['n IN (:two, :five)', true],
    ['contains(marks, :a) AND contains(steps, :doc) AND contains(note, :ell)', true],
    ['begins_with(note, :ell)', false],
    ['attribute_type(steps, :ell)', true],
    ['size(steps) = :two AND size(note) = :five', true],
    ['nope < :ten OR nope = :ten', false],
    ['nope <> :ten', true],
    ['n < :ell', false],
  ])('evaluates %s', async (ConditionExpression, holds) => {
    const values: Record<string, AttributeValue> = {
      ':doc': { M: { deep: { L: [{ N: '1.0' }] } } },
      ':marks': { SS: ['b', 'a'] },
      ':two': { N: '2' },
      ':five': { N: '5.00' },
      ':ten': { N: '10' },
      ':a': { S: 'a' },
      ':ell': { S: 'L' },
    };
    const item = {
      ...key(`condition ${ConditionExpression}`),
      doc: { M: { deep: { L: [{ N: '1' }] } } },
      marks: { SS: ['a', 'b'] },
      steps: { L: [{ S: 'x' }, { M: { deep: { L: [{ N: '1' }] } } }] },
      n: { N: '5' },
      note: { S: 'heLlo' },
    };
    await put(item);
    const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(ConditionExpression));
    const written = put(item, {
      ConditionExpression,
      ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
    });
    if (holds) await expect(written).resolves.toBeDefined();
    else await expect(written).rejects.toThrow(ConditionalCheckFailedException);
  });
});

describe('updates', () => {
  it('counts without loss under concurrency', async () => {
    const add = () =>
      update(key('counter'), { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } });
    await Promise.all(Array.from({ length: 60 }, add));
    expect((await get(key('counter')))?.['n']).toEqual({ N: '60' });
  });

  it('admits no more than a condition allows under concurrency', async () => {
    const admit = () =>
      update(key('quota'), {
        UpdateExpression: 'SET used = if_not_exists(used, :zero) + :one',
        ConditionExpression: 'attribute_not_exists(used) OR used < :limit',
        ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' }, ':limit': { N: '7' } },
      }).then(
        () => true,
        () => false,
      );
    const admitted = await Promise.all(Array.from({ length: 30 }, admit));
    expect(admitted.filter(Boolean)).toHaveLength(7);
  });

  it('reads every operand from the item before the update', async () => {
    expect(await updatedBy({ a: { N: '1' }, b: { N: '2' } }, 'SET a = b, b = a')).toEqual({
      a: { N: '2' },
      b: { N: '1' },
    });
    const one = { ':one': { N: '1' } };
    expect(await updatedBy({ b: { N: '2' } }, 'SET a = b ADD b :one', one)).toEqual({ a: { N: '2' }, b: { N: '3' } });
  });

  it('removes and sets list elements by their positions before the update', async () => {
    const steps = { L: [{ S: '0' }, { S: '1' }, { S: '2' }, { S: '3' }] };
    expect(await updatedBy({ steps }, 'REMOVE steps[0], steps[1]')).toEqual({ steps: { L: [{ S: '2' }, { S: '3' }] } });
    const values = { ':x': { S: 'x' }, ':y': { S: 'y' } };
    expect(await updatedBy({ steps }, 'SET steps[9] = :y, steps[7] = :x REMOVE steps[0]', values)).toEqual({
      steps: { L: [{ S: '1' }, { S: '2' }, { S: '3' }, { S: 'x' }, { S: 'y' }] },
    });
    expect(
      await updatedBy({ steps: { L: [{ S: '0' }] } }, 'SET steps = list_append(steps, :more)', {
        ':more': { L: [{ N: '1' }] },
      }),
    ).toEqual({
      steps: { L: [{ S: '0' }, { N: '1' }] },
    });
  });

  it('changes maps and sets, and drops a set with its last member', async () => {
    const notes = { M: { stale: { N: '1' }, kept: { N: '2' } } };
    expect(await updatedBy({ notes }, 'SET notes.fresh = :v REMOVE notes.stale', { ':v': { N: '3' } })).toEqual({
      notes: { M: { kept: { N: '2' }, fresh: { N: '3' } } },
    });
    const marks = { SS: ['a', 'b'] };
    expect(await updatedBy({ marks }, 'ADD marks :v', { ':v': { SS: ['b', 'c'] } })).toEqual({
      marks: { SS: ['a', 'b', 'c'] },
    });
    expect(await updatedBy({ marks }, 'DELETE marks :v', { ':v': { SS: ['a', 'b'] } })).toEqual({});
  });

  it('adds decimals exactly', async () => {
    expect(await updatedBy({ n: { N: '0.1' } }, 'SET n = n + :v', { ':v': { N: '0.2' } })).toEqual({ n: { N: '0.3' } });
    expect(
      await updatedBy({ n: { N: '1' } }, 'SET n = n - :v', { ':v': { N: '1.000000000000000000000000000001' } }),
    ).toEqual({
      n: { N: '-0.000000000000000000000000000001' },
    });
    const digits = { ':v': { N: '0.00001' } };
    await expect(updatedBy({ n: { N: '1e37' } }, 'ADD n :v', digits)).rejects.toThrow('38 significant digits');
  });

  it('returns what was asked for', async () => {
    const values = { ExpressionAttributeValues: { ':v': { N: '2' } }, UpdateExpression: 'SET n = :v' };
    await put({ ...key('returned'), n: { N: '1' }, other: { S: 'x' } });
    const run = async (ReturnValues: UpdateItemCommandInput['ReturnValues']) =>
      (await update(key('returned'), { ...values, ReturnValues })).Attributes;
    expect(await run('UPDATED_OLD')).toEqual({ n: { N: '1' } });
    expect(await run('UPDATED_NEW')).toEqual({ n: { N: '2' } });
    expect(await run('ALL_OLD')).toEqual({ ...key('returned'), n: { N: '2' }, other: { S: 'x' } });
    expect(await run('NONE')).toBeUndefined();
  });

  it.each([
    ['SET pk = :v', 'part of the key'],
    ['SET nope.deep = :v', 'document path provided in the update expression is invalid'],
    ['REMOVE note[0]', 'document path provided in the update expression is invalid'],
    ['SET n = note + :v', 'incorrect data type'],
    ['SET n = nope', 'refers to an attribute that does not exist'],
    ['SET pending = :v', 'Type mismatch for Index Key pending Expected: S Actual: N'],
    ['SET', 'Syntax error'],
  ])('refuses %s', async (UpdateExpression, message) => {
    await put({ ...key('refused'), note: { S: 'x' } });
    const values = UpdateExpression.includes(':v') ? { ExpressionAttributeValues: { ':v': { N: '1' } } } : {};
    const failed = update(key('refused'), { UpdateExpression, ...values });
    await expect(failed).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect(await get(key('refused'))).toEqual({ ...key('refused'), note: { S: 'x' } });
  });
});

describe('limits', () => {
  it('refuses empty index keys, as it does empty table keys', async () => {
    const empty = put({ ...key('empty'), pending: { S: '' } });
    await expect(empty).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('IndexName: by-pending, IndexKey: pending'),
    });
    await put(key('empty'));
    const values = { UpdateExpression: 'SET pending = :v', ExpressionAttributeValues: { ':v': { S: '' } } };
    await expect(update(key('empty'), values)).rejects.toThrow('cannot contain an empty string value');
    await expect(put(key(''))).rejects.toThrow('cannot contain an empty string value. Key: pk');
  });

  it('counts bytes, not characters, of keys, items and expressions', async () => {
    await put(key('é'.repeat(1024), 'é'.repeat(512)));
    await expect(put(key('é'.repeat(1025)))).rejects.toThrow('maximum size limit of2048 bytes');
    await expect(put(key('long', 'é'.repeat(513)))).rejects.toThrow('size limit of 1024 bytes');
    await expect(get(key('long', 'é'.repeat(513)))).rejects.toThrow('size limit of 1024 bytes');
    // 400 KB less the names and the keys' values.
    const room = 400 * 1024 - 'pkbigskatext'.length;
    await put({ ...key('big'), note: { S: 'é'.repeat(room / 2) } });
    await expect(put({ ...key('big'), note: { S: `${'é'.repeat(room / 2)}x` } })).rejects.toThrow(
      'Item size has exceeded',
    );
    const grown = { UpdateExpression: 'SET more = :v', ExpressionAttributeValues: { ':v': { S: '' } } };
    await expect(update(key('big'), grown)).rejects.toThrow('Item size to update has exceeded');
    const long = `attribute_not_exists(${'a'.repeat(4096)})`;
    await expect(put(key('long'), { ConditionExpression: long })).rejects.toThrow(
      'Expression size has exceeded the maximum allowed size; expression size: 4118',
    );
  });

  it('refuses unknown tables, legacy parameters and malformed requests', async () => {
    const elsewhere = new PutItemCommand({ TableName: 'nowhere', Item: key('x') });
    await expect(running.client.send(elsewhere)).rejects.toThrow(ResourceNotFoundException);
    await expect(put(key('x'), { Expected: { pk: { Exists: false } } })).rejects.toThrow(
      'Expected is a legacy parameter',
    );
    await expect(get({ pk: { S: 'x' } })).rejects.toThrow('The provided key element does not match the schema');
    const broken = await running.call('DynamoDB_20120810.GetItem', '{');
    expect(broken).toMatchObject({ status: 400, body: { __type: expect.stringContaining('#SerializationException') } });
    const unknown = await running.call('DynamoDB_20120810.CreateTable', {});
    expect(unknown).toMatchObject({
      status: 400,
      body: { __type: expect.stringContaining('#UnknownOperationException') },
    });
  });
});

describe('batches', () => {
  it('writes and reads many items of different kinds', async () => {
    await put(key('batch', 'gone'));
    const items = Array.from({ length: 24 }, (_, i) => ({ ...key('batch', String(i)), n: { N: String(i) } }));
    const written = await running.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          signals: [
            ...items.map((Item) => ({ PutRequest: { Item } })),
            { DeleteRequest: { Key: key('batch', 'gone') } },
          ],
        },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(written).toMatchObject({
      UnprocessedItems: {},
      ConsumedCapacity: [{ TableName: 'signals', CapacityUnits: 25 }],
    });
    const found = await running.client.send(
      new BatchGetItemCommand({
        RequestItems: { signals: { Keys: [...items.map(({ pk, sk }) => ({ pk, sk })), key('batch', 'gone')] } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(new Set(found.Responses?.['signals']?.map(({ n }) => n?.N))).toEqual(new Set(items.map(({ n }) => n.N)));
    expect(found.ConsumedCapacity).toEqual([{ TableName: 'signals', CapacityUnits: 12.5 }]);
  });

  it('refuses the same item twice', async () => {
    const twice = { PutRequest: { Item: key('twice') } };
    const batch = new BatchWriteItemCommand({ RequestItems: { signals: [twice, twice] } });
    await expect(running.client.send(batch)).rejects.toThrow('contains duplicates');
    expect(await get(key('twice'))).toBeUndefined();
  });
});
