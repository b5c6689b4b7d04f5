import { type StoredSignal, storedSignalSchema } from '../../core/alerts/stored-signal.ts';
import type { Change } from './change.ts';

/** The signals whose capture was asked for by that very change: new ones, and those asked again. */
export function wantedCaptures(changes: readonly Change[]): StoredSignal[] {
  return changes.flatMap(({ before, after }) => {
    const signal = storedSignalSchema.safeParse(after).data;
    return signal && signal.generation !== before['generation'] ? [signal] : [];
  });
}
