import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import WebSocket from 'ws';
import { z } from 'zod';
import { type VigiaClient, vigiaClient } from '../../../client/index.ts';
import type { LocalRun } from '../../../local/run.ts';

/** What lies in a run, and what it told, as its operator and a dashboard see it. */

const pushSchema = z.object({ type: z.string(), user_id: z.string(), data: z.looseObject({ id: z.string() }) });
export type Push = z.output<typeof pushSchema>;

export class World {
  readonly vigia: VigiaClient;
  readonly heard: Push[] = [];
  readonly #run: LocalRun;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;
  #socket: WebSocket | undefined;

  constructor(run: LocalRun) {
    const { aws, apiUrl, adminApiKey: apiKey } = run.outputs;
    const { endpointUrl: endpoint, region, ...credentials } = aws;
    this.#run = run;
    this.vigia = vigiaClient({ apiUrl, apiKey });
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    this.#sqs = new SQSClient({ endpoint, region, credentials });
  }

  /** A dashboard that hears of every user. */
  async listen(): Promise<void> {
    const { data } = await this.vigia.POST('/api/socket-tickets');
    this.#socket = new WebSocket(`${this.#run.outputs.webSocketUrl}?ticket=${data?.ticket}`);
    this.#socket.on('message', (text) => this.heard.push(pushSchema.parse(JSON.parse(String(text)))));
    await once(this.#socket, 'open');
  }

  /** The keys of all images. */
  async images(): Promise<string[]> {
    const Bucket = (await this.#buckets()).find((name) => name.includes('images')) ?? '';
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, { Bucket })) {
      keys.push(...Contents.map(({ Key }) => String(Key)));
    }
    return keys;
  }

  /** Waits until no queue but those of dead letters holds anything; answers those that do when time is over. */
  async drain(milliseconds: number): Promise<string[]> {
    const urls = (await this.#queues()).filter((url) => !isOfDeadLetters(url));
    for (const until = Date.now() + milliseconds; ; await sleep(1000)) {
      const depths = await Promise.all(urls.map((url) => this.#depth(url)));
      const left = urls.filter((_, index) => depths[index] !== 0);
      if (left.length === 0 || Date.now() > until) return left;
    }
  }

  /** The bodies of all dead letters, by queue. */
  async deadLetters(): Promise<Map<string, string[]>> {
    const letters = new Map<string, string[]>();
    for (const QueueUrl of (await this.#queues()).filter(isOfDeadLetters)) {
      const bodies: string[] = [];
      for (;;) {
        const taken = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
        const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand(taken));
        if (Messages.length === 0) break;
        bodies.push(...Messages.map(({ Body }) => String(Body)));
      }
      letters.set(QueueUrl.split('/').at(-1) ?? '', bodies);
    }
    return letters;
  }

  close(): void {
    this.#socket?.terminate();
    this.#s3.destroy();
    this.#sqs.destroy();
  }

  async #buckets(): Promise<string[]> {
    const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
    const { Buckets = [] } = await this.#s3.send(new ListBucketsCommand());
    return Buckets.map(({ Name }) => String(Name));
  }

  async #queues(): Promise<string[]> {
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({}));
    return QueueUrls;
  }

  async #depth(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const counts = Object.entries(Attributes).flatMap(([name, value]) => (/^Approximate/.test(name) ? [value] : []));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }
}

function isOfDeadLetters(url: string): boolean {
  return /DeadLetters|Failures/.test(url);
}
