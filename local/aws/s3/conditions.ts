import { AwsError } from '../service.ts';

/** What conditions look at. `etag` with its quotes; `modifiedAt` in ms since 1970. */
export interface Version {
  etag: string;
  modifiedAt: number;
}

const failed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

/**
 * Conditional writes (S3 User Guide, "Conditional requests").
 * @throws AwsError PreconditionFailed; NoSuchKey for `If-Match` without an object
 */
export function checkWrite(headers: Record<string, string>, current: Version | undefined): void {
  const { 'if-none-match': noneMatch, 'if-match': match } = headers;
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new AwsError('NotImplemented', 'If-None-Match of a write takes * only.', 501);
  }
  if (noneMatch === '*' && current) throw failed('If-None-Match');
  if (match === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (match !== '*' && !listed(match, current.etag)) throw failed('If-Match');
}

/**
 * Conditional reads (RFC 9110, as the API reference of GetObject restates it).
 * @returns false where the client's copy is still good (304) @throws AwsError PreconditionFailed
 */
export function checkRead(headers: Record<string, string>, current: Version): boolean {
  const second = Math.floor(current.modifiedAt / 1000) * 1000;
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  if (match !== undefined) {
    if (match !== '*' && !listed(match, current.etag)) throw failed('If-Match');
  } else if (second > unmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return noneMatch !== '*' && !listed(noneMatch, current.etag);
  return !(second <= modifiedSince);
}

function listed(header: string, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '').replaceAll('"', '');
  return header.split(',').some((tag) => bare(tag) === bare(etag));
}

export interface Span {
  start: number;
  /** The byte behind the last. */
  end: number;
}

/**
 * The bytes that a `Range` header asks for; undefined: all of them, also for a header that S3 ignores (several ranges,
 * other units). @throws AwsError InvalidRange where it lies beyond the object
 */
export function readRange(header: string | undefined, size: number): Span | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start >= size) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, { ActualObjectSize: size });
  }
  return { start, end };
}
