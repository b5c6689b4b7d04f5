import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { type StoredSignal, storedSignalSchema } from '../../core/alerts/stored-signal.ts';

/** A stream record in plain values. */
export interface Change {
  pk: string;
  sk: string;
  /** The item before; empty where there was none. */
  before: Record<string, unknown>;
  /** The item now; empty where it was removed. */
  after: Record<string, unknown>;
  /** Epoch milliseconds. */
  at: number;
}

export function readChange({ dynamodb = {} }: DynamoDBRecord): Change {
  const { pk, sk } = plain(dynamodb.Keys);
  return {
    pk: String(pk),
    sk: String(sk),
    before: plain(dynamodb.OldImage),
    after: plain(dynamodb.NewImage),
    at: Number(dynamodb.ApproximateCreationDateTime) * 1000,
  };
}

/** A signal that is new, or that is not as it was. */
export interface SignalChange {
  before: StoredSignal | undefined;
  after: StoredSignal;
}

export function signalChanges(changes: readonly Change[]): SignalChange[] {
  return changes.flatMap((change) => {
    const after = storedSignalSchema.safeParse(change.after).data;
    return after ? [{ before: storedSignalSchema.safeParse(change.before).data, after }] : [];
  });
}

// The event's types and the SDK's describe the same JSON, but only the SDK's know every kind of value.
function plain(attributes: object | undefined): Record<string, unknown> {
  return unmarshall((attributes ?? {}) as Record<string, AttributeValue>);
}
