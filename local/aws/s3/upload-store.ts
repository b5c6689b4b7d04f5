import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { ALGORITHMS } from './checksums.ts';

const upload = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  headers: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  checksum_algorithm: z.enum(ALGORITHMS).nullable(),
  checksum_type: z.enum(['FULL_OBJECT', 'COMPOSITE']).nullable(),
  started_at: z.number(),
});
export type Upload = z.infer<typeof upload>;

const part = z.object({
  number: z.number(),
  blob: z.string(),
  size: z.number(),
  etag: z.string(),
  checksum: z.string().nullable(),
});
export type Part = z.infer<typeof part>;

/** Multipart uploads that are not finished, and their parts. */
export type UploadStore = ReturnType<typeof uploadStore>;

export function uploadStore(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO upload (id, bucket, key, headers, checksum_algorithm, checksum_type, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const get = database.prepare('SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?');
  const all = database.prepare('SELECT * FROM upload WHERE bucket = ?');
  const remove = database.prepare('DELETE FROM upload WHERE id = ?');
  const putPart = database.prepare(
    'INSERT OR REPLACE INTO part (upload, number, blob, size, etag, checksum) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const parts = database.prepare('SELECT * FROM part WHERE upload = ? ORDER BY number');
  const partsOf = (id: string): Part[] => parts.all(id).map((row) => part.parse(row));

  return {
    /** @returns the upload's id */
    start({ bucket, key, headers, checksum_algorithm, checksum_type }: Omit<Upload, 'id' | 'started_at'>): string {
      const id = randomUUID();
      insert.run(id, bucket, key, JSON.stringify(headers), checksum_algorithm, checksum_type, Date.now());
      return id;
    },

    /** @throws AwsError NoSuchUpload */
    get(id: string, bucket: string, key: string): Upload {
      const row = get.get(id, bucket, key);
      if (row) return upload.parse(row);
      throw new AwsError(
        'NoSuchUpload',
        'The specified upload does not exist. It may have been aborted or completed.',
        404,
      );
    },

    list(bucket: string): Upload[] {
      return all.all(bucket).map((row) => upload.parse(row));
    },

    parts: partsOf,

    /** @returns the part that had this number before */
    setPart(id: string, { number, blob, size, etag, checksum }: Part): Part | undefined {
      const before = partsOf(id).find((other) => other.number === number);
      putPart.run(id, number, blob, size, etag, checksum);
      return before;
    },

    /** Forgets upload and parts. @returns the parts' blobs, to be removed */
    end(id: string): string[] {
      const blobs = partsOf(id).map(({ blob }) => blob);
      remove.run(id);
      return blobs;
    },
  };
}
