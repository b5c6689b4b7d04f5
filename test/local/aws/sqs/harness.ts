import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll } from 'vitest';
import { createSqs, type Sqs } from '../../../../local/aws/sqs/sqs.ts';
import { type Served, serve } from '../serve.ts';

export interface Bench {
  dir: string;
  sqs: Sqs;
  served: Served;
  client: SQSClient;
  /** Defines a queue and returns its URL. */
  queue(name: string, properties?: Record<string, unknown>): string;
  send(url: string, body: string, more?: Record<string, unknown>): Promise<string>;
  receive(url: string, more?: Record<string, unknown>): Promise<Message[]>;
  bodies(url: string, more?: Record<string, unknown>): Promise<(string | undefined)[]>;
}

const cleanups: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sqs-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A queue service over HTTP and a real client for it; gone after the file's tests. */
export async function bench(dir?: string): Promise<Bench> {
  const home = dir ?? (await scratch());
  const sqs = await createSqs({ dir: home });
  const served = await serve(sqs);
  sqs.setEndpoint(served.endpoint);
  const client = new SQSClient(served.client);
  cleanups.push(async () => {
    client.destroy();
    await served.close();
  });
  const receive: Bench['receive'] = async (url, more = {}) => {
    const answer = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['All'], ...more }),
    );
    return answer.Messages ?? [];
  };
  return {
    dir: home,
    sqs,
    served,
    client,
    queue: (name, properties = {}) => sqs.defineQueue(name, properties).url,
    async send(url, body, more = {}) {
      const answer = await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...more }));
      return answer.MessageId ?? '';
    },
    receive,
    bodies: async (url, more = {}) => (await receive(url, more)).map(({ Body }) => Body),
  };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function handleOf(message: Message | undefined): string {
  if (message?.ReceiptHandle === undefined) throw new Error('no message was received');
  return message.ReceiptHandle;
}
