import { isDeepStrictEqual } from 'node:util';
import { type Database, integer, text } from './database.ts';
import { notFound } from './errors.ts';
import type { Items } from './items.ts';
import { parseTableProperties, type TableProperties } from './properties.ts';
import { type Index, type Table, type TableRow, tableOf, ttlAttribute } from './tables.ts';

/** The tables there are. What CloudFormation would change in place is changed; what it would replace is refused. */
export class Catalog {
  readonly #database: Database;
  readonly #items: Items;
  readonly #now: () => number;
  readonly #tables = new Map<string, Table>();

  constructor(database: Database, items: Items, now: () => number) {
    this.#database = database;
    this.#items = items;
    this.#now = now;
    for (const row of database.all('SELECT * FROM tables')) this.#load(text(row, 'name'));
  }

  all(): Table[] {
    return [...this.#tables.values()];
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: string): Table {
    const table = this.#tables.get(name);
    if (!table) throw notFound(`Table: ${name} not found`);
    return table;
  }

  /**
   * Makes the table be as the CloudFormation properties say, in one commit. A new index is built from the items.
   * @throws Error that names the table and what can't be: an unknown property, a changed key.
   */
  define(name: string, given: Record<string, unknown>): Table {
    const properties = parseTableProperties(name, given);
    const existing = this.#tables.get(name);
    try {
      return this.#database.transaction(() =>
        existing ? this.#change(existing, properties) : this.#create(name, properties),
      );
    } catch (error) {
      // What was rolled back must not stay in memory.
      if (existing) this.#tables.set(name, existing);
      else this.#tables.delete(name);
      throw error;
    }
  }

  #create(name: string, properties: TableProperties): Table {
    const now = this.#now();
    const { lastInsertRowid: id } = this.#database.run(
      'INSERT INTO tables (name, created_at, properties, stream_label) VALUES (?, ?, ?, ?)',
      ...[name, now, JSON.stringify(properties), properties.StreamSpecification ? label(now) : null],
    );
    for (const { IndexName } of properties.GlobalSecondaryIndexes ?? []) this.#addIndex(id, IndexName);
    return this.#load(name);
  }

  #change(old: Table, properties: TableProperties): Table {
    checkKeys(old, properties);
    const had = new Set(old.indexes.map((index) => index.name));
    const names = (properties.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
    const added = names.filter((index) => !had.has(index));
    for (const index of old.indexes) if (!names.includes(index.name)) this.#dropIndex(index);
    for (const index of added) this.#addIndex(old.id, index);
    this.#database.run(
      'UPDATE tables SET properties = ?, stream_label = ? WHERE id = ?',
      ...[JSON.stringify(properties), this.#streamLabel(old, properties), old.id],
    );
    const table = this.#load(old.name);
    for (const index of table.indexes) if (added.includes(index.name)) this.#items.build(table, index);
    if (ttlAttribute(old.properties) !== table.ttl) this.#items.refreshExpiry(table);
    return table;
  }

  /** A stream that is switched off, or whose view changes, ends with its records; a new one has a new ARN. */
  #streamLabel({ stream }: Table, { StreamSpecification: wanted }: TableProperties): string | null {
    if (stream && stream.view === wanted?.StreamViewType) return stream.label;
    if (stream) this.#database.run('DELETE FROM records WHERE stream = ?', stream.arn);
    return wanted ? label(this.#now()) : null;
  }

  #addIndex(tableId: number, name: string): void {
    this.#database.run('INSERT INTO indexes (table_id, name) VALUES (?, ?)', tableId, name);
  }

  #dropIndex(index: Index): void {
    this.#items.dropIndex(index);
    this.#database.run('DELETE FROM indexes WHERE id = ?', index.id);
  }

  #load(name: string): Table {
    const row = this.#database.get('SELECT * FROM tables WHERE name = ?', name);
    if (!row) throw new Error(`Table ${name} was not stored`);
    const id = integer(row, 'id');
    const indexes = this.#database.all('SELECT id, name FROM indexes WHERE table_id = ?', id);
    const stored: TableRow = {
      id,
      name,
      createdAt: integer(row, 'created_at'),
      properties: JSON.parse(text(row, 'properties')),
      streamLabel: row['stream_label'] === null ? undefined : text(row, 'stream_label'),
      indexIds: new Map(indexes.map((index) => [text(index, 'name'), integer(index, 'id')])),
    };
    const table = tableOf(stored);
    this.#tables.set(name, table);
    return table;
  }
}

function checkKeys(old: Table, properties: TableProperties): void {
  const changed = tableOf({
    ...old,
    properties,
    streamLabel: undefined,
    indexIds: new Map(properties.GlobalSecondaryIndexes?.map(({ IndexName }) => [IndexName, 0])),
  });
  if (!isDeepStrictEqual(old.key, changed.key)) {
    throw new Error(
      `DynamoDB table ${old.name}: the key schema changed, for which CloudFormation would replace the table. ` +
        'Give the table another name, or start with an empty data directory.',
    );
  }
  for (const index of changed.indexes) {
    const before = old.indexes.find(({ name }) => name === index.name);
    if (!before) continue;
    if (!isDeepStrictEqual(before.key, index.key) || !isDeepStrictEqual(before.projected, index.projected)) {
      throw new Error(
        `DynamoDB table ${old.name}: the key schema or projection of index ${index.name} changed, which DynamoDB ` +
          'does not allow. Give the index another name.',
      );
    }
  }
}

/** As AWS labels a stream: `2026-01-31T09:30:00.123`. */
function label(now: number): string {
  return new Date(now).toISOString().replace('Z', '');
}
