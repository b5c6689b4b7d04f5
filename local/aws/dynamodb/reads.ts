import { crc32 } from 'node:zlib';
import dynalite from 'dynalite/db/index.js';
import { consumed, readUnits, type Units } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import { fromDynalite, validation } from './errors.ts';
import { meets } from './expressions.ts';
import type { Items, Range } from './items.ts';
import { keyRange } from './key-conditions.ts';
import { checkKey, type KeyAttribute, keyAttributes, keyOf, storedKey } from './keys.ts';
import type { GetRequest, PageRequest, Projection, QueryRequest, ScanRequest } from './requests.ts';
import { type Index, project, type Table } from './tables.ts';
import { type Item, itemSize, scalarText, typeOf } from './values.ts';

/** What one page of a query or scan reads at most. */
const PAGE_BYTES = 1024 * 1024;

export interface Found {
  item: Item | undefined;
  /** Size of the whole item, which is what a read costs. */
  bytes: number;
}

export class Reads {
  readonly #catalog: Catalog;
  readonly #items: Items;

  constructor(catalog: Catalog, items: Items) {
    this.#catalog = catalog;
    this.#items = items;
  }

  /** One item, or what the projection leaves of it. @throws AwsError ValidationException, ResourceNotFoundException */
  find(request: Pick<GetRequest, 'TableName' | 'Key' | '_projection'>): Found {
    const table = this.#catalog.get(request.TableName);
    checkKey(table.key, request.Key);
    checkPaths(request._projection, table);
    const item = this.#items.get(table, storedKey(table.key, request.Key));
    return { item: item && shown(request._projection, item), bytes: item ? itemSize(item) : 0 };
  }

  get(request: GetRequest): unknown {
    const { item, bytes } = this.find(request);
    const units = { table: readUnits(bytes, request.ConsistentRead), indexes: {} };
    return { Item: item, ConsumedCapacity: consumed(request.TableName, units, request.ReturnConsumedCapacity) };
  }

  query(request: QueryRequest): unknown {
    const { table, index } = this.#source(request);
    const schema = (index ?? table).key;
    for (const { name } of keyAttributes(schema)) {
      if (request._filter?.pathHeads[name]) {
        throw validation(
          `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
        );
      }
    }
    const range = keyRange(schema, request.KeyConditions);
    const after = startKey(table, index, request.ExclusiveStartKey);
    if (after && storedKey(schema, after).pk !== range.pk) {
      throw validation('The provided starting key is outside query boundaries based on provided conditions');
    }
    return this.#page(request, table, index, {
      ...range,
      ...(after && { after }),
      descending: request.ScanIndexForward === false,
    });
  }

  scan(request: ScanRequest): unknown {
    const { table, index } = this.#source(request);
    const segment = segmentOf(request);
    const after = startKey(table, index, request.ExclusiveStartKey);
    const inSegment = (item: Item) =>
      segment.of === 1 || crc32(storedKey((index ?? table).key, item).pk) % segment.of === segment.number;
    return this.#page(request, table, index, after ? { after } : {}, inSegment);
  }

  #source(request: PageRequest): { table: Table; index: Index | undefined } {
    const table = this.#catalog.get(request.TableName);
    const index = table.indexes.find(({ name }) => name === request.IndexName);
    if (request.IndexName !== undefined && !index) {
      throw validation(`The table does not have the specified index: ${request.IndexName}`);
    }
    if (index && request.ConsistentRead) {
      throw validation('Consistent reads are not supported on global secondary indexes');
    }
    if (index?.projected && request.Select === 'ALL_ATTRIBUTES') {
      throw validation(
        'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary ' +
          `index ${index.name} because its projection type is not ALL`,
      );
    }
    checkSelect(request);
    checkPaths(request._projection, table);
    checkPaths(request._filter, table);
    checkProjected(request._projection, index);
    return { table, index };
  }

  #page(
    request: PageRequest,
    table: Table,
    index: Index | undefined,
    range: Range,
    wanted = (_: Item): boolean => true,
  ): unknown {
    const items: Item[] = [];
    let scanned = 0;
    let bytes = 0;
    let last: Item | undefined;
    let more = false;
    for (const whole of this.#items.range(table, index, range)) {
      if (!wanted(whole)) continue;
      const item = project(index, whole);
      const size = itemSize(item);
      if (scanned > 0 && bytes + size > PAGE_BYTES) {
        more = true;
        break;
      }
      bytes += size;
      scanned += 1;
      last = whole;
      if (!request._filter || meets(item, request._filter.expression)) items.push(shown(request._projection, item));
      // As AWS: a page that its limit ended names where to go on, also when nothing follows.
      if (scanned === request.Limit) {
        more = true;
        break;
      }
    }
    const units = readUnits(bytes, request.ConsistentRead);
    return {
      Count: items.length,
      ScannedCount: scanned,
      Items: request.Select === 'COUNT' ? undefined : items,
      LastEvaluatedKey: more && last ? { ...keyOf(table.key, last), ...(index && keyOf(index.key, last)) } : undefined,
      ConsumedCapacity: consumed(request.TableName, unitsBy(index, units), request.ReturnConsumedCapacity),
    };
  }
}

function unitsBy(index: Index | undefined, units: number): Units {
  return index ? { table: 0, indexes: { [index.name]: units } } : { table: units, indexes: {} };
}

function shown(projection: Projection | undefined, item: Item): Item {
  return projection ? dynalite.mapPaths(projection.paths, item) : item;
}

function checkPaths(expression: { nestedPaths: Record<string, true> } | undefined, table: Table): void {
  const invalid = dynalite.validateKeyPaths(expression?.nestedPaths, table.properties);
  if (invalid) throw fromDynalite(invalid);
}

function checkProjected(projection: Projection | undefined, index: Index | undefined): void {
  const projected = index?.projected;
  const absent = projected && projection?.paths.map(([name]) => String(name)).filter((name) => !projected.has(name));
  if (!absent || absent.length === 0) return;
  throw validation(
    `One or more parameter values were invalid: Global secondary index ${index.name} does not project ` +
      `[${absent.join(', ')}]`,
  );
}

function checkSelect({ Select, _projection, IndexName }: PageRequest): void {
  if (Select === 'SPECIFIC_ATTRIBUTES' && !_projection) {
    throw validation(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (_projection && Select && Select !== 'SPECIFIC_ATTRIBUTES') {
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}

/** The checked ExclusiveStartKey: exactly the table's key and, on an index, the index's. */
function startKey(table: Table, index: Index | undefined, key: Item | undefined): Item | undefined {
  if (!key) return undefined;
  const attributes = new Map<string, KeyAttribute>();
  for (const schema of index ? [table.key, index.key] : [table.key]) {
    for (const attribute of keyAttributes(schema)) attributes.set(attribute.name, attribute);
  }
  const valid = [...attributes.values()].every(({ name, type }) => {
    const value = key[name];
    return value !== undefined && typeOf(value) === type && scalarText(value) !== '';
  });
  if (!valid || Object.keys(key).length !== attributes.size) throw validation('The provided starting key is invalid');
  return key;
}

function segmentOf({ Segment, TotalSegments }: ScanRequest): { number: number; of: number } {
  if (TotalSegments === undefined && Segment === undefined) return { number: 0, of: 1 };
  if (TotalSegments === undefined || Segment === undefined) {
    throw validation('Segment and TotalSegments must both be given or both be left out');
  }
  if (Segment >= TotalSegments) {
    throw validation(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
  return { number: Segment, of: TotalSegments };
}
