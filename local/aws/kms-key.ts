import { z } from 'zod';
import { ACCOUNT, type Permission, REGION } from './service.ts';

/** How a template may name a key: its id, its ARN, or a key that AWS manages. An alias of one's own is not resolved. */
export const kmsKeyId = z
  .string()
  .refine((key) => !key.includes('alias/') || isManaged(key), 'a key alias is not supported by the local run');

function isManaged(key: string): boolean {
  return /(^|:)alias\/aws\//.test(key);
}

/**
 * What a caller needs besides the service's own action where a resource is encrypted with a customer key. A key that
 * AWS manages (`alias/aws/...`) needs no grant. Source: the KMS sections of the SQS, S3 and Secrets Manager guides.
 * @param key key id or ARN, as a template's `KmsMasterKeyId`, `KMSMasterKeyID` or `KmsKeyId` resolves
 */
export function kmsPermissions(key: string | undefined, service: string, actions: string[]): Permission[] {
  if (key === undefined || isManaged(key)) return [];
  const resource = key.startsWith('arn:') ? key : `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key}`;
  const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
  return actions.map((action) => ({ action: `kms:${action}`, resource, context }));
}
