import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Running, start, TABLE, temporaryDir } from './server.ts';
import { folded, readStream, recordsOf, textIn } from './stream-reader.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

let running: Running;
let dir: string;
let removeDir: () => Promise<void>;
let streamArn: string;
let now: number;
beforeEach(async () => {
  now = START;
  ({ dir, remove: removeDir } = await temporaryDir());
  await open();
});
afterEach(async () => {
  await running.stop();
  await removeDir();
});

async function open(properties: Record<string, unknown> = TABLE) {
  running = await start({ dir, now: () => now, sweepMs: 20 });
  ({ streamArn = '' } = await running.dynamoDb.defineTable('signals', properties));
}

const TableName = 'signals';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (Item: Record<string, AttributeValue>) => running.client.send(new PutItemCommand({ TableName, Item }));
const count = (pk: string) =>
  running.client.send(
    new UpdateItemCommand({
      TableName,
      Key: key(pk),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  );
const iterator = async (type: string, SequenceNumber?: string) => {
  const { body } = await running.call('DynamoDBStreams_20120810.DescribeStream', { StreamArn: streamArn });
  const description = JSON.parse(JSON.stringify(body)).StreamDescription;
  return running.call('DynamoDBStreams_20120810.GetShardIterator', {
    StreamArn: streamArn,
    ShardId: description.Shards[0].ShardId,
    ShardIteratorType: type,
    SequenceNumber,
  });
};
const records = () => readStream(running, streamArn);

describe('records', () => {
  it('tell every change with its images', async () => {
    const item = { ...key('u'), text: { S: 'é' } };
    await put(item);
    await running.client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('u'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      }),
    );
    await running.client.send(new DeleteItemCommand({ TableName, Key: key('u') }));
    const changed = { ...item, n: { N: '1' } };
    const found = await records();
    expect(found.map(({ eventName, dynamodb }) => [eventName, dynamodb.OldImage, dynamodb.NewImage])).toEqual([
      ['INSERT', undefined, item],
      ['MODIFY', item, changed],
      ['REMOVE', changed, undefined],
    ]);
    expect(found[0]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: START / 1000,
        Keys: key('u'),
        NewImage: item,
        SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        // Keys: pk + u + sk + a = 6; image: 6 + text + 2 bytes.
        SizeBytes: 6 + 12,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('are not written for what changes nothing', async () => {
    const item = { ...key('u'), marks: { SS: ['a', 'b'] }, n: { N: '1' } };
    await put(item);
    await put({ n: { N: '1.0' }, marks: { SS: ['b', 'a'] }, ...key('u') });
    await running.client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('u'),
        UpdateExpression: 'SET n = :n ADD marks :a REMOVE nothing',
        ExpressionAttributeValues: { ':n': { N: '1' }, ':a': { SS: ['a'] } },
      }),
    );
    await running.client.send(new DeleteItemCommand({ TableName, Key: key('absent') }));
    const refused = new PutItemCommand({ TableName, Item: key('u'), ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(running.client.send(refused)).rejects.toThrow('conditional');
    expect((await records()).map(({ eventName }) => eventName)).toEqual(['INSERT']);
  });

  it('come from batches and transactions too', async () => {
    await put(key('deleted'));
    await running.client.send(
      new BatchWriteItemCommand({
        RequestItems: { signals: [{ PutRequest: { Item: key('put') } }, { DeleteRequest: { Key: key('deleted') } }] },
      }),
    );
    const transaction = (condition: string) =>
      running.client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: key('transacted') } },
            { ConditionCheck: { TableName, Key: key('put'), ConditionExpression: condition } },
          ],
        }),
      );
    await expect(transaction('attribute_not_exists(pk)')).rejects.toThrow('Transaction cancelled');
    await transaction('attribute_exists(pk)');
    expect((await records()).map(({ eventName, dynamodb }) => [eventName, textIn(dynamodb.Keys, 'pk')])).toEqual([
      ['INSERT', 'deleted'],
      ['INSERT', 'put'],
      ['REMOVE', 'deleted'],
      ['INSERT', 'transacted'],
    ]);
  });

  it('keep the order of each key under concurrent writers', async () => {
    const pks = ['a', 'b', 'c', 'd'];
    await Promise.all(Array.from({ length: 25 }, () => pks.map(count)).flat());
    const found = await records();
    expect(found).toHaveLength(100);
    for (const pk of pks) {
      const counts = found.filter(({ dynamodb }) => textIn(dynamodb.Keys, 'pk') === pk).map(({ dynamodb }) => dynamodb);
      expect(counts.map(({ NewImage }) => textIn(NewImage, 'n'))).toEqual(
        Array.from({ length: 25 }, (_, i) => String(i + 1)),
      );
      expect(counts.slice(1).map(({ OldImage }) => OldImage)).toEqual(
        counts.slice(0, -1).map(({ NewImage }) => NewImage),
      );
    }
    const numbers = found.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(100);
    expect(folded(found).size).toBe(4);
  });

  it('wake who listens until it stops', async () => {
    const listener = vi.fn();
    const stop = running.dynamoDb.onStreamRecords(streamArn, listener);
    await put(key('u'));
    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1));
    await put(key('u'));
    stop();
    await put(key('v'));
    expect(await records()).toHaveLength(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['KEYS_ONLY', false, false],
    ['NEW_IMAGE', true, false],
    ['OLD_IMAGE', false, true],
  ])('show of %s what the view shows', async (StreamViewType, fresh, old) => {
    await running.stop();
    const before = streamArn;
    await open({ ...TABLE, StreamSpecification: { StreamViewType } });
    now += 1;
    expect(
      before.startsWith('arn:aws:dynamodb:eu-west-1:000000000000:table/signals/stream/2026-03-01T12:00:00.000'),
    ).toBe(true);
    await count('u');
    await count('u');
    const [, modified] = await records();
    expect(modified?.dynamodb).toMatchObject({ Keys: key('u'), StreamViewType });
    expect([modified?.dynamodb.NewImage !== undefined, modified?.dynamodb.OldImage !== undefined]).toEqual([
      fresh,
      old,
    ]);
  });
});

