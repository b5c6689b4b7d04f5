import { z } from 'zod';
import type { AwsRequest, Permission } from '../service.ts';
import { parseBody } from './requests.ts';
import { tableArn } from './tables.ts';

/**
 * What IAM must allow for a request, by "Actions, resources, and condition keys for Amazon DynamoDB": a transaction's
 * items one by one, a batch by table, an index by its own ARN, a stream by the stream's.
 */

const tableFields = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const batchFields = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const target = z.object({ TableName: z.string() });
const transactFields = z.object({
  TransactItems: z.array(z.partialRecord(z.enum(['Get', 'Put', 'Update', 'Delete', 'ConditionCheck']), target)),
});
const streamFields = z.object({ StreamArn: z.string() });
const iteratorFields = z.object({ ShardIterator: z.string() });
const taggedFields = z.object({ ResourceArn: z.string() });

const TRANSACTION_ACTIONS = {
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const;

export function permissionsOf({ operation, body }: AwsRequest): Permission[] {
  const fields = parseBody(body);
  const on = (resource: string | undefined): Permission[] => [
    { action: `dynamodb:${operation}`, resource: resource ?? tableArn('') },
  ];
  switch (operation) {
    case 'ListTables':
    case 'ListStreams':
      return on('*');
    case 'DescribeStream':
    case 'GetShardIterator':
      return on(streamFields.safeParse(fields).data?.StreamArn);
    case 'GetRecords':
      // An iterator begins with its stream's ARN, as on AWS.
      return on(iteratorFields.safeParse(fields).data?.ShardIterator.split('|')[0]);
    case 'ListTagsOfResource':
      return on(taggedFields.safeParse(fields).data?.ResourceArn);
    case 'BatchGetItem':
    case 'BatchWriteItem': {
      const tables = Object.keys(batchFields.safeParse(fields).data?.RequestItems ?? {});
      return tables.length > 0 ? tables.flatMap((table) => on(tableArn(table))) : on(undefined);
    }
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return transactionPermissions(fields);
    default: {
      const { TableName = '', IndexName } = tableFields.safeParse(fields).data ?? {};
      return on(IndexName === undefined ? tableArn(TableName) : `${tableArn(TableName)}/index/${IndexName}`);
    }
  }
}

/** A malformed transaction asks for nothing here and is refused when it is handled. */
function transactionPermissions(fields: unknown): Permission[] {
  const permissions = new Map<string, Permission>();
  for (const item of transactFields.safeParse(fields).data?.TransactItems ?? []) {
    for (const kind of ['Get', 'Put', 'Update', 'Delete', 'ConditionCheck'] as const) {
      const wanted = item[kind];
      if (!wanted) continue;
      const permission = { action: TRANSACTION_ACTIONS[kind], resource: tableArn(wanted.TableName) };
      permissions.set(`${permission.action} ${permission.resource}`, permission);
    }
  }
  return [...permissions.values()];
}
