import { afterEach, describe, expect, it } from 'vitest';
import { FakeStream, STREAM } from './fake-stream.ts';
import { type Harness, ROLE, startHarness, until } from './harness.ts';

const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:000000000000:dead';

let harness: Harness;
afterEach(() => harness.close());

/** A function that notes the keys of each batch, then answers what its code says. */
async function start(stream: FakeStream, answer: string, properties: object = {}, directory?: string) {
  harness = startHarness({
    call: stream.call,
    onStreamRecords: stream.onStreamRecords,
    ...(directory !== undefined && { directory }),
  });
  const name = harness.define(
    `const keys = (records) => records.map((it) => it.dynamodb.Keys.id.S).join(',');
     export const handler = async ({ Records: records }) => { console.log('batch ' + keys(records)); ${answer} };`,
  );
  harness.lambda.defineEventSourceMapping(
    { logicalId: 'Relay', name: 'mapping' },
    { EventSourceArn: STREAM, FunctionName: name, StartingPosition: 'TRIM_HORIZON', ...properties },
  );
  await harness.lambda.start();
  return { name, batches: () => harness.logged(name).flatMap((line) => /batch (\S+)/.exec(line)?.slice(1) ?? []) };
}

const failOn = (key: string) => `if (keys(records).includes('${key}')) throw new Error('poison');`;
const report = (key: string) => `
  const bad = records.find((it) => it.dynamodb.Keys.id.S === '${key}');
  return { batchItemFailures: bad ? [{ itemIdentifier: bad.dynamodb.SequenceNumber }] : [] };`;

