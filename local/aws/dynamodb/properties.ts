import { z } from 'zod';
import { readProperties } from '../template-properties.ts';

/**
 * The properties of AWS::DynamoDB::Table that mean something here, or that a single machine meets by itself (encryption,
 * backups, throughput kept warm, table class). Any other is refused by name rather than ignored.
 */

const name = z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'must be 3 to 255 of a-z, A-Z, 0-9, _, . and -');
const element = (type: 'HASH' | 'RANGE') => z.strictObject({ AttributeName: z.string(), KeyType: z.literal(type) });
const keySchema = z.union([z.tuple([element('HASH')]), z.tuple([element('HASH'), element('RANGE')])]);
const warmThroughput = z.strictObject({
  ReadUnitsPerSecond: z.number().optional(),
  WriteUnitsPerSecond: z.number().optional(),
});
const contributorInsights = z.strictObject({ Enabled: z.boolean(), Mode: z.string().optional() });

const projection = z.discriminatedUnion('ProjectionType', [
  z.strictObject({ ProjectionType: z.literal('ALL') }),
  z.strictObject({ ProjectionType: z.literal('KEYS_ONLY') }),
  z.strictObject({ ProjectionType: z.literal('INCLUDE'), NonKeyAttributes: z.array(z.string()).min(1).max(20) }),
]);

const globalSecondaryIndex = z.strictObject({
  IndexName: name,
  KeySchema: keySchema,
  Projection: projection,
  WarmThroughput: warmThroughput.optional(),
  ContributorInsightsSpecification: contributorInsights.optional(),
});

const tableProperties = z.strictObject({
  TableName: name.optional(),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string().min(1).max(255), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.array(globalSecondaryIndex).max(20).optional(),
  StreamSpecification: z
    .strictObject({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({
      PointInTimeRecoveryEnabled: z.boolean().optional(),
      RecoveryPeriodInDays: z.number().int().min(1).max(35).optional(),
    })
    .optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean(),
      SSEType: z.string().optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  WarmThroughput: warmThroughput.optional(),
  ContributorInsightsSpecification: contributorInsights.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export type TableProperties = z.infer<typeof tableProperties>;
export type IndexProperties = z.infer<typeof globalSecondaryIndex>;
export type StreamViewType = NonNullable<TableProperties['StreamSpecification']>['StreamViewType'];

/** @throws Error that names the table and every property that is wrong or not supported. */
export function parseTableProperties(table: string, properties: Record<string, unknown>): TableProperties {
  const parsed = readProperties(tableProperties, `DynamoDB table ${table}`, properties);
  checkAttributes(table, parsed);
  return parsed;
}

/** CloudFormation refuses a key without a definition and a definition without a key. */
function checkAttributes(table: string, properties: TableProperties): void {
  const schemas = [properties, ...(properties.GlobalSecondaryIndexes ?? [])].map(({ KeySchema }) => KeySchema);
  const used = new Set(schemas.flatMap((schema) => schema.map(({ AttributeName }) => AttributeName)));
  const defined = new Set(properties.AttributeDefinitions.map(({ AttributeName }) => AttributeName));
  for (const attribute of used) {
    if (!defined.has(attribute)) throw wrong(table, attribute, 'is a key without a definition');
  }
  for (const attribute of defined) {
    if (!used.has(attribute)) throw wrong(table, attribute, 'is defined but is no key');
  }
}

function wrong(table: string, attribute: string, problem: string): Error {
  return new Error(`DynamoDB table ${table}: AttributeDefinitions: ${attribute} ${problem}`);
}
