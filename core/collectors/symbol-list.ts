import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { symbolSchema } from './collector.ts';

/** The symbols that the named collectors follow: one item of the operations table, until it is written the configuration. */

const Key = { pk: 'COLLECTOR_SYMBOLS', sk: 'list' };
const TableName = () => environment('OPERATIONS_TABLE');
const schema = z.object({ symbols: z.array(symbolSchema), revision: z.number() });
/** Writers of the list at once are few. */
const TRIES = 10;

async function read(configured: readonly string[]): Promise<z.output<typeof schema>> {
  const { Item } = await dynamodb.send(new GetCommand({ TableName: TableName(), Key, ConsistentRead: true }));
  return Item ? schema.parse(Item) : { symbols: [...configured], revision: 0 };
}

export async function symbolList(configured: readonly string[]): Promise<string[]> {
  return (await read(configured)).symbols;
}

/**
 * Changes the list by a rule and answers it; a rule that answers the list itself changes nothing.
 * @throws what the rule throws
 */
export async function changeSymbolList(
  configured: readonly string[],
  rule: (symbols: string[]) => string[],
): Promise<string[]> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { symbols, revision } = await read(configured);
    const wanted = rule(symbols);
    if (wanted === symbols) return symbols;
    try {
      await dynamodb.send(
        new UpdateCommand({
          TableName: TableName(),
          Key,
          ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :revision',
          UpdateExpression: 'SET symbols = :symbols, revision = :next',
          ExpressionAttributeValues: {
            ...(revision > 0 && { ':revision': revision }),
            ':next': revision + 1,
            ':symbols': wanted,
          },
        }),
      );
      return wanted;
    } catch (error) {
      conditionFailure(error);
    }
  }
  throw new Error('The symbol list changes too often to be changed');
}
