import { setTimeout } from 'node:timers/promises';
import { BatchWriteCommand, type BatchWriteCommandInput, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type Key, partition, USER_SORT_KEY } from '../../core/alerts/keys.ts';
import { dynamodb } from '../../core/aws/dynamodb.ts';
import { environment } from '../../core/aws/environment.ts';
import type { Page } from './page.ts';

/** What DynamoDB takes in one call. */
const ITEMS_PER_CALL = 25;
const CALLS_AT_ONCE = 8;

const TRIES = 8;
const FIRST_WAIT_MS = 50;

type Deletion = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** All items of a user's partition but the tombstone itself, a megabyte a page. */
export async function* pagesOfItems(locator: string): AsyncGenerator<Page> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: environment('ALERTS_TABLE'),
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeValues: { ':pk': partition(locator) },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    const keys = Items.filter(({ sk }) => sk !== USER_SORT_KEY);
    if (keys.length === 0) continue;
    yield { size: keys.length, erase: () => deleteItems(keys.map(({ pk, sk }) => ({ pk, sk }))) };
  }
}

async function deleteItems(keys: readonly Key[]): Promise<void> {
  const calls: Deletion[][] = [];
  for (let start = 0; start < keys.length; start += ITEMS_PER_CALL) {
    calls.push(keys.slice(start, start + ITEMS_PER_CALL).map((Key) => ({ DeleteRequest: { Key: { ...Key } } })));
  }
  for (let start = 0; start < calls.length; start += CALLS_AT_ONCE) {
    await Promise.all(calls.slice(start, start + CALLS_AT_ONCE).map(deleteAll));
  }
}

/** What DynamoDB leaves undone, since it throttles, is tried again after growing waits. */
async function deleteAll(deletions: Deletion[]): Promise<void> {
  const TableName = environment('ALERTS_TABLE');
  let left = deletions;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === TRIES) throw new Error(`${left.length} items were not deleted in ${TRIES} tries`);
    if (attempt > 0) await setTimeout(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
    const { UnprocessedItems = {} } = await dynamodb.send(
      new BatchWriteCommand({ RequestItems: { [TableName]: left } }),
    );
    left = UnprocessedItems[TableName] ?? [];
  }
}
