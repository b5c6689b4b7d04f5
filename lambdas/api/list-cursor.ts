import { makeCursor, readCursor } from '../../core/access/cursor.ts';
import { cursorKey } from './cursor-key.ts';

/**
 * Where a page of a list begins, and the cursor of the one behind it.
 * @param scope whose list, under which filters: a cursor of another one is a 400
 */
export async function listCursor(scope: readonly unknown[], cursor: string | undefined) {
  const key = await cursorKey();
  return {
    before: cursor === undefined ? undefined : readCursor(key, scope, cursor),
    after: (position: string | undefined): string | null =>
      position === undefined ? null : makeCursor(key, scope, position),
  };
}
