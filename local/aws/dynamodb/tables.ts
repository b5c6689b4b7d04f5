import { ACCOUNT, REGION } from '../service.ts';
import { type KeySchema, keyAttributes } from './keys.ts';
import type { IndexProperties, StreamViewType, TableProperties } from './properties.ts';
import type { Item } from './values.ts';

/** The part of a table's definition that dynalite's checks read. */
export type TableSchema = Pick<TableProperties, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'>;

export interface Index {
  /** Number of its entries' space in the database. */
  id: number;
  name: string;
  arn: string;
  key: KeySchema;
  /** The attributes that its entries hold, keys included; undefined means all. */
  projected: ReadonlySet<string> | undefined;
}

export interface Stream {
  arn: string;
  label: string;
  view: StreamViewType;
}

export interface Table {
  /** Number of its items' space in the database. */
  id: number;
  name: string;
  arn: string;
  key: KeySchema;
  indexes: Index[];
  stream: Stream | undefined;
  /** The attribute with an item's expiry in epoch seconds. */
  ttl: string | undefined;
  /** Epoch milliseconds. */
  createdAt: number;
  properties: TableProperties;
}

/** What the database keeps of a table. */
export interface TableRow {
  id: number;
  name: string;
  createdAt: number;
  properties: TableProperties;
  /** The stream's label, which is when it was switched on. */
  streamLabel: string | undefined;
  indexIds: ReadonlyMap<string, number>;
}

export function tableArn(name: string): string {
  return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
}

export function tableOf(row: TableRow): Table {
  const { properties, streamLabel } = row;
  const arn = tableArn(row.name);
  const key = keySchema(properties, properties.KeySchema);
  const view = properties.StreamSpecification?.StreamViewType;
  return {
    id: row.id,
    name: row.name,
    arn,
    key,
    indexes: (properties.GlobalSecondaryIndexes ?? []).map((index) => indexOf(row, key, index)),
    stream: view && streamLabel ? { arn: `${arn}/stream/${streamLabel}`, label: streamLabel, view } : undefined,
    ttl: ttlAttribute(properties),
    createdAt: row.createdAt,
    properties,
  };
}

export function ttlAttribute({ TimeToLiveSpecification: ttl }: TableProperties): string | undefined {
  return ttl?.Enabled ? ttl.AttributeName : undefined;
}

function indexOf(row: TableRow, tableKey: KeySchema, properties: IndexProperties): Index {
  const id = row.indexIds.get(properties.IndexName);
  if (id === undefined) throw new Error(`DynamoDB table ${row.name}: index ${properties.IndexName} was never built`);
  const key = keySchema(row.properties, properties.KeySchema);
  return {
    id,
    name: properties.IndexName,
    arn: `${tableArn(row.name)}/index/${properties.IndexName}`,
    key,
    projected: projectedAttributes(properties, [...keyAttributes(key), ...keyAttributes(tableKey)]),
  };
}

function projectedAttributes(index: IndexProperties, keys: { name: string }[]): ReadonlySet<string> | undefined {
  if (index.Projection.ProjectionType === 'ALL') return undefined;
  const included = index.Projection.ProjectionType === 'INCLUDE' ? index.Projection.NonKeyAttributes : [];
  return new Set([...keys.map(({ name }) => name), ...included]);
}

function keySchema(properties: TableProperties, elements: TableProperties['KeySchema']): KeySchema {
  const attribute = (name: string) => {
    const definition = properties.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
    if (!definition) throw new Error(`Key attribute ${name} has no definition`);
    return { name, type: definition.AttributeType };
  };
  const [hash, range] = elements;
  return { hash: attribute(hash.AttributeName), range: range && attribute(range.AttributeName) };
}

/** What an index shows of an item. */
export function project(index: Index | undefined, item: Item): Item {
  const projected = index?.projected;
  if (!projected) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => projected.has(name)));
}
