import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAuthentication, type SignedRequest, verify } from '../../../local/aws/sigv4.ts';
import { Sha256 } from './sdk-signer.ts';

/** The SDK's own signer signs; what it signs must be accepted, and anything else refused. */

const NOW = Date.UTC(2026, 11, 31, 23, 59, 59);
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const HOST = '127.0.0.1:4566';

interface Parts {
  method: string;
  /** Decoded segments. */
  path: string[];
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: string;
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);

const wirePath = ({ path }: Parts) => `/${path.map(encode).join('/')}`;

const wireQuery = (query: Parts['query']) =>
  Object.entries(query)
    .flatMap(([name, values]) => [values].flat().map((value) => `${encode(name)}=${encode(value)}`))
    .join('&');

const signer = (service: string) =>
  new SignatureV4({
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: 'token+/=' },
    region: 'eu-west-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: true,
  });

const unsigned = (parts: Parts) => ({
  method: parts.method,
  protocol: 'http:',
  hostname: '127.0.0.1',
  path: wirePath(parts),
  query: parts.query,
  headers: { ...parts.headers, host: HOST },
  body: parts.body,
});

async function signedInHeaders(service: string, parts: Parts, at = NOW): Promise<SignedRequest> {
  const { headers } = await signer(service).sign(unsigned(parts), { signingDate: new Date(at) });
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: parts.method,
    rawPath: wirePath(parts),
    query: new URLSearchParams(wireQuery(parts.query)),
    headers: Object.fromEntries(lowerCase),
  };
}

/** A presigned URL's path and query, as an S3 client makes them. */
async function presigned(parts: Parts, expiresIn: number): Promise<string> {
  const body = 'UNSIGNED-PAYLOAD';
  const request = { ...unsigned(parts), headers: { host: HOST, 'x-amz-content-sha256': body } };
  const { path, query } = await signer('s3').presign(request, { signingDate: new Date(NOW), expiresIn });
  const named = Object.entries(query ?? {}).map(([name, value]) => [name, value ?? '']);
  return `${path}?${wireQuery(Object.fromEntries(named))}`;
}

function opened(url: string, headers: Record<string, string> = {}): SignedRequest {
  const mark = url.indexOf('?');
  return {
    method: 'GET',
    rawPath: url.slice(0, mark),
    query: new URLSearchParams(url.slice(mark + 1)),
    headers: { host: HOST, ...headers },
  };
}

/** `accepted`, or the error's code. */
function outcome(request: SignedRequest, body = '', now = NOW): string {
  try {
    verify(request, readAuthentication(request), SECRET, Buffer.from(body), now);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

// A text with letters and all that URLs treat in a way of its own; never `.` alone, which a path would lose.
const text = fc.string({
  unit: fc.constantFrom(...' a.b~%2F+&=;,!*\'()[]:@$/\\"<>{}|^`#?-_é€🐸Z0'.split(/(?:)/u)),
  minLength: 1,
  maxLength: 12,
});
const parts: fc.Arbitrary<Parts> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  path: fc.array(
    text.map((it) => `k${it}`),
    { minLength: 1, maxLength: 4 },
  ),
  query: fc.dictionary(
    text.map((it) => `q${it}`),
    fc.oneof(text, fc.constant(''), fc.array(text, { minLength: 2, maxLength: 3 })),
    { maxKeys: 5 },
  ),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'x-amz-meta-a', 'x-amz-target', 'range', 'if-none-match'),
    fc.constantFrom('plain', 'a  b   c', ' led and trailed ', 'a=b; c="d"', 'x,y'),
  ),
  body: fc.string(),
});
const service = fc.constantFrom('s3', 'dynamodb', 'sqs');

const PLAIN: Parts = { method: 'GET', path: ['images', 'a b.png'], query: {}, headers: {}, body: '' };

