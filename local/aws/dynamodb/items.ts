import { type Database, integer, text } from './database.ts';
import { indexKey, type StoredKey, storedKey } from './keys.ts';
import type { Index, Table } from './tables.ts';
import { type Item, itemSize } from './values.ts';

/** Comparisons of the sort key in its stored form. */
export type Bound = ['=' | '<' | '<=' | '>' | '>=', string];

export interface Range {
  /** Undefined: all partitions, in the order of their stored keys. */
  pk?: string;
  bounds?: Bound[];
  /** The item to start after. */
  after?: Item;
  descending?: boolean;
}

/** Items and index entries as stored. An entry holds keys only: what an index projects is read from the item. */
export class Items {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(table: Table, { pk, sk }: StoredKey): Item | undefined {
    const row = this.#database.get('SELECT item FROM items WHERE table_id = ? AND pk = ? AND sk = ?', table.id, pk, sk);
    return row && parseItem(text(row, 'item'));
  }

  /** Brings an item and its index entries from `before` to `after`; undefined stands for no item. */
  write(table: Table, key: StoredKey, before: Item | undefined, after: Item | undefined): void {
    if (after) {
      this.#database.run(
        `INSERT INTO items (table_id, pk, sk, item, bytes, expires) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET item = excluded.item, bytes = excluded.bytes, expires = excluded.expires`,
        ...[table.id, key.pk, key.sk, JSON.stringify(after), itemSize(after), expiry(table.ttl, after)],
      );
    } else {
      this.#database.run('DELETE FROM items WHERE table_id = ? AND pk = ? AND sk = ?', table.id, key.pk, key.sk);
    }
    for (const index of table.indexes) {
      const [from, to] = [before && indexKey(index.key, before), after && indexKey(index.key, after)];
      if (from?.pk === to?.pk && from?.sk === to?.sk) continue;
      if (from) {
        this.#database.run(
          'DELETE FROM entries WHERE index_id = ? AND pk = ? AND sk = ? AND item_pk = ? AND item_sk = ?',
          ...[index.id, from.pk, from.sk, key.pk, key.sk],
        );
      }
      if (to) this.#addEntry(index, to, key);
    }
  }

  /** Writes the entries of all items into an index that has none. */
  build(table: Table, index: Index): void {
    for (const row of this.#database.all('SELECT pk, sk, item FROM items WHERE table_id = ?', table.id)) {
      const entry = indexKey(index.key, parseItem(text(row, 'item')));
      if (entry) this.#addEntry(index, entry, { pk: text(row, 'pk'), sk: text(row, 'sk') });
    }
  }

  #addEntry(index: Index, entry: StoredKey, key: StoredKey): void {
    this.#database.run(
      'INSERT INTO entries (index_id, pk, sk, item_pk, item_sk) VALUES (?, ?, ?, ?, ?)',
      ...[index.id, entry.pk, entry.sk, key.pk, key.sk],
    );
  }

  dropIndex(index: Index): void {
    this.#database.run('DELETE FROM entries WHERE index_id = ?', index.id);
  }

  /** Whole items in the order of the table's or the index's keys. */
  *range(table: Table, index: Index | undefined, { pk, bounds = [], after, descending }: Range): Generator<Item> {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const where = (condition: string, ...bound: (string | number)[]) => {
      conditions.push(condition);
      values.push(...bound);
    };
    if (index) where('k.index_id = ? AND items.table_id = ?', index.id, table.id);
    else where('k.table_id = ?', table.id);
    if (pk !== undefined) where('k.pk = ?', pk);
    for (const [comparator, sk] of bounds) where(`k.sk ${comparator} ?`, sk);
    const columns = index ? ['k.pk', 'k.sk', 'k.item_pk', 'k.item_sk'] : ['k.pk', 'k.sk'];
    if (after) {
      const own = storedKey(table.key, after);
      const start = index ? [...Object.values(storedKey(index.key, after)), own.pk, own.sk] : [own.pk, own.sk];
      where(`(${columns.join(', ')}) ${descending ? '<' : '>'} (${start.map(() => '?').join(', ')})`, ...start);
    }
    const source = index
      ? 'items.item AS item FROM entries k CROSS JOIN items ON items.pk = k.item_pk AND items.sk = k.item_sk'
      : 'k.item AS item FROM items k';
    const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
    const sql = `SELECT ${source} WHERE ${conditions.join(' AND ')} ORDER BY ${order}`;
    for (const row of this.#database.iterate(sql, ...values)) yield parseItem(text(row, 'item'));
  }

  /** Up to `limit` items whose expiry lies between the two, in epoch seconds. */
  expired(table: Table, from: number, to: number, limit: number): Item[] {
    const rows = this.#database.all(
      'SELECT item FROM items WHERE table_id = ? AND expires >= ? AND expires < ? ORDER BY expires LIMIT ?',
      ...[table.id, from, to, limit],
    );
    return rows.map((row) => parseItem(text(row, 'item')));
  }

  /** Notes every item's expiry anew, after the table's TTL attribute changed. */
  refreshExpiry(table: Table): void {
    for (const row of this.#database.all('SELECT pk, sk, item FROM items WHERE table_id = ?', table.id)) {
      this.#database.run(
        'UPDATE items SET expires = ? WHERE table_id = ? AND pk = ? AND sk = ?',
        ...[expiry(table.ttl, parseItem(text(row, 'item'))), table.id, text(row, 'pk'), text(row, 'sk')],
      );
    }
  }

  /** How many items a table or an index has, and the items' bytes. */
  count(table: Table, index?: Index): { items: number; bytes: number } {
    const row = index
      ? this.#database.get(
          `SELECT count(*) AS items, coalesce(sum(bytes), 0) AS bytes FROM entries k CROSS JOIN items
           ON items.table_id = ? AND items.pk = k.item_pk AND items.sk = k.item_sk WHERE k.index_id = ?`,
          ...[table.id, index.id],
        )
      : this.#database.get(
          'SELECT count(*) AS items, coalesce(sum(bytes), 0) AS bytes FROM items WHERE table_id = ?',
          table.id,
        );
    return row ? { items: integer(row, 'items'), bytes: integer(row, 'bytes') } : { items: 0, bytes: 0 };
  }
}

/** Only a number makes an item expire. */
function expiry(attribute: string | undefined, item: Item): number | null {
  const value = attribute === undefined ? undefined : item[attribute];
  return value && 'N' in value ? Number(value.N) : null;
}

function parseItem(json: string): Item {
  return JSON.parse(json);
}
