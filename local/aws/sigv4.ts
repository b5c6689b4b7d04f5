import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './service.ts';

/**
 * Verification of AWS Signature Version 4, in the Authorization header or in the query of a presigned URL.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** The path before the first `?`, not decoded. */
  rawPath: string;
  query: URLSearchParams;
  /** Names in lower case, several values joined by commas. */
  headers: Record<string, string>;
}

export interface Authentication {
  /** Where the signature stands: headers, or the query of a presigned URL. */
  place: 'header' | 'query';
  accessKeyId: string;
  sessionToken: string | undefined;
  /** Days are `20261231`. */
  scope: { day: string; region: string; service: string };
  signedHeaders: string[];
  signature: string;
  /** `20261231T235959Z` */
  timestamp: string;
  /** How long a presigned URL is valid, in seconds; undefined in headers. */
  expiresIn: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRY_S = 7 * 24 * 3600;
const HASH = /^[0-9a-f]{64}$/;

/** Body hashes that S3 takes in place of the body's own; the second's checksum comes after the body. */
const UNSIGNED_PAYLOADS = ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'];

/**
 * Reads who signed `request` and how. Throws AwsError: MissingAuthenticationToken, IncompleteSignature,
 * AuthorizationQueryParametersError (S3's words for a bad presigned URL).
 */
export function readAuthentication(request: SignedRequest): Authentication {
  const { headers, query } = request;
  const authorization = headers['authorization'];
  const presigned = query.get('X-Amz-Algorithm');
  if (authorization === undefined && presigned === null)
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  return authorization === undefined ? fromQuery(query) : fromHeaders(authorization, headers);
}

/**
 * Checks that the signature is that of `secretAccessKey` over the request, that it is of now, and that body and
 * headers are the signed ones. Throws AwsError: SignatureDoesNotMatch, RequestTimeTooSkewed, AccessDenied (expired,
 * headers not signed), XAmzContentSHA256Mismatch, InvalidRequest, NotImplemented.
 * @param now in milliseconds
 */
export function verify(
  request: SignedRequest,
  authentication: Authentication,
  secretAccessKey: string,
  body: Buffer,
  now: number,
): void {
  checkTime(authentication, now);
  checkSignedHeaders(request, authentication);
  const payload = payloadHash(request, authentication, body);
  const canonical = canonicalRequest(request, authentication, payload);
  const expected = sign(authentication, secretAccessKey, canonical);
  if (!sameText(expected, authentication.signature))
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access ' +
        'Key and signing method.',
      403,
    );
}

