import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bench, handleOf, sleep } from './harness.ts';

describe('a message', () => {
  test('comes back with its body, attributes, digests and facts', async () => {
    const { client, queue, receive } = await bench();
    const url = queue('jobs');
    const before = Date.now();
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: 'señal 🐸',
        MessageGroupId: 'user|1',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'chart' },
          'kind.of': { DataType: 'String.label', StringValue: 'ñ' },
          size: { DataType: 'Number', StringValue: '12.5' },
          blob: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
        },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
      }),
    );
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update('señal 🐸').digest('hex'));
    const [message] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'señal 🐸',
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'chart' },
        'kind.of': { DataType: 'String.label', StringValue: 'ñ' },
        size: { DataType: 'Number', StringValue: '12.5' },
        blob: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
      },
      Attributes: {
        ApproximateReceiveCount: '1',
        MessageGroupId: 'user|1',
        SenderId: '000000000000',
        AWSTraceHeader: 'Root=1-2-3',
      },
    });
    for (const name of ['SentTimestamp', 'ApproximateFirstReceiveTimestamp'] as const) {
      expect(Number(message?.Attributes?.[name])).toBeGreaterThanOrEqual(before);
    }
    expect(await receive(url)).toEqual([]);
  });

  test('has the attribute digest that the developer guide describes', async () => {
    const { client, queue } = await bench();
    const attributes = { a: { DataType: 'String', StringValue: 'x' } };
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl: queue('jobs'), MessageBody: 'm', MessageAttributes: attributes }),
    );
    const encoded = Buffer.from('\0\0\0\x01a\0\0\0\x06String\x01\0\0\0\x01x', 'latin1');
    expect(sent.MD5OfMessageAttributes).toBe(createHash('md5').update(encoded).digest('hex'));
  });

  test('gives only the attributes that were asked for', async () => {
    const { queue, send, receive } = await bench();
    const url = queue('jobs', { VisibilityTimeout: 0 });
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await send(url, 'm', { MessageAttributes: { 'price.open': text('1'), 'price.close': text('2'), kind: text('3') } });
    const names = async (asked: string[]) => {
      const [message] = await receive(url, { MessageAttributeNames: asked, MessageSystemAttributeNames: [] });
      await sleep(2);
      expect(message?.Attributes).toBeUndefined();
      return Object.keys(message?.MessageAttributes ?? {}).sort();
    };
    expect(await names(['price.*'])).toEqual(['price.close', 'price.open']);
    expect(await names(['kind'])).toEqual(['kind']);
    expect(await names([])).toEqual([]);
  });

  test('of any text goes through, byte by byte', async () => {
    const { queue, send, receive } = await bench();
    const url = queue('jobs');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        fc.pre(!/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text));
        await send(url, text);
        expect((await receive(url))[0]?.Body).toBe(text);
      }),
      { numRuns: 15 },
    );
  });

  test('is refused where SQS refuses it', async () => {
    const { queue, send } = await bench();
    const url = queue('jobs', { MaximumMessageSize: 1024 });
    await send(url, 'x'.repeat(1024));
    await expect(send(url, 'ñ'.repeat(513))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, 'a\u0000b')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(send(url, '')).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(send(url, 'm', { DelaySeconds: 901 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, 'm', { MessageGroupId: 'a b' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const attribute = { a: { DataType: 'Text', StringValue: 'x' } };
    await expect(send(url, 'm', { MessageAttributes: attribute })).rejects.toThrow("type 'Text'");
  });

  test('may have 1 MiB and no byte more', async () => {
    const { queue, send, receive } = await bench();
    const url = queue('jobs');
    await send(url, 'x'.repeat(1_048_576));
    await expect(send(url, 'x'.repeat(1_048_577))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    expect((await receive(url))[0]?.Body).toHaveLength(1_048_576);
  });
});

describe.concurrent('visibility', () => {
  test('a received message is back after its timeout, counted, under another handle', async () => {
    const { client, queue, send, receive } = await bench();
    const url = queue('jobs');
    await send(url, 'm');
    const [first] = await receive(url, { VisibilityTimeout: 1 });
    expect(await receive(url)).toEqual([]);
    await sleep(1020);
    const [second] = await receive(url);
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: first?.Attributes?.ApproximateFirstReceiveTimestamp,
    });

    const held = async () => {
      const all = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      return (await client.send(all)).Attributes?.['ApproximateNumberOfMessagesNotVisible'];
    };
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handleOf(first) }));
    expect(await held()).toBe('1');
    const stale = { QueueUrl: url, ReceiptHandle: handleOf(first), VisibilityTimeout: 5 };
    await expect(client.send(new ChangeMessageVisibilityCommand(stale))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handleOf(second) }));
    expect(await held()).toBe('0');
  });

  test('0 gives it back at once, a longer one keeps it, and 12 hours is the end', async () => {
    const { client, queue, send, receive } = await bench();
    const url = queue('jobs', { VisibilityTimeout: 1 });
    await send(url, 'm');
    const change = (ReceiptHandle: string, VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    await change(handleOf((await receive(url))[0]), 0);
    const handle = handleOf((await receive(url))[0]);
    await change(handle, 30);
    await sleep(1100);
    expect(await receive(url)).toEqual([]);
    await expect(change(handle, 43_201)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(change(handle, 43_200)).rejects.toThrow('beyond the limit');
    await change(handle, 0);
    await expect(change(handle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
    expect(await receive(url)).toEqual([]);
  });

  test('a receive may set its own timeout, also none', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    await send(url, 'm');
    expect(await bodies(url, { VisibilityTimeout: 0, MaxNumberOfMessages: 10 })).toEqual(['m']);
    await sleep(2);
    expect(await bodies(url, { VisibilityTimeout: 100 })).toEqual(['m']);
    expect(await bodies(url)).toEqual([]);
  });

  test('a handle that is none, or of another queue, is an error', async () => {
    const { client, queue, send, receive } = await bench();
    const url = queue('jobs');
    const other = queue('other');
    await send(other, 'm');
    for (const handle of ['nonsense', handleOf((await receive(other))[0])]) {
      const call = client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
      await expect(call).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    }
  });

  test('delays count from the sending; a message may have its own', async () => {
    const { client, queue, send, bodies } = await bench();
    const url = queue('jobs', { DelaySeconds: '1' });
    await send(url, 'late');
    await send(url, 'now', { DelaySeconds: 0 });
    expect(await bodies(url, { MaxNumberOfMessages: 10 })).toEqual(['now']);
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      DelaySeconds: '1',
    });
    await sleep(1020);
    expect(await bodies(url, { MaxNumberOfMessages: 10 })).toEqual(['late']);
  });
});

