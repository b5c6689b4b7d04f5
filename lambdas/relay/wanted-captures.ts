import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { SignalChange } from './change.ts';

/** The signals whose capture was asked for by that very change: new ones, and those asked again. */
export function wantedCaptures(changes: readonly SignalChange[]): StoredSignal[] {
  return changes.flatMap(({ before, after }) => (after.generation === before?.generation ? [] : [after]));
}
