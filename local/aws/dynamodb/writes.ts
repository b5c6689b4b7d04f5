import dynalite from 'dynalite/db/index.js';
import { consumed, type Units, writeUnits } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { conditionFailed, fromDynalite, validation } from './errors.ts';
import { meets } from './expressions.ts';
import type { Items } from './items.ts';
import { checkIndexKey, checkItemKey, checkKey, type StoredKey, storedKey } from './keys.ts';
import type { DeleteRequest, PutRequest, UpdateRequest } from './requests.ts';
import type { Identity, Streams } from './streams.ts';
import type { Table } from './tables.ts';
import { updated } from './update.ts';
import { type Item, itemSize, MAX_ITEM_BYTES, sameItem } from './values.ts';

/** A write that was checked against the item it meets; nothing is stored yet. */
export interface Write {
  table: Table;
  key: StoredKey;
  before: Item | undefined;
  after: Item | undefined;
}

type Conditional = Pick<PutRequest, '_condition' | 'ReturnValuesOnConditionCheckFailure'>;

/** Single-item writes in two steps: what would be written, and writing it with its index entries and stream record. */
export class Writes {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #items: Items;
  readonly #streams: Streams;

  constructor(database: Database, catalog: Catalog, items: Items, streams: Streams) {
    this.#database = database;
    this.#catalog = catalog;
    this.#items = items;
    this.#streams = streams;
  }

  /** @throws AwsError ConditionalCheckFailedException, ValidationException, ResourceNotFoundException */
  put(request: PutRequest): Write {
    const { table, key } = this.locate(request);
    for (const index of table.indexes) checkIndexKey(index.name, index.key, request.Item);
    if (itemSize(request.Item) > MAX_ITEM_BYTES) {
      throw validation('Item size has exceeded the maximum allowed size');
    }
    return { table, key, before: this.#checked(table, key, request), after: request.Item };
  }

  delete(request: DeleteRequest): Write {
    const { table, key } = this.locate(request);
    return { table, key, before: this.#checked(table, key, request), after: undefined };
  }

  update(request: UpdateRequest): Write {
    const { table, key } = this.locate(request);
    const invalid = dynalite.validateUpdates(undefined, request._updates, table.properties);
    if (invalid) throw fromDynalite(invalid);
    const before = this.#checked(table, key, request);
    const after = updated(before ?? request.Key, request._updates?.sections ?? []);
    // An index that came later may hold back items whose attribute can't be its key: only what is changed is checked.
    const changed = Object.fromEntries(
      Object.entries(after).filter(([name, value]) => !holds(before, name, { [name]: value })),
    );
    for (const index of table.indexes) checkIndexKey(index.name, index.key, changed);
    if (itemSize(after) > MAX_ITEM_BYTES) {
      throw validation('Item size to update has exceeded the maximum allowed size');
    }
    return { table, key, before, after };
  }

  /** A transaction's condition on an item that it leaves alone. */
  check(request: DeleteRequest): Write {
    const { table, key } = this.locate(request);
    const before = this.#checked(table, key, request);
    return { table, key, before, after: before };
  }

  /** Stores writes to different items, all or none. */
  commit(writes: Write[], identity?: Identity): void {
    this.#database.transaction(() => this.store(writes, identity));
  }

  /** The same within a transaction of the caller's. A write that changes nothing leaves no trace. */
  store(writes: Write[], identity?: Identity): void {
    for (const { table, key, before, after } of writes) {
      if (sameItem(before, after)) continue;
      this.#items.write(table, key, before, after);
      this.#streams.append(table, { before, after }, identity);
    }
  }

  /** Which item a request means. @throws AwsError ValidationException, ResourceNotFoundException */
  locate(request: Pick<PutRequest, 'TableName' | 'Item'> | Pick<DeleteRequest, 'TableName' | 'Key'>): {
    table: Table;
    key: StoredKey;
  } {
    const table = this.#catalog.get(request.TableName);
    if ('Item' in request) {
      checkItemKey(table.key, request.Item);
      return { table, key: storedKey(table.key, request.Item) };
    }
    checkKey(table.key, request.Key);
    return { table, key: storedKey(table.key, request.Key) };
  }

  /** The stored item, if the request's condition holds for it. */
  #checked(table: Table, key: StoredKey, request: Conditional): Item | undefined {
    const { _condition: condition } = request;
    const invalid = dynalite.validateKeyPaths(condition?.nestedPaths, table.properties);
    if (invalid) throw fromDynalite(invalid);
    const item = this.#items.get(table, key);
    if (condition && !meets(item ?? {}, condition.expression)) {
      throw conditionFailed(request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? item : undefined);
    }
    return item;
  }
}

function holds(item: Item | undefined, name: string, attribute: Item): boolean {
  const value = item?.[name];
  return value !== undefined && sameItem({ [name]: value }, attribute);
}

/** The same text for two writes to the same item. */
export function identity({ table, key }: Pick<Write, 'table' | 'key'>): string {
  return `${table.id}/${key.pk}/${key.sk}`;
}

export function unitsOf({ table, before, after }: Write): Units {
  return writeUnits(table, before, after);
}

/** The answer to PutItem, UpdateItem or DeleteItem. */
export function writeAnswer(request: PutRequest | UpdateRequest | DeleteRequest, write: Write): unknown {
  const attributes = returned(request, write);
  return {
    Attributes: attributes && Object.keys(attributes).length > 0 ? attributes : undefined,
    ConsumedCapacity: consumed(request.TableName, unitsOf(write), request.ReturnConsumedCapacity),
  };
}

function returned(request: PutRequest | UpdateRequest | DeleteRequest, { before, after }: Write): Item | undefined {
  const paths = ('_updates' in request && request._updates?.paths) || [];
  switch (request.ReturnValues) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before && dynalite.mapPaths(paths, before);
    case 'UPDATED_NEW':
      return after && dynalite.mapPaths(paths, after);
    default:
      return undefined;
  }
}
