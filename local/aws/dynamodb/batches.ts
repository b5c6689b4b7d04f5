import { addUnits, type CapacityDetail, consumed, readUnits, type Units } from './capacity.ts';
import { validation } from './errors.ts';
import type { Reads } from './reads.ts';
import type { BatchGetRequest, BatchWriteRequest, KeysToGet } from './requests.ts';
import type { Item } from './values.ts';
import { identity, unitsOf, type Writes } from './writes.ts';

const MAX_WRITES = 25;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** BatchWriteItem: 25 puts and deletes of different items, all of them stored. */
export function batchWrite(writes: Writes, request: BatchWriteRequest): unknown {
  const requests = Object.entries(request.RequestItems).flatMap(([TableName, items]) =>
    items.map((item) => ({ TableName, ...item })),
  );
  if (requests.length > MAX_WRITES) throw validation('Too many items requested for the BatchWriteItem call');
  const planned = requests.map(({ TableName, PutRequest, DeleteRequest }) => {
    if (PutRequest) return writes.put({ TableName, Item: PutRequest.Item });
    if (DeleteRequest) return writes.delete({ TableName, Key: DeleteRequest.Key });
    throw validation('A write request must hold a PutRequest or a DeleteRequest');
  });
  if (new Set(planned.map(identity)).size < planned.length) {
    throw validation('Provided list of item keys contains duplicates');
  }
  writes.commit(planned);
  const units = new Map<string, Units>();
  for (const write of planned) units.set(write.table.name, addUnits(units.get(write.table.name), unitsOf(write)));
  return { UnprocessedItems: {}, ConsumedCapacity: consumedByTable(units, request.ReturnConsumedCapacity) };
}

/** BatchGetItem: items in no order that means anything; keys beyond 16 MB are left to the caller to ask again. */
export function batchGet(reads: Reads, request: BatchGetRequest): unknown {
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, KeysToGet> = {};
  const units = new Map<string, Units>();
  let bytes = 0;
  for (const [TableName, { Keys, _projection, ...options }] of Object.entries(request.RequestItems)) {
    const items: Item[] = [];
    responses[TableName] = items;
    for (const Key of Keys) {
      const found = reads.find({ TableName, Key, ...(_projection && { _projection }) });
      if (bytes + found.bytes > MAX_ANSWER_BYTES) {
        const rest = unprocessed[TableName] ?? { ...options, Keys: [] };
        unprocessed[TableName] = { ...rest, Keys: [...rest.Keys, Key] };
        continue;
      }
      bytes += found.bytes;
      if (found.item) items.push(found.item);
      units.set(
        TableName,
        addUnits(units.get(TableName), { table: readUnits(found.bytes, options.ConsistentRead), indexes: {} }),
      );
    }
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ConsumedCapacity: consumedByTable(units, request.ReturnConsumedCapacity),
  };
}

export function consumedByTable(units: Map<string, Units>, detail: CapacityDetail | undefined) {
  const answers = [...units].flatMap(([table, used]) => consumed(table, used, detail) ?? []);
  return answers.length > 0 ? answers : undefined;
}
