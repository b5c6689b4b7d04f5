import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Schemas, VigiaClient } from '../../../client/index.ts';
import type { LocalRun } from '../../../local/run.ts';
import { World } from '../faults/world.ts';
import { PLACES } from './stage.ts';

export type Job = Schemas['Job'];
export type Schedule = Schemas['Schedule'];

const SWEEP_MS = 3000;
/** Of the names that stand for others' jobs. */
const OTHER = 'of-others-';

/** A line that a command wrote of itself: when it began and when it ended, under the id of its process. */
export interface Mark {
  what: 'begin' | 'end';
  process: string;
  /** Of an end. */
  code: number;
}

/** Jobs in a run, as its operator sees them. */
export class JobWorld {
  readonly vigia: VigiaClient;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly #directory: string;
  #swept = 0;
  readonly #world: World;
  readonly #ecs: ECSClient;
  readonly #sqs: SQSClient;
  readonly #table: { documents: DynamoDBDocumentClient; TableName: string | undefined };

  /** @param directory where commands write of themselves */
  constructor(run: LocalRun, directory: string) {
    const { aws, apiUrl, adminApiKey, stackOutputs } = run.outputs;
    const { endpointUrl: endpoint, region, ...credentials } = aws;
    this.#world = new World(run);
    this.vigia = this.#world.vigia;
    this.apiUrl = apiUrl;
    this.apiKey = adminApiKey;
    this.#directory = directory;
    this.#ecs = new ECSClient({ endpoint, region, credentials });
    this.#sqs = new SQSClient({ endpoint, region, credentials });
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
    this.#table = { documents, TableName: stackOutputs['OperationsTable'] };
  }

  drain(milliseconds: number): Promise<string[]> {
    return this.#world.drain(milliseconds);
  }

  deadLetters(): Promise<Map<string, string[]>> {
    return this.#world.deadLetters();
  }

  /** Runs what is scheduled, however many ask for it, each few seconds. */
  runSchedules(): void {
    if (Date.now() < this.#swept + SWEEP_MS) return;
    this.#swept = Date.now();
    this.#world.runSchedules();
  }

  /** Leaves so many places to tenants, or all of them: others have the rest. */
  async fill(free: number = PLACES): Promise<void> {
    const { documents, TableName } = this.#table;
    const Key = { pk: 'PLACES', sk: 'JOBS' };
    const others = (count: number) => ({
      ':others': new Set(Array.from({ length: count }, (_, it) => `${OTHER}${it}`)),
    });
    const change = (action: 'ADD' | 'DELETE', count: number) =>
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: `${action} holders :others`,
        ExpressionAttributeValues: others(count),
      });
    await documents.send(change('DELETE', PLACES));
    if (free < PLACES) await documents.send(change('ADD', PLACES - free));
  }

  /** The names of the jobs that have a place. */
  async places(): Promise<string[]> {
    const { documents, TableName } = this.#table;
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: { pk: 'PLACES', sk: 'JOBS' }, ConsistentRead: true }),
    );
    const holders: unknown = Item?.['holders'];
    return holders instanceof Set ? [...holders].map(String) : [];
  }

  /** The names of the jobs that wait for one. */
  async queued(): Promise<string[]> {
    const { documents, TableName } = this.#table;
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'QUEUED_JOBS' },
        ConsistentRead: true,
      }),
    );
    return Items.map(({ sk }) => String(sk));
  }

  /** The ARNs of the tasks that are to run beside this one. */
  async alive(pid: string): Promise<string[]> {
    const [, cluster = ''] = pid.split('/');
    const { taskArns = [] } = await this.#ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }));
    return taskArns;
  }

  /** The newest first. */
  jobs(): Promise<Job[]> {
    return allPages(async (query) => {
      const { data } = await this.vigia.GET('/jobs', { params: { query } });
      return data && { page: data.jobs, next: data.next_cursor };
    });
  }

  /** The newest first. */
  schedules(): Promise<Schedule[]> {
    return allPages(async (query) => {
      const { data } = await this.vigia.GET('/schedules', { params: { query } });
      return data && { page: data.schedules, next: data.next_cursor };
    });
  }

  async job(job_id: string): Promise<Job> {
    const { data } = await this.vigia.GET('/jobs/{job_id}', { params: { path: { job_id } } });
    if (!data) throw new Error(`The job ${job_id} is not there`);
    return data;
  }

  /** The lines of a job's log. */
  async log(job_id: string): Promise<string[]> {
    const { data } = await this.vigia.GET('/logs/{job_id}', { params: { path: { job_id }, query: { tail: 1000 } } });
    if (!data) throw new Error(`The log of ${job_id} is not there`);
    return data.logs.map(({ message }) => message);
  }

  /** Tells the function of schedules of a time, as a timer does. */
  async fire(schedule_id: string, generation: number, scheduled_at: string): Promise<void> {
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes('SchedulesQueue'));
    const MessageBody = JSON.stringify({ kind: 'fire', schedule_id, generation, scheduled_at });
    await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  /** Where the commands of a name write of themselves. */
  file(name: string): string {
    return join(this.#directory, name);
  }

  /** What they wrote, in its order. */
  async marks(name: string): Promise<Mark[]> {
    const text = await readFile(this.file(name), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [what = '', process = '', code = ''] = line.split(' ');
        return { what: what === 'begin' ? 'begin' : 'end', process, code: Number(code) };
      });
  }

  close(): void {
    this.#world.close();
    this.#ecs.destroy();
    this.#sqs.destroy();
    this.#table.documents.destroy();
  }
}

type Page<T> = { page: readonly T[]; next: string | null };

async function allPages<T>(
  ask: (query: { limit: number; cursor?: string }) => Promise<Page<T> | undefined>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: Page<T> | undefined = await ask({ limit: 200, ...(cursor !== '' && { cursor }) });
    if (!answer) throw new Error('A list could not be read');
    all.push(...answer.page);
    cursor = answer.next;
  }
  return all;
}
