import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** The one document client of a program. */
export const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

export type Item = Record<string, NativeAttributeValue>;

/**
 * What a failed condition says: the item as it was (asked for by `ReturnValuesOnConditionCheckFailure`), or undefined
 * where there was none. Any other error is thrown on.
 */
export function conditionFailure(error: unknown): { item: Item | undefined } {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return { item: error.Item ? unmarshall(error.Item) : undefined };
}
