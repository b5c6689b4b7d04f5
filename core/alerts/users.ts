import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { type Attempt, admissionUpdate, passedAttributes, type Refusal, refusal } from './admission.ts';
import { partition, USER_SORT_KEY, userKey } from './keys.ts';
import type { PlanLimits } from './plan-limits.ts';
import { DEFAULT_SETTINGS, type PlanName, type User, type UserSettings, userSchema } from './user.ts';

/** Every access to the users' items. */

const TableName = () => environment('ALERTS_TABLE');

export interface NewUser {
  id: string;
  plan: PlanName;
  signals_quota?: number | null | undefined;
  rate_per_minute?: number | null | undefined;
  rate_per_hour?: number | null | undefined;
}

/** Undefined where a user of that id exists already. */
export async function createUser(fields: NewUser, secretHash: Uint8Array, now: number): Promise<User | undefined> {
  const { id, ...limits } = fields;
  const user = {
    user_id: id,
    ...limits,
    ...DEFAULT_SETTINGS,
    created_at: new Date(now).toISOString(),
    webhook_enabled: true,
    secret_hash: secretHash,
    admitted: 0,
  };
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { ...userKey(id), kind: 'user', ...user },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
  return user;
}

export async function getUser(id: string): Promise<User | undefined> {
  return readUser(userKey(id), true);
}

/** For readers that can bear a value that is a moment old. */
export async function getUserByLocator(locator: string): Promise<User | undefined> {
  return readUser({ pk: partition(locator), sk: USER_SORT_KEY }, false);
}

async function readUser(Key: Item, ConsistentRead: boolean): Promise<User | undefined> {
  const { Item } = await dynamodb.send(new GetCommand({ TableName: TableName(), Key, ConsistentRead }));
  return Item && userSchema.parse(Item);
}

/** The user with the given settings in place, or undefined where there is no such user. */
export async function changeSettings(
  id: string,
  settings: { [Name in keyof UserSettings]?: UserSettings[Name] | undefined },
): Promise<User | undefined> {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return getUser(id);
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: userKey(id),
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: `SET ${entries.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return userSchema.parse(Attributes);
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
}

/** Counters and notes that this process saw on users' items and that have passed: the next admission takes them along. */
const passedByLocator = new Map<string, string[]>();
const REMEMBERED_USERS = 1000;

/** Lets an alert in and counts it, or says why not: one write. */
export async function admit(
  locator: string,
  attempt: Attempt,
  plans: PlanLimits,
): Promise<{ admitted: User } | { refused: Refusal }> {
  const passed = passedByLocator.get(locator) ?? [];
  passedByLocator.delete(locator);
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: { pk: partition(locator), sk: USER_SORT_KEY },
        ...admissionUpdate(attempt, plans, passed),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    const user = userSchema.parse(Attributes);
    if (passedByLocator.size < REMEMBERED_USERS) passedByLocator.set(locator, passedAttributes(user, attempt.now));
    return { admitted: user };
  } catch (error) {
    const { item } = conditionFailure(error);
    return { refused: refusal(item && userSchema.parse(item), attempt, plans) };
  }
}

/** Notes what the latest capture that ended tells of the queue in front of this user; an older one changes nothing. */
export async function noteCapture(locator: string, sequence: number, seconds: number): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: { pk: partition(locator), sk: USER_SORT_KEY },
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(captured) OR captured < :sequence)',
        UpdateExpression: 'SET captured = :sequence, capture_seconds = :seconds',
        ExpressionAttributeValues: { ':sequence': sequence, ':seconds': seconds },
      }),
    );
  } catch (error) {
    conditionFailure(error);
  }
}