describe('iterators', () => {
  it('start where they are told and go on from there', async () => {
    for (const pk of ['1', '2', '3']) await put(key(pk));
    const latest = await iterator('LATEST');
    await put(key('4'));
    const all = await records();
    const third = all[2]?.dynamodb.SequenceNumber;
    const from = async (answer: { body: object }) => {
      const { body } = await running.call('DynamoDBStreams_20120810.GetRecords', answer.body);
      return {
        pks: recordsOf(body).map(({ dynamodb }) => textIn(dynamodb.Keys, 'pk')),
        next: body['NextShardIterator'],
      };
    };
    expect((await from(latest)).pks).toEqual(['4']);
    expect((await from(await iterator('AT_SEQUENCE_NUMBER', third))).pks).toEqual(['3', '4']);
    expect((await from(await iterator('AFTER_SEQUENCE_NUMBER', third))).pks).toEqual(['4']);
    const oldest = await iterator('TRIM_HORIZON');
    const first = await from({ body: { ...oldest.body, Limit: 3 } });
    expect(first.pks).toEqual(['1', '2', '3']);
    const second = await from({ body: { ShardIterator: first.next } });
    expect(second.pks).toEqual(['4']);
    // The shard stays open: the end of it is a place to wait at.
    expect((await from({ body: { ShardIterator: second.next } })).pks).toEqual([]);
    expect((await from({ body: { ShardIterator: second.next } })).next).toEqual(expect.any(String));
  });

  it('expire after 15 minutes, and records after 24 hours', async () => {
    await put(key('old'));
    const [old] = await records();
    const stale = await iterator('TRIM_HORIZON');
    now += 15 * 60_000 + 1;
    expect(await running.call('DynamoDBStreams_20120810.GetRecords', stale.body)).toMatchObject({
      status: 400,
      body: { __type: expect.stringContaining('#ExpiredIteratorException') },
    });
    now += 24 * 3600_000;
    await put(key('new'));
    await vi.waitFor(async () =>
      expect((await records()).map(({ dynamodb }) => textIn(dynamodb.Keys, 'pk'))).toEqual(['new']),
    );
    expect(await iterator('AFTER_SEQUENCE_NUMBER', '100000000000000000000')).toMatchObject({
      status: 400,
      body: { __type: expect.stringContaining('#TrimmedDataAccessException') },
    });
    expect((await iterator('AFTER_SEQUENCE_NUMBER', old?.dynamodb.SequenceNumber)).status).toBe(200);
  });

  it('of an unknown stream, shard or form are refused', async () => {
    const operation = 'DynamoDBStreams_20120810.GetShardIterator';
    const shard = { ShardId: 'shardId-00000000000000000000-00000000', ShardIteratorType: 'LATEST' };
    const notFound = { status: 400, body: { __type: expect.stringContaining('#ResourceNotFoundException') } };
    expect(await running.call(operation, { ...shard, StreamArn: `${streamArn}1` })).toMatchObject(notFound);
    expect(await running.call(operation, { ...shard, StreamArn: streamArn })).toMatchObject(notFound);
    const invalid = { status: 400, body: { __type: expect.stringContaining('#ValidationException') } };
    expect(await running.call(operation, { StreamArn: streamArn })).toMatchObject(invalid);
    const altered = { ShardIterator: `${streamArn}|1|nonsense` };
    expect(await running.call('DynamoDBStreams_20120810.GetRecords', altered)).toMatchObject(invalid);
  });

  it('lie in streams that are listed and described', async () => {
    expect((await running.call('DynamoDBStreams_20120810.ListStreams', { TableName })).body).toEqual({
      Streams: [{ StreamArn: streamArn, StreamLabel: '2026-03-01T12:00:00.000', TableName }],
    });
    expect(
      (await running.call('DynamoDBStreams_20120810.DescribeStream', { StreamArn: streamArn })).body,
    ).toMatchObject({
      StreamDescription: {
        StreamStatus: 'ENABLED',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        CreationRequestDateTime: START / 1000,
        KeySchema: TABLE.KeySchema,
        Shards: [{ ShardId: expect.stringMatching(/^shardId-.{28,65}$/) }],
      },
    });
  });
});

