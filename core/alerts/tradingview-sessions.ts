import { DeleteCommand, GetCommand, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { INDEXES, locatorOf, sessionKey } from './keys.ts';

/** Every access to the users' TradingView sessions. */

const sessionSchema = z.object({
  /** The sealed cookies. No two are the same, so that they tell a session from the one before it. */
  cookies: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** SHA-256 of the cookie that names the account's session: what captures of one account find each other by. */
  account: z.string(),
  /** False once TradingView did not know it any more. */
  valid: z.boolean(),
  /** When it was brought, with its user's consent. */
  updated_at: z.string(),
});
export type TradingViewSession = z.output<typeof sessionSchema>;

const TableName = () => environment('ALERTS_TABLE');

const { name: IndexName, partitionKey } = INDEXES.validSessions;
/** What the index has all valid sessions under. */
const VALID = 'valid';

export async function putSession(
  locator: string,
  brought: Pick<TradingViewSession, 'cookies' | 'account'>,
  now: number,
): Promise<TradingViewSession> {
  const session = { ...brought, valid: true, updated_at: new Date(now).toISOString() };
  await dynamodb.send(
    new PutCommand({ TableName: TableName(), Item: { ...sessionKey(locator), ...session, [partitionKey]: VALID } }),
  );
  return session;
}

/** The session as it is now; undefined where the user has none. */
export async function getSession(locator: string): Promise<TradingViewSession | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: { ...sessionKey(locator) }, ConsistentRead: true }),
  );
  return Item && sessionSchema.parse(Item);
}

export async function deleteSession(locator: string): Promise<void> {
  await dynamodb.send(new DeleteCommand({ TableName: TableName(), Key: { ...sessionKey(locator) } }));
}

/** Notes that TradingView does not know the session any more; one that was brought meanwhile stays as it is. */
export async function endSession(locator: string, { cookies }: TradingViewSession): Promise<void> {
  await dynamodb
    .send(
      new UpdateCommand({
        TableName: TableName(),
        Key: { ...sessionKey(locator) },
        ConditionExpression: 'cookies = :cookies',
        UpdateExpression: `SET valid = :false REMOVE ${partitionKey}`,
        ExpressionAttributeValues: { ':cookies': cookies, ':false': false },
      }),
    )
    .catch(conditionFailure);
}

/** The locators of all users whose session was valid when it was last used, a megabyte of keys a page. */
export async function* pagesOfValidSessions(): AsyncGenerator<string[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: TableName(),
      IndexName,
      KeyConditionExpression: `${partitionKey} = :valid`,
      ExpressionAttributeValues: { ':valid': VALID },
    },
  );
  for await (const { Items = [] } of pages) yield Items.map(({ pk }) => locatorOf({ pk: String(pk) }));
}
