import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { getItems } from '../aws/batch-get.ts';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { revisionOf } from './allowlist.ts';
import { INDEXES, type Key, partition, USER_SORT_KEY, userKey } from './keys.ts';
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

/** Only a user who is not being deleted has the attribute, which the list of users is made of. */
const IS_PRESENT = 'attribute_exists(kind)';

function deletedAt({ deleted_at }: Item): unknown {
  return deleted_at;
}

export function userKeyOf(locator: string) {
  return { pk: partition(locator), sk: USER_SORT_KEY };
}

/** The new user, or why there is none: one of that id exists, or is not erased yet. */
export async function createUser(
  fields: NewUser,
  secretHash: Uint8Array,
  now: number,
): Promise<User | 'exists' | 'being_deleted'> {
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
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    const { item = {} } = conditionFailure(error);
    return deletedAt(item) === undefined ? 'exists' : 'being_deleted';
  }
  return user;
}

export async function getUser(id: string): Promise<User | undefined> {
  return readUser(userKey(id));
}

export async function getUserByLocator(locator: string): Promise<User | undefined> {
  return readUser(userKeyOf(locator));
}

/** Always the latest state: whoever finds no user drops what was to be done for one. */
async function readUser(Key: Key): Promise<User | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: { ...Key }, ConsistentRead: true }),
  );
  return readUserItem(Item);
}

/** The user of an item as DynamoDB returns it; a tombstone is none. */
export function readUserItem(item: Item | undefined): User | undefined {
  return item && deletedAt(item) === undefined ? userSchema.parse(item) : undefined;
}

type Changes<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined };

/** The user with the given settings in place, or undefined where there is no such user. */
export async function changeSettings(id: string, settings: Changes<UserSettings>): Promise<User | undefined> {
  const { ip_allowlist } = settings;
  const allowlist = ip_allowlist && revisionOf(ip_allowlist);
  return changeUser(id, { ...settings, allowlist }, ip_allowlist && !allowlist ? ['allowlist'] : []);
}

/** What a user may send; `plan` in the place of a limit: as the plan has it. */
export interface Allowance {
  plan: PlanName;
  signals_quota: number | null | 'plan';
  rate_per_minute: number | null | 'plan';
  rate_per_hour: number | null | 'plan';
  webhook_enabled: boolean;
}

export async function changeAllowance(id: string, allowance: Changes<Allowance>): Promise<User | undefined> {
  const { plan = [], own = [] } = Object.groupBy(Object.entries(allowance), ([, value]) =>
    value === 'plan' ? 'plan' : 'own',
  );
  return changeUser(
    id,
    Object.fromEntries(own),
    plan.map(([name]) => name),
  );
}

/** Puts a new secret in the old one's place, which opens until `graceEnd` (epoch milliseconds) or not at all. */
export async function rotateSecret(id: string, secretHash: Uint8Array, graceEnd?: number): Promise<User | undefined> {
  const grace =
    graceEnd === undefined
      ? ' REMOVE previous_secret_hash, previous_secret_until'
      : ', previous_secret_hash = secret_hash, previous_secret_until = :end';
  return updateUser(id, {
    UpdateExpression: `SET secret_hash = :secret${grace}`,
    ExpressionAttributeValues: { ':secret': secretHash, ':end': graceEnd },
  });
}

/** The user with attributes set and others removed; what is undefined stays as it is. */
async function changeUser(id: string, changes: Item, removed: readonly string[]): Promise<User | undefined> {
  const update = setAndRemove(changes, removed);
  return update.UpdateExpression === '' ? getUser(id) : updateUser(id, update);
}

/** The changed user, or undefined where there is none. */
async function updateUser(
  id: string,
  update: {
    UpdateExpression: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Item;
  },
): Promise<User | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: userKey(id),
        ConditionExpression: IS_PRESENT,
        ReturnValues: 'ALL_NEW',
        ...update,
      }),
    );
    return userSchema.parse(Attributes);
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
}

/** A page of all users, newest first; `before` is the position that the page before ended with. */
export async function listUsers(
  limit: number,
  before: string | undefined,
): Promise<{ users: User[]; next: string | undefined }> {
  const { name, partitionKey } = INDEXES.users;
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      IndexName: name,
      KeyConditionExpression: `${partitionKey} = :user`,
      ExpressionAttributeValues: { ':user': 'user' },
      ScanIndexForward: false,
      Limit: limit,
      ...(before === undefined ? {} : { ExclusiveStartKey: startKey(before) }),
    }),
  );
  const { items } = await getItems(
    TableName(),
    Items.map(({ pk, sk }) => ({ pk, sk })),
  );
  const byPartition = new Map(items.map((item) => [item['pk'], item]));
  return {
    // A user deleted a moment ago may still stand in the index.
    users: Items.flatMap(({ pk }) => readUserItem(byPartition.get(pk)) ?? []),
    next: LastEvaluatedKey && `${LastEvaluatedKey['created_at']} ${LastEvaluatedKey['pk']}`,
  };
}

function startKey(position: string): Item {
  const [created_at, pk] = position.split(' ');
  return { kind: 'user', created_at, pk, sk: USER_SORT_KEY };
}

/** Notes what the latest capture that ended tells of the queue in front of this user; an older one changes nothing. */
export async function noteCapture(
  locator: string,
  sequence: number,
  measured: Pick<User, 'capture_seconds' | 'wait_per_capture'>,
): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: userKeyOf(locator),
        ConditionExpression: `${IS_PRESENT} AND (attribute_not_exists(captured) OR captured < :captured)`,
        ...setAndRemove({ captured: sequence, ...measured }, []),
      }),
    );
  } catch (error) {
    conditionFailure(error);
  }
}

/**
 * Puts a tombstone in the user's place: gone for every reader at once, and what was theirs is erased behind it. False
 * where there is no such user.
 */
export async function deleteUser(id: string, now: number): Promise<boolean> {
  const deleted_at = new Date(now).toISOString();
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { ...userKey(id), user_id: id, deleted_at },
        ConditionExpression: IS_PRESENT,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return true;
  } catch (error) {
    // The SDK sends again where the answer was lost: then it is our own tombstone that stands there.
    return conditionFailure(error).item?.['deleted_at'] === deleted_at;
  }
}

/** Whether the tombstone of this deletion still stands: as long as it does, all in the partition was the deleted user's. */
export async function isBeingDeleted(locator: string, deletedAt: string): Promise<boolean> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: userKeyOf(locator), ConsistentRead: true }),
  );
  return Item?.['deleted_at'] === deletedAt;
}

/** Takes the tombstone of this deletion away, so that the id is free again. */
export async function endDeletion(locator: string, deletedAt: string): Promise<void> {
  await dynamodb
    .send(
      new DeleteCommand({
        TableName: TableName(),
        Key: userKeyOf(locator),
        ConditionExpression: 'deleted_at = :deleted_at',
        ExpressionAttributeValues: { ':deleted_at': deletedAt },
      }),
    )
    .catch(conditionFailure);
}