describe('expiry', () => {
  const seconds = (offset: number) => ({ N: String(START / 1000 + offset) });

  it('deletes what has expired, with its index entry, and tells the stream who did it', async () => {
    const index = { pending: { S: 'chart' }, at: { N: '1' } };
    await put({ ...key('due'), ...index, expires: seconds(60) });
    await put({ ...key('later'), ...index, expires: seconds(600) });
    await put({ ...key('text'), ...index, expires: { S: '1' } });
    await put({ ...key('ancient'), ...index, expires: { N: '1' } });
    now += 61_000;
    const [, , , , removed] = await vi.waitFor(async () => {
      const found = await records();
      expect(found).toHaveLength(5);
      return found;
    });
    expect(removed).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: key('due'), OldImage: { expires: seconds(60) } },
    });
    expect((await running.client.send(new GetItemCommand({ TableName, Key: key('due') }))).Item).toBeUndefined();
    const { Items = [] } = await running.client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-pending',
        KeyConditionExpression: 'pending = :p',
        ExpressionAttributeValues: { ':p': { S: 'chart' } },
      }),
    );
    expect(Items.map(({ pk }) => pk?.S).sort()).toEqual(['ancient', 'later', 'text']);
  });

  it('goes by the item as it is, and by an attribute that is switched on later', async () => {
    await running.stop();
    const { TimeToLiveSpecification: _, ...without } = TABLE;
    await open(without);
    await put({ ...key('due'), expires: seconds(60) });
    await put({ ...key('kept'), expires: seconds(60) });
    now += 61_000;
    await running.client.send(
      new UpdateItemCommand({ TableName, Key: key('kept'), UpdateExpression: 'REMOVE expires' }),
    );
    await running.stop();
    await open();
    await vi.waitFor(async () => expect([...folded(await records()).values()]).toEqual([key('kept')]));
  });
});
