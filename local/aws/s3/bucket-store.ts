import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { readProperties } from '../template-properties.ts';
import { type BucketProperties, bucketProperties, isBucketName } from './bucket-properties.ts';

export interface Bucket {
  name: string;
  properties: BucketProperties;
  /** ms since 1970 */
  createdAt: number;
}

const row = z.object({ name: z.string(), properties: z.string(), created_at: z.number() });

export type BucketStore = ReturnType<typeof bucketStore>;

export function bucketStore(database: DatabaseSync) {
  const save = database.prepare(
    `INSERT INTO bucket (name, properties, created_at) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET properties = excluded.properties`,
  );
  const buckets = new Map<string, Bucket>();
  for (const stored of database.prepare('SELECT * FROM bucket').all()) {
    const { name, properties, created_at } = row.parse(stored);
    buckets.set(name, { name, properties: bucketProperties.parse(JSON.parse(properties)), createdAt: created_at });
  }

  return {
    /** @throws Error that names an unsupported or wrong property */
    define(name: string, properties: unknown): void {
      const resource = `AWS::S3::Bucket ${name}`;
      if (!isBucketName(name)) throw new Error(`${resource}: not a bucket's name`);
      const parsed = readProperties(bucketProperties, resource, properties);
      if (parsed.BucketName !== undefined && parsed.BucketName !== name) {
        throw new Error(`${resource}: BucketName is ${parsed.BucketName}`);
      }
      const createdAt = buckets.get(name)?.createdAt ?? Date.now();
      save.run(name, JSON.stringify(parsed), createdAt);
      buckets.set(name, { name, properties: parsed, createdAt });
    },

    find(name: string): Bucket | undefined {
      return buckets.get(name);
    },

    /** @throws AwsError NoSuchBucket */
    get(name: string): Bucket {
      const bucket = buckets.get(name);
      if (!bucket) {
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
      }
      return bucket;
    },

    /** All, by name. */
    list(): Bucket[] {
      return [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
