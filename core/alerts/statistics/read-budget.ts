import { GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { dynamodb, type Item } from '../../aws/dynamodb.ts';
import { environment } from '../../aws/environment.ts';
import type { Key } from '../keys.ts';

/** A read unit is 4 KB of a consistent read; a page of a query has at most 1 MB. */
const UNITS_PER_MB = 256;
const UNITS_PER_PAGE = UNITS_PER_MB;

/** Sort keys of one partition, both ends included. */
export interface Range {
  pk: string;
  from: string;
  to: string;
}

/** Consistent reads of the alerts table for one purpose, which together read no more than so many megabytes. */
export class ReadBudget {
  readonly #units: number;
  #read = 0;

  constructor(megabytes: number) {
    this.#units = megabytes * UNITS_PER_MB;
  }

  async get(key: Key): Promise<Item | undefined> {
    const { Item, ConsumedCapacity } = await dynamodb.send(
      new GetCommand({
        TableName: environment('ALERTS_TABLE'),
        Key: { ...key },
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    this.#read += ConsumedCapacity?.CapacityUnits ?? 0;
    return Item;
  }

  /**
   * One page of a range, and whether there is more.
   * @param tooMuch what to throw where it might be a page too many
   */
  async page(range: Range, tooMuch: () => Error, options: Partial<QueryCommandInput> = {}) {
    if (this.#read + UNITS_PER_PAGE > this.#units) throw tooMuch();
    const { Items, LastEvaluatedKey, ConsumedCapacity } = await dynamodb.send(
      new QueryCommand({
        TableName: environment('ALERTS_TABLE'),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': range.pk, ':from': range.from, ':to': range.to },
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
        ...options,
      }),
    );
    this.#read += ConsumedCapacity?.CapacityUnits ?? 0;
    return { items: Items ?? [], after: sortKeyOf(LastEvaluatedKey) };
  }

  /** All pages of a range, one after the other. */
  async *pages(
    range: Range,
    tooMuch: () => Error,
    options: Partial<QueryCommandInput> = {},
  ): AsyncGenerator<Item[], void> {
    let from: string | undefined = range.from;
    while (from !== undefined) {
      const { items, after }: { items: Item[]; after: string | undefined } = await this.page(
        { ...range, from },
        tooMuch,
        options,
      );
      yield items;
      from = after && justAfter(after);
    }
  }
}

/** Sorts after the key, and before all others of its kind that do. */
export function justAfter(key: string): string {
  return `${key} `;
}

function sortKeyOf(key: Item | undefined): string | undefined {
  const sk: unknown = key?.['sk'];
  return typeof sk === 'string' ? sk : undefined;
}
