import { createHash } from 'node:crypto';
import { AwsError } from '../service.ts';
import { ALGORITHMS, type Checksum, checksum } from './checksums.ts';

/** A request's content with the checksum that came with it and held. */
export interface Content {
  bytes: Buffer;
  checksum: Checksum | undefined;
}

/**
 * Unpacks and checks what a client uploads. Signatures of single chunks are not looked at: the request's own is, by the
 * gateway.
 * @throws AwsError BadDigest where a checksum does not hold, IncompleteBody where the body is not what it says
 */
export function readContent(headers: Record<string, string>, body: Buffer): Content {
  const chunked = headers['x-amz-content-sha256']?.startsWith('STREAMING-') ?? false;
  const { bytes, trailers } = chunked ? decodeChunked(body) : { bytes: body, trailers: {} };
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== bytes.length) throw incomplete();
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  return { bytes, checksum: verifyChecksum({ ...headers, ...trailers }, bytes) };
}

function verifyChecksum(headers: Record<string, string>, bytes: Buffer): Checksum | undefined {
  for (const algorithm of ALGORITHMS) {
    const value = headers[`x-amz-checksum-${algorithm}`];
    if (value === undefined) continue;
    if (value !== checksum(algorithm, bytes)) {
      const name = algorithm.toUpperCase();
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
    return { algorithm, value, type: 'FULL_OBJECT' };
  }
  return undefined;
}

/** `aws-chunked`: chunks of `<hex size>[;chunk-signature=...]` CRLF bytes CRLF, one of size 0, then trailing headers. */
function decodeChunked(body: Buffer): { bytes: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = /^([0-9a-f]+)(;|$)/i.exec(body.toString('latin1', at, Math.max(end, at)))?.[1];
    if (end < 0 || size === undefined) throw incomplete();
    const start = end + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return { bytes: Buffer.concat(chunks), trailers: readTrailers(body.toString('latin1', start)) };
    at = start + length + 2;
    if (at > body.length) throw incomplete();
    chunks.push(body.subarray(start, start + length));
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function incomplete(): AwsError {
  return new AwsError('IncompleteBody', 'The request body terminated unexpectedly.');
}
