import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../service.ts';
import { type Bucket, bucketStore } from './bucket-store.ts';
import { corsHeaders } from './cors.ts';
import { openDatabase } from './database.ts';
import { withHoisted } from './headers.ts';
import { isAbandoned, isExpired } from './lifecycle.ts';
import { listingOperations } from './listing-operations.ts';
import { multipartOperations } from './multipart-operations.ts';
import { objectOperations } from './object-operations.ts';
import { objectStore } from './object-store.ts';
import { bucketArn, OPERATIONS, type Operation, operationOf, s3Permissions, target } from './route.ts';
import { uploadStore } from './upload-store.ts';
import { document } from './xml.ts';

export interface S3 extends AwsService {
  /**
   * Makes the bucket of an `AWS::S3::Bucket`, or gives an existing one the template's properties; its objects stay.
   * @param properties resolved CloudFormation properties
   * @throws Error that names a property which is wrong or not supported
   */
  defineBucket(name: string, properties: unknown): { arn: string };
}

/** How often objects and uploads whose time is over are deleted. */
const LIFECYCLE_MS = 10 * 60 * 1000;

/**
 * S3's buckets in this process, path-style: contents are files, the index is SQLite. An object whose writer has an
 * answer is stored for good, and one that is half written is never seen.
 * @param options.dir where `s3.db` and `blobs/` lie
 */
export async function createS3(options: { dir: string }): Promise<S3> {
  const { database, blobs } = openDatabase(options.dir);
  const buckets = bucketStore(database);
  const objects = objectStore(database, blobs);
  const uploads = uploadStore(database);
  const handlers: Record<Operation, (request: AwsRequest) => Promise<AwsResponse>> = {
    ...listingOperations(buckets, objects),
    ...objectOperations(buckets, objects),
    ...multipartOperations(buckets, objects, uploads),
  };

  function known(name: string): Operation {
    const operation = OPERATIONS.find((one) => one === name);
    if (operation === undefined) throw new Error(`S3 has no operation ${name} here`);
    return operation;
  }

  async function applyLifecycle({ name, properties }: Bucket): Promise<void> {
    const rules = properties.LifecycleConfiguration?.Rules ?? [];
    if (rules.length === 0) return;
    const now = Date.now();
    for (const key of [...objects.list(name, '', '')].map((object) => object.key)) {
      // Looked up again: while others were deleted it may have been written anew.
      const object = objects.find(name, key);
      if (object && isExpired(rules, key, object.modified_at, now)) await objects.delete(name, key);
    }
    for (const upload of uploads.list(name)) {
      if (isAbandoned(rules, upload.key, upload.started_at, now)) await objects.removeBlobs(uploads.end(upload.id));
    }
  }

  async function applyLifecycles(): Promise<void> {
    for (const bucket of buckets.list()) await applyLifecycle(bucket);
  }

  let sweep = Promise.resolve();
  const lifecycles = setInterval(() => {
    sweep = sweep.then(applyLifecycles).catch((error: unknown) => process.emitWarning(`S3 lifecycle: ${error}`));
  }, LIFECYCLE_MS);
  lifecycles.unref();

  return {
    name: 's3',
    operation: operationOf,
    permissions: (request) => s3Permissions(known(request.operation), request, (name) => buckets.find(name)),
    async handle(request) {
      const headers = withHoisted(request.headers, request.query);
      const answer = await handlers[known(request.operation)]({ ...request, headers }).catch((error: unknown) => {
        throw isHidden(error, request) ? new AwsError('AccessDenied', 'Access Denied', 403) : error;
      });
      const rules = buckets.find(target(request.path).bucket)?.properties.CorsConfiguration?.CorsRules ?? [];
      return { ...answer, headers: { ...answer.headers, ...corsHeaders(rules, headers['origin'], request.method) } };
    },
    error: s3Error,
    defineBucket(name, properties) {
      buckets.define(name, properties);
      return { arn: `arn:aws:s3:::${name}` };
    },
    async close() {
      clearInterval(lifecycles);
      await sweep;
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Who may not list a bucket does not learn that an object is missing there.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function isHidden(error: unknown, { path, may }: AwsRequest): boolean {
  if (!(error instanceof AwsError) || error.code !== 'NoSuchKey') return false;
  return may?.({ action: 's3:ListBucket', resource: bucketArn(target(path).bucket) }) === false;
}

function s3Error({ code, message, status, detail }: AwsError): AwsResponse {
  const members = Object.entries(detail).map(([name, value]) => [name, String(value)]);
  const body = document('Error', { Code: code, Message: message, ...Object.fromEntries(members) }, false);
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
