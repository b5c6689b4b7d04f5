import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AwsError, type AwsRequest } from '../../../../local/aws/service.ts';
import { bench } from './harness.ts';

const Bucket = 'images';
const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

/** All pages of a listing: keys and common prefixes in their order, and how many pages it took. */
async function listAll(client: S3Client, input: Partial<ListObjectsV2CommandInput>) {
  const found: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }));
    const names = [
      ...(page.Contents ?? []).map(({ Key }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    ];
    expect(page.KeyCount).toBe(names.length);
    found.push(...names.map(String).sort());
    ContinuationToken = page.NextContinuationToken;
    pages++;
  } while (ContinuationToken !== undefined);
  return { found, pages };
}

describe('a listing', () => {
  test('has all keys in the order of their bytes, page by page', async () => {
    const { client, put } = await bench();
    const keys = ['_x', 'B', 'D', 'a', 'c', 'dir/1', 'dir/2', 'ñ', '\u{ff5e}', '🐸'];
    for (const key of [...keys].reverse()) await put(key, key);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    const bytewise = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(Contents?.map(({ Key }) => Key)).toEqual(bytewise);
    expect(Contents?.[0]).toMatchObject({
      Size: 1,
      ETag: expect.stringMatching(/^"\w{32}"$/),
      StorageClass: 'STANDARD',
    });
    expect((await listAll(client, { MaxKeys: 3 })).pages).toBe(4);
    expect((await listAll(client, { MaxKeys: 3 })).found.toSorted()).toEqual(keys.toSorted());
    expect((await listAll(client, { Prefix: 'dir/' })).found).toEqual(['dir/1', 'dir/2']);
    expect((await listAll(client, { Prefix: 'dir/', StartAfter: 'dir/1' })).found).toEqual(['dir/2']);
    expect((await listAll(client, { MaxKeys: 0 })).found).toEqual([]);
  });

  test('groups by a delimiter, each group on one page only', async () => {
    const { client, put } = await bench();
    for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4']) await put(key, key);
    for (const MaxKeys of [1, 2, 3, 1000]) {
      expect((await listAll(client, { Delimiter: '/', MaxKeys })).found.toSorted()).toEqual(['a', 'b/', 'd', 'e/']);
    }
    expect((await listAll(client, { Delimiter: '/', Prefix: 'b/' })).found).toEqual(['b/1', 'b/2', 'b/c/']);
    const encoded = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/c', EncodingType: 'url' }));
    expect(encoded.Contents?.[0]?.Key).toBe('b/c/3');
  });

  test('finds each key once, whatever keys, prefix and page size', async () => {
    const { client, put } = await bench();
    const all = new Set<string>();
    const key = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '/', '_', 'ñ'), minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 4 }),
        key,
        fc.integer({ min: 1, max: 5 }),
        async (keys, Prefix, MaxKeys) => {
          for (const one of keys.map((name) => `k${name}`)) {
            await put(one, 'x');
            all.add(one);
          }
          const expected = [...all].filter((one) => one.startsWith(`k${Prefix.slice(1)}`)).sort();
          const { found } = await listAll(client, { Prefix: `k${Prefix.slice(1)}`, MaxKeys });
          expect(found.toSorted()).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('a multipart upload', () => {
  const first = Buffer.alloc(5 * 1024 * 1024, 1);
  const second = Buffer.from('the end');

  async function start(client: S3Client, more = {}) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k', ...more }));
    const at = { Bucket, Key: 'k', UploadId };
    const part = async (PartNumber: number, Body: Buffer) => {
      const sent = await client.send(new UploadPartCommand({ ...at, PartNumber, Body }));
      return { PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 };
    };
    const complete = (Parts: object[], condition = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts }, ...condition }));
    return { at, part, complete };
  }

  test('becomes one object, seen by nobody before it is complete', async () => {
    const { client, dir, get } = await bench();
    const described = { ContentType: 'image/png', Metadata: { a: '1' } };
    const { part, complete, at } = await start(client, { ...described, ChecksumAlgorithm: 'CRC32' });
    const replaced = await part(2, Buffer.from('replaced'));
    const parts = [await part(1, first), await part(2, second)];
    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(complete([parts[0] ?? {}, replaced])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete(parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    const done = await complete(parts, { IfNoneMatch: '*' });
    expect(done.ETag).toMatch(/^"\w{32}-2"$/);
    expect(done.ChecksumCRC32).toMatch(/==-2$/);
    expect(await get('k')).toBe(Buffer.concat([first, second]).toString());
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      ContentType: 'image/png',
      Metadata: { a: '1' },
      ETag: done.ETag,
    });
    expect(await readdir(join(dir, 'blobs'))).toHaveLength(1);
    await expect(client.send(new AbortMultipartUploadCommand(at))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('is aborted, or refused with too small a part', async () => {
    const { client, dir, get } = await bench();
    const { part, complete, at } = await start(client);
    const parts = [await part(1, second), await part(2, second)];
    await expect(complete(parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await client.send(new AbortMultipartUploadCommand(at));
    await expect(part(3, second)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(get('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await readdir(join(dir, 'blobs'))).toEqual([]);
  });
});

describe('a lifecycle', () => {
  test('deletes objects and abandoned uploads at the midnight after their days', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.UTC(2026, 0, 10, 15) });
    const { client, dir, put } = await bench({
      properties: {
        LifecycleConfiguration: {
          Rules: [
            { Id: 'old', Status: 'Enabled', Prefix: 'images/', ExpirationInDays: 30 },
            { Status: 'Disabled', ExpirationInDays: 1 },
            { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
          ],
        },
      },
    });
    await put('images/1', 'x');
    await put('exports/1', 'x');
    const at = { Bucket, Key: 'images/2' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
    const files = () => readdir(join(dir, 'blobs'));
    const passTo = async (time: number, count: number) => {
      vi.setSystemTime(time);
      await vi.advanceTimersByTimeAsync(600_000);
      await vi.waitFor(async () => expect(await files()).toHaveLength(count), { interval: 5 });
    };
    await passTo(Date.UTC(2026, 0, 11, 23, 30), 3);
    await passTo(Date.UTC(2026, 0, 12), 2);
    await passTo(Date.UTC(2026, 1, 9, 23, 30), 2);
    await passTo(Date.UTC(2026, 0, 11) + 30 * DAY_MS, 1);
    expect((await listAll(client, {})).found).toEqual(['exports/1']);
  });
});

describe('a bucket', () => {
  test('takes what the CDK writes for a private bucket', async () => {
    const { put } = await bench({
      properties: {
        BucketName: Bucket,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    });
    expect(await put('k', 'x')).toMatch(/^"/);
  });

  test.each([
    [{ ObjectLockEnabled: true }, 'AWS::S3::Bucket images: ObjectLockEnabled is not supported by the local run'],
    [{ VersioningConfiguration: { Status: 'Enabled' } }, 'VersioningConfiguration.Status'],
    [
      { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [] }] } },
      'LifecycleConfiguration.Rules.0.Transitions is not supported',
    ],
    [{ BucketName: 'other' }, 'BucketName is other'],
  ])('refuses %o', async (properties, message) => {
    const { s3 } = await bench();
    expect(() => s3.defineBucket(Bucket, properties)).toThrow(message);
  });

  test('says under which key it encrypts, and lets pages of other origins read', async () => {
    const key = 'arn:aws:kms:eu-west-1:000000000000:key/1';
    const { served, put } = await bench({
      properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } },
          ],
        },
        CorsConfiguration: {
          CorsRules: [{ AllowedOrigins: ['https://*.example.com'], AllowedMethods: ['GET'], ExposedHeaders: ['etag'] }],
        },
      },
    });
    await put('k', 'x');
    const read = (origin: string) => fetch(`${served.endpoint}/${Bucket}/k`, { headers: { origin } });
    const { headers } = await read('https://app.example.com');
    expect(headers.get('x-amz-server-side-encryption')).toBe('aws:kms');
    expect(headers.get('x-amz-server-side-encryption-aws-kms-key-id')).toBe(key);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toBe('etag');
    expect((await read('https://example.org')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('operations and permissions', () => {
  const arn = 'arn:aws:s3:::images';
  const request = (method: string, url: string, headers: Record<string, string> = {}, body = ''): AwsRequest => {
    const { pathname, searchParams } = new URL(url, 'http://local');
    const bare = { method, path: decodeURIComponent(pathname), query: searchParams, headers, body: Buffer.from(body) };
    return { ...bare, operation: '' };
  };

  test.each([
    ['GET', '/', 'ListBuckets', [['s3:ListAllMyBuckets', '*']]],
    ['HEAD', '/images', 'HeadBucket', [['s3:ListBucket', arn]]],
    ['GET', '/images?list-type=2&prefix=a', 'ListObjectsV2', [['s3:ListBucket', arn]]],
    ['GET', '/images/a/b%20c?x-id=GetObject', 'GetObject', [['s3:GetObject', `${arn}/a/b c`]]],
    ['HEAD', '/images/a', 'HeadObject', [['s3:GetObject', `${arn}/a`]]],
    ['PUT', '/images/a', 'PutObject', [['s3:PutObject', `${arn}/a`]]],
    ['DELETE', '/images/a', 'DeleteObject', [['s3:DeleteObject', `${arn}/a`]]],
    ['POST', '/images/a?uploads', 'CreateMultipartUpload', [['s3:PutObject', `${arn}/a`]]],
    ['PUT', '/images/a?partNumber=1&uploadId=u', 'UploadPart', [['s3:PutObject', `${arn}/a`]]],
    ['POST', '/images/a?uploadId=u', 'CompleteMultipartUpload', [['s3:PutObject', `${arn}/a`]]],
    ['DELETE', '/images/a?uploadId=u', 'AbortMultipartUpload', [['s3:AbortMultipartUpload', `${arn}/a`]]],
  ])('%s %s is %s', async (method, url, operation, expected) => {
    const { s3 } = await bench();
    const asked = request(method, url);
    expect(s3.operation(asked)).toBe(operation);
    const permissions = s3.permissions({ ...asked, operation });
    expect(permissions.map(({ action, resource }) => [action, resource])).toEqual(expected);
  });

  test('a copy reads and writes, a deletion of many needs each key', async () => {
    const { s3 } = await bench();
    const copy = request('PUT', '/images/to', { 'x-amz-copy-source': '/other/from%20x' });
    expect(s3.operation(copy)).toBe('CopyObject');
    expect(s3.permissions({ ...copy, operation: 'CopyObject' })).toEqual([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::other/from x' },
      { action: 's3:PutObject', resource: `${arn}/to` },
    ]);
    const body = '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>';
    const many = request('POST', '/images?delete', {}, body);
    expect(s3.operation(many)).toBe('DeleteObjects');
    expect(s3.permissions({ ...many, operation: 'DeleteObjects' })).toEqual([
      { action: 's3:DeleteObject', resource: `${arn}/a&b` },
      { action: 's3:DeleteObject', resource: `${arn}/c` },
    ]);
  });

  test('what is not here is no operation', async () => {
    const { s3 } = await bench();
    for (const [method, url] of [
      ['GET', '/images?versions'],
      ['GET', '/images/a?acl'],
      ['PUT', '/images'],
      ['DELETE', '/images'],
      ['PATCH', '/images/a'],
    ] as const) {
      expect(s3.operation(request(method, url))).toBeUndefined();
    }
  });

  test('an error is XML with what it concerns', async () => {
    const { s3 } = await bench();
    const error = new AwsError('AccessDenied', 'not s3:GetObject on "<a>"', 403, { Key: 'a&b' });
    const { status, body } = s3.error(error);
    expect(status).toBe(403);
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>not s3:GetObject on ' +
        '&#34;&#60;a&#62;&#34;</Message><Key>a&#38;b</Key></Error>',
    );
  });
});
