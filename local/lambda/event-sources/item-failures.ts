import { z } from 'zod';
import type { Outcome } from '../types.ts';

/** Which items of a batch are to come again. `reason` says what made the whole batch fail. */
export type BatchResult =
  | { kind: 'success' }
  | { kind: 'partial'; failed: ReadonlySet<string> }
  | { kind: 'failure'; reason: string };

const response = z.union([
  z.null().transform(() => []),
  z
    .object({
      batchItemFailures: z
        .array(z.object({ itemIdentifier: z.string().min(1) }))
        .nullish()
        .transform((failures) => failures ?? []),
    })
    .transform((it) => it.batchItemFailures),
]);

/**
 * What an invocation means for its batch. With ReportBatchItemFailures an answer that is not of the documented form,
 * an empty identifier, or one that is not in the batch fails the whole batch; null and an empty list mean success.
 * Source: Lambda guide, "Implementing partial batch responses" (SQS) and "Configuring partial batch response" (DynamoDB).
 * @param ids the items' identifiers: message ids, sequence numbers
 */
export function batchResult(outcome: Outcome, ids: readonly string[], reportsItemFailures: boolean): BatchResult {
  if (outcome.functionError !== undefined) return { kind: 'failure', reason: outcome.payload };
  if (!reportsItemFailures) return { kind: 'success' };
  const read = response.safeParse(JSON.parse(outcome.payload));
  if (!read.success) return { kind: 'failure', reason: `not a partial batch response: ${outcome.payload}` };
  const failed = new Set(read.data.map((it) => it.itemIdentifier));
  if (failed.size === 0) return { kind: 'success' };
  const unknown = [...failed].find((id) => !ids.includes(id));
  if (unknown !== undefined) return { kind: 'failure', reason: `itemIdentifier ${unknown} is not in the batch` };
  return { kind: 'partial', failed };
}
