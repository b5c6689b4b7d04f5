import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { EXPIRES, expiresAt } from '../aws/expiry.ts';
import { HOUR_MS } from './sample.ts';

/** Points in time, in the operations table: sk the time, ISO 8601. A point that is stored twice is there once. */

export const RESOLUTIONS = ['1m', '1h'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

const DAY_MS = 24 * HOUR_MS;
/** A day and a month, and an hour for who asks at their last moment. */
export const KEPT_MS = { '1m': DAY_MS + HOUR_MS, '1h': 30 * DAY_MS + HOUR_MS };

/** Epoch milliseconds, `to` excluded. */
export interface Stretch {
  from: number;
  to: number;
}

export const EVER: Stretch = { from: 0, to: Date.parse('9999-01-01T00:00:00.000Z') };

export function isoText(at: number): string {
  return new Date(at).toISOString();
}

const TableName = () => environment('OPERATIONS_TABLE');

/** @param at ISO 8601 */
export async function putPoint(pk: string, at: string, resolution: Resolution, content: Item): Promise<void> {
  const Item = { pk, sk: at, ...content, ...expiresAt(Date.parse(at) + KEPT_MS[resolution]) };
  await dynamodb.send(new PutCommand({ TableName: TableName(), Item }));
}

/** At most `limit` points (a thousand fit into one answer of DynamoDB's), newest first; `sk` is their time. */
export async function pointsIn(pk: string, { from, to }: Stretch, limit: number, now: number): Promise<Item[]> {
  // DynamoDB refuses an end before the begin.
  if (to <= from) return [];
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      // Times are written to the millisecond.
      ExpressionAttributeValues: { ':pk': pk, ':from': isoText(from), ':to': isoText(to - 1) },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.filter((item) => Number(item[EXPIRES]) * 1000 > now);
}
