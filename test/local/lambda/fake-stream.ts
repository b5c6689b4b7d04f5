import { z } from 'zod';
import type { Call, OnStreamRecords } from '../../../local/lambda/types.ts';

export const STREAM = 'arn:aws:dynamodb:eu-west-1:000000000000:table/alerts/stream/2026-01-01T00:00:00.000';

interface Stored {
  shard: string;
  sequenceNumber: string;
  key: string;
  image: Record<string, unknown>;
  createdAt: number;
}

const named = z.object({ ShardId: z.string(), ShardIteratorType: z.string(), SequenceNumber: z.string().optional() });
const reading = z.object({ ShardIterator: z.string(), Limit: z.number() });

/** As much of DynamoDB Streams as a mapping calls, and a queue that keeps what is sent to it. */
export class FakeStream {
  readonly records: Stored[] = [];
  readonly sent: { queueUrl: string; body: unknown }[] = [];
  readonly calls: string[] = [];
  shards = [{ ShardId: 'shard-1' }];
  /** Shards whose last record has been written. */
  readonly closed = new Set<string>();
  #listeners = new Set<() => void>();

  write(key: string, image: Record<string, unknown> = {}, { shard = 'shard-1', age = 0 } = {}): string {
    const sequenceNumber = String(this.records.length + 1).padStart(21, '0');
    this.records.push({ shard, sequenceNumber, key, image, createdAt: Date.now() / 1000 - age });
    this.notify();
    return sequenceNumber;
  }

  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  readonly onStreamRecords: OnStreamRecords = (_, listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly call: Call = async (_role, _service, operation, input) => {
    this.calls.push(operation);
    if (operation === 'DescribeStream') return { StreamDescription: { Shards: this.shards } };
    if (operation === 'GetShardIterator') return this.#iterator(input);
    if (operation === 'GetRecords') return this.#read(input);
    if (operation === 'SendMessage') {
      const { QueueUrl, MessageBody } = z.object({ QueueUrl: z.string(), MessageBody: z.string() }).parse(input);
      this.sent.push({ queueUrl: QueueUrl, body: JSON.parse(MessageBody) });
      return { MessageId: 'm' };
    }
    throw new Error(operation);
  };

  #of(shard: string): Stored[] {
    return this.records.filter((it) => it.shard === shard);
  }

  #iterator(input: object): object {
    const { ShardId, ShardIteratorType, SequenceNumber } = named.parse(input);
    const records = this.#of(ShardId);
    const after = records.findIndex((it) => it.sequenceNumber === SequenceNumber) + 1;
    if (ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' && after === 0) throw new Error('unknown sequence number');
    return { ShardIterator: `${ShardId}/${ShardIteratorType === 'TRIM_HORIZON' ? 0 : after}` };
  }

  #read(input: object): object {
    const { ShardIterator, Limit } = reading.parse(input);
    const [shard = '', start = '0'] = ShardIterator.split('/');
    const records = this.#of(shard);
    const page = records.slice(Number(start), Number(start) + Limit);
    const end = Number(start) + page.length;
    const isOver = this.closed.has(shard) && end === records.length;
    return {
      Records: page.map((it) => ({
        eventID: it.sequenceNumber,
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          ApproximateCreationDateTime: it.createdAt,
          Keys: { id: { S: it.key } },
          NewImage: { id: { S: it.key }, ...it.image },
          SequenceNumber: it.sequenceNumber,
          SizeBytes: 10,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      })),
      ...(!isOver && { NextShardIterator: `${shard}/${end}` }),
    };
  }
}
