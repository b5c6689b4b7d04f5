import { kmsPermissions } from '../kms-key.ts';
import { AwsError, type AwsRequest, type Permission } from '../service.ts';
import { encryptionOf } from './bucket-properties.ts';
import type { Bucket } from './bucket-store.ts';
import { elements, text } from './xml.ts';

export const OPERATIONS = [
  'ListBuckets',
  'HeadBucket',
  'ListObjectsV2',
  'GetObject',
  'HeadObject',
  'PutObject',
  'CopyObject',
  'DeleteObject',
  'DeleteObjects',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
] as const;
export type Operation = (typeof OPERATIONS)[number];

type Head = Pick<AwsRequest, 'method' | 'path' | 'query' | 'headers'>;

// Query parameters that name a part or an aspect of a bucket or object: other operations than those here.
const OTHER_ASPECTS = new Set(
  `accelerate acl analytics attributes cors encryption inventory legal-hold lifecycle location logging metrics
  notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore
  retention select session tagging torrent versionId versioning versions website`.split(/\s+/),
);

/** Path-style: `/<bucket>/<key>`. Either is empty where the path ends before it. */
export function target(path: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
}

/** The operation of a request (S3 API reference: method, path and query); undefined where it is none of those here. */
export function operationOf({ method, path, query, headers }: Head): Operation | undefined {
  const { bucket, key } = target(path);
  if ([...query.keys()].some((name) => OTHER_ASPECTS.has(name))) return undefined;
  if (key !== '') return objectOperation(method, query, headers);
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined;
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : undefined;
  return method === 'POST' && query.has('delete') ? 'DeleteObjects' : undefined;
}

function objectOperation(
  method: string,
  query: URLSearchParams,
  headers: Record<string, string>,
): Operation | undefined {
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (query.has('uploadId')) {
    if (method === 'PUT' && query.has('partNumber') && !copies) return 'UploadPart';
    if (method === 'POST') return 'CompleteMultipartUpload';
    return method === 'DELETE' ? 'AbortMultipartUpload' : undefined;
  }
  if (query.has('partNumber')) return undefined;
  switch (method) {
    case 'GET':
      return 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return copies ? 'CopyObject' : 'PutObject';
    case 'DELETE':
      return 'DeleteObject';
    case 'POST':
      return query.has('uploads') ? 'CreateMultipartUpload' : undefined;
    default:
      return undefined;
  }
}

/** Where a copy comes from. @throws AwsError InvalidArgument */
export function copySource(headers: Record<string, string>): { bucket: string; key: string } {
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(headers['x-amz-copy-source'] ?? '')) ?? [];
  if (bucket === undefined || key === undefined || /\?versionId=/.test(key)) {
    throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The keys that a DeleteObjects request names. @throws AwsError MalformedXML */
export function keysToDelete(body: Buffer): string[] {
  const keys = elements(body.toString(), 'Object').map((object) => text(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > 1000 || keys.includes('')) {
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
  }
  return keys;
}

const ACTIONS: Partial<Record<Operation, string>> = {
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
};
const KEY_USES: Partial<Record<Operation, string[]>> = {
  GetObject: ['Decrypt'],
  PutObject: ['GenerateDataKey'],
  CopyObject: ['GenerateDataKey'],
  CreateMultipartUpload: ['GenerateDataKey'],
  UploadPart: ['GenerateDataKey', 'Decrypt'],
  CompleteMultipartUpload: ['Decrypt'],
};

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const objectArn = ({ bucket, key }: { bucket: string; key: string }): string => `${bucketArn(bucket)}/${key}`;

/** What the caller needs (S3 User Guide, "Required permissions for Amazon S3 API operations"). */
export function s3Permissions(
  operation: Operation,
  request: AwsRequest,
  find: (bucket: string) => Bucket | undefined,
): Permission[] {
  const at = target(request.path);
  const key = (bucket: string): string | undefined => {
    const { algorithm, key } = encryptionOf(find(bucket)?.properties ?? {});
    return algorithm === 'aws:kms' ? key : undefined;
  };
  switch (operation) {
    case 'ListBuckets':
      return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
    case 'HeadBucket':
      return [{ action: 's3:ListBucket', resource: bucketArn(at.bucket) }];
    case 'ListObjectsV2':
      return [{ action: 's3:ListBucket', resource: bucketArn(at.bucket), context: listContext(request.query) }];
    case 'DeleteObjects':
      return keysToDelete(request.body).map((name) => ({
        action: 's3:DeleteObject',
        resource: objectArn({ bucket: at.bucket, key: name }),
      }));
    case 'CopyObject': {
      const source = copySource(request.headers);
      return [
        { action: 's3:GetObject', resource: objectArn(source) },
        { action: 's3:PutObject', resource: objectArn(at) },
        ...kmsPermissions(key(source.bucket), 's3', ['Decrypt']),
        ...kmsPermissions(key(at.bucket), 's3', KEY_USES[operation] ?? []),
      ];
    }
    default:
      return [
        { action: `s3:${ACTIONS[operation] ?? operation}`, resource: objectArn(at) },
        ...kmsPermissions(key(at.bucket), 's3', KEY_USES[operation] ?? []),
      ];
  }
}

function listContext(query: URLSearchParams): Record<string, string> {
  const conditions = ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[`s3:${name}`, value]];
  });
  return Object.fromEntries(conditions);
}