describe('a request signed in its headers', () => {
  it('is accepted as the SDK signs it', async () => {
    await fc.assert(
      fc.asyncProperty(service, parts, async (name, it) => {
        expect(outcome(await signedInHeaders(name, it), it.body)).toBe('accepted');
      }),
      { numRuns: 300 },
    );
  });

  it('is refused with another method, path, query, header, body or secret', async () => {
    await fc.assert(
      fc.asyncProperty(service, parts, async (name, it) => {
        const request = await signedInHeaders(name, it);
        const query = new URLSearchParams([...request.query, ['more', '1']]);
        const added = { ...request.headers, 'x-amz-meta-more': '1' };
        const moved = { ...request.headers, host: 'example.com' };
        expect(outcome({ ...request, method: 'PATCH' }, it.body)).toBe('SignatureDoesNotMatch');
        expect(outcome({ ...request, rawPath: `${request.rawPath}x` }, it.body)).toBe('SignatureDoesNotMatch');
        expect(outcome({ ...request, query }, it.body)).toBe('SignatureDoesNotMatch');
        expect(outcome({ ...request, headers: moved }, it.body)).toBe('SignatureDoesNotMatch');
        expect(outcome({ ...request, headers: added }, it.body)).toBe('AccessDenied');
        expect(outcome(request, `${it.body}x`)).toBe('XAmzContentSHA256Mismatch');
      }),
      { numRuns: 60 },
    );
  });

  it('is refused 15 minutes before and after its time', async () => {
    const request = await signedInHeaders('dynamodb', PLAIN);
    const quarter = 15 * 60_000;
    expect(outcome(request, '', NOW + quarter - 1000)).toBe('accepted');
    expect(outcome(request, '', NOW - quarter)).toBe('accepted');
    expect(outcome(request, '', NOW + quarter)).toBe('RequestTimeTooSkewed');
    expect(outcome(request, '', NOW - quarter - 1000)).toBe('RequestTimeTooSkewed');
  });

  it('names what an Authorization header lacks', async () => {
    const request = await signedInHeaders('dynamodb', PLAIN);
    const { authorization = '', ...rest } = request.headers;
    const withAuthorization = (value: string) => outcome({ ...request, headers: { ...rest, authorization: value } });
    expect(outcome({ ...request, headers: rest })).toBe('MissingAuthenticationToken');
    expect(withAuthorization(authorization.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-MD5'))).toBe('IncompleteSignature');
    expect(withAuthorization(authorization.replace('Signature=', 'Sign='))).toBe('IncompleteSignature');
    expect(withAuthorization(authorization.replace('/aws4_request', ''))).toBe('IncompleteSignature');
    expect(withAuthorization(authorization.replace('/20261231/', '/20261230/'))).toBe('IncompleteSignature');
    expect(withAuthorization(authorization.replace('host;', ''))).toBe('AccessDenied');
    expect(withAuthorization('Bearer abc')).toBe('IncompleteSignature');
  });
});

describe("S3's body hash", () => {
  const body = 'hello';
  const put = (hash: string, service = 's3') =>
    signedInHeaders(service, { ...PLAIN, method: 'PUT', headers: { 'x-amz-content-sha256': hash }, body });

  it('may be left out where it says so', async () => {
    expect(outcome(await put('UNSIGNED-PAYLOAD'), 'other')).toBe('accepted');
    expect(outcome(await put('STREAMING-UNSIGNED-PAYLOAD-TRAILER'), 'other')).toBe('accepted');
    expect(outcome(await put('UNSIGNED-PAYLOAD', 'dynamodb'), body)).toBe('XAmzContentSHA256Mismatch');
  });

  it('is the hash of the body otherwise, and always there', async () => {
    const hash = createHash('sha256').update(body).digest('hex');
    expect(outcome(await put(hash), body)).toBe('accepted');
    expect(outcome(await put(hash), 'other')).toBe('XAmzContentSHA256Mismatch');
    expect(outcome(await put('what'), body)).toBe('XAmzContentSHA256Mismatch');
    expect(outcome(await put('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), body)).toBe('NotImplemented');
    const { headers, ...request } = await put(hash);
    const { 'x-amz-content-sha256': _, ...without } = headers;
    expect(outcome({ ...request, headers: without }, body)).toBe('InvalidRequest');
  });
});

describe('a presigned URL', () => {
  it('is accepted as the SDK makes it, until it expires', async () => {
    const some = fc.integer({ min: 1, max: 604_800 });
    await fc.assert(
      fc.asyncProperty(parts, some, async (it, expiresIn) => {
        const request = opened(await presigned({ ...it, method: 'GET' }, expiresIn));
        expect(outcome(request)).toBe('accepted');
        expect(outcome(request, '', NOW + expiresIn * 1000 - 1)).toBe('accepted');
        expect(outcome(request, '', NOW + expiresIn * 1000)).toBe('AccessDenied');
        expect(outcome(request, '', NOW - 15 * 60_000 - 1000)).toBe('AccessDenied');
      }),
      { numRuns: 100 },
    );
  });

  it('is refused with any byte changed', async () => {
    const url = await presigned({ ...PLAIN, query: { 'response-content-type': 'image/png' } }, 900);
    const meaning = (it: string) => {
      const { rawPath, query } = opened(it);
      return JSON.stringify([decodeURIComponent(rawPath), [...query].sort()]);
    };
    let refused = 0;
    for (let at = 1; at < url.length; at += 1) {
      for (const character of 'aZ7%&=+/.'.replace(url.charAt(at), '')) {
        const changed = url.slice(0, at) + character + url.slice(at + 1);
        const request = opened(changed);
        const result = outcome(request);
        // What decodes to the same request (`%2f`, an empty parameter at the end) is the same request.
        if (result === 'accepted') expect(meaning(changed)).toBe(meaning(url));
        else refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(url.length * 8);
  });

  it('is refused without a parameter, with one twice, or valid for too long', async () => {
    const url = await presigned(PLAIN, 900);
    const parameters = [...opened(url).query.keys()];
    expect(parameters.length).toBeGreaterThan(6);
    for (const name of parameters) {
      const request = opened(url);
      request.query.delete(name);
      expect(outcome(request)).not.toBe('accepted');
      const twice = opened(url);
      twice.query.append(name, twice.query.get(name) ?? '');
      expect(outcome(twice)).not.toBe('accepted');
    }
    for (const seconds of ['0', '604801', '-1', '1.5', 'x']) {
      const request = opened(url);
      request.query.set('X-Amz-Expires', seconds);
      expect(outcome(request)).toBe('AuthorizationQueryParametersError');
    }
  });

  it('is refused with a header that was not signed', async () => {
    const url = await presigned(PLAIN, 900);
    expect(outcome(opened(url, { range: 'bytes=0-9' }))).toBe('accepted');
    expect(outcome(opened(url, { 'x-amz-copy-source': '/images/secret' }))).toBe('AccessDenied');
  });
});
