import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../service.ts';
import { readContent } from './body.ts';
import type { BucketStore } from './bucket-store.ts';
import { algorithmNamed, type Checksum, checksum, compositeChecksum } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { checksumHeaders, keptHeaders } from './headers.ts';
import { etagOf, newPlace, versionOf, xmlAnswer } from './object-operations.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { target } from './route.ts';
import type { Part, Upload, UploadStore } from './upload-store.ts';
import { document, elements, text } from './xml.ts';

const SMALLEST_PART = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** Uploads in parts. */
export function multipartOperations(buckets: BucketStore, objects: ObjectStore, uploads: UploadStore) {
  function uploadOf({ path, query }: AwsRequest): Upload {
    const { bucket, key } = target(path);
    buckets.get(bucket);
    return uploads.get(query.get('uploadId') ?? '', bucket, key);
  }

  return {
    CreateMultipartUpload: async (request: AwsRequest): Promise<AwsResponse> => {
      const { headers } = request;
      const { bucket, key, encryption } = newPlace(buckets, request);
      const algorithm = algorithmNamed(headers['x-amz-checksum-algorithm']) ?? null;
      const whole = headers['x-amz-checksum-type'] === 'FULL_OBJECT' || algorithm === 'crc64nvme';
      const type = whole ? 'FULL_OBJECT' : 'COMPOSITE';
      const id = uploads.start({
        bucket,
        key,
        headers: keptHeaders(headers),
        checksum_algorithm: algorithm,
        checksum_type: algorithm && type,
      });
      const agreed = algorithm && {
        'x-amz-checksum-algorithm': algorithm.toUpperCase(),
        'x-amz-checksum-type': type,
      };
      const result = { Bucket: bucket, Key: key, UploadId: id };
      return xmlAnswer(document('InitiateMultipartUploadResult', result), { ...encryption, ...agreed });
    },

    UploadPart: async (request: AwsRequest): Promise<AwsResponse> => {
      const upload = uploadOf(request);
      const number = Number(request.query.get('partNumber'));
      if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
        throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
      }
      const { bytes, checksum: given } = readContent(request.headers, request.body);
      const etag = etagOf(bytes);
      const blob = await objects.writeBlob(bytes);
      // It may have been completed or aborted meanwhile; then this blob is no part of anything.
      uploadOf(request);
      const value = upload.checksum_algorithm === given?.algorithm ? given.value : null;
      const before = uploads.setPart(upload.id, { number, blob, size: bytes.length, etag, checksum: value });
      if (before) await objects.removeBlobs([before.blob]);
      return { status: 200, headers: { etag, ...checksumHeaders(given) }, body: '' };
    },

    CompleteMultipartUpload: async (request: AwsRequest): Promise<AwsResponse> => {
      const { headers, path, body } = request;
      const upload = uploadOf(request);
      const { bucket, key } = upload;
      const parts = chosenParts(body.toString(), uploads.parts(upload.id));
      const bytes = Buffer.concat(parts.map(({ blob, size }) => objects.read(blob, { start: 0, end: size })));
      const sum = checksumOf(upload, parts, bytes);
      const object: StoredObject = {
        bucket,
        key,
        blob: await objects.writeBlob(bytes),
        size: bytes.length,
        etag: multipartEtag(parts),
        modified_at: Date.now(),
        headers: upload.headers,
        checksum: sum,
      };
      await objects.commit(object, (current) => {
        // Another completion or an abort may have come in between.
        uploads.get(upload.id, bucket, key);
        checkWrite(headers, versionOf(current));
      });
      await objects.removeBlobs(uploads.end(upload.id));
      return xmlAnswer(
        document('CompleteMultipartUploadResult', {
          Location: path,
          Bucket: bucket,
          Key: key,
          ETag: object.etag,
          ...(sum && { [`Checksum${sum.algorithm.toUpperCase()}`]: sum.value, ChecksumType: sum.type }),
        }),
      );
    },

    AbortMultipartUpload: async (request: AwsRequest): Promise<AwsResponse> => {
      await objects.removeBlobs(uploads.end(uploadOf(request).id));
      return { status: 204, headers: {}, body: '' };
    },
  };
}

/** The parts that the client lists, in its order. @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall */
function chosenParts(xml: string, stored: Part[]): Part[] {
  const listed = elements(xml, 'Part');
  if (listed.length === 0) {
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
  }
  const parts = listed.map((entry) => {
    const part = stored.find(({ number }) => number === Number(text(entry, 'PartNumber')));
    if (!part || part.etag.replaceAll('"', '') !== text(entry, 'ETag')?.replaceAll('"', '')) {
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found or has another ETag.');
    }
    return part;
  });
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next && next.number <= part.number) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    if (next && part.size < SMALLEST_PART) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
  }
  return parts;
}

function multipartEtag(parts: Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${hash.digest('hex')}-${parts.length}"`;
}

function checksumOf(upload: Upload, parts: Part[], bytes: Buffer): Checksum | null {
  const { checksum_algorithm: algorithm, checksum_type: type } = upload;
  if (!algorithm || !type) return null;
  if (type === 'FULL_OBJECT') return { algorithm, type, value: checksum(algorithm, bytes) };
  const values = parts.flatMap((part) => part.checksum ?? []);
  return values.length < parts.length ? null : { algorithm, type, value: compositeChecksum(algorithm, values) };
}