describe('batches', () => {
  test('send, hold and delete ten, each entry by itself', async () => {
    const { client, queue, receive } = await bench();
    const url = queue('jobs');
    const entries = Array.from({ length: 10 }, (_, n) => ({ Id: `e${n}`, MessageBody: `m${n}` }));
    const bad = entries.map((entry, n) => (n === 3 ? { ...entry, MessageBody: 'bad \u0001' } : entry));
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: bad }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['e0', 'e1', 'e2', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9']);
    expect(sent.Failed).toMatchObject([{ Id: 'e3', SenderFault: true, Code: 'InvalidMessageContents' }]);

    const messages = await receive(url, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['m0', 'm1', 'm2', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
    const held = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: messages.map((message, n) => ({
          Id: `v${n}`,
          ReceiptHandle: handleOf(message),
          VisibilityTimeout: n === 0 ? 99_999 : 0,
        })),
      }),
    );
    expect(held.Failed).toMatchObject([{ Id: 'v0', Code: 'InvalidParameterValue' }]);
    const again = await receive(url, { MaxNumberOfMessages: 10 });
    expect(again).toHaveLength(8);

    const gone = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', ReceiptHandle: handleOf(again[0]) },
          { Id: 'b', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(gone).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }] });
  });

  test.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, n) => `e${n}`)],
    ['BatchEntryIdsNotDistinct', ['a', 'a']],
    ['InvalidBatchEntryId', ['a b']],
  ])('%s', async (name, ids) => {
    const { client, queue, bodies } = await bench();
    const url = queue('jobs');
    const Entries = ids.map((Id) => ({ Id, MessageBody: 'm' }));
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toMatchObject({ name });
    expect(await bodies(url)).toEqual([]);
  });

  test('together have at most 1 MiB', async () => {
    const { client, queue } = await bench();
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id.repeat(600_000) }));
    const call = client.send(new SendMessageBatchCommand({ QueueUrl: queue('jobs'), Entries }));
    await expect(call).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });
});
