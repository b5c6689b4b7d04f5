import { indexKey } from './keys.ts';
import { type Index, project, type Table } from './tables.ts';
import { type Item, itemSize, sameItem } from './values.ts';

/**
 * Capacity units by AWS's rules ("Read and write operations", "Global secondary indexes: write throughput
 * considerations"): a write unit per started 1 KB, a read unit per started 4 KB, half of it eventually consistent.
 */

export type CapacityDetail = 'NONE' | 'TOTAL' | 'INDEXES';

export interface Units {
  table: number;
  /** By index name, only those that were touched. */
  indexes: Record<string, number>;
}

const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

/** What it costs to bring an item from `before` to `after`, each of which may be absent. */
export function writeUnits(table: Table, before: Item | undefined, after: Item | undefined): Units {
  const indexes: Record<string, number> = {};
  for (const index of table.indexes) {
    const units = indexUnits(index, before, after);
    if (units > 0) indexes[index.name] = units;
  }
  return { table: Math.max(started(before), started(after), 1), indexes };
}

/** An entry that moves to another key is a delete and a put; one that stays as it is costs nothing. */
function indexUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const [from, to] = [before && indexKey(index.key, before), after && indexKey(index.key, after)];
  const [old, fresh] = [from && before && project(index, before), to && after && project(index, after)];
  if (from?.pk !== to?.pk || from?.sk !== to?.sk) return started(old) + started(fresh);
  return sameItem(old, fresh) ? 0 : Math.max(started(old), started(fresh));
}

function started(item: Item | undefined): number {
  return item ? Math.ceil(itemSize(item) / WRITE_BYTES) : 0;
}

/** Read units for items of so many bytes together; a read that finds nothing costs the least read. */
export function readUnits(bytes: number, consistent: boolean | undefined): number {
  return Math.max(Math.ceil(bytes / READ_BYTES), 1) * (consistent ? 1 : 0.5);
}

export function addUnits(a: Units | undefined, b: Units): Units {
  const indexes = { ...a?.indexes };
  for (const [name, units] of Object.entries(b.indexes)) indexes[name] = (indexes[name] ?? 0) + units;
  return { table: (a?.table ?? 0) + b.table, indexes };
}

/**
 * A transaction prepares and commits every item, which doubles the table's units. Index entries are written once, after
 * the commit.
 */
export function transactional({ table, indexes }: Units): Units {
  return { table: 2 * table, indexes };
}

/** A `ConsumedCapacity` member, or undefined where it was not asked for. */
export function consumed(tableName: string, units: Units, detail: CapacityDetail | undefined) {
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return undefined;
  const indexes = Object.entries(units.indexes);
  const total = { TableName: tableName, CapacityUnits: indexes.reduce((sum, [, n]) => sum + n, units.table) };
  if (detail === 'TOTAL') return total;
  return {
    ...total,
    Table: { CapacityUnits: units.table },
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: Object.fromEntries(indexes.map(([name, n]) => [name, { CapacityUnits: n }])),
    }),
  };
}
