import type { Catalog } from './catalog.ts';
import type { Items } from './items.ts';
import { keyOf } from './keys.ts';
import { TTL_IDENTITY } from './streams.ts';
import type { Writes } from './writes.ts';

/** AWS leaves alone what expired more than five years ago: most likely the number was never meant as a time. */
const MAX_AGE_SECONDS = 5 * 365 * 24 * 3600;
/** Few at a time, so that requests come in between. */
const BATCH = 100;

/**
 * Deletes expired items of one table.
 * @returns whether there may be more.
 */
export function deleteExpired(
  { catalog, items, writes }: { catalog: Catalog; items: Items; writes: Writes },
  tableName: string,
  now: number,
): boolean {
  const table = catalog.get(tableName);
  if (table.ttl === undefined) return false;
  const seconds = now / 1000;
  const expired = items.expired(table, seconds - MAX_AGE_SECONDS, seconds, BATCH);
  const deletes = expired.map((item) => writes.delete({ TableName: table.name, Key: keyOf(table.key, item) }));
  writes.commit(deletes, TTL_IDENTITY);
  return expired.length === BATCH;
}
