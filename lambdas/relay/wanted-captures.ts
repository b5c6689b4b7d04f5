import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { type StoredSignal, storedSignalSchema } from '../../core/alerts/stored-signal.ts';

/** The signals among stream records whose capture was asked for by that very change: new ones, and those asked again. */
export function wantedCaptures(records: DynamoDBRecord[]): StoredSignal[] {
  return records.flatMap(({ dynamodb }) => {
    const signal = storedSignalSchema.safeParse(image(dynamodb?.NewImage)).data;
    const generationBefore = image(dynamodb?.OldImage)['generation'];
    return signal && signal.generation !== generationBefore ? [signal] : [];
  });
}

// The event's types and the SDK's describe the same JSON, but only the SDK's know every kind of value.
function image(attributes: object | undefined): Record<string, unknown> {
  return unmarshall((attributes ?? {}) as Record<string, AttributeValue>);
}
