import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Call } from '../../../local/lambda/types.ts';
import { type Harness, ROLE, startHarness, until } from './harness.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:jobs';

interface Message {
  id: string;
  body: string;
  receives: number;
  isVisible: boolean;
}

/** As much of a queue as a mapping calls: what is received stays invisible until `reappear`. */
class FakeQueue {
  readonly messages: Message[] = [];
  readonly receives: unknown[] = [];
  visibilityTimeout = '60';
  #wake: (() => void)[] = [];

  send(...bodies: string[]): void {
    for (const body of bodies) this.messages.push({ id: `m-${body}`, body, receives: 0, isVisible: true });
    this.#notify();
  }

  reappear(): void {
    for (const message of this.messages) message.isVisible = true;
    this.#notify();
  }

  readonly call: Call = async (role, service, operation, input, signal) => {
    expect([role, service]).toEqual([ROLE, 'sqs']);
    expect(input).toHaveProperty('QueueUrl', 'http://127.0.0.1:9/000000000000/jobs');
    if (operation === 'GetQueueAttributes') return { Attributes: { VisibilityTimeout: this.visibilityTimeout } };
    if (operation === 'ReceiveMessage') return await this.#receive(input, signal);
    if (operation === 'DeleteMessageBatch') return this.#delete(input);
    throw new Error(operation);
  };

  async #receive(input: object, signal: AbortSignal | undefined): Promise<object> {
    this.receives.push(input);
    const { MaxNumberOfMessages: most, WaitTimeSeconds: wait } = z
      .object({ MaxNumberOfMessages: z.number(), WaitTimeSeconds: z.number() })
      .parse(input);
    const deadline = Date.now() + wait * 1000;
    for (;;) {
      const given = this.messages.filter((it) => it.isVisible).slice(0, most);
      if (given.length > 0 || Date.now() >= deadline || signal?.aborted === true) {
        for (const message of given) {
          message.isVisible = false;
          message.receives += 1;
        }
        return given.length === 0 ? {} : { Messages: given.map((it) => this.#wire(it)) };
      }
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        signal?.addEventListener('abort', () => resolve());
        setTimeout(resolve, deadline - Date.now());
      });
    }
  }

  #wire(it: Message): object {
    return {
      MessageId: it.id,
      ReceiptHandle: `${it.id}/${it.receives}`,
      Body: it.body,
      MD5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
      Attributes: { ApproximateReceiveCount: String(it.receives), SentTimestamp: '1700000000000' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    };
  }

  #delete(input: object): object {
    const { Entries } = z.object({ Entries: z.array(z.object({ ReceiptHandle: z.string() })).max(10) }).parse(input);
    for (const { ReceiptHandle } of Entries) {
      const index = this.messages.findIndex((it) => it.id === ReceiptHandle.split('/')[0]);
      if (index >= 0) this.messages.splice(index, 1);
    }
    return { Successful: [], Failed: [] };
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

let harness: Harness;
afterEach(() => harness.close());

/** A function with one mapping, which answers what its code says and logs each batch's bodies. */
async function start(queue: FakeQueue, answer: string, properties: object = {}, functionProperties: object = {}) {
  harness = startHarness({ call: queue.call });
  const name = harness.define(
    `let running = 0;
     export const handler = async (event) => {
       console.log('batch ' + event.Records.map((it) => it.body).join(',') + ' beside ' + running++);
       try { ${answer} } finally { running -= 1; }
     };`,
    functionProperties,
  );
  harness.lambda.defineEventSourceMapping(
    { logicalId: 'Jobs', name: 'mapping' },
    { EventSourceArn: QUEUE, FunctionName: name, ...properties },
  );
  await harness.lambda.start();
  return {
    name,
    batches: () => harness.logged(name).flatMap((line) => /batch (\S+) beside/.exec(line)?.slice(1) ?? []),
  };
}

