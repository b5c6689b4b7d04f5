import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { getItems } from '../aws/batch-get.ts';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { signalTime } from './alert-id.ts';
import { INDEXES, SIGNAL_SORT_PREFIX } from './keys.ts';
import { type StoredSignal, storedSignalSchema } from './stored-signal.ts';

/**
 * All signals whose capture has not ended and that have not changed since `before` (epoch milliseconds), page by page. Only
 * what waits is read: the index holds no other signal.
 */
export async function* unfinishedCaptures(before: number): AsyncGenerator<StoredSignal[]> {
  const TableName = environment('ALERTS_TABLE');
  const pages = paginateScan({ client: dynamodb }, { TableName, IndexName: INDEXES.signalsCapturing.name, Limit: 100 });
  for await (const { Items = [] } of pages) {
    const keys = Items.map(({ pk, sk }) => ({ pk, sk: String(sk) }));
    const { items } = await getItems(
      TableName,
      keys.filter(({ sk }) => signalTime(sk.slice(SIGNAL_SORT_PREFIX.length)) <= before),
    );
    const signals = items.map((item) => storedSignalSchema.parse(item));
    yield signals.filter((signal) => isUnfinished(signal) && lastChange(signal) <= before);
  }
}

/** The index may be behind its table. */
function isUnfinished({ screenshot_status }: StoredSignal): boolean {
  return screenshot_status === 'pending' || screenshot_status === 'processing';
}

/** When a signal was changed last, or else its alert's time, in epoch milliseconds. */
export function lastChange({ id, updated_at }: StoredSignal): number {
  return updated_at === undefined ? signalTime(id) : Date.parse(updated_at);
}