describe('a DynamoDB event source mapping', () => {
  it('hands records over in order and in the shape of Lambda, and wakes for new ones', async () => {
    const stream = new FakeStream();
    for (const key of ['a', 'b', 'c']) stream.write(key);
    const { name, batches } = await start(stream, 'console.log(JSON.stringify(records[0]));', { BatchSize: 2 });
    await until(() => batches().length === 2, 'two batches');
    stream.write('d');
    await until(() => batches().length === 3, 'the third batch');
    expect(batches()).toEqual(['a,b', 'c', 'd']);
    const line = harness.logged(name).find((it) => it.includes('{')) ?? '';
    expect(JSON.parse(line.slice(line.indexOf('{')))).toEqual({
      eventID: '000000000000000000001',
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: STREAM,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' } },
        SequenceNumber: '000000000000000000001',
        SizeBytes: 10,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('asks for nothing while nothing comes', async () => {
    const stream = new FakeStream();
    stream.write('a');
    const { batches } = await start(stream, '');
    await until(() => batches().length === 1, 'the batch');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const calls = stream.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(stream.calls.length).toBe(calls);
  });

  it('repeats a failing batch until its retries are over, then tells the destination and goes on', async () => {
    const stream = new FakeStream();
    const [first, last] = [stream.write('a'), stream.write('b')];
    const { name, batches } = await start(stream, failOn('a'), {
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
    await until(() => stream.sent.length === 1, 'the message to the destination');
    stream.write('c');
    await until(() => batches().length === 4, 'the next batch');
    expect(batches()).toEqual(['a,b', 'a,b', 'a,b', 'c']);
    expect(stream.sent[0]).toEqual({
      queueUrl: 'http://127.0.0.1:9/000000000000/dead',
      body: {
        requestContext: {
          requestId: expect.any(String),
          functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.any(String),
        DDBStreamBatchInfo: {
          shardId: 'shard-1',
          startSequenceNumber: first,
          endSequenceNumber: last,
          approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          approximateArrivalOfLastRecord: expect.any(String),
          batchSize: 2,
          streamArn: STREAM,
        },
      },
    });
  });

  it('bisects a failing batch down to the record that fails', async () => {
    const stream = new FakeStream();
    for (const key of ['a', 'b', 'x', 'd']) stream.write(key);
    const { batches } = await start(stream, failOn('x'), { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 });
    await until(() => batches().at(-1) === 'd', 'the last record');
    expect(batches()).toEqual(['a,b,x,d', 'a,b', 'x,d', 'x', 'x', 'd']);
    expect(harness.problems).toEqual([expect.stringContaining('1 records')]);
  });

  it('goes on from the first record that a partial response names', async () => {
    const stream = new FakeStream();
    for (const key of ['a', 'b', 'x', 'd']) stream.write(key);
    const { batches } = await start(stream, report('x'), {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 2,
      BisectBatchOnFunctionError: true,
    });
    await until(() => batches().at(-1) === 'd', 'the last record');
    expect(batches()).toEqual(['a,b,x,d', 'x,d', 'x', 'x', 'x', 'd']);
  });

  it('gives up records that are too old, without an invocation', async () => {
    const stream = new FakeStream();
    stream.write('old', {}, { age: 120 });
    stream.write('new');
    const { batches } = await start(stream, '', {
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
    await until(() => batches().length === 1, 'the batch');
    expect(batches()).toEqual(['new']);
    expect(stream.sent[0]?.body).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
    expect(stream.sent[0]?.body).not.toHaveProperty('responseContext');
  });

  it('consumes silently what its filter leaves out', async () => {
    const stream = new FakeStream();
    for (const [key, kind] of Object.entries({ a: 'signal', b: 'user', c: 'signal' }))
      stream.write(key, { kind: { S: kind } });
    const { name, batches } = await start(stream, '', {
      FilterCriteria: {
        Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["signal"]}}}}' }],
      },
    });
    await until(() => batches().length === 1, 'the batch');
    expect(batches()).toEqual(['a,c']);
    stream.write('d', { kind: { S: 'user' } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(harness.logged(name).filter((line) => line.startsWith('START')).length).toBe(1);
  });

  it('waits up to its window for a full batch', async () => {
    const stream = new FakeStream();
    const { batches } = await start(stream, '', { BatchSize: 3, MaximumBatchingWindowInSeconds: 1 });
    stream.write('a');
    await new Promise((resolve) => setTimeout(resolve, 100));
    stream.write('b');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(batches()).toEqual([]);
    stream.write('c');
    await until(() => batches().length === 1, 'the full batch');
    stream.write('d');
    await until(() => batches().length === 2, 'the window to end');
    expect(batches()).toEqual(['a,b,c', 'd']);
  });

  it('reads in parallel, in order for each key', async () => {
    const stream = new FakeStream();
    const keys = ['k1', 'k2', 'k3', 'k4', 'k5'];
    for (let round = 0; round < 4; round += 1)
      for (const key of keys) stream.write(key, { round: { N: String(round) } });
    const answer = `
      for (const it of records) console.log('seen ' + it.dynamodb.Keys.id.S + ':' + it.dynamodb.NewImage.round.N);
      await new Promise((resolve) => setTimeout(resolve, 40));`;
    const { name } = await start(stream, answer, { ParallelizationFactor: 3, BatchSize: 2 });
    const seen = () => harness.logged(name).flatMap((line) => /seen (\S+)/.exec(line)?.slice(1) ?? []);
    await until(() => seen().length === 20, 'all records');
    for (const key of keys) {
      expect(seen().filter((it) => it.startsWith(key))).toEqual([0, 1, 2, 3].map((round) => `${key}:${round}`));
    }
    expect(seen()).not.toEqual(keys.flatMap(() => keys.map((key) => `${key}:0`)));
  });

  it('reads a shard after its parent', async () => {
    const stream = new FakeStream();
    stream.shards = [{ ShardId: 'shard-1' }, { ShardId: 'shard-2', ...{ ParentShardId: 'shard-1' } }];
    stream.write('child', {}, { shard: 'shard-2' });
    stream.write('parent');
    const { batches } = await start(stream, '');
    await until(() => batches().length === 1, 'the parent');
    stream.write('parent again');
    stream.closed.add('shard-1');
    stream.notify();
    await until(() => batches().length === 3, 'the child');
    expect(batches().at(-1)).toBe('child');
  });

  it('leaves nothing out where it starts at LATEST on an empty stream and ends before the first record', async () => {
    const stream = new FakeStream();
    stream.shards = [];
    await start(stream, '', { StartingPosition: 'LATEST' });
    await harness.close('keep');
    stream.shards = [{ ShardId: 'shard-1' }];
    stream.write('first');
    const { batches } = await start(stream, '', { StartingPosition: 'LATEST' }, harness.directory);
    await until(() => batches().length === 1, 'the batch');
    expect(batches()).toEqual(['first']);
  });

  it('starts at LATEST only the first time', async () => {
    const stream = new FakeStream();
    stream.write('before');
    const { batches } = await start(stream, '', { StartingPosition: 'LATEST' });
    stream.write('after');
    await until(() => batches().length === 1, 'the batch');
    expect(batches()).toEqual(['after']);
    await harness.close('keep');
    stream.write('missed');
    const again = await start(stream, '', { StartingPosition: 'LATEST' }, harness.directory);
    await until(() => again.batches().length === 2, 'the batch');
    expect(again.batches()).toEqual(['after', 'missed']);
  });

  it('does not start where the role lacks a permission on the stream or the destination', () => {
    harness = startHarness({ authorize: (_, action) => action === 'dynamodb:GetRecords' });
    const name = harness.define('export const handler = () => 1;');
    const properties = {
      EventSourceArn: STREAM,
      FunctionName: name,
      StartingPosition: 'LATEST',
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    };
    expect(() => harness.lambda.defineEventSourceMapping({ logicalId: 'Relay', name: 'x' }, properties)).toThrow(
      `${ROLE} of ${name} may not dynamodb:GetShardIterator on ${STREAM}, dynamodb:DescribeStream on ${STREAM}, ` +
        `dynamodb:ListStreams on ${STREAM}, sqs:SendMessage on ${DEAD_LETTERS}`,
    );
  });
});
