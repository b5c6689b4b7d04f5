import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** A bucket as all of ours are: private, encrypted, reached by TLS only, its objects gone after so many days; null: never. */
export function privateBucket(scope: Construct, id: string, days: number | null): Bucket {
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      {
        ...(days === null ? {} : { expiration: Duration.days(days) }),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  acknowledge(
    bucket,
    'S1',
    'Objects are read by this service alone, or through URLs that the platform API signs one by one and logs.',
  );
  return bucket;
}
