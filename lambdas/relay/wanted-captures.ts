import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { SignalChange } from './change.ts';

/** The signals whose capture was asked for by that very change: new ones, those asked again, and those that fell back. */
export function wantedCaptures(changes: readonly SignalChange[]): StoredSignal[] {
  return changes.flatMap(({ before, after }) => {
    const isNew = after.generation !== before?.generation;
    const hasFallenBack = after.fallback !== undefined && before?.fallback === undefined;
    return isNew || hasFallenBack ? [after] : [];
  });
}
