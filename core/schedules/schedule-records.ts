import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { cancellation, dynamodb, PASSING, type TransactWriteItem } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { timedId } from '../timed-id.ts';
import { type Schedule, scheduleSchema } from './schedule.ts';

/** Every access to the schedules' items in the operations table: pk `SCHEDULES`, sk the id. */

const KIND = 'SCHEDULES';
const TRIES = 10;
const LONGEST_WAIT_MS = 100;
const TableName = () => environment('OPERATIONS_TABLE');
const Key = (id: string) => ({ pk: KIND, sk: id });

const itemSchema = z.object({
  sk: z.string(),
  schedule: scheduleSchema,
  /** Of the schedule; whoever changes it says which one it has read. */
  revision: z.number(),
  /** The newest generation whose timer is as it should be. */
  followed: z._default(z.number(), 0),
});

export interface StoredSchedule {
  id: string;
  schedule: Schedule;
  revision: number;
  followed: number;
}

function read(item: unknown): StoredSchedule {
  const { sk: id, ...stored } = itemSchema.parse(item);
  return { id, ...stored };
}

/** Earlier ones have eight digits at their end. */
const ID = /^schedule_\d{8}_\d{6}_[\da-f]{6,8}$/;

export const newScheduleId = (now: number): string => timedId('schedule', now, randomBytes(2).readUInt16BE());

/** Also one that is deleted, as long as its timer may be there. What is no id is nobody's. */
export async function getSchedule(id: string): Promise<StoredSchedule | undefined> {
  if (!ID.test(id)) return undefined;
  const { Item } = await dynamodb.send(new GetCommand({ TableName: TableName(), Key: Key(id), ConsistentRead: true }));
  return Item && read(Item);
}

/** The newest first; `before` is the id at which the next page begins. */
export async function listSchedules(
  limit: number,
  before: string | undefined,
): Promise<{ schedules: StoredSchedule[]; before: string | undefined }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': KIND },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
      ...(before !== undefined && { ExclusiveStartKey: Key(before) }),
    }),
  );
  const found = Items.map(read);
  return {
    schedules: found.filter(({ schedule }) => !schedule.deleted),
    before: LastEvaluatedKey && found.at(-1)?.id,
  };
}

/** The write of a schedule, for a transaction. Its condition fails where it is not as it was read. */
export function scheduleWrite({ id, revision }: Pick<StoredSchedule, 'id' | 'revision'>, schedule: Schedule) {
  const update = setAndRemove({ schedule, revision: revision + 1 }, []);
  return {
    Update: {
      TableName: TableName(),
      Key: Key(id),
      ...update,
      ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : '#revision = :was',
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...(revision > 0 && { ':was': revision }) },
    },
  } satisfies TransactWriteItem;
}

/**
 * Stores what follows from what was read, revision 0 for a new one; false where somebody else was faster. As a transaction:
 * the SDK sends again what got no answer, and a mere write would find its own and take it for another's.
 * @param alongside what is written with it, all or nothing
 */
export async function saveSchedule(
  read: Pick<StoredSchedule, 'id' | 'revision'>,
  schedule: Schedule,
  alongside: TransactWriteItem[] = [],
): Promise<boolean> {
  const TransactItems = [scheduleWrite(read, schedule), ...alongside];
  return succeeds(() => dynamodb.send(new TransactWriteCommand({ TransactItems })));
}

/** Notes that the timer of this generation is as it should be; false where another one has begun. */
export async function noteFollowed(id: string, generation: number): Promise<boolean> {
  return succeeds(() =>
    dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: Key(id),
        ConditionExpression: 'schedule.generation = :generation',
        UpdateExpression: 'SET followed = :generation',
        ExpressionAttributeValues: { ':generation': generation },
      }),
    ),
  );
}

/** Takes a deleted one away, whose timer is gone. */
export async function eraseSchedule(id: string, generation: number): Promise<boolean> {
  return succeeds(() =>
    dynamodb.send(
      new DeleteCommand({
        TableName: TableName(),
        Key: Key(id),
        ConditionExpression: 'schedule.generation = :generation',
        ExpressionAttributeValues: { ':generation': generation },
      }),
    ),
  );
}

/** False where the condition fails; a transaction that has hold of the item is waited for. */
async function succeeds(send: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return true;
    } catch (error) {
      const reasons = refusals(error);
      if (reasons.includes('ConditionalCheckFailed')) return false;
      if (attempt === TRIES || !reasons.some((reason) => PASSING.has(reason ?? ''))) throw error;
      await sleep(Math.random() * LONGEST_WAIT_MS);
    }
  }
}

/** Why it was not written; any other error is thrown on. */
function refusals(error: unknown): (string | undefined)[] {
  if (error instanceof ConditionalCheckFailedException) return ['ConditionalCheckFailed'];
  return error instanceof TransactionConflictException ? ['TransactionConflict'] : cancellation(error);
}
