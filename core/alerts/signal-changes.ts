import { environment } from '../aws/environment.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { auditOfDeleted } from './audit.ts';
import { indexPartition, locatorOf, signalKey } from './keys.ts';
import type { SignalResult } from './signal.ts';
import { getSignal, updateSignal } from './signals.ts';
import { writeWithSegment } from './statistics/segments.ts';
import type { StoredSignal } from './stored-signal.ts';

/** What callers change of their signals; the statistics follow. */

const TableName = () => environment('ALERTS_TABLE');

/** What a caller may change of a signal; null clears. Decimals are in plain notation. */
export type SignalChanges = { result?: SignalResult | undefined } & {
  [Name in 'entry_price' | 'exit_price' | 'profit_loss' | 'profit_loss_percent' | 'notes']?: string | null | undefined;
};

/** The changed signal, or undefined where there is none. */
export async function changeSignal(
  signal: StoredSignal,
  changes: SignalChanges,
  now: number,
): Promise<StoredSignal | undefined> {
  const locator = locatorOf(signal);
  const key = signalKey(locator, signal.id);
  const { result, profit_loss } = changes;
  const result_of = result && indexPartition(locator, result);
  const { set = [], cleared = [] } = Object.groupBy(Object.entries(changes), ([, value]) =>
    value === null ? 'cleared' : 'set',
  );
  const values = { ...Object.fromEntries(set), result_of, updated_at: new Date(now).toISOString() };
  const update = {
    ConditionExpression: 'attribute_exists(pk)',
    ...setAndRemove(
      values,
      cleared.map(([name]) => name),
    ),
  };
  if (result === undefined && profit_loss === undefined) return updateSignal(key, update);
  const counted = { Update: { TableName: TableName(), Key: { ...key }, ...update } };
  return (await writeWithSegment(locator, signal.id, counted)) ? getSignal(key) : undefined;
}

/** False where there was no such signal. That its alert was accepted stays in the audit log. */
export async function deleteSignal(signal: StoredSignal): Promise<boolean> {
  const locator = locatorOf(signal);
  const Key = { ...signalKey(locator, signal.id) };
  return writeWithSegment(
    locator,
    signal.id,
    { Delete: { TableName: TableName(), Key, ConditionExpression: 'attribute_exists(pk)' } },
    auditOfDeleted(signal),
  );
}
