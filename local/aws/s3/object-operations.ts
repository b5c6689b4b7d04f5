import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../service.ts';
import { readContent } from './body.ts';
import { encryptionOf } from './bucket-properties.ts';
import type { BucketStore } from './bucket-store.ts';
import { checkRead, checkWrite, readRange } from './conditions.ts';
import { checksumHeaders, encryptionHeaders, keptHeaders, objectHeaders, refuseUnsupported } from './headers.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { copySource, keysToDelete, target } from './route.ts';
import { document, text } from './xml.ts';

const LONGEST_KEY = 1024;

export function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** What conditions see of a stored object. */
export function versionOf(object: StoredObject | undefined) {
  return object && { etag: object.etag, modifiedAt: object.modified_at };
}

export function xmlAnswer(body: string, headers: Record<string, string> = {}): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** Where a new object would lie. @throws AwsError NoSuchBucket, KeyTooLongError */
export function newPlace(buckets: BucketStore, request: AwsRequest) {
  const { bucket, key } = target(request.path);
  const { properties } = buckets.get(bucket);
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new AwsError('KeyTooLongError', 'Your key is too long');
  refuseUnsupported(request.headers);
  return { bucket, key, encryption: encryptionHeaders(encryptionOf(properties)) };
}

/** Operations on whole objects. */
export function objectOperations(buckets: BucketStore, objects: ObjectStore) {
  function find(bucket: string, key: string): StoredObject {
    buckets.get(bucket);
    const object = objects.find(bucket, key);
    if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
    return object;
  }

  function get({ path, query, headers }: AwsRequest, withBody: boolean): AwsResponse {
    const { bucket, key } = target(path);
    const object = find(bucket, key);
    const described = {
      ...objectHeaders(object, query),
      ...encryptionHeaders(encryptionOf(buckets.get(bucket).properties)),
    };
    if (!checkRead(headers, { etag: object.etag, modifiedAt: object.modified_at })) {
      return { status: 304, headers: described, body: '' };
    }
    const range = readRange(headers['range'], object.size);
    const span = range ?? { start: 0, end: object.size };
    // A checksum speaks of the whole object: a client would check a part against it.
    const checksum = headers['x-amz-checksum-mode'] === 'ENABLED' && !range ? checksumHeaders(object.checksum) : {};
    return {
      status: range ? 206 : 200,
      headers: {
        ...described,
        ...checksum,
        'content-length': String(span.end - span.start),
        ...(range && { 'content-range': `bytes ${range.start}-${range.end - 1}/${object.size}` }),
      },
      body: withBody ? objects.read(object.blob, span) : '',
    };
  }

  return {
    GetObject: async (request: AwsRequest) => get(request, true),
    HeadObject: async (request: AwsRequest) => get(request, false),

    PutObject: async (request: AwsRequest): Promise<AwsResponse> => {
      const { headers } = request;
      const { bucket, key, encryption } = newPlace(buckets, request);
      const { bytes, checksum } = readContent(headers, request.body);
      const object: StoredObject = {
        bucket,
        key,
        blob: await objects.writeBlob(bytes),
        size: bytes.length,
        etag: etagOf(bytes),
        modified_at: Date.now(),
        headers: keptHeaders(headers),
        checksum: checksum ?? null,
      };
      await objects.commit(object, (current) => checkWrite(headers, versionOf(current)));
      return { status: 200, headers: { etag: object.etag, ...encryption, ...checksumHeaders(checksum) }, body: '' };
    },

    CopyObject: async (request: AwsRequest): Promise<AwsResponse> => {
      const { headers } = request;
      const { bucket, key, encryption } = newPlace(buckets, request);
      const from = copySource(headers);
      const source = find(from.bucket, from.key);
      const replaces = headers['x-amz-metadata-directive'] === 'REPLACE';
      if (!replaces && source.bucket === bucket && source.key === key) {
        throw new AwsError('InvalidRequest', 'This copy request is illegal: it copies an object to itself unchanged.');
      }
      const bytes = objects.read(source.blob, { start: 0, end: source.size });
      const copy: StoredObject = {
        ...source,
        bucket,
        key,
        blob: await objects.writeBlob(bytes),
        etag: etagOf(bytes),
        modified_at: Date.now(),
        headers: replaces ? keptHeaders(headers) : source.headers,
        // A copy is one piece, however its source came.
        checksum: source.checksum?.type === 'COMPOSITE' ? null : source.checksum,
      };
      await objects.commit(copy, (current) => checkWrite(headers, versionOf(current)));
      const result = { ETag: copy.etag, LastModified: new Date(copy.modified_at).toISOString() };
      return xmlAnswer(document('CopyObjectResult', result), encryption);
    },

    DeleteObject: async ({ path }: AwsRequest): Promise<AwsResponse> => {
      const { bucket, key } = target(path);
      buckets.get(bucket);
      await objects.delete(bucket, key);
      return { status: 204, headers: {}, body: '' };
    },

    DeleteObjects: async (request: AwsRequest): Promise<AwsResponse> => {
      const { bucket } = target(request.path);
      buckets.get(bucket);
      const { bytes } = readContent(request.headers, request.body);
      const keys = keysToDelete(bytes);
      for (const key of keys) await objects.delete(bucket, key);
      const quiet = text(bytes.toString(), 'Quiet') === 'true';
      return xmlAnswer(document('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }));
    },
  };
}
