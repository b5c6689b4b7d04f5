import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { AwsRequest } from '../../../../local/aws/service.ts';
import { bench } from './harness.ts';

const ARN = 'arn:aws:sqs:eu-west-1:000000000000:';

describe('a queue', () => {
  test('has the attributes of its template, also of a changed one, and keeps its messages', async () => {
    const first = await bench();
    const policy = { deadLetterTargetArn: `${ARN}dead`, maxReceiveCount: 10 };
    first.queue('dead', { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    const url = first.queue('jobs', {
      VisibilityTimeout: 180,
      RedrivePolicy: policy,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(url).toBe(`${first.served.endpoint}/000000000000/jobs`);
    await first.send(url, 'm');
    const all = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    expect((await first.client.send(all)).Attributes).toEqual({
      QueueArn: `${ARN}jobs`,
      VisibilityTimeout: '180',
      DelaySeconds: '0',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      MaximumMessageSize: '1048576',
      SqsManagedSseEnabled: 'true',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
      RedrivePolicy: JSON.stringify(policy),
    });
    await first.sqs.close();

    const second = await bench(first.dir);
    const again = second.queue('jobs', { VisibilityTimeout: '60', RedrivePolicy: JSON.stringify(policy) });
    const { Attributes } = await second.client.send(
      new GetQueueAttributesCommand({ QueueUrl: again, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '60', RedrivePolicy: JSON.stringify(policy) });
    expect(await second.bodies(again)).toEqual(['m']);
  });

  test.each([
    ['FifoQueue', { FifoQueue: true }, 'AWS::SQS::Queue jobs: FifoQueue is not supported by the local run'],
    ['ContentBasedDeduplication', { ContentBasedDeduplication: true }, 'ContentBasedDeduplication is not supported'],
    ['VisibilityTimeout', { VisibilityTimeout: 43_201 }, 'VisibilityTimeout'],
    ['DelaySeconds', { DelaySeconds: 'soon' }, 'DelaySeconds'],
    ['RedrivePolicy', { RedrivePolicy: '{' }, 'RedrivePolicy: is not JSON'],
    [
      'redriveAllow',
      { RedrivePolicy: { deadLetterTargetArn: 'x', maxReceiveCount: 0 } },
      'RedrivePolicy.maxReceiveCount',
    ],
    ['QueueName', { QueueName: 'other' }, 'QueueName is other'],
  ])('refuses %s', async (_, properties, message) => {
    const { sqs } = await bench();
    expect(() => sqs.defineQueue('jobs', properties)).toThrow(message);
  });

  test('is found by name, listed in pages, changed and emptied', async () => {
    const { client, queue, send, bodies } = await bench();
    const url = queue('jobs-1');
    queue('jobs-2');
    queue('other');
    expect(await client.send(new GetQueueUrlCommand({ QueueName: 'jobs-1' }))).toMatchObject({ QueueUrl: url });
    const page = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'jobs', MaxResults: 1 }));
    expect(page.QueueUrls).toEqual([url]);
    const { NextToken } = page;
    const rest = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'jobs', MaxResults: 1, NextToken }));
    expect(rest.QueueUrls).toEqual([url.replace('jobs-1', 'jobs-2')]);
    expect(rest.NextToken).toBeUndefined();

    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await set({ DelaySeconds: '900' });
    await send(url, 'm');
    expect(await bodies(url)).toEqual([]);
    await expect(set({ DelaySeconds: '901' })).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(set({ Colour: 'red' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });

    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    const counts = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(counts.Attributes).toMatchObject({ ApproximateNumberOfMessagesDelayed: '0' });
    await expect(client.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
    });
  });

  test('that does not exist is the error that the SDK knows', async () => {
    const { served, send } = await bench();
    const url = `${served.endpoint}/000000000000/nowhere`;
    await expect(send(url, 'm')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      $fault: 'client',
    });
  });

  test('is reached at the root and at its own path', async () => {
    const { served, queue, bodies } = await bench();
    const url = queue('jobs');
    for (const to of [served.endpoint, url]) {
      const answer = await fetch(to, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.SendMessage', 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ QueueUrl: url, MessageBody: 'm' }),
      });
      expect(answer.status).toBe(200);
    }
    expect(await bodies(url, { MaxNumberOfMessages: 10 })).toEqual(['m', 'm']);
  });

  test.each([
    ['{', 'SerializationException'],
    ['{}', 'MissingParameter'],
    ['[]', 'InvalidParameterValue'],
    ['{"QueueUrl":"x/000000000000/jobs","MessageBody":7}', 'InvalidParameterValue'],
  ])('refuses the request %s', async (body, code) => {
    const { served } = await bench();
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const answer = await fetch(served.endpoint, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-query-error')).toBe(`${code};Sender`);
    expect(await answer.json()).toMatchObject({ __type: `com.amazonaws.sqs#${code}`, message: expect.any(String) });
  });
});

describe('permissions', () => {
  const request = (operation: string, input: object): AwsRequest => ({
    operation,
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(input)),
  });
  const QueueUrl = 'http://127.0.0.1:1/000000000000/jobs';

  test.each([
    ['SendMessage', { QueueUrl }, [['sqs:SendMessage', `${ARN}jobs`]]],
    ['SendMessageBatch', { QueueUrl }, [['sqs:SendMessage', `${ARN}jobs`]]],
    ['DeleteMessageBatch', { QueueUrl }, [['sqs:DeleteMessage', `${ARN}jobs`]]],
    ['ChangeMessageVisibilityBatch', { QueueUrl }, [['sqs:ChangeMessageVisibility', `${ARN}jobs`]]],
    ['GetQueueUrl', { QueueName: 'jobs' }, [['sqs:GetQueueUrl', `${ARN}jobs`]]],
    ['ListQueues', {}, [['sqs:ListQueues', '*']]],
    [
      'StartMessageMoveTask',
      { SourceArn: `${ARN}dead`, DestinationArn: `${ARN}jobs` },
      [
        ['sqs:StartMessageMoveTask', `${ARN}dead`],
        ['sqs:ReceiveMessage', `${ARN}dead`],
        ['sqs:DeleteMessage', `${ARN}dead`],
        ['sqs:GetQueueAttributes', `${ARN}dead`],
        ['sqs:SendMessage', `${ARN}jobs`],
      ],
    ],
  ])('%s', async (operation, input, expected) => {
    const { sqs } = await bench();
    const asked = sqs.permissions(request(operation, input));
    expect(asked.map(({ action, resource }) => [action, resource])).toEqual(expected);
  });

  test('an encrypted queue needs its key', async () => {
    const { sqs } = await bench();
    const key = 'arn:aws:kms:eu-west-1:000000000000:key/1';
    sqs.defineQueue('jobs', { KmsMasterKeyId: key });
    const asked = sqs.permissions(request('SendMessage', { QueueUrl }));
    expect(asked.map(({ action }) => action)).toEqual(['sqs:SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt']);
    expect(asked[1]).toMatchObject({ resource: key, context: { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' } });
    sqs.defineQueue('jobs', { KmsMasterKeyId: 'alias/aws/sqs' });
    expect(sqs.permissions(request('SendMessage', { QueueUrl }))).toHaveLength(1);
  });
});
