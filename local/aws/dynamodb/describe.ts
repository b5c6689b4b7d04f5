import { z } from 'zod';
import type { Catalog } from './catalog.ts';
import { notFound } from './errors.ts';
import type { Items } from './items.ts';
import { type Fields, parseFields } from './requests.ts';
import { type Index, type Table, tableArn } from './tables.ts';

/** Tables as the operator's tools ask for them. */

const tableRequest = z.object({ TableName: z.string() });
const listRequest = z.object({
  ExclusiveStartTableName: z.string().optional(),
  Limit: z.number().int().min(1).max(100).optional(),
});
const tagsRequest = z.object({ ResourceArn: z.string() });

const NO_THROUGHPUT = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

export function describeTable(catalog: Catalog, items: Items, fields: Fields): unknown {
  const table = catalog.get(parseFields(tableRequest, fields).TableName);
  const { properties, stream } = table;
  const { items: ItemCount, bytes: TableSizeBytes } = items.count(table);
  return {
    Table: {
      TableName: table.name,
      TableArn: table.arn,
      TableId: `00000000-0000-4000-8000-${String(table.id).padStart(12, '0')}`,
      TableStatus: 'ACTIVE',
      CreationDateTime: table.createdAt / 1000,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      ItemCount,
      TableSizeBytes,
      BillingModeSummary: {
        BillingMode: properties.BillingMode,
        LastUpdateToPayPerRequestDateTime: table.createdAt / 1000,
      },
      ProvisionedThroughput: NO_THROUGHPUT,
      TableClassSummary: { TableClass: properties.TableClass ?? 'STANDARD' },
      DeletionProtectionEnabled: properties.DeletionProtectionEnabled ?? false,
      GlobalSecondaryIndexes:
        table.indexes.length > 0 ? table.indexes.map((index) => describeIndex(items, table, index)) : undefined,
      StreamSpecification: stream && { StreamEnabled: true, StreamViewType: stream.view },
      LatestStreamArn: stream?.arn,
      LatestStreamLabel: stream?.label,
      SSEDescription: properties.SSESpecification?.SSEEnabled ? { Status: 'ENABLED', SSEType: 'KMS' } : undefined,
    },
  };
}

function describeIndex(items: Items, table: Table, index: Index): unknown {
  const properties = table.properties.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.name);
  const { items: ItemCount, bytes: IndexSizeBytes } = items.count(table, index);
  return {
    IndexName: index.name,
    IndexArn: index.arn,
    IndexStatus: 'ACTIVE',
    KeySchema: properties?.KeySchema,
    Projection: properties?.Projection,
    ProvisionedThroughput: NO_THROUGHPUT,
    ItemCount,
    IndexSizeBytes,
  };
}

export function listTables(catalog: Catalog, fields: Fields): unknown {
  const { ExclusiveStartTableName = '', Limit = 100 } = parseFields(listRequest, fields);
  const names = catalog
    .all()
    .map(({ name }) => name)
    .filter((name) => name > ExclusiveStartTableName)
    .sort();
  const page = names.slice(0, Limit);
  return { TableNames: page, LastEvaluatedTableName: page.length < names.length ? page.at(-1) : undefined };
}

export function describeTimeToLive(catalog: Catalog, fields: Fields): unknown {
  const { ttl } = catalog.get(parseFields(tableRequest, fields).TableName);
  return {
    TimeToLiveDescription: ttl ? { TimeToLiveStatus: 'ENABLED', AttributeName: ttl } : { TimeToLiveStatus: 'DISABLED' },
  };
}

/** What the template asks for: this machine makes no backups. */
export function describeContinuousBackups(catalog: Catalog, fields: Fields): unknown {
  const { properties } = catalog.get(parseFields(tableRequest, fields).TableName);
  const wanted = properties.PointInTimeRecoverySpecification;
  const enabled = wanted?.PointInTimeRecoveryEnabled === true;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: enabled ? 'ENABLED' : 'DISABLED',
        RecoveryPeriodInDays: enabled ? (wanted.RecoveryPeriodInDays ?? 35) : undefined,
      },
    },
  };
}

export function listTagsOfResource(catalog: Catalog, fields: Fields): unknown {
  const { ResourceArn } = parseFields(tagsRequest, fields);
  const table = catalog.all().find(({ name }) => tableArn(name) === ResourceArn);
  if (!table) throw notFound(`ResourceArn: ${ResourceArn} not found`);
  return { Tags: table.properties.Tags ?? [] };
}
