import { z } from 'zod';
import type { Fields } from '../../../../local/aws/dynamodb/requests.ts';
import { type Item, sameItem, scalarText } from '../../../../local/aws/dynamodb/values.ts';
import type { Running } from './server.ts';

const item = z.custom<Item>((value) => typeof value === 'object' && value !== null);

const recordFields = z.looseObject({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.looseObject({
    Keys: item,
    NewImage: item.optional(),
    OldImage: item.optional(),
    SequenceNumber: z.string(),
  }),
});
export type StreamRecord = z.infer<typeof recordFields>;

const answerFields = z.object({ Records: z.array(recordFields), NextShardIterator: z.string() });
const shardFields = z.object({
  StreamDescription: z.object({ Shards: z.tuple([z.object({ ShardId: z.string() })]) }),
});

export function recordsOf(body: Fields): StreamRecord[] {
  return answerFields.parse(body).Records;
}

/** An attribute that is a string or number. */
export function textIn(item: Item | undefined, name: string): string | undefined {
  const value = item?.[name];
  return value && scalarText(value);
}

/** All records that a stream still holds, oldest first. */
export async function readStream(running: Pick<Running, 'call'>, StreamArn: string): Promise<StreamRecord[]> {
  const described = await running.call('DynamoDBStreams_20120810.DescribeStream', { StreamArn });
  const [{ ShardId }] = shardFields.parse(described.body).StreamDescription.Shards;
  const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let ShardIterator = (await running.call('DynamoDBStreams_20120810.GetShardIterator', start)).body['ShardIterator'];
  const records: StreamRecord[] = [];
  while (true) {
    const { body } = await running.call('DynamoDBStreams_20120810.GetRecords', { ShardIterator });
    const page = answerFields.parse(body);
    if (page.Records.length === 0) return records;
    records.push(...page.Records);
    ShardIterator = page.NextShardIterator;
  }
}

/**
 * The table that the records make up, by key.
 * @throws Error where a record's old image is not what the records before it left.
 */
export function folded(records: StreamRecord[]): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const { dynamodb } of records) {
    const key = JSON.stringify(dynamodb.Keys);
    if (!sameItem(items.get(key), dynamodb.OldImage)) {
      throw new Error(`A record is missing or made up before ${JSON.stringify(dynamodb)}`);
    }
    if (dynamodb.NewImage) items.set(key, dynamodb.NewImage);
    else items.delete(key);
  }
  return items;
}