describe('an SQS event source mapping', () => {
  it('hands batches over in the shape of Lambda and deletes what was handled', async () => {
    const queue = new FakeQueue();
    queue.send('a', 'b', 'c');
    const { name } = await start(queue, 'console.log(JSON.stringify(event.Records[0]));', { BatchSize: 2 });
    await until(() => queue.messages.length === 0, 'the queue to be empty');
    const line = harness.logged(name).find((it) => it.includes('"m-a"')) ?? '';
    expect(JSON.parse(line.slice(line.indexOf('{')))).toEqual({
      messageId: 'm-a',
      receiptHandle: 'm-a/1',
      body: 'a',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000' },
      messageAttributes: { kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' } },
      md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
      awsRegion: 'eu-west-1',
    });
  });

  it('leaves a failed batch on the queue, and of a partial failure only what failed', async () => {
    const queue = new FakeQueue();
    const answer = `
      if (event.Records.some((it) => it.body === 'throws')) throw new Error('no');
      return { batchItemFailures: event.Records.filter((it) => it.body === 'bad').map((it) => ({ itemIdentifier: it.messageId })) };`;
    const { batches } = await start(queue, answer, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    queue.send('good', 'bad');
    await until(() => queue.messages.length === 1, 'the good one to be deleted');
    expect(queue.messages).toMatchObject([{ body: 'bad', receives: 1, isVisible: false }]);
    queue.send('fine', 'throws');
    await until(() => batches().length === 2, 'the second batch');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(queue.messages.map((it) => it.body)).toEqual(['bad', 'fine', 'throws']);
    queue.reappear();
    await until(() => batches().length === 3, 'the messages to come again');
    expect(batches()[2]).toBe('bad,fine,throws');
  });

  it.each([
    ['an empty identifier', `return { batchItemFailures: [{ itemIdentifier: '' }] };`],
    ['an unknown identifier', `return { batchItemFailures: [{ itemIdentifier: 'other' }] };`],
    ['another key', `return { batchItemFailures: [{ id: 'm-a' }] };`],
    ['a timeout', 'await new Promise((resolve) => setTimeout(resolve, 5000));'],
  ])('%s fails the whole batch', async (_, answer) => {
    const queue = new FakeQueue();
    queue.send('a', 'b');
    const response = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    const { name } = await start(queue, answer, response, { Timeout: 1 });
    await until(() => harness.logged(name).some((line) => line.startsWith('REPORT')), 'the invocation');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(queue.messages.map((it) => it.receives)).toEqual([1, 1]);
  });

  it('runs up to its maximum concurrency, and receives nothing it can not hand over', async () => {
    const queue = new FakeQueue();
    queue.send('a', 'b', 'c', 'd', 'e');
    const { name } = await start(queue, 'await new Promise((resolve) => setTimeout(resolve, 100));', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 3 },
    });
    await until(() => queue.messages.filter((it) => it.receives > 0).length === 3, 'three to be received');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(queue.messages.filter((it) => it.receives > 0).length).toBe(3);
    await until(() => queue.messages.length === 0, 'the queue to be empty');
    expect(harness.logged(name).filter((line) => line.startsWith('REPORT')).length).toBe(5);
  });

  it('gathers a larger batch within its window', async () => {
    const queue = new FakeQueue();
    const { batches } = await start(queue, '', { BatchSize: 25, MaximumBatchingWindowInSeconds: 1 });
    queue.send(...Array.from({ length: 12 }, (_, index) => `x${index}`));
    setTimeout(() => queue.send('late'), 200);
    await until(() => queue.messages.length === 0, 'the queue to be empty');
    expect(batches()).toEqual([`${Array.from({ length: 12 }, (_, index) => `x${index}`).join(',')},late`]);
  });

  it('deletes what its filter leaves out', async () => {
    const queue = new FakeQueue();
    queue.send('plain', '{"kind":"wanted"}', '{"kind":"other"}');
    const { batches } = await start(queue, '', {
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["wanted"]}}' }] },
    });
    await until(() => queue.messages.length === 0, 'the queue to be empty');
    expect(batches()).toEqual(['{"kind":"wanted"}']);
  });

  it('closes while it waits for an instance', async () => {
    const queue = new FakeQueue();
    queue.send('a');
    await start(queue, '', {}, { ReservedConcurrentExecutions: 0 });
    await harness.lambda.close();
    expect(queue.messages).toMatchObject([{ receives: 0 }]);
  });

  it('does not start where messages would come back while the function still runs', async () => {
    const queue = new FakeQueue();
    queue.visibilityTimeout = '10';
    await expect(start(queue, '', {}, { Timeout: 11 })).rejects.toThrow(
      'Jobs: Queue visibility timeout: 10 seconds is less than Function timeout: 11 seconds',
    );
  });

  it('does not start where the role lacks a permission', () => {
    harness = startHarness({ authorize: (_, action) => action !== 'sqs:DeleteMessage' });
    const name = harness.define('export const handler = () => 1;');
    const properties = { EventSourceArn: QUEUE, FunctionName: name };
    expect(() => harness.lambda.defineEventSourceMapping({ logicalId: 'Jobs', name: 'x' }, properties)).toThrow(
      `Jobs: the execution role ${ROLE} of ${name} may not sqs:DeleteMessage on ${QUEUE}`,
    );
  });

  it.each([
    [{ BatchSize: 11 }, 'BatchSize above 10 needs a MaximumBatchingWindowInSeconds'],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, 'ScalingConfig.MaximumConcurrency'],
    [{ EventSourceArn: `${QUEUE}.fifo` }, 'FIFO queues are not supported'],
    [{ ProvisionedPollerConfig: {} }, 'ProvisionedPollerConfig is not supported'],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"body":[{"wildcard":"a*"}]}' }] } }, 'pattern {"body"'],
  ])('%o is refused', (properties, message) => {
    harness = startHarness();
    const name = harness.define('export const handler = () => 1;');
    const all = { EventSourceArn: QUEUE, FunctionName: name, ...properties };
    expect(() => harness.lambda.defineEventSourceMapping({ logicalId: 'Jobs', name: 'x' }, all)).toThrow(message);
  });
});
