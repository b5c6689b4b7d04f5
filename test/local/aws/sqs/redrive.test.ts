import {
  CancelMessageMoveTaskCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bench, sleep } from './harness.ts';

const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
const redrive = (maxReceiveCount: number) => ({
  VisibilityTimeout: 0,
  RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount },
});

afterEach(() => {
  vi.useRealTimers();
});

async function visible(client: SQSClient, url: string): Promise<string | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] });
  return (await client.send(command)).Attributes?.['ApproximateNumberOfMessages'];
}

/** The last task of that dead-letter queue, when it is over. */
async function finished(client: SQSClient, source: string) {
  for (;;) {
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: arn(source) }));
    if (Results?.[0]?.Status !== 'RUNNING') return Results?.[0];
    await sleep(10);
  }
}

describe('a dead-letter queue', () => {
  test.each([1, 3])('gets a message at the receive after the last of %i', async (most) => {
    const { client, queue, send, receive } = await bench();
    const dead = queue('dead');
    const url = queue('jobs', redrive(most));
    const id = await send(url, 'm', { MessageGroupId: 'g' });
    let sentAt: string | undefined;
    for (let n = 1; n <= most; n++) {
      const [message] = await receive(url);
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(n));
      sentAt = message?.Attributes?.SentTimestamp;
      await sleep(2);
    }
    expect(await visible(client, dead)).toBe('0');
    expect(await receive(url)).toEqual([]);
    const [message] = await receive(dead);
    expect(message).toMatchObject({
      MessageId: id,
      Attributes: {
        SentTimestamp: sentAt,
        ApproximateReceiveCount: String(most + 1),
        DeadLetterQueueSourceArn: arn('jobs'),
        MessageGroupId: 'g',
      },
    });
  });

  test('wakes its receivers, and a batch passes over what it moved', async () => {
    const { queue, send, bodies } = await bench();
    const dead = queue('dead');
    const url = queue('jobs', redrive(1));
    await send(url, 'bad');
    await bodies(url);
    await send(url, 'good');
    const poll = bodies(dead, { WaitTimeSeconds: 20 });
    await sleep(50);
    expect(await bodies(url, { MaxNumberOfMessages: 10 })).toEqual(['good']);
    expect(await poll).toEqual(['bad']);
  });

  test('knows its sources and may refuse some', async () => {
    const { client, sqs, queue } = await bench();
    const dead = queue('dead', {
      RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [arn('jobs')] },
    });
    const url = queue('jobs', redrive(1));
    const { queueUrls } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(queueUrls).toEqual([url]);
    expect(() => sqs.defineQueue('other', redrive(1))).toThrow(
      'does not permit arn:aws:sqs:eu-west-1:000000000000:other',
    );
  });

  test('counts retention from the sending, also of what came from another queue', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { client, queue, send, bodies } = await bench();
    const dead = queue('dead', { MessageRetentionPeriod: 120 });
    const url = queue('jobs', { ...redrive(1), MessageRetentionPeriod: 300 });
    await send(url, 'moved');
    await send(url, 'old');
    await bodies(url);
    vi.setSystemTime(Date.now() + 100_000);
    await bodies(url, { MaxNumberOfMessages: 10 });
    expect(await visible(client, dead)).toBe('1');
    vi.setSystemTime(Date.now() + 21_000);
    expect(await visible(client, dead)).toBe('0');
    expect(await visible(client, url)).toBe('1');
    vi.setSystemTime(Date.now() + 180_000);
    expect(await bodies(url)).toEqual([]);
  });
});

describe('a move task', () => {
  async function buried(count: number) {
    const made = await bench();
    const dead = made.queue('dead');
    const url = made.queue('jobs', redrive(1));
    for (let n = 0; n < count; n++) await made.send(url, `m${n}`);
    await made.bodies(url, { MaxNumberOfMessages: 10 });
    await sleep(2);
    await made.bodies(url, { MaxNumberOfMessages: 10 });
    return { ...made, dead, url };
  }

  test('brings messages back to their source as new ones and wakes its receivers', async () => {
    const { client, url, dead, receive } = await buried(5);
    const poll = receive(url, { WaitTimeSeconds: 20, MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
    await sleep(50);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: arn('dead') }));
    expect(await finished(client, 'dead')).toMatchObject({
      Status: 'COMPLETED',
      SourceArn: arn('dead'),
      ApproximateNumberOfMessagesMoved: 5,
      ApproximateNumberOfMessagesToMove: 5,
    });
    const messages = await poll;
    expect(messages.map(({ Body }) => Body)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect(messages[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(messages[0]?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    expect(await visible(client, dead)).toBe('0');
  });

  test('takes a destination and a rate, is one at a time, and can be cancelled', async () => {
    const { client, dead, queue } = await buried(5);
    const target = queue('target');
    const start = new StartMessageMoveTaskCommand({
      SourceArn: arn('dead'),
      DestinationArn: arn('target'),
      MaxNumberOfMessagesPerSecond: 2,
    });
    const { TaskHandle } = await client.send(start);
    await expect(client.send(start)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    await vi.waitUntil(async () => (await visible(client, target)) === '1');
    const cancelled = await client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const moved = cancelled.ApproximateNumberOfMessagesMoved ?? 0;
    expect(moved).toBeLessThan(5);
    await sleep(600);
    expect([await visible(client, target), await visible(client, dead)]).toEqual([String(moved), String(5 - moved)]);
    const again = client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await finished(client, 'dead')).toMatchObject({ Status: 'CANCELLED', DestinationArn: arn('target') });
  });

  test('goes on after a restart', async () => {
    const first = await buried(4);
    await first.client.send(
      new StartMessageMoveTaskCommand({ SourceArn: arn('dead'), MaxNumberOfMessagesPerSecond: 20 }),
    );
    await first.sqs.close();
    const { client, url } = await bench(first.dir).then((made) => ({ ...made, url: made.queue('jobs', redrive(1)) }));
    expect(await finished(client, 'dead')).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4 });
    expect(await visible(client, url)).toBe('4');
  });

  test('fails where a message has no source, and needs a dead-letter queue', async () => {
    const { client, queue, send } = await bench();
    const dead = queue('dead');
    const start = new StartMessageMoveTaskCommand({ SourceArn: arn('dead') });
    await expect(client.send(start)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    queue('jobs', redrive(1));
    await send(dead, 'direct');
    await client.send(start);
    expect(await finished(client, 'dead')).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'AWS.SimpleQueueService.CouldNotDetermineMessageSource',
    });
    expect(await visible(client, dead)).toBe('1');
    const unknown = new StartMessageMoveTaskCommand({ SourceArn: arn('nowhere') });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
