import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailure, dynamodb, type Item } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { isTimedId } from './alert-id.ts';
import { INDEXES, indexKeys, type Key, locatorOf, SIGNAL_SORT_PREFIX, signalKey } from './keys.ts';
import type { ScreenshotSource } from './signal.ts';
import { type Screenshot, type StoredSignal, storedSignalSchema } from './stored-signal.ts';

/** Every access to the signals' items. */

const TableName = () => environment('ALERTS_TABLE');

/** False where the signal was there already. */
export async function putSignal(locator: string, signal: Omit<StoredSignal, 'pk'>): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: TableName(),
        Item: { ...signalKey(locator, signal.id), ...signal, ...indexKeys(locator, signal), capturing: locator },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    conditionFailure(error);
    return false;
  }
}

/** False where there is no such signal: one deleted meanwhile must not come back as a bare counter. */
export async function countRepeat(locator: string, id: string): Promise<boolean> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: TableName(),
        Key: signalKey(locator, id),
        UpdateExpression: 'ADD duplicates :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    return true;
  } catch (error) {
    conditionFailure(error);
    return false;
  }
}

export async function getSignal(key: Key): Promise<StoredSignal | undefined> {
  const { Item } = await dynamodb.send(new GetCommand({ TableName: TableName(), Key: key, ConsistentRead: true }));
  return Item && storedSignalSchema.parse(Item);
}

export async function getSignalById(id: string): Promise<StoredSignal | undefined> {
  if (!isTimedId(id)) return undefined;
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      IndexName: INDEXES.signalsById.name,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': id },
    }),
  );
  const pk = Items?.[0]?.['pk'];
  return typeof pk === 'string' ? getSignal({ pk, sk: SIGNAL_SORT_PREFIX + id }) : undefined;
}

/**
 * Asks for a new capture; undefined where there is no such signal.
 * @param seen asks only if the capture has not moved since the signal was read so
 */
export async function requestCapture(key: Key, now: number, seen?: StoredSignal): Promise<StoredSignal | undefined> {
  const isAsSeen =
    seen &&
    [
      'generation = :generation',
      'screenshot_status = :status',
      seen.updated_at ? 'updated_at = :changed' : NEVER_CHANGED,
    ].join(' AND ');
  return updateSignal(key, {
    ConditionExpression: isAsSeen ?? 'attribute_exists(pk)',
    UpdateExpression:
      'SET screenshot_status = :pending, generation = generation + :one, updated_at = :now, capturing = :locator ' +
      'REMOVE tries, fallback, screenshot, screenshot_source, screenshot_reason',
    ExpressionAttributeValues: {
      ':pending': 'pending',
      ':one': 1,
      ':now': iso(now),
      ':locator': locatorOf(key),
      ':generation': seen?.generation,
      ':status': seen?.screenshot_status,
      ':changed': seen?.updated_at,
    },
  });
}

const NEVER_CHANGED = 'attribute_not_exists(updated_at)';

/** What holds of a capture as long as it has not ended, and no other has taken its place. */
const IS_OPEN = 'generation = :generation AND screenshot_status IN (:pending, :processing)';
/** What holds besides while TradingView's chart is the one that is wanted. */
const HAS_NOT_FALLEN_BACK = 'attribute_not_exists(fallback)';

function ofSource(source: ScreenshotSource, condition: string): string {
  return source === 'tradingview' ? `${condition} AND ${HAS_NOT_FALLEN_BACK}` : condition;
}

/**
 * Begins a try of a capture; undefined where this capture has ended, has fallen back from this source, or another
 * generation has taken its place.
 */
export async function beginCapture(
  key: Key,
  generation: number,
  source: ScreenshotSource,
  now: number,
): Promise<StoredSignal | undefined> {
  return updateSignal(key, {
    ConditionExpression: ofSource(source, IS_OPEN),
    UpdateExpression: 'SET screenshot_status = :processing, updated_at = :now ADD tries :one',
    ExpressionAttributeValues: {
      ':generation': generation,
      ':pending': 'pending',
      ':processing': 'processing',
      ':one': 1,
      ':now': iso(now),
    },
  });
}

/**
 * Leaves a capture that TradingView can't serve to the function that draws our own chart, with all tries before it: the
 * stream tells of it. Undefined where there is nothing to leave any more.
 * @param reason the end that TradingView's page came to
 */
export async function fallBack(
  key: Key,
  generation: number,
  reason: string,
  now: number,
): Promise<StoredSignal | undefined> {
  return updateSignal(key, {
    ConditionExpression: `${IS_OPEN} AND ${HAS_NOT_FALLEN_BACK}`,
    UpdateExpression: 'SET screenshot_status = :pending, fallback = :reason, updated_at = :now REMOVE tries',
    ExpressionAttributeValues: {
      ':generation': generation,
      ':pending': 'pending',
      ':processing': 'processing',
      ':reason': reason,
      ':now': iso(now),
    },
  });
}

export interface CaptureEnd {
  status: 'completed' | 'failed';
  source: ScreenshotSource;
  /** Why it failed, or why the picture comes from another source than was asked for. */
  reason?: string | undefined;
  screenshot?: Screenshot | undefined;
}

/** Ends a capture; undefined where it had ended before, or has fallen back from this source. */
export async function endCapture(
  key: Key,
  generation: number,
  end: CaptureEnd,
  now: number,
): Promise<StoredSignal | undefined> {
  const optional = Object.entries({ screenshot_reason: end.reason, screenshot: end.screenshot }).filter(
    ([, value]) => value !== undefined,
  );
  return updateSignal(key, {
    ConditionExpression: ofSource(end.source, 'generation = :generation AND screenshot_status = :processing'),
    UpdateExpression: `SET screenshot_status = :status, screenshot_source = :source, updated_at = :now${optional
      .map(([name]) => `, ${name} = :${name}`)
      .join('')} REMOVE capturing`,
    ExpressionAttributeValues: {
      ':generation': generation,
      ':processing': 'processing',
      ':status': end.status,
      ':source': end.source,
      ':now': iso(now),
      ...Object.fromEntries(optional.map(([name, value]) => [`:${name}`, value])),
    },
  });
}

/** The changed item, or undefined where the condition did not hold. */
export async function updateSignal(
  Key: Key,
  update: {
    ConditionExpression: string;
    UpdateExpression: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Item;
  },
): Promise<StoredSignal | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({ TableName: TableName(), Key: { ...Key }, ReturnValues: 'ALL_NEW', ...update }),
    );
    return storedSignalSchema.parse(Attributes);
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
}

function iso(now: number): string {
  return new Date(now).toISOString();
}
