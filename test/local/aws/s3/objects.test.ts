import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bench } from './harness.ts';

const Bucket = 'images';

describe('an object', () => {
  test('comes back with its bytes, headers, metadata and checksum', async () => {
    const { client } = await bench();
    const Body = Buffer.from([0x89, 0x50, 0, 255, 13, 10]);
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'images/a b/ñ+1.png',
        Body,
        ContentType: 'image/png',
        CacheControl: 'no-store',
        ContentDisposition: 'inline',
        Metadata: { signal: '42', width: '1920' },
      }),
    );
    expect(put).toMatchObject({
      ETag: `"${createHash('md5').update(Body).digest('hex')}"`,
      ServerSideEncryption: 'AES256',
      ChecksumCRC32: expect.stringMatching(/^.{6}==$/),
      ChecksumType: 'FULL_OBJECT',
    });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'images/a b/ñ+1.png' }));
    const described = {
      ETag: put.ETag,
      ContentLength: 6,
      ContentType: 'image/png',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      Metadata: { signal: '42', width: '1920' },
      ServerSideEncryption: 'AES256',
      AcceptRanges: 'bytes',
      LastModified: expect.any(Date),
    };
    expect(got).toMatchObject({ ...described, ChecksumCRC32: put.ChecksumCRC32 });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    const head = new HeadObjectCommand({ Bucket, Key: 'images/a b/ñ+1.png' });
    expect(await client.send(head)).toMatchObject(described);
  });

  test('of any key and bytes goes round', async () => {
    const { client, put } = await bench();
    const key = fc.string({
      unit: fc.constantFrom('a', 'B', '/', ' ', '%', '+', '?', '#', '&', '<', '"', 'ñ', '🐸', '.', '~'),
    });
    await fc.assert(
      fc.asyncProperty(key, fc.uint8Array(), async (name, bytes) => {
        const Key = `k${name}`;
        await put(Key, Buffer.from(bytes));
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        expect(await Body?.transformToByteArray()).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  test('is replaced as a whole, deleted, and leaves no file behind', async () => {
    const { client, dir, put, get } = await bench();
    await put('k', 'one');
    await put('k', 'two!');
    expect(await get('k')).toBe('two!');
    expect(await readdir(join(dir, 'blobs'))).toHaveLength(1);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect(await readdir(join(dir, 'blobs'))).toEqual([]);
  });

  test('that is not there, or in no bucket, is an error the SDK knows', async () => {
    const { client } = await bench();
    const from = (bucket: string) => client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    await expect(from(Bucket)).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'k' });
    await expect(from('nowhere')).rejects.toMatchObject({ name: 'NoSuchBucket', BucketName: 'nowhere' });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(client.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject({ name: 'NotFound' });
    await client.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([{ Name: Bucket, CreationDate: expect.any(Date) }]);
  });

  test('is read in ranges', async () => {
    const { client, put } = await bench();
    await put('k', '0123456789');
    const read = async (Range: string) => {
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
      return [await got.Body?.transformToString(), got.ContentRange, got.$metadata.httpStatusCode];
    };
    expect(await read('bytes=2-4')).toEqual(['234', 'bytes 2-4/10', 206]);
    expect(await read('bytes=7-')).toEqual(['789', 'bytes 7-9/10', 206]);
    expect(await read('bytes=-2')).toEqual(['89', 'bytes 8-9/10', 206]);
    expect(await read('bytes=5-99')).toEqual(['56789', 'bytes 5-9/10', 206]);
    expect(await read('bytes=-99')).toEqual(['0123456789', 'bytes 0-9/10', 206]);
    expect(await read('bytes=4-2')).toEqual(['0123456789', undefined, 200]);
    await expect(read('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('is answered with the headers that the query asks for', async () => {
    const { client, put, get } = await bench();
    await put('k', 'x', { ContentType: 'image/png' });
    const got = await client.send(
      new GetObjectCommand({
        Bucket,
        Key: 'k',
        ResponseContentType: 'text/plain',
        ResponseCacheControl: 'no-store',
        ResponseContentDisposition: 'attachment; filename="a.png"',
      }),
    );
    expect(got).toMatchObject({
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="a.png"',
    });
    const emoji = get('k', { ResponseContentDisposition: 'attachment; filename="🐸.png"' });
    await expect(emoji).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test('is copied with its metadata or other ones', async () => {
    const { client, put, get } = await bench();
    await put('from ñ/1', 'body', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('from ñ/1')}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'same', CopySource }));
    const other = { MetadataDirective: 'REPLACE', Metadata: { b: '2' } } as const;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'other', CopySource, ...other }));
    const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(await get('same')).toBe('body');
    expect(await head('same')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
    expect(await head('other')).toMatchObject({ Metadata: { b: '2' } });
    const itself = new CopyObjectCommand({ Bucket, Key: 'same', CopySource: `${Bucket}/same` });
    await expect(client.send(itself)).rejects.toMatchObject({ name: 'InvalidRequest' });
    const missing = new CopyObjectCommand({ Bucket, Key: 'same', CopySource: `${Bucket}/nothing` });
    await expect(client.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('many are deleted at once', async () => {
    const { client, put, get } = await bench();
    const keys = ['a', 'b&<"', 'c'];
    for (const key of keys) await put(key, key);
    const Objects = ['a', 'b&<"', 'missing'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    expect(Errors).toBeUndefined();
    await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('c')).toBe('c');
  });
});

describe('conditions', () => {
  test('a write may demand that nothing is there, or that one version is', async () => {
    const { put, get } = await bench();
    const etag = await put('k', 'one', { IfNoneMatch: '*' });
    const refused = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
    await expect(put('k', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject(refused);
    await expect(put('k', 'two', { IfMatch: '"0"' })).rejects.toMatchObject(refused);
    await expect(put('new', 'two', { IfMatch: etag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('k')).toBe('one');
    await put('k', 'two', { IfMatch: etag });
    expect(await get('k')).toBe('two');
  });

  test('of writers that all demand that nothing is there one wins', async () => {
    const { put, get } = await bench();
    const writers = Array.from({ length: 10 }, (_, n) => put('k', `writer ${n}`, { IfNoneMatch: '*' }).then(() => n));
    const done = (await Promise.allSettled(writers)).flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(done).toHaveLength(1);
    expect(await get('k')).toBe(`writer ${done[0]}`);
  });

  test('a read may demand a version, or a newer one', async () => {
    const { put, get } = await bench();
    const etag = await put('k', 'x');
    expect(await get('k', { IfMatch: etag })).toBe('x');
    await expect(get('k', { IfMatch: '"0"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await get('k', { IfNoneMatch: '"0"' })).toBe('x');
    await expect(get('k', { IfNoneMatch: etag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const later = new Date(Date.now() + 60_000);
    await expect(get('k', { IfModifiedSince: later })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const before = new Date(Date.now() - 60_000);
    await expect(get('k', { IfUnmodifiedSince: before })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('an upload', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('is checked by %s', async (algorithm) => {
    // The check value of each: of the text "123456789".
    const values = {
      CRC32: Buffer.from('cbf43926', 'hex'),
      CRC32C: Buffer.from('e3069283', 'hex'),
      CRC64NVME: Buffer.from('ae8b14860a799888', 'hex'),
      SHA1: createHash('sha1').update('123456789').digest(),
      SHA256: createHash('sha256').update('123456789').digest(),
    };
    const value = values[algorithm].toString('base64');
    const { client, served, get } = await bench();
    const url = `${served.endpoint}/${Bucket}/k`;
    const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const put = (body: string) => fetch(url, { method: 'PUT', body, headers: { [header]: value } });
    const wrong = await put('12345678');
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('<Code>BadDigest</Code>');
    const right = await put('123456789');
    expect([right.status, right.headers.get(header)]).toEqual([200, value]);
    expect(await get('k')).toBe('123456789');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head).toHaveProperty(`Checksum${algorithm}`, value);
  });

  test('of a stream arrives in chunks with its checksum behind them', async () => {
    const { client, served, get } = await bench();
    const pieces = Array.from({ length: 20 }, (_, n) => Buffer.alloc(10_000, n));
    const ContentLength = 200_000;
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from(pieces), ContentLength }));
    const seen = served.seen[0];
    expect(seen?.headers['content-encoding']).toBe('aws-chunked');
    expect(seen?.body.length).toBeGreaterThan(ContentLength);
    expect(seen?.body.toString('latin1')).toContain('x-amz-checksum-crc32:');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect([head.ContentLength, head.ContentEncoding]).toEqual([ContentLength, undefined]);
    expect(await get('k')).toBe(Buffer.concat(pieces).toString());
  });

  test.each([
    ['5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['5\r\nhel', 'IncompleteBody'],
    ['hello', 'IncompleteBody'],
    ['5\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
  ])('in chunks like %j is refused', async (body, code) => {
    const { served, get } = await bench();
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': code === 'BadDigest' ? '5' : '6',
    };
    const answer = await fetch(`${served.endpoint}/${Bucket}/k`, { method: 'PUT', body, headers });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('through a presigned URL has the metadata that the URL names', async () => {
    const { client, get } = await bench();
    const command = new PutObjectCommand({ Bucket, Key: 'k', Metadata: { signal: '42' } });
    const url = await getSignedUrl(client, command, { expiresIn: 60 });
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(200);
    expect(await get('k')).toBe('hello');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head.Metadata).toEqual({ signal: '42' });
  });

  test.each([
    [{ ContentMD5: createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    [{ Tagging: 'a=b' }, 'NotImplemented'],
    [{ StorageClass: 'GLACIER' }, 'NotImplemented'],
    [{ ACL: 'public-read' }, 'AccessControlListNotSupported'],
    [{ Key: 'x'.repeat(1025) }, 'KeyTooLongError'],
  ])('with %o is refused', async (more, name) => {
    const { put } = await bench();
    await expect(put('k', 'body', more)).rejects.toMatchObject({ name });
  });
});
