import { ACCOUNT, AwsError, type AwsRequest, type AwsResponse } from '../service.ts';
import type { BucketStore } from './bucket-store.ts';
import { listPage } from './listing.ts';
import { xmlAnswer } from './object-operations.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { target } from './route.ts';
import { document } from './xml.ts';

const MOST_KEYS = 1000;

/** Operations that look at buckets. */
export function listingOperations(buckets: BucketStore, objects: ObjectStore) {
  return {
    ListBuckets: async (): Promise<AwsResponse> => {
      const list = buckets.list().map(({ name, createdAt }) => ({ Name: name, CreationDate: iso(createdAt) }));
      return xmlAnswer(document('ListAllMyBucketsResult', { Owner: { ID: ACCOUNT }, Buckets: { Bucket: list } }));
    },

    HeadBucket: async ({ path }: AwsRequest): Promise<AwsResponse> => {
      buckets.get(target(path).bucket);
      return { status: 200, headers: {}, body: '' };
    },

    ListObjectsV2: async ({ path, query }: AwsRequest): Promise<AwsResponse> => {
      const { bucket } = target(path);
      buckets.get(bucket);
      const prefix = query.get('prefix') ?? '';
      const delimiter = query.get('delimiter') ?? '';
      const maxKeys = readMaxKeys(query.get('max-keys'));
      const token = query.get('continuation-token') ?? undefined;
      const startAfter = query.get('start-after') ?? undefined;
      const after = token === undefined ? (startAfter ?? '') : Buffer.from(token, 'base64').toString();
      const page = listPage(objects.list(bucket, prefix, after), { prefix, delimiter, after, maxKeys });
      const encoded = query.get('encoding-type') === 'url';
      const written = (key: string): string => (encoded ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
      return xmlAnswer(
        document('ListBucketResult', {
          Name: bucket,
          Prefix: written(prefix),
          Delimiter: delimiter === '' ? undefined : written(delimiter),
          MaxKeys: maxKeys,
          EncodingType: encoded ? 'url' : undefined,
          KeyCount: page.contents.length + page.commonPrefixes.length,
          IsTruncated: page.next !== undefined,
          ContinuationToken: token,
          NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
          StartAfter: startAfter === undefined ? undefined : written(startAfter),
          Contents: page.contents.map((object) => describe(object, written)),
          CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: written(common) })),
        }),
      );
    },
  };
}

function describe(object: StoredObject, written: (key: string) => string) {
  return {
    Key: written(object.key),
    LastModified: iso(object.modified_at),
    ETag: object.etag,
    ChecksumAlgorithm: object.checksum?.algorithm.toUpperCase(),
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

function readMaxKeys(text: string | null): number {
  if (text !== null && !/^\d{1,10}$/.test(text)) {
    throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  }
  return Math.min(MOST_KEYS, text === null ? MOST_KEYS : Number(text));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
