import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { logger } from '../log.ts';
import { conditionFailure, dynamodb } from './dynamodb.ts';
import { environment } from './environment.ts';
import { expiresAt } from './expiry.ts';

/**
 * What only one may do at a time. One item for each name in use in the operations table, pk `LEASE#<name>`; its owner
 * takes it away, and a crash leaves it until it ends.
 */

export interface Lease {
  /** What is had by one alone. */
  name: string;
  /** Of this run and no other. */
  owner: string;
  /** More than the run may last: whoever held a lease that has ended is gone. */
  milliseconds: number;
}

const TableName = () => environment('OPERATIONS_TABLE');
const keyOf = (name: string) => ({ pk: `LEASE#${name}`, sk: 'lease' });

/** Runs the work while nobody else has the name; undefined where somebody has it now. */
export async function withLease<T>(lease: Lease, work: () => Promise<T>): Promise<T | undefined> {
  const isTaken = await take(lease, Date.now()).catch(async (error: unknown) => {
    // It may have been taken all the same.
    await release(lease);
    throw error;
  });
  if (!isTaken) return undefined;
  try {
    return await work();
  } finally {
    await release(lease);
  }
}

async function take({ name, owner, milliseconds }: Lease, now: number): Promise<boolean> {
  const until = now + milliseconds;
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { ...keyOf(name), owner, until, ...expiresAt(until) },
        // Its own it is where the SDK sent again because the answer was lost.
        ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#until': 'until', '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': now, ':owner': owner },
      }),
    );
    return true;
  } catch (error) {
    conditionFailure(error);
    return false;
  }
}

/** What fails here fails nothing: the lease ends by itself. */
async function release({ name, owner }: Lease): Promise<void> {
  await dynamodb
    .send(
      new DeleteCommand({
        TableName: TableName(),
        Key: keyOf(name),
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': owner },
      }),
    )
    .catch(conditionFailure)
    .catch((error: unknown) => logger.warn('A lease stays until it ends', { error }));
}
