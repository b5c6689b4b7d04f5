import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  type NativeAttributeValue,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** The one document client of a program. */
export const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  // An object may have a key `constructor`, which makes it look like an instance of some class.
  marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
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

/** One entry of a transaction of the document client: `{ Update: … }`, `{ Delete: … }` or `{ Put: … }`. */
export type TransactWriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Why a transaction is refused when others write the same items: it was, or will be, another's turn. */
export const PASSING = new Set(['ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError']);

/** Why each item of a transaction was refused; any other error is thrown on. */
export function cancellation(error: unknown): (string | undefined)[] {
  if (!(error instanceof TransactionCanceledException)) throw error;
  return (error.CancellationReasons ?? []).map(({ Code }) => Code);
}
