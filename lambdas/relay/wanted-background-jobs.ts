import type { Erasure, ExportJob } from '../../core/alerts/background-jobs.ts';
import { EXPORT_SORT_PREFIX, locatorOf, SIGNAL_SORT_PREFIX, USER_SORT_KEY } from '../../core/alerts/keys.ts';
import type { Change } from './change.ts';

/** The exports that were asked for by that very change. */
export function wantedExports(changes: readonly Change[]): ExportJob[] {
  return changes
    .filter((change) => change.sk.startsWith(EXPORT_SORT_PREFIX) && isNew(change))
    .map((change) => ({ locator: locatorOf(change), export_id: change.sk.slice(EXPORT_SORT_PREFIX.length) }));
}

/** The users in whose place a tombstone was put. */
export function deletedUsers(changes: readonly Change[]): Erasure[] {
  return changes.flatMap((change) => {
    const deleted_at = change.after['deleted_at'];
    const isDeletion = change.sk === USER_SORT_KEY && change.before['deleted_at'] === undefined;
    if (!isDeletion || typeof deleted_at !== 'string') return [];
    return [{ kind: 'user', locator: locatorOf(change), deleted_at }];
  });
}

/** The signals that were removed. */
export function deletedSignals(changes: readonly Change[]): Erasure[] {
  return changes
    .filter((change) => change.sk.startsWith(SIGNAL_SORT_PREFIX) && isEmpty(change.after))
    .map((change) => ({
      kind: 'signal',
      locator: locatorOf(change),
      signal_id: change.sk.slice(SIGNAL_SORT_PREFIX.length),
      deleted_at: new Date(change.at).toISOString(),
    }));
}

function isNew({ before, after }: Change): boolean {
  return isEmpty(before) && !isEmpty(after);
}

function isEmpty(item: Change['before']): boolean {
  return Object.keys(item).length === 0;
}
