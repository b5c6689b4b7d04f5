import { z } from 'zod';
import { readProperties } from '../../aws/template-properties.ts';
import { filterCriteria } from './filter.ts';

const common = {
  Enabled: z.boolean().default(true),
  FilterCriteria: filterCriteria.default(() => () => true),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Tags: z.unknown().optional(),
};

const queueMapping = z
  .strictObject({
    ...common,
    EventSourceArn: z
      .string()
      .regex(/^arn:aws:sqs:/)
      .regex(/(?<!\.fifo)$/, 'FIFO queues are not supported by the local run'),
    BatchSize: z.int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1000).optional() }).default({}),
  })
  .refine(
    (it) => it.BatchSize <= 10 || it.MaximumBatchingWindowInSeconds > 0,
    'BatchSize above 10 needs a MaximumBatchingWindowInSeconds of at least 1',
  );

const streamMapping = z.strictObject({
  ...common,
  EventSourceArn: z.string().regex(/^arn:aws:dynamodb:.*:table\/[^/]+\/stream\//),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: z.int().min(1).max(10_000).default(100),
  BisectBatchOnFunctionError: z.boolean().default(false),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().regex(/^arn:aws:sqs:/, 'only SQS queues') }) })
    .optional(),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  MaximumRecordAgeInSeconds: z.union([z.literal(-1), z.int().min(60).max(604_800)]).default(-1),
  MaximumRetryAttempts: z.int().min(-1).max(10_000).default(-1),
  ParallelizationFactor: z.int().min(1).max(10).default(1),
});

/** What a mapping of either kind has. `matches` is its filter. */
interface Mapping {
  /** Same at every start: checkpoints are kept under it. */
  id: string;
  functionName: string;
  sourceArn: string;
  isEnabled: boolean;
  matches: (record: unknown) => boolean;
  reportsItemFailures: boolean;
  batchSize: number;
  /** How long a batch may wait to become full. */
  windowSeconds: number;
}

export interface QueueMapping extends Mapping {
  kind: 'queue';
  maximumConcurrency: number | undefined;
}

export interface StreamMapping extends Mapping {
  kind: 'stream';
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  bisects: boolean;
  /** The queue's ARN. */
  onFailure: string | undefined;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  maximumRetryAttempts: number;
  parallelizationFactor: number;
}

/**
 * An event source mapping as its resolved `AWS::Lambda::EventSourceMapping` properties say.
 * @throws Error that names the mapping and what is wrong or not supported here
 */
export function readMapping(
  resource: { logicalId: string; name: string },
  properties: unknown,
): QueueMapping | StreamMapping {
  const { logicalId } = resource;
  const source = z.object({ EventSourceArn: z.string() }).loose();
  const { EventSourceArn: arn } = readProperties(source, logicalId, properties);
  if (arn.startsWith('arn:aws:sqs:')) {
    const read = readProperties(queueMapping, logicalId, properties);
    return {
      kind: 'queue',
      ...shared(resource.name, read),
      maximumConcurrency: read.ScalingConfig.MaximumConcurrency,
    };
  }
  if (!arn.startsWith('arn:aws:dynamodb:'))
    throw new Error(`${logicalId}: event source ${arn} is not supported by the local run`);
  const read = readProperties(streamMapping, logicalId, properties);
  return {
    kind: 'stream',
    ...shared(resource.name, read),
    startingPosition: read.StartingPosition,
    bisects: read.BisectBatchOnFunctionError,
    onFailure: read.DestinationConfig?.OnFailure.Destination,
    maximumRecordAgeSeconds: read.MaximumRecordAgeInSeconds,
    maximumRetryAttempts: read.MaximumRetryAttempts,
    parallelizationFactor: read.ParallelizationFactor,
  };
}

function shared(id: string, read: z.output<typeof queueMapping> | z.output<typeof streamMapping>): Mapping {
  return {
    id,
    functionName: read.FunctionName,
    sourceArn: read.EventSourceArn,
    isEnabled: read.Enabled,
    matches: read.FilterCriteria,
    reportsItemFailures: read.FunctionResponseTypes.length > 0,
    batchSize: read.BatchSize,
    windowSeconds: read.MaximumBatchingWindowInSeconds,
  };
}
