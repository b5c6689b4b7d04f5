import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import WebSocket from 'ws';
import { z } from 'zod';
import { type VigiaClient, vigiaClient } from '../../../client/index.ts';
import { indexKeys, signalKey } from '../../../core/alerts/keys.ts';
import type { LocalRun } from '../../../local/run.ts';

/** What lies in a run, and what it told, as its operator and a dashboard see it. */

const pushSchema = z.object({ type: z.string(), user_id: z.string(), data: z.looseObject({ id: z.string() }) });
export type Push = z.output<typeof pushSchema>;

const RELAYED_MS = 120_000;

export class World {
  readonly vigia: VigiaClient;
  readonly heard: Push[] = [];
  readonly #run: LocalRun;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;
  readonly #table: { documents: DynamoDBDocumentClient; TableName: string | undefined };
  #socket: WebSocket | undefined;

  constructor(run: LocalRun) {
    const { aws, apiUrl, adminApiKey: apiKey } = run.outputs;
    const { endpointUrl: endpoint, region, ...credentials } = aws;
    this.#run = run;
    this.vigia = vigiaClient({ apiUrl, apiKey });
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    this.#sqs = new SQSClient({ endpoint, region, credentials });
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
    this.#table = { documents, TableName: run.outputs.stackOutputs['AlertsTable'] };
  }

  /** A dashboard that hears of every user. */
  async listen(): Promise<void> {
    const { data } = await this.vigia.POST('/api/socket-tickets');
    this.#socket = new WebSocket(`${this.#run.outputs.webSocketUrl}?ticket=${data?.ticket}`);
    this.#socket.on('message', (text) => {
      // What is told of no user, as metrics are, is of no signal.
      const push = pushSchema.safeParse(JSON.parse(String(text)));
      if (push.success) this.heard.push(push.data);
    });
    await once(this.#socket, 'open');
  }

  /**
   * Puts a signal of that time into the table whose capture waits, and no job for it anywhere: the relay makes none for
   * who is no user yet. It tells dashboards last.
   */
  async strand({ id: user_id, locator }: { id: string; locator: string }, id: string, at: number): Promise<void> {
    const { documents, TableName } = this.#table;
    const facts = { symbol: 'BTCUSDT', message: 'BINANCE:BTCUSDT buy at 1', parse_status: 'partial' };
    const capture = { generation: 1, screenshot_status: 'pending', capturing: locator, updated_at: iso(at) };
    const keys = { ...signalKey(locator, id), ...indexKeys(locator, facts) };
    const Item = { ...keys, id, user_id, sequence: 1, ...facts, ...capture };
    await documents.send(new PutCommand({ TableName, Item }));
    for (const until = Date.now() + RELAYED_MS; Date.now() < until; await sleep(50)) {
      if (this.heard.some(({ data }) => data.id === id)) return;
    }
    throw new Error('The relay did not tell of the signal');
  }

  signOut(sessionId: string): void {
    this.#run.outsideWorld.tradingView?.expire(sessionId);
  }

  runSchedules(): void {
    this.#run.cloud.runSchedules();
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
    this.#table.documents.destroy();
    this.#sqs.destroy();
  }

  async #buckets(): Promise<string[]> {
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

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isOfDeadLetters(url: string): boolean {
  return /DeadLetters|Failures/.test(url);
}
