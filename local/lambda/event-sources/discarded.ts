import { randomUUID } from 'node:crypto';
import type { Discarded } from './stream-delivery.ts';

/**
 * The message about records that are given up. It says where they are, not what they hold.
 * Source: Lambda guide, "Retain discarded batch records for a DynamoDB event source".
 */
export function discardedBody(
  discarded: Discarded,
  source: { functionArn: string; streamArn: string; shard: string },
  now = new Date(),
): string {
  const { records, outcome } = discarded;
  const [first, last] = [records[0], records.at(-1)];
  const time = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
  return JSON.stringify({
    requestContext: {
      requestId: outcome?.requestId ?? randomUUID(),
      functionArn: source.functionArn,
      condition: discarded.condition,
      approximateInvokeCount: discarded.invocations,
    },
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.functionError !== undefined && { functionError: outcome.functionError }),
      },
    }),
    version: '1.0',
    timestamp: now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: source.shard,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: time(first?.createdAt),
      approximateArrivalOfLastRecord: time(last?.createdAt),
      batchSize: records.length,
      streamArn: source.streamArn,
    },
  });
}
