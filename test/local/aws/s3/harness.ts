import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import { createS3, type S3 } from '../../../../local/aws/s3/s3.ts';
import { type Served, serve } from '../serve.ts';

export interface Bench {
  dir: string;
  s3: S3;
  served: Served;
  client: S3Client;
  put(Key: string, Body: string | Buffer, more?: Record<string, unknown>): Promise<string | undefined>;
  get(Key: string, more?: Record<string, unknown>): Promise<string>;
}

const cleanups: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 's3-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** An object service over HTTP with the bucket `images`, and a real client for it; gone after the file's tests. */
export async function bench(options: { dir?: string; properties?: object } = {}): Promise<Bench> {
  const dir = options.dir ?? (await scratch());
  const s3 = await createS3({ dir });
  s3.defineBucket('images', options.properties ?? {});
  const served = await serve(s3);
  const client = new S3Client({ ...served.client, forcePathStyle: true });
  cleanups.push(async () => {
    client.destroy();
    await served.close();
  });
  return {
    dir,
    s3,
    served,
    client,
    put: async (Key, Body, more = {}) =>
      (await client.send(new PutObjectCommand({ Bucket: 'images', Key, Body, ...more }))).ETag,
    get: async (Key, more = {}) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'images', Key, ...more }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}
