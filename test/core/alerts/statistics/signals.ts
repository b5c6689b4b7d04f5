import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { identifyAlert, signalId, signalTime } from '../../../../core/alerts/alert-id.ts';
import { indexKeys, partition, SIGNAL_SORT_PREFIX, signalKey } from '../../../../core/alerts/keys.ts';
import type { StoredSignal } from '../../../../core/alerts/stored-signal.ts';
import { storedSignalSchema } from '../../../../core/alerts/stored-signal.ts';
import { dynamodb } from '../../../../core/aws/dynamodb.ts';
import type { ListedSignal } from './recount.ts';

/** Signals for the tests of statistics: made, changed and listed without the code under test. */

/** What statistics may know of a signal; undefined: not known. */
export type Fields = {
  [Name in
    | 'ticker'
    | 'exchange'
    | 'symbol'
    | 'indicator'
    | 'indicator_key'
    | 'signal_type'
    | 'timeframe'
    | 'result'
    | 'profit_loss']?: StoredSignal[Name] | undefined;
};

let made = 0;

export function newSignal(locator: string, time: number, fields: Fields): Omit<StoredSignal, 'pk'> {
  made += 1;
  return {
    id: signalId(time, identifyAlert(locator, undefined, String(made))),
    user_id: 'u',
    sequence: made,
    ...fields,
    parse_status: 'partial',
    message: 'BTCUSDT',
    generation: 1,
    screenshot_status: 'pending',
  };
}

/** The write that gives a stored signal these fields and no others of their kind. */
export function updateOf(locator: string, id: string, fields: Fields) {
  const changed: Record<string, unknown> = { ...fields, ...indexKeys(locator, fields) };
  const given = Object.keys(changed).filter((name) => changed[name] !== undefined);
  const gone = Object.keys(changed).filter((name) => changed[name] === undefined);
  const list = (names: string[], each: (name: string) => string) => names.map(each).join(', ');
  return {
    Update: {
      TableName: 'alerts',
      Key: { ...signalKey(locator, id) },
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression:
        `SET ${list(given, (name) => `#${name} = :${name}`)}` +
        (gone.length > 0 ? ` REMOVE ${list(gone, (name) => `#${name}`)}` : ''),
      ExpressionAttributeNames: Object.fromEntries([...given, ...gone].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(given.map((name) => [`:${name}`, changed[name]])),
    },
  };
}

export function deletionOf(locator: string, id: string) {
  return {
    Delete: {
      TableName: 'alerts',
      Key: { ...signalKey(locator, id) },
      ConditionExpression: 'attribute_exists(pk)',
    },
  };
}

/** All of a user's signals in the order of their creation, as the API shows them. */
export async function listed(locator: string): Promise<(ListedSignal & { id: string })[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: 'alerts',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': partition(locator), ':prefix': SIGNAL_SORT_PREFIX },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => {
    const signal = storedSignalSchema.parse(item);
    return {
      id: signal.id,
      created_at: new Date(signalTime(signal.id)).toISOString(),
      symbol: signal.symbol ?? null,
      indicator: signal.indicator ?? null,
      indicator_key: signal.indicator_key ?? null,
      signal_type: signal.signal_type ?? null,
      timeframe: signal.timeframe ?? null,
      screenshot_status: signal.screenshot_status,
      result: signal.result ?? 'pending',
      profit_loss: signal.profit_loss ?? null,
    };
  });
}
