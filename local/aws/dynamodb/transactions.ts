import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { consumedByTable } from './batches.ts';
import { addUnits, type CapacityDetail, readUnits, transactional, type Units } from './capacity.ts';
import { type Database, text } from './database.ts';
import { validation } from './errors.ts';
import type { Reads } from './reads.ts';
import {
  type DeleteRequest,
  deleteRequest,
  type Fields,
  getRequest,
  type PutRequest,
  parseFields,
  putRequest,
  updateRequest,
} from './requests.ts';
import { itemSize } from './values.ts';
import { identity, unitsOf, type Write, type Writes } from './writes.ts';

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** How long a repeated ClientRequestToken gets the first answer. */
const TOKEN_MS = 10 * 60_000;

const member = z.record(z.string(), z.unknown());
const detail = z.enum(['NONE', 'TOTAL', 'INDEXES']).optional();
const KINDS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;

const writeFields = z.object({
  TransactItems: z
    .array(z.partialRecord(z.enum(KINDS), member))
    .min(1)
    .max(MAX_ITEMS),
  ClientRequestToken: z.string().min(1).max(36).optional(),
  ReturnConsumedCapacity: detail,
});
const getFields = z.object({
  TransactItems: z
    .array(z.object({ Get: member }))
    .min(1)
    .max(MAX_ITEMS),
  ReturnConsumedCapacity: detail,
});

/** Why one item of a transaction kept all of them from being written. */
interface Reason {
  Code: string;
  Message?: string;
  Item?: unknown;
}

/**
 * All writes or none. Nothing else runs between the conditions and the commit, so that there are no conflicts.
 * @throws AwsError TransactionCanceledException with the reasons in the order of the items.
 */
export function transactWrite(writes: Writes, database: Database, now: number, fields: Fields): unknown {
  const request = parseFields(writeFields, fields);
  const hash = createHash('sha256').update(JSON.stringify(request.TransactItems)).digest('hex');
  const { ClientRequestToken: token, ReturnConsumedCapacity } = request;
  const known = token === undefined ? undefined : knownAnswer(database, now, token, hash);
  if (known) return known;
  const planned = planAll(
    writes,
    request.TransactItems.map((item) => stepOf(writes, item)),
  );
  const units = new Map<string, Units>();
  for (const write of planned) {
    units.set(write.table.name, addUnits(units.get(write.table.name), transactional(unitsOf(write))));
  }
  const answer = { ConsumedCapacity: capacityOf(units, ReturnConsumedCapacity, 'WriteCapacityUnits') };
  database.transaction(() => {
    writes.store(planned);
    if (token !== undefined) {
      database.run(
        'INSERT OR REPLACE INTO tokens (token, request, answer, at) VALUES (?, ?, ?, ?)',
        ...[token, hash, JSON.stringify(answer), now],
      );
    }
  });
  return answer;
}

/** Items as they were at one moment. */
export function transactGet(reads: Reads, fields: Fields): unknown {
  const request = parseFields(getFields, fields);
  const gets = request.TransactItems.map(({ Get }) => getRequest(Get));
  const keys = gets.map(({ TableName, Key }) => JSON.stringify([TableName, Object.entries(Key).sort()]));
  if (new Set(keys).size < keys.length) throw repeatedItem();
  const units = new Map<string, Units>();
  const responses = gets.map((get) => {
    const { item, bytes } = reads.find(get);
    const read = transactional({ table: readUnits(bytes, true), indexes: {} });
    units.set(get.TableName, addUnits(units.get(get.TableName), read));
    return item ? { Item: item } : {};
  });
  return {
    Responses: responses,
    ConsumedCapacity: capacityOf(units, request.ReturnConsumedCapacity, 'ReadCapacityUnits'),
  };
}

/** Removes the answers that no repeated request gets any more. */
export function forgetTokens(database: Database, now: number): void {
  database.run('DELETE FROM tokens WHERE at < ?', now - TOKEN_MS);
}

function knownAnswer(database: Database, now: number, token: string, hash: string): unknown {
  const row = database.get('SELECT request, answer FROM tokens WHERE token = ? AND at >= ?', token, now - TOKEN_MS);
  if (!row) return undefined;
  if (text(row, 'request') !== hash) {
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The ClientRequestToken was used with other parameters in the last 10 minutes',
    );
  }
  return JSON.parse(text(row, 'answer'));
}

/** One item of a transaction with its form checked; `plan` is for when its turn comes. */
interface Step {
  request: PutRequest | DeleteRequest;
  plan: () => Write;
}

function stepOf(writes: Writes, item: z.infer<typeof writeFields>['TransactItems'][number]): Step {
  const { Put, Update, Delete, ConditionCheck } = item;
  if (Object.keys(item).length === 1) {
    if (Put) {
      const request = putRequest(Put);
      return { request, plan: () => writes.put(request) };
    }
    if (Update) {
      mustHave(Update, 'update', 'UpdateExpression');
      const request = updateRequest(Update);
      return { request, plan: () => writes.update(request) };
    }
    if (Delete) {
      const request = deleteRequest(Delete);
      return { request, plan: () => writes.delete(request) };
    }
    if (ConditionCheck) {
      mustHave(ConditionCheck, 'conditionCheck', 'ConditionExpression');
      const request = deleteRequest(ConditionCheck);
      return { request, plan: () => writes.check(request) };
    }
  }
  throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
}

function mustHave(fields: Fields, at: string, name: string): void {
  if (typeof fields[name] === 'string') return;
  throw validation(
    `1 validation error detected: Value null at 'transactItems.member.${at}.${name}' failed to satisfy constraint: ` +
      'Member must not be null',
  );
}

function planAll(writes: Writes, steps: Step[]): Write[] {
  const targets = steps.map(({ request }) => targetOf(writes, request)).filter((target) => target !== undefined);
  if (new Set(targets).size < targets.length) throw repeatedItem();
  const reasons: Reason[] = [];
  const planned: Write[] = [];
  for (const { plan } of steps) {
    try {
      planned.push(plan());
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (planned.length < steps.length) throw cancelled(reasons);
  if (planned.reduce((bytes, { before, after }) => bytes + itemSize(after ?? before ?? {}), 0) > MAX_BYTES) {
    throw validation('The items of a transaction together exceed 4 MB');
  }
  return planned;
}

/** Which item is meant; undefined where the key does not fit the table, which is a reason to cancel. */
function targetOf(writes: Writes, request: PutRequest | DeleteRequest): string | undefined {
  try {
    return identity(writes.locate(request));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationException') return undefined;
    throw error;
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.detail };
  }
  if (error instanceof AwsError && error.code === 'ValidationException') {
    return { Code: 'ValidationError', Message: error.message };
  }
  throw error;
}

function cancelled(reasons: Reason[]): AwsError {
  return new AwsError(
    'TransactionCanceledException',
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${reasons.map(({ Code }) => Code).join(', ')}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function repeatedItem(): AwsError {
  return validation('Transaction request cannot include multiple operations on one item');
}

/** Transactions also tell their units by kind. */
function capacityOf(
  units: Map<string, Units>,
  detail: CapacityDetail | undefined,
  kind: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): unknown[] | undefined {
  return consumedByTable(units, detail)?.map((table) => ({ ...table, [kind]: table.CapacityUnits }));
}
