import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../aws/service.ts';
import type { Call } from '../types.ts';

const shard = z.object({ ShardId: z.string(), ParentShardId: z.string().optional() });
const description = z.object({
  StreamDescription: z.object({ Shards: z.array(shard).default([]), LastEvaluatedShardId: z.string().optional() }),
});
const iterator = z.object({ ShardIterator: z.string() });
const record = z
  .object({
    eventID: z.string(),
    eventName: z.string(),
    dynamodb: z
      .object({ SequenceNumber: z.string(), ApproximateCreationDateTime: z.number(), Keys: z.unknown() })
      .loose(),
  })
  .loose();
const page = z.object({ Records: z.array(record).default([]), NextShardIterator: z.string().optional() });

export type Shard = z.output<typeof shard>;
export type RawRecord = z.output<typeof record>;

/** Records of one shard in order; `next` is undefined after the last of a shard that has ended. */
export interface Page {
  records: RawRecord[];
  next: string | undefined;
}

/** A DynamoDB stream, read as a role. */
export class StreamApi {
  readonly #stream: string;
  readonly #call: (operation: string, input: object) => Promise<unknown>;

  constructor(call: Call, role: string, stream: string) {
    this.#stream = stream;
    this.#call = (operation, input) => call(role, 'dynamodb', operation, input);
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let after: string | undefined;
    do {
      const answer = await this.#call('DescribeStream', {
        StreamArn: this.#stream,
        ...(after !== undefined && { ExclusiveStartShardId: after }),
      });
      const { Shards, LastEvaluatedShardId } = description.parse(answer).StreamDescription;
      shards.push(...Shards);
      after = LastEvaluatedShardId;
    } while (after !== undefined);
    return shards;
  }

  /**
   * An iterator behind the record of this sequence number; '' is the beginning of the shard, and so is a record that
   * the stream has forgotten meanwhile.
   */
  async iterator(shardId: string, sequenceNumber: string): Promise<string> {
    const where = { StreamArn: this.#stream, ShardId: shardId };
    const start = { ...where, ShardIteratorType: 'TRIM_HORIZON' };
    if (sequenceNumber === '') return iterator.parse(await this.#call('GetShardIterator', start)).ShardIterator;
    const after = { ...where, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber };
    try {
      return iterator.parse(await this.#call('GetShardIterator', after)).ShardIterator;
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'TrimmedDataAccessException') throw error;
      return iterator.parse(await this.#call('GetShardIterator', start)).ShardIterator;
    }
  }

  /** At most `limit` records (1 to 1000). */
  async records(shardIterator: string, limit: number): Promise<Page> {
    const answer = page.parse(await this.#call('GetRecords', { ShardIterator: shardIterator, Limit: limit }));
    return { records: answer.Records, next: answer.NextShardIterator };
  }

  /** The last sequence number of a shard as it is now; '' where it has no records. */
  async end(shardId: string): Promise<string> {
    let last = '';
    let next: string | undefined = await this.iterator(shardId, '');
    while (next !== undefined) {
      const { records, next: following }: Page = await this.records(next, 1000);
      if (records.length === 0) break;
      last = records.at(-1)?.dynamodb.SequenceNumber ?? last;
      next = following;
    }
    return last;
  }
}

/** Which of `lanes` readers takes an item's changes: always the same one for one key. */
export function laneOf(it: RawRecord, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash('md5').update(JSON.stringify(it.dynamodb.Keys)).digest().readUInt32BE(0) % lanes;
}
