import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { getItems } from '../aws/batch-get.ts';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { idBound } from './alert-id.ts';
import { partition, SIGNAL_SORT_PREFIX, signalKey } from './keys.ts';
import { matches, type SignalFilters } from './signal-filters.ts';
import { type IndexedPart, indexedPart } from './signal-index.ts';
import { type StoredSignal, storedSignalSchema, unpackMessage } from './stored-signal.ts';

/**
 * Reading a user's signals, by filters and in the order of time. A page reads the smallest index that its filters allow
 * and then the signals themselves, consistently: what an index still says of a signal that was changed or deleted
 * meanwhile does not show.
 */

/** A list request reads at most 1 MB: so many units of consistent reads, 4 KB each (AWS: "Read consistency"). */
const READ_UNITS = 256;
/** The largest signal: a message of 64 KiB that does not compress, notes and facts in letters of three bytes. */
const LARGEST_SIGNAL_UNITS = 21;
/** Signals looked at for one page where an index alone does not decide. */
const MOST_EXAMINED = 200;

/** Characters of messages searched for one page: a megabyte may hold a hundred of them, packed. */
const MOST_SEARCHED = 4_000_000;

const TableName = () => environment('ALERTS_TABLE');

export interface SignalPage {
  /** Newest first. */
  signals: StoredSignal[];
  /** The id that the next page goes on from; undefined where nothing follows. */
  next: string | undefined;
}

/** Signals in their order, some of which may have been deleted since an index named them. */
interface Chunk {
  examined: { id: string; signal: StoredSignal | undefined }[];
  more: boolean;
}

/**
 * A user's signals before a given one, newest first, at most `limit`. There may be fewer, even none, where the filters
 * pass over many: only `next` says whether more may follow.
 */
export async function pageOfSignals(
  locator: string,
  filters: SignalFilters,
  before: string | undefined,
  limit: number,
): Promise<SignalPage> {
  const part = indexedPart(locator, filters);
  const chunks = part
    ? indexChunks(locator, filters, part, before, limit)
    : tableChunk(locator, filters, before, limit);
  const signals: StoredSignal[] = [];
  let last = before;
  let more = false;
  let searched = 0;
  for await (const chunk of chunks) {
    for (const { id, signal } of chunk.examined) {
      if (signals.length === limit || searched > MOST_SEARCHED) return { signals, next: last };
      last = id;
      if (!signal) continue;
      if (filters.q !== undefined) {
        signal.message = unpackMessage(signal.message);
        searched += signal.message.length;
      }
      if (matches(filters, signal)) signals.push(signal);
    }
    more = chunk.more;
    if (signals.length === limit) break;
  }
  return { signals, next: more ? last : undefined };
}

/** All of a user's signals that the filters ask for, oldest first, in batches of at most 1 MB read. */
export async function* allSignals(locator: string, filters: SignalFilters): AsyncGenerator<StoredSignal[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({ ...signalsBetween(locator, filters), ConsistentRead: true, ExclusiveStartKey: start }),
    );
    yield Items.map((item) => storedSignalSchema.parse(item)).filter((signal) => matches(filters, signal));
    start = LastEvaluatedKey;
  } while (start);
}

/** One query, which reads at most 1 MB: no further than the page where only times are asked for. */
async function* tableChunk(
  locator: string,
  filters: SignalFilters,
  before: string | undefined,
  limit: number,
): AsyncGenerator<Chunk> {
  const { from, to, ...others } = filters;
  const decided = Object.values(others).every((value) => value === undefined);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      ...signalsBetween(locator, filters),
      ScanIndexForward: false,
      ConsistentRead: true,
      // One more than the page tells whether anything follows.
      Limit: decided ? limit + 1 : undefined,
      ExclusiveStartKey: before === undefined ? undefined : { ...signalKey(locator, before) },
    }),
  );
  const examined = Items.map((item) => storedSignalSchema.parse(item)).map((signal) => ({ id: signal.id, signal }));
  yield { examined, more: LastEvaluatedKey !== undefined };
}

function signalsBetween(locator: string, filters: SignalFilters) {
  return {
    TableName: TableName(),
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':pk': partition(locator), ...sortKeyBounds(filters) },
  };
}

/** No id equals a bound: bounds are shorter. */
function sortKeyBounds({ from, to }: SignalFilters) {
  return {
    ':low': SIGNAL_SORT_PREFIX + (from === undefined ? '' : idBound(from)),
    ':high': SIGNAL_SORT_PREFIX + (to === undefined ? 'g' : idBound(to)),
  };
}

/** The signals that an index names, each chunk so small that the request's limit holds should all be of the largest. */
async function* indexChunks(
  locator: string,
  filters: SignalFilters,
  part: IndexedPart,
  before: string | undefined,
  limit: number,
): AsyncGenerator<Chunk> {
  const named = await idsBefore(locator, filters, part, before, part.decides ? limit : MOST_EXAMINED);
  let units = READ_UNITS - named.units;
  for (let start = 0, end = 0; start < named.ids.length; start = end) {
    end = start + Math.floor(units / LARGEST_SIGNAL_UNITS);
    const ids = named.ids.slice(start, end);
    if (ids.length === 0) return;
    const read = await signalsOf(locator, ids);
    units -= read.units;
    yield {
      examined: ids.map((id) => ({ id, signal: read.signals.get(id) })),
      more: end < named.ids.length || named.more,
    };
  }
}

/** The newest ids that the index has before a signal, at most `count`. */
async function idsBefore(
  locator: string,
  filters: SignalFilters,
  { index, partitions }: IndexedPart,
  before: string | undefined,
  count: number,
): Promise<{ ids: string[]; more: boolean; units: number }> {
  const pages = await Promise.all(
    partitions.map((value) =>
      dynamodb.send(
        new QueryCommand({
          TableName: TableName(),
          IndexName: index.name,
          KeyConditionExpression: '#partition = :partition AND sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#partition': index.partitionKey },
          ExpressionAttributeValues: { ':partition': value, ...sortKeyBounds(filters) },
          ScanIndexForward: false,
          Limit: count + 1,
          ExclusiveStartKey:
            before === undefined ? undefined : { [index.partitionKey]: value, ...signalKey(locator, before) },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      ),
    ),
  );
  const found = pages.flatMap(({ Items = [] }) => Items.map(({ sk }) => String(sk).slice(SIGNAL_SORT_PREFIX.length)));
  const ids = found.toSorted().toReversed().slice(0, count);
  const more = found.length > count || pages.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined);
  // An index is read with eventual consistency, which takes half the units.
  const units = pages.reduce((sum, { ConsumedCapacity }) => sum + 2 * (ConsumedCapacity?.CapacityUnits ?? 0), 0);
  return { ids, more, units };
}

/** The signals of these ids that there are. @throws ApiError `unavailable` where DynamoDB throttles for too long. */
async function signalsOf(
  locator: string,
  ids: readonly string[],
): Promise<{ signals: Map<string, StoredSignal>; units: number }> {
  const { items, units } = await getItems(
    TableName(),
    ids.map((id) => ({ ...signalKey(locator, id) })),
  );
  const signals = items.map((item) => storedSignalSchema.parse(item));
  return { signals: new Map(signals.map((signal) => [signal.id, signal])), units };
}
