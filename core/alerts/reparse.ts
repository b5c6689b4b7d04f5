import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { INDEXES, indexKeys, locatorOf, signalKey, userKey } from './keys.ts';
import { parseAlert } from './parse/index.ts';
import type { AlertFacts } from './signal.ts';
import { allSignals } from './signal-lists.ts';
import { writeWithSegment } from './statistics/segments.ts';
import { type StoredSignal, unpackMessage } from './stored-signal.ts';
import { getUser } from './users.ts';

/**
 * Reads stored messages again with today's parser. Only what the parser finds in a message changes, with the indexes and
 * statistics that follow it; the chart, the result and the captures of a signal stay. An operator's tool, no Lambda's.
 */

const TableName = () => environment('ALERTS_TABLE');

/** What is the parser's alone. The chart is not: it may come from the webhook's address or the user's settings. */
const FACTS = [
  'ticker',
  'exchange',
  'symbol',
  'price',
  'indicator',
  'indicator_key',
  'signal_type',
  'direction',
  'timeframe',
  'timestamp',
  'parse_status',
] as const satisfies readonly (keyof AlertFacts)[];
type Fact = (typeof FACTS)[number];

export interface ReparseCounts {
  users: number;
  read: number;
  changed: number;
  unchanged: number;
  /** Changed by someone else, or deleted, between the reading and the writing. */
  left: number;
  /** In how many signals each fact changed. */
  fields: Partial<Record<Fact, number>>;
}

/**
 * Brings the facts of all users' signals, or one's, up to today's parser; with `dryRun` only counts. A run that breaks off
 * leaves each signal either as it was or right; the next run does the rest. Throws where there is no such user.
 */
export async function reparse(
  { user, dryRun }: { user?: string | undefined; dryRun: boolean },
  onProgress: (counts: Readonly<ReparseCounts>) => void,
): Promise<ReparseCounts> {
  const counts: ReparseCounts = { users: 0, read: 0, changed: 0, unchanged: 0, left: 0, fields: {} };
  if (user !== undefined && !(await getUser(user))) throw new Error(`There is no user ${user}`);
  for await (const locator of user === undefined ? allLocators() : [locatorOf(userKey(user))]) {
    counts.users++;
    for await (const signals of allSignals(locator, {})) {
      for (const signal of signals) await reread(locator, signal, dryRun, counts);
      onProgress(counts);
    }
  }
  return counts;
}

async function reread(locator: string, signal: StoredSignal, dryRun: boolean, counts: ReparseCounts): Promise<void> {
  const facts = parseAlert(unpackMessage(signal.message));
  const changed = FACTS.filter((fact) => (signal[fact] ?? null) !== facts[fact]);
  counts.read++;
  if (changed.length === 0) counts.unchanged++;
  else if (dryRun || (await rewrite(locator, signal, facts, changed))) {
    counts.changed++;
    for (const fact of changed) counts.fields[fact] = (counts.fields[fact] ?? 0) + 1;
  } else counts.left++;
}

/** False where the signal is gone, or its facts are no longer those that were read. */
async function rewrite(
  locator: string,
  signal: StoredSignal,
  facts: AlertFacts,
  changed: readonly Fact[],
): Promise<boolean> {
  const { symbol_of, indicator_of } = indexKeys(locator, {
    symbol: facts.symbol ?? undefined,
    indicator_key: facts.indicator_key ?? undefined,
  });
  const values = {
    ...Object.fromEntries(changed.map((fact) => [fact, facts[fact] ?? undefined])),
    ...(changed.includes('symbol') ? { symbol_of } : {}),
    ...(changed.includes('indicator_key') ? { indicator_of } : {}),
    updated_at: new Date().toISOString(),
  };
  return writeWithSegment(locator, signal.id, {
    Update: { TableName: TableName(), Key: signalKey(locator, signal.id), ...updateOf(values, signal, changed) },
  });
}

/** Sets what has a value, removes what has none; on the condition that the changed facts are still those of `signal`. */
function updateOf(values: Readonly<Item>, signal: StoredSignal, changed: readonly Fact[]) {
  const removed = Object.keys(values).filter((name) => values[name] === undefined);
  const { ExpressionAttributeValues, ...update } = setAndRemove(values, removed);
  const known = changed.filter((fact) => signal[fact] !== undefined);
  const asRead = changed.map((fact) =>
    known.includes(fact) ? `#${fact} = :read_${fact}` : `attribute_not_exists(#${fact})`,
  );
  return {
    ...update,
    ConditionExpression: ['attribute_exists(pk)', ...asRead].join(' AND '),
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...Object.fromEntries(known.map((fact) => [`:read_${fact}`, signal[fact]])),
    },
  };
}

async function* allLocators(): AsyncGenerator<string> {
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: TableName(),
        IndexName: INDEXES.users.name,
        KeyConditionExpression: 'kind = :user',
        ExpressionAttributeValues: { ':user': 'user' },
        ExclusiveStartKey: start,
      }),
    );
    for (const { pk } of Items) if (typeof pk === 'string') yield locatorOf({ pk });
    start = LastEvaluatedKey;
  } while (start);
}
