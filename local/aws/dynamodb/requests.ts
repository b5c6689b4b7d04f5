import batchGetItem from 'dynalite/validations/batchGetItem.js';
import batchWriteItem from 'dynalite/validations/batchWriteItem.js';
import deleteItem from 'dynalite/validations/deleteItem.js';
import getItem from 'dynalite/validations/getItem.js';
import checks from 'dynalite/validations/index.js';
import putItem from 'dynalite/validations/putItem.js';
import query from 'dynalite/validations/query.js';
import scan from 'dynalite/validations/scan.js';
import updateItem from 'dynalite/validations/updateItem.js';
import type { ZodType } from 'zod';
import { AwsError } from '../service.ts';
import type { CapacityDetail } from './capacity.ts';
import { fromDynalite, validation } from './errors.ts';
import type { Condition, Path } from './expressions.ts';
import type { Action } from './update.ts';
import { type AttributeValue, type Item, MAX_ITEM_BYTES } from './values.ts';

/**
 * Requests as checked and parsed: dynalite's checks (types, bounds, expressions; AWS's words) and the few that it lacks.
 * Members that begin with `_` are what its parser made of an expression.
 */

export type Fields = Record<string, unknown>;

/** dynalite's description of a request and its further checks, which answer with a message. */
export interface Validation<T> {
  types: Record<string, unknown>;
  custom(data: T, store: { options: { maxItemSize: number } }): string | undefined;
}

interface Parsed<T> {
  expression: T;
  nestedPaths: Record<string, true>;
  /** The top-level attributes that are named. */
  pathHeads: Record<string, true>;
}

export interface Updates {
  sections: Action[];
  paths: Path[];
  nestedPaths: Record<string, true>;
}

export interface Projection {
  paths: Path[];
  nestedPaths: Record<string, true>;
}

interface Request {
  TableName: string;
  ReturnConsumedCapacity?: CapacityDetail;
}

interface WriteOptions extends Request {
  ReturnValues?: 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';
  ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD';
  _condition?: Parsed<Condition>;
}

export interface PutRequest extends WriteOptions {
  Item: Item;
}

export interface DeleteRequest extends WriteOptions {
  Key: Item;
}

export interface UpdateRequest extends DeleteRequest {
  _updates?: Updates;
}

export interface GetRequest extends Request {
  Key: Item;
  ConsistentRead?: boolean;
  _projection?: Projection;
}

export interface KeyCondition {
  ComparisonOperator: 'EQ' | 'LT' | 'LE' | 'GT' | 'GE' | 'BETWEEN' | 'BEGINS_WITH';
  AttributeValueList: AttributeValue[];
}

export interface PageRequest extends Request {
  IndexName?: string;
  Select?: 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT';
  Limit?: number;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: Item;
  _filter?: Parsed<Condition>;
  _projection?: Projection;
}

export interface QueryRequest extends PageRequest {
  ScanIndexForward?: boolean;
  KeyConditions: Record<string, KeyCondition>;
}

export interface ScanRequest extends PageRequest {
  Segment?: number;
  TotalSegments?: number;
}

export interface BatchGetRequest {
  ReturnConsumedCapacity?: CapacityDetail;
  RequestItems: Record<string, KeysToGet>;
}

export interface KeysToGet {
  Keys: Item[];
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  _projection?: Projection;
}

export interface BatchWriteRequest {
  ReturnConsumedCapacity?: CapacityDetail;
  RequestItems: Record<string, { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]>;
}

const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];
const MAX_EXPRESSION_BYTES = 4096;

/** Parameters from before expressions, which nothing here reads: a request with one is refused. */
const LEGACY = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
];

/** @throws AwsError ValidationException or SerializationException as DynamoDB would. */
function checked<T>(rules: Validation<T>, fields: Fields): T {
  checkExpressions(fields);
  try {
    // The checks remove from what they are given.
    const request = checks.checkTypes<T>({ ...fields }, rules.types);
    checks.checkValidations(request, rules.types, rules.custom, { options: { maxItemSize: MAX_ITEM_BYTES } });
    return request;
  } catch (error) {
    throw fromDynalite(error);
  }
}

function checkExpressions(fields: Fields): void {
  for (const name of LEGACY) {
    if (fields[name] != null) throw validation(`${name} is a legacy parameter that is not supported: use expressions`);
  }
  for (const name of EXPRESSIONS) {
    const expression = fields[name];
    const size = typeof expression === 'string' ? Buffer.byteLength(expression) : 0;
    if (size > MAX_EXPRESSION_BYTES) {
      throw validation(
        `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
      );
    }
  }
}

function checkedWrite<T extends WriteOptions>(rules: Validation<T>, fields: Fields): T {
  const returned = fields['ReturnValuesOnConditionCheckFailure'];
  if (returned != null && returned !== 'ALL_OLD' && returned !== 'NONE') {
    throw validation(
      `1 validation error detected: Value '${returned}' at 'returnValuesOnConditionCheckFailure' failed to satisfy ` +
        'constraint: Member must satisfy enum value set: [ALL_OLD, NONE]',
    );
  }
  const request = checked(rules, fields);
  return returned == null ? request : { ...request, ReturnValuesOnConditionCheckFailure: returned };
}

export const putRequest = (fields: Fields): PutRequest => checkedWrite(putItem, fields);
export const updateRequest = (fields: Fields): UpdateRequest => checkedWrite(updateItem, fields);
export const deleteRequest = (fields: Fields): DeleteRequest => checkedWrite(deleteItem, fields);
export const getRequest = (fields: Fields): GetRequest => checked(getItem, fields);
export const queryRequest = (fields: Fields): QueryRequest => checked(query, fields);
export const scanRequest = (fields: Fields): ScanRequest => checked(scan, fields);
export const batchWriteRequest = (fields: Fields): BatchWriteRequest => checked(batchWriteItem, fields);

export function batchGetRequest(fields: Fields): BatchGetRequest {
  for (const table of Object.values(isFields(fields['RequestItems']) ? fields['RequestItems'] : {})) {
    if (isFields(table)) checkExpressions(table);
  }
  return checked(batchGetItem, fields);
}

/** A request's body. @throws AwsError SerializationException where it is not a JSON object. */
export function parseBody(body: Buffer): Fields {
  let fields: unknown;
  try {
    fields = JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The request is not valid JSON');
  }
  if (!isFields(fields)) throw new AwsError('SerializationException', 'Start of structure or map expected');
  return fields;
}

/** For requests that dynalite does not know. @throws AwsError ValidationException that names the member. */
export function parseFields<T>(schema: ZodType<T>, fields: Fields): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw validation(`1 validation error detected: ${issue?.path.join('.')}: ${issue?.message}`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
