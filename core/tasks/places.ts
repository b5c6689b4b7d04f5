import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb, type TransactWriteItem } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';

/**
 * Who may run, and who waits to, in the operations table:
 *
 *     pk PLACES          sk <kind>              holders: the names of those that have a place
 *     pk QUEUED_<kind>   sk <asked at>#<name>   one that waits, in the order of asking
 *
 * Both change only in one transaction with the record that they tell of, so that no crash and no two callers at once
 * make them differ.
 */

const TableName = () => environment('OPERATIONS_TABLE');
const placesKey = (kind: string) => ({ pk: 'PLACES', sk: kind });
const queueName = (kind: string) => `QUEUED_${kind}`;
/** Times of thirteen digits sort as text until the year 2286. */
const queuedKey = (kind: string, name: string, askedAt: number) => ({ pk: queueName(kind), sk: `${askedAt}#${name}` });

const placesSchema = z.object({ holders: z._default(z.set(z.string()), new Set()) });

/** @param limit of holders; undefined: whoever runs already has a place, however many they are */
export function takePlace(kind: string, name: string, limit: number | undefined): TransactWriteItem {
  const isFree = 'attribute_not_exists(holders) OR size(holders) < :limit OR contains(holders, :name)';
  return {
    Update: {
      TableName: TableName(),
      Key: placesKey(kind),
      UpdateExpression: 'ADD holders :own',
      ...(limit !== undefined && { ConditionExpression: isFree }),
      ExpressionAttributeValues: {
        ':own': new Set([name]),
        ...(limit !== undefined && { ':limit': limit, ':name': name }),
      },
    },
  };
}

export function givePlaceBack(kind: string, name: string): TransactWriteItem {
  return {
    Update: {
      TableName: TableName(),
      Key: placesKey(kind),
      UpdateExpression: 'DELETE holders :own',
      ExpressionAttributeValues: { ':own': new Set([name]) },
    },
  };
}

export async function placeHolders(kind: string): Promise<Set<string>> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: placesKey(kind), ConsistentRead: true }),
  );
  return placesSchema.parse(Item ?? {}).holders;
}

export function enterQueue(kind: string, name: string, askedAt: number): TransactWriteItem {
  return { Put: { TableName: TableName(), Item: queuedKey(kind, name, askedAt) } };
}

export function leaveQueue(kind: string, name: string, askedAt: number): TransactWriteItem {
  return { Delete: { TableName: TableName(), Key: queuedKey(kind, name, askedAt) } };
}

/** Those that have waited longest, by name. */
export async function firstQueued(kind: string, limit: number): Promise<string[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': queueName(kind) },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return z
    .array(z.object({ sk: z.string() }))
    .parse(Items)
    .map(({ sk }) => sk.slice(sk.indexOf('#') + 1));
}
