import { z } from 'zod';
import { kmsKeyId } from '../kms-key.ts';

const whole = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().min(1));

const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: whole.optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: whole }).optional(),
});
export type LifecycleRule = z.infer<typeof lifecycleRule>;

const corsRule = z.strictObject({
  Id: z.string().optional(),
  AllowedOrigins: z.array(z.string()),
  AllowedMethods: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.number().optional(),
});
export type CorsRule = z.infer<typeof corsRule>;

const encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z.tuple([
    z.strictObject({
      BucketKeyEnabled: z.boolean().optional(),
      ServerSideEncryptionByDefault: z.strictObject({
        SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
        KMSMasterKeyID: kmsKeyId.optional(),
      }),
    }),
  ]),
});

/**
 * Properties of `AWS::S3::Bucket`. What is accepted and then has no effect here has none on who may do what either:
 * nothing reaches a local bucket without a signature and an IAM grant, access lists are refused, and access logs are
 * best effort on AWS too.
 */
export const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: encryption.optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(corsRule) }).optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: z.literal(true),
      BlockPublicPolicy: z.literal(true),
      IgnorePublicAcls: z.literal(true),
      RestrictPublicBuckets: z.literal(true),
    })
    .optional(),
  OwnershipControls: z
    .strictObject({ Rules: z.array(z.strictObject({ ObjectOwnership: z.literal('BucketOwnerEnforced') })) })
    .optional(),
  VersioningConfiguration: z.strictObject({ Status: z.literal('Suspended') }).optional(),
  LoggingConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
});
export type BucketProperties = z.infer<typeof bucketProperties>;

export interface Encryption {
  algorithm: 'AES256' | 'aws:kms';
  key: string | undefined;
}

/** How new objects are encrypted; without a configuration with S3's own keys, as every bucket since 2023. */
export function encryptionOf(properties: BucketProperties): Encryption {
  const [rule] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  const byDefault = rule?.ServerSideEncryptionByDefault;
  return { algorithm: byDefault?.SSEAlgorithm ?? 'AES256', key: byDefault?.KMSMasterKeyID };
}

export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
}
