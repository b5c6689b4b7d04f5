import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, expect, test, vi } from 'vitest';
import { bench, scratch } from './harness.ts';

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url));
const SIZE = 500_000;
const WRITERS = 4;
/** Acknowledged writes of each writer after which the process is killed. */
const STORM = 5;
const firstVersion = (round: number) => round * 1000;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('SIGKILL in a storm of writes loses no acknowledged object and shows no half of one', async () => {
  const dir = await scratch();
  /** By key, the number of the last version that was acknowledged. */
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, [PROCESS, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = await once(child.stdout, 'data');
    const endpoint = String(line).trim();
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 1; ; n++) {
        const key = `w${writer}`;
        const version = firstVersion(round) + n;
        const body = Buffer.alloc(SIZE, version);
        const put = await fetch(`${endpoint}/images/${key}`, { method: 'PUT', body }).catch(() => undefined);
        if (!put?.ok) return;
        acknowledged.set(key, version);
      }
    });
    const enough = firstVersion(round) + STORM;
    const stormy = () =>
      acknowledged.size === WRITERS && [...acknowledged.values()].every((version) => version >= enough);
    await vi.waitUntil(stormy, { timeout: 20_000, interval: 1 });
    child.kill('SIGKILL');
    await Promise.all(writers);
  }

  const { client } = await bench({ dir });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'images' }));
  expect(Contents).toHaveLength(WRITERS);
  for (const { Key = '' } of Contents) {
    const got = await client.send(new GetObjectCommand({ Bucket: 'images', Key }));
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes).toHaveLength(SIZE);
    expect(got.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    // The write that the kill cut off may have been stored before its answer could be sent.
    const last = acknowledged.get(Key) ?? 0;
    expect([last & 255, (last + 1) & 255]).toContain(bytes[0]);
  }
  expect(await readdir(join(dir, 'blobs'))).toHaveLength(WRITERS);
});
