import { AwsError } from '../service.ts';
import type { Encryption } from './bucket-properties.ts';
import type { Checksum } from './checksums.ts';
import type { StoredObject } from './object-store.ts';

const KEPT = ['content-type', 'content-language', 'content-disposition', 'cache-control', 'expires'];

/** The headers of an upload that come back with the object. */
export function keptHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.includes(name) || name.startsWith('x-amz-meta-'));
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'aws-chunked');
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(kept),
    ...(encoding.length > 0 && { 'content-encoding': encoding.join(', ') }),
  };
}

/**
 * A presigned URL may carry what a header would say; where both do, the header holds. A checksum there is ignored, as by
 * S3: the SDK's presigner puts that of an empty body into every URL for uploading.
 * @returns the request's headers with those of the query
 */
export function withHoisted(headers: Record<string, string>, query: URLSearchParams): Record<string, string> {
  const hoisted = [...query]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !name.startsWith('x-amz-checksum-'));
  return { ...Object.fromEntries(hoisted), ...headers };
}

const UNSUPPORTED = /^x-amz-(tagging|object-lock-|website-|grant-|copy-source-if-|server-side-encryption-customer-)/;

/** @throws AwsError where a header asks for what these buckets do not do */
export function refuseUnsupported(headers: Record<string, string>): void {
  const unsupported = Object.keys(headers).find((name) => UNSUPPORTED.test(name));
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (unsupported !== undefined || storageClass !== 'STANDARD') {
    const name = unsupported ?? 'x-amz-storage-class';
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
      Header: name,
    });
  }
  if (!['private', 'bucket-owner-full-control'].includes(headers['x-amz-acl'] ?? 'private')) {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
}

export function encryptionHeaders({ algorithm, key }: Encryption): Record<string, string> {
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(algorithm === 'aws:kms' && key !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
  };
}

export function checksumHeaders(checksum: Checksum | null | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

const NOT_LATIN1 = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * What describes an object in an answer, with the overrides that the query asks for (`response-content-type`, ...).
 * @throws AwsError InvalidArgument where an override can't be a header
 */
export function objectHeaders(object: StoredObject, query: URLSearchParams): Record<string, string> {
  const overrides = OVERRIDES.flatMap((name) => {
    const value = query.get(`response-${name}`);
    if (value === null) return [];
    if (NOT_LATIN1.test(value)) {
      throw new AwsError('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.');
    }
    return [[name, value]];
  });
  return {
    ...object.headers,
    etag: object.etag,
    'last-modified': new Date(object.modified_at).toUTCString(),
    'accept-ranges': 'bytes',
    ...Object.fromEntries(overrides),
  };
}
