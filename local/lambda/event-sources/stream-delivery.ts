import type { Outcome } from '../types.ts';
import { batchResult } from './item-failures.ts';
import type { StreamMapping } from './mapping.ts';
import { type Encoded, eventOf } from './payload.ts';

/** A stream record as Lambda hands it to a function; `createdAt` is in epoch milliseconds. */
export interface StreamRecord extends Encoded {
  sequenceNumber: string;
  createdAt: number;
}

/** A batch that is given up, as AWS tells its on-failure destination. */
export interface Discarded {
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  records: readonly StreamRecord[];
  /** The last answer, where the function was invoked at all. */
  outcome: Outcome | undefined;
  invocations: number;
}

export interface DeliveryOptions {
  mapping: StreamMapping;
  invoke: (event: string) => Promise<Outcome>;
  /** Called when all records up to this one are done with. */
  done: (record: StreamRecord) => void;
  discard: (discarded: Discarded) => Promise<void>;
  /** Before the next try; rejects to end the delivery. `failures` counts from 1. */
  backOff: (failures: number) => Promise<void>;
  now?: () => number;
}

/**
 * Hands one batch of one shard to the function until every record is done with: handled, or given up after the
 * mapping's retries or age and told to the destination. It blocks what comes after it, as on AWS.
 *
 * - A partial response moves the beginning of the batch to the first record that failed; that record has then failed
 *   once.
 * - With bisect a batch that fails as a whole is halved, first half first; that does not count as a try.
 *
 * Source: Lambda guide, "Handling errors with DynamoDB event source mappings".
 */
export async function deliver(batch: readonly StreamRecord[], options: DeliveryOptions): Promise<void> {
  const { mapping, discard, done, backOff } = options;
  let records = batch;
  let tries = 0;
  let outcome: Outcome | undefined;
  const giveUp = async (condition: Discarded['condition'], given: readonly StreamRecord[]) => {
    await discard({ condition, records: given, outcome, invocations: tries });
    finish(given, done);
    records = records.slice(given.length);
    tries = 0;
    outcome = undefined;
  };

  while (records.length > 0) {
    const old = leading(records, (it) => isTooOld(it, mapping, options.now ?? Date.now));
    if (old.length > 0) {
      await giveUp('RecordAgeExceeded', old);
      continue;
    }
    outcome = await options.invoke(eventOf(records));
    const handled = handledBefore(outcome, records, mapping);
    finish(records.slice(0, handled), done);
    records = records.slice(handled);
    if (records.length === 0) return;
    tries = handled > 0 ? 1 : tries + 1;
    await backOff(tries);
    if (mapping.bisects && records.length > 1 && handled === 0) {
      const middle = Math.ceil(records.length / 2);
      await deliver(records.slice(0, middle), options);
      records = records.slice(middle);
      tries = 0;
    } else if (mapping.maximumRetryAttempts >= 0 && tries > mapping.maximumRetryAttempts) {
      await giveUp('RetryAttemptsExhausted', records);
    }
  }
}

/** How many records from the beginning the function has handled. */
function handledBefore(outcome: Outcome, records: readonly StreamRecord[], mapping: StreamMapping): number {
  const ids = records.map((it) => it.sequenceNumber);
  const result = batchResult(outcome, ids, mapping.reportsItemFailures);
  if (result.kind === 'success') return records.length;
  if (result.kind === 'failure') return 0;
  return ids.findIndex((id) => result.failed.has(id));
}

function finish(records: readonly StreamRecord[], done: (record: StreamRecord) => void): void {
  const last = records.at(-1);
  if (last !== undefined) done(last);
}

function isTooOld(record: StreamRecord, mapping: StreamMapping, now: () => number): boolean {
  const { maximumRecordAgeSeconds: limit } = mapping;
  return limit >= 0 && now() - record.createdAt > limit * 1000;
}

function leading<T>(items: readonly T[], test: (item: T) => boolean): readonly T[] {
  const end = items.findIndex((item) => !test(item));
  return end < 0 ? items : items.slice(0, end);
}
