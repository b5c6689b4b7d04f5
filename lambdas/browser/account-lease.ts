import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailure, dynamodb } from '../../core/aws/dynamodb.ts';
import { environment } from '../../core/aws/environment.ts';
import { expiresAt } from '../../core/aws/expiry.ts';
import { logger } from '../../core/log.ts';

/**
 * One TradingView account at a time: of a plan's chart connections TradingView closes the oldest. One item for each
 * account in use in the operations table, pk `LEASE#<account>`; its owner takes it away, and a crash leaves it until it
 * ends.
 */

/** Longer than the function may run: whoever held a lease that has ended is gone. */
const LEASE_MS = 60_000;

const TableName = () => environment('OPERATIONS_TABLE');

function itemKey(account: string) {
  return { pk: `LEASE#${account}`, sk: 'lease' };
}

/** Runs the work while no other owner has the account; undefined where one has it now. */
export async function withAccount<T>(account: string, owner: string, work: () => Promise<T>): Promise<T | undefined> {
  if (!(await take(account, owner, Date.now()))) return undefined;
  try {
    return await work();
  } finally {
    await release(account, owner);
  }
}

async function take(account: string, owner: string, now: number): Promise<boolean> {
  const until = now + LEASE_MS;
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { ...itemKey(account), owner, until, ...expiresAt(until) },
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
async function release(account: string, owner: string): Promise<void> {
  await dynamodb
    .send(
      new DeleteCommand({
        TableName: TableName(),
        Key: itemKey(account),
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': owner },
      }),
    )
    .catch(conditionFailure)
    .catch((error: unknown) => logger.warn('A lease stays until it ends', { error }));
}
