import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ALGORITHMS } from './checksums.ts';
import type { Span } from './conditions.ts';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

export const checksumSchema = z.object({
  algorithm: z.enum(ALGORITHMS),
  value: z.string(),
  type: z.enum(['FULL_OBJECT', 'COMPOSITE']),
});

const storedObject = z.object({
  bucket: z.string(),
  key: z.string(),
  blob: z.string(),
  size: z.number(),
  etag: z.string(),
  modified_at: z.number(),
  headers: json(z.record(z.string(), z.string())),
  checksum: json(checksumSchema).nullable(),
});
/** `headers` are those that come back with the object: content type, metadata and so on. */
export type StoredObject = z.infer<typeof storedObject>;

/** The objects of all buckets: rows in SQLite, contents in files of their own. */
export type ObjectStore = ReturnType<typeof objectStore>;

export function objectStore(database: DatabaseSync, blobs: string) {
  const get = database.prepare('SELECT * FROM object WHERE bucket = ? AND key = ?');
  const put = database.prepare(
    `INSERT OR REPLACE INTO object (bucket, key, blob, size, etag, modified_at, headers, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('DELETE FROM object WHERE bucket = ? AND key = ?');
  const from = database.prepare('SELECT * FROM object WHERE bucket = ? AND key >= max(?, ?) ORDER BY key');

  function find(bucket: string, key: string): StoredObject | undefined {
    const row = get.get(bucket, key);
    return row && storedObject.parse(row);
  }

  return {
    find,

    /** Writes contents that nobody sees until a row names them. @returns the blob's name */
    async writeBlob(bytes: Buffer): Promise<string> {
      const blob = randomUUID();
      await writeFile(join(blobs, blob), bytes);
      return blob;
    },

    async removeBlobs(names: string[]): Promise<void> {
      await Promise.all(names.map((name) => unlink(join(blobs, name))));
    },

    /**
     * Makes the object visible, in place of the one with its key. Nothing else happens between `check` and that.
     * @param check may throw to prevent it; gets the object that would be replaced
     */
    async commit(object: StoredObject, check: (current: StoredObject | undefined) => void): Promise<void> {
      const { bucket, key, blob, size, etag, modified_at, headers, checksum } = object;
      const replaced = find(bucket, key);
      try {
        check(replaced);
        const checksumText = checksum && JSON.stringify(checksum);
        put.run(bucket, key, blob, size, etag, modified_at, JSON.stringify(headers), checksumText);
      } catch (error) {
        await this.removeBlobs([blob]);
        throw error;
      }
      if (replaced) await this.removeBlobs([replaced.blob]);
    },

    /**
     * The object's bytes, read at once: after a pause a newer object could have taken the place of this one's file.
     */
    read(blob: string, { start, end }: Span): Buffer {
      const bytes = Buffer.alloc(end - start);
      const file = openSync(join(blobs, blob), 'r');
      try {
        for (let at = 0; at < bytes.length; ) {
          const count = readSync(file, bytes, at, bytes.length - at, start + at);
          if (count === 0) throw new Error(`blob ${blob} ends at byte ${start + at}`);
          at += count;
        }
        return bytes;
      } finally {
        closeSync(file);
      }
    },

    async delete(bucket: string, key: string): Promise<void> {
      const object = find(bucket, key);
      if (!object) return;
      remove.run(bucket, key);
      await this.removeBlobs([object.blob]);
    },

    /** Objects with that prefix in the order of their keys' UTF-8 bytes, from `after` on. */
    *list(bucket: string, prefix: string, after: string): Generator<StoredObject> {
      for (const row of from.iterate(bucket, prefix, after)) {
        const object = storedObject.parse(row);
        if (!object.key.startsWith(prefix)) return;
        yield object;
      }
    },
  };
}
