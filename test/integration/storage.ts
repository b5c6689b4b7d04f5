import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BatchWriteCommand, DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { partition } from '../../core/alerts/keys.ts';
import type { TestRun } from './local-run.ts';

/** Those with a queue of jobs. */
type Construct = 'Exports' | 'Deletion' | 'Notifications';

const LETTER_WAIT_MS = 60_000;

/** All that lies in a run's table and buckets, as its operator sees and changes it. */
export class Storage {
  readonly #table: string;
  readonly #documents: DynamoDBDocumentClient;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;
  #bucketNames: Promise<string[]> | undefined;

  constructor(run: TestRun) {
    const { endpointUrl: endpoint, region, accessKeyId, secretAccessKey } = run.outputs.aws;
    const client = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    this.#table = String(run.outputs.stackOutputs['AlertsTable']);
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(client), {
      marshallOptions: { removeUndefinedValues: true },
    });
    this.#s3 = new S3Client({ ...client, forcePathStyle: true });
    this.#sqs = new SQSClient(client);
  }

  /** The sort keys of a user's items. */
  async items(locator: string): Promise<string[]> {
    const pages = paginateQuery(
      { client: this.#documents },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition(locator) },
        ConsistentRead: true,
      },
    );
    const found: string[] = [];
    for await (const { Items = [] } of pages) found.push(...Items.map(({ sk }) => String(sk)));
    return found;
  }

  async put(items: readonly Record<string, unknown>[]): Promise<void> {
    const requests = items.map((Item) => ({ PutRequest: { Item: { ...Item } } }));
    for (let start = 0; start < requests.length; start += 25) {
      const batch = requests.slice(start, start + 25);
      await this.#documents.send(new BatchWriteCommand({ RequestItems: { [this.#table]: batch } }));
    }
  }

  /** The keys of the objects in all buckets that have this text in them. */
  async objects(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const Bucket of await this.buckets()) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, { Bucket })) {
        found.push(...Contents.map(({ Key }) => String(Key)).filter((key) => key.includes(text)));
      }
    }
    return found.sort();
  }

  /** Puts objects where their kind belongs: `images/…`, `exports/…`. */
  async putObjects(keys: readonly string[]): Promise<void> {
    const buckets = await this.buckets();
    for (let start = 0; start < keys.length; start += 20) {
      await Promise.all(
        keys.slice(start, start + 20).map((Key) => {
          const Bucket = buckets.find((name) => name.includes(Key.startsWith('images/') ? 'captures' : 'exports'));
          return this.#s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
        }),
      );
    }
  }

  /** A job for the function of a construct. */
  async sendTo(construct: Construct, job: unknown): Promise<void> {
    await this.#sqs.send(
      new SendMessageCommand({ QueueUrl: await this.queue(construct), MessageBody: JSON.stringify(job) }),
    );
  }

  async queue(construct: Construct, kind: 'Queue' | 'DeadLetters' = 'Queue'): Promise<string> {
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({}));
    return QueueUrls.find((url) => url.includes(`${construct}${kind}`)) ?? '';
  }

  /** The dead letter of a construct's that has these texts in it, once it is there; it stays. */
  async deadLetter(construct: Construct, ...texts: string[]): Promise<unknown> {
    const QueueUrl = await this.queue(construct, 'DeadLetters');
    const receive = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 1 };
    for (const until = Date.now() + LETTER_WAIT_MS; Date.now() < until; ) {
      const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand(receive));
      const found = Messages.find(({ Body = '' }) => texts.every((text) => Body.includes(text)));
      if (found?.Body !== undefined) return JSON.parse(found.Body);
    }
    throw new Error(`No dead letter of ${construct} has ${texts.join(', ')}`);
  }

  async buckets(): Promise<string[]> {
    this.#bucketNames ??= this.#s3
      .send(new ListBucketsCommand())
      .then(({ Buckets = [] }) => Buckets.map(({ Name }) => String(Name)));
    return this.#bucketNames;
  }

  close(): void {
    for (const client of [this.#documents, this.#s3, this.#sqs]) client.destroy();
  }
}
