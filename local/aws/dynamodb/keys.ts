import dynalite from 'dynalite/db/index.js';
import { invalidParameters, validation } from './errors.ts';
import { type Item, scalarText, typeOf } from './values.ts';

export interface KeyAttribute {
  name: string;
  type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  hash: KeyAttribute;
  range: KeyAttribute | undefined;
}

/** A key as stored: text that sorts as the values do; `sk` is empty without a sort key. */
export interface StoredKey {
  pk: string;
  sk: string;
}

const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

export function keyAttributes(schema: KeySchema): KeyAttribute[] {
  return schema.range ? [schema.hash, schema.range] : [schema.hash];
}

/** The key of an item that has one. */
export function storedKey(schema: KeySchema, item: Item): StoredKey {
  return { pk: encoded(schema.hash, item), sk: schema.range ? encoded(schema.range, item) : '' };
}

function encoded({ name }: KeyAttribute, item: Item): string {
  const value = item[name];
  if (!value) throw validation('The provided key element does not match the schema');
  return dynalite.toRangeStr(value);
}

/** The key of an item's entry in an index, or undefined where the index has none of it. */
export function indexKey(schema: KeySchema, item: Item): StoredKey | undefined {
  return keyAttributes(schema).every((attribute) => fits(attribute, schema, item))
    ? storedKey(schema, item)
    : undefined;
}

function fits(attribute: KeyAttribute, schema: KeySchema, item: Item): boolean {
  const value = item[attribute.name];
  if (!value || typeOf(value) !== attribute.type || scalarText(value) === '') return false;
  return keyBytes(attribute, item) <= maxBytes(attribute, schema);
}

/** Only the key of an item. */
export function keyOf(schema: KeySchema, item: Item): Item {
  const key: Item = {};
  for (const { name } of keyAttributes(schema)) {
    const value = item[name];
    if (value) key[name] = value;
  }
  return key;
}

/** @throws AwsError ValidationException where `key` is not exactly a key of this schema. */
export function checkKey(schema: KeySchema, key: Item): void {
  const attributes = keyAttributes(schema);
  if (Object.keys(key).length !== attributes.length) {
    throw validation('The provided key element does not match the schema');
  }
  for (const attribute of attributes) {
    const value = key[attribute.name];
    if (!value || typeOf(value) !== attribute.type) {
      throw validation('The provided key element does not match the schema');
    }
    checkKeyValue(attribute, schema, key);
  }
}

/** @throws AwsError ValidationException where an item to put has no key of this schema. */
export function checkItemKey(schema: KeySchema, item: Item): void {
  for (const attribute of keyAttributes(schema)) {
    const value = item[attribute.name];
    if (!value) throw invalidParameters(`Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type) {
      throw invalidParameters(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(attribute, schema, item);
  }
}

/** @throws AwsError ValidationException where a present attribute cannot be this index's key. */
export function checkIndexKey(indexName: string, schema: KeySchema, item: Item): void {
  for (const attribute of keyAttributes(schema)) {
    const value = item[attribute.name];
    if (!value) continue;
    if (typeOf(value) !== attribute.type) {
      throw invalidParameters(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} ` +
          `IndexName: ${indexName}`,
      );
    }
    if (scalarText(value) === '') {
      throw validation(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          `The AttributeValue for a key attribute cannot contain an empty ${kind(attribute)} value. ` +
          `IndexName: ${indexName}, IndexKey: ${attribute.name}`,
      );
    }
    checkKeySize(attribute, schema, item);
  }
}

function checkKeyValue(attribute: KeyAttribute, schema: KeySchema, item: Item): void {
  const value = item[attribute.name];
  if (value && scalarText(value) === '') {
    throw validation(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `${kind(attribute)} value. Key: ${attribute.name}`,
    );
  }
  checkKeySize(attribute, schema, item);
}

function checkKeySize(attribute: KeyAttribute, schema: KeySchema, item: Item): void {
  if (keyBytes(attribute, item) <= maxBytes(attribute, schema)) return;
  throw invalidParameters(
    attribute === schema.hash
      ? `Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE_BYTES} bytes`,
  );
}

function maxBytes(attribute: KeyAttribute, schema: KeySchema): number {
  return attribute === schema.hash ? MAX_HASH_BYTES : MAX_RANGE_BYTES;
}

function keyBytes({ name }: KeyAttribute, item: Item): number {
  const value = item[name];
  if (value && 'S' in value) return Buffer.byteLength(value.S);
  return value && 'B' in value ? Buffer.byteLength(value.B, 'base64') : 0;
}

function kind({ type }: KeyAttribute): string {
  return type === 'B' ? 'binary' : 'string';
}
