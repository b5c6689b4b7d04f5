import { setTimeout } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { ApiError } from '../http/errors.ts';
import { dynamodb, type Item } from './dynamodb.ts';

/** What one BatchGetItem takes. */
const KEYS_PER_CALL = 100;

/** Tries of a call, with waits of up to 50, 100, 200 and 400 ms between them. */
const TRIES = 5;
const FIRST_WAIT_MS = 50;

/**
 * The items of these keys that exist, in any order, by consistent reads unless told otherwise, and the read units they took.
 * @throws ApiError `unavailable` where DynamoDB throttles for too long.
 */
export async function getItems(
  table: string,
  keys: readonly Item[],
  ConsistentRead = true,
): Promise<{ items: Item[]; units: number }> {
  const items: Item[] = [];
  let units = 0;
  for (let start = 0; start < keys.length; start += KEYS_PER_CALL) {
    let Keys: Item[] = keys.slice(start, start + KEYS_PER_CALL);
    for (let attempt = 0; Keys.length > 0; attempt += 1) {
      if (attempt === TRIES) throw new ApiError('unavailable', {}, { 'retry-after': '1' });
      if (attempt > 0) await setTimeout(Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
      const { Responses, UnprocessedKeys, ConsumedCapacity } = await dynamodb.send(
        new BatchGetCommand({
          RequestItems: { [table]: { Keys, ConsistentRead } },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      items.push(...(Responses?.[table] ?? []));
      units += (ConsumedCapacity ?? []).reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return { items, units };
}