/** Compares in a time that does not tell where the texts differ. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function fromHeaders(authorization: string, headers: Record<string, string>): Authentication {
  const incomplete = (what: string) => new AwsError('IncompleteSignature', `Authorization header ${what}`, 403);
  const space = authorization.indexOf(' ');
  if (authorization.slice(0, space) !== ALGORITHM) throw incomplete(`requires ${ALGORITHM}`);
  const fields = new Map(
    authorization
      .slice(space)
      .split(',')
      .map((part) => {
        const [name = '', ...value] = part.trim().split('=');
        return [name, value.join('=')];
      }),
  );
  const field = (name: string): string => {
    const value = fields.get(name);
    if (!value) throw incomplete(`requires '${name}' parameter`);
    return value;
  };
  const timestamp = headers['x-amz-date'];
  if (timestamp === undefined) throw incomplete("requires existence of an 'X-Amz-Date' header");
  const credential = readCredential(field('Credential'), timestamp);
  if (credential === undefined) throw incomplete('has a malformed Credential or date');
  return {
    place: 'header',
    ...credential,
    sessionToken: headers['x-amz-security-token'],
    signedHeaders: field('SignedHeaders').split(';'),
    signature: field('Signature'),
    timestamp,
    expiresIn: undefined,
  };
}

function fromQuery(query: URLSearchParams): Authentication {
  const wrong = (text: string) => new AwsError('AuthorizationQueryParametersError', text, 400);
  const parameter = (name: string): string => {
    const [value, ...more] = query.getAll(name);
    if (!value || more.length > 0) throw wrong(`Query-string authentication requires one ${name} parameter`);
    return value;
  };
  if (parameter('X-Amz-Algorithm') !== ALGORITHM) throw wrong(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const timestamp = parameter('X-Amz-Date');
  const credential = readCredential(parameter('X-Amz-Credential'), timestamp);
  if (credential === undefined) throw wrong('Error parsing the X-Amz-Credential or X-Amz-Date parameter');
  const expires = parameter('X-Amz-Expires');
  const expiresIn = Number(expires);
  if (!/^\d+$/.test(expires) || expiresIn < 1 || expiresIn > MAX_EXPIRY_S)
    throw wrong(`X-Amz-Expires must be from 1 to ${MAX_EXPIRY_S} seconds`);
  return {
    place: 'query',
    ...credential,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    signature: parameter('X-Amz-Signature'),
    timestamp,
    expiresIn,
  };
}

function readCredential(
  credential: string,
  timestamp: string,
): Pick<Authentication, 'accessKeyId' | 'scope'> | undefined {
  const [accessKeyId, day, region, service, terminator, ...more] = credential.split('/');
  if (!accessKeyId || !day || !region || !service || terminator !== 'aws4_request' || more.length > 0) return undefined;
  if (!/^\d{8}T\d{6}Z$/.test(timestamp) || !timestamp.startsWith(day)) return undefined;
  return { accessKeyId, scope: { day, region, service } };
}

function checkTime({ place, timestamp, expiresIn }: Authentication, now: number): void {
  const signedAt = Date.parse(timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const tooEarly = signedAt > now + MAX_SKEW_MS;
  if (place === 'query') {
    if (tooEarly) throw new AwsError('AccessDenied', 'Request is not valid yet', 403);
    if (!(now < signedAt + (expiresIn ?? 0) * 1000)) throw new AwsError('AccessDenied', 'Request has expired', 403);
  } else if (tooEarly || !(now < signedAt + MAX_SKEW_MS)) {
    const skew = 'The difference between the request time and the current time is too large.';
    throw new AwsError('RequestTimeTooSkewed', skew, 403);
  }
}

function checkSignedHeaders({ headers }: SignedRequest, { signedHeaders }: Authentication): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0 || !signedHeaders.includes('host')) {
    const names = unsigned.join(', ') || 'host';
    throw new AwsError(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${names}`,
      403,
    );
  }
}

/** The hash that stands for the body in the canonical request, checked against the body where it is one. */
function payloadHash({ headers, query }: SignedRequest, { place, scope }: Authentication, body: Buffer): string {
  const declared = headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? undefined;
  if (scope.service === 's3' && declared === undefined) {
    if (place === 'query') return 'UNSIGNED-PAYLOAD';
    throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256', 400);
  }
  if (scope.service === 's3' && declared !== undefined && UNSIGNED_PAYLOADS.includes(declared)) return declared;
  if (declared?.startsWith('STREAMING-'))
    throw new AwsError('NotImplemented', `A body signed as ${declared} is not supported`, 501);
  const actual = createHash('sha256').update(body).digest('hex');
  if (declared === undefined || declared === actual) return actual;
  const problem = HASH.test(declared)
    ? "The provided 'x-amz-content-sha256' header does not match what was computed."
    : 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a valid sha256 value.';
  throw new AwsError('XAmzContentSHA256Mismatch', problem, 400);
}

function canonicalRequest(request: SignedRequest, { scope, signedHeaders }: Authentication, payload: string): string {
  return [
    request.method,
    // S3 signs the path as it is sent; the others encode what is sent once more.
    scope.service === 's3' ? encodePath(request.rawPath, decodePath) : encodePath(withoutDots(request.rawPath)),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** The path as an object's key or a route sees it. Throws AwsError InvalidURI where it is not UTF-8. */
export function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Sorted by name, then value, both encoded: `a=1` stands before `a-b=1`, though `=` comes after `-`. */
function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** RFC 3986: only letters, digits and `-._~` stay. */
function encode(text: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}

function encodePath(path: string, before: (segment: string) => string = (segment) => segment): string {
  return path
    .split('/')
    .map((segment) => encode(before(segment)))
    .join('/');
}

function sign({ scope, timestamp }: Authentication, secretAccessKey: string, canonical: string): string {
  const credentialScope = `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const text = [ALGORITHM, timestamp, credentialScope, hashed].join('\n');
  return createHmac('sha256', signingKey(secretAccessKey, scope)).update(text).digest('hex');
}

const signingKeys = new Map<string, Buffer>();

/** The key of a day, region and service: four hashes that hardly ever change. */
function signingKey(secretAccessKey: string, { day, region, service }: Authentication['scope']): Buffer {
  const cacheKey = [secretAccessKey, day, region, service].join('\n');
  const cached = signingKeys.get(cacheKey);
  if (cached !== undefined) return cached;
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), 'aws4_request');
  // Days pass and anyone may ask for a scope: what is old goes before it adds up.
  if (signingKeys.size >= 1000) signingKeys.clear();
  signingKeys.set(cacheKey, key);
  return key;
}
