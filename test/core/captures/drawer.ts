import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { createDynamoDb } from '../../../local/aws/dynamodb/index.ts';
import { type Intercept, startGateway } from '../../../local/aws/gateway.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { createS3 } from '../../../local/aws/s3/s3.ts';
import { ACCOUNT, REGION } from '../../../local/aws/service.ts';
import { LAMBDA_TRUST, OPERATOR, sdkCredentials } from '../../local/aws/gateway-fixture.ts';
import { TABLE_PROPERTIES } from '../alerts/alerts-table.ts';

/**
 * A table and a bucket behind a gateway, with what a function that draws pictures may do there: the modules of
 * `core/captures` find them once they are imported after it.
 */
export interface Drawer {
  /** Sees the calls from now on. */
  intercept: Intercept;
  /** Keys and sizes of the stored images of a user. */
  images(locator: string): Promise<{ key: string; bytes: number; metadata: Record<string, string> }[]>;
  close(): Promise<void>;
}

const TABLE = 'alerts';
const BUCKET = 'images';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/drawer`;

export async function startDrawer(): Promise<Drawer> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-drawer-'));
  const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
  const s3 = await createS3({ dir: join(dir, 's3') });
  await dynamodb.defineTable(TABLE, TABLE_PROPERTIES);
  s3.defineBucket(BUCKET, {});
  const iam = new IamRegistry();
  iam.addRole(ROLE, LAMBDA_TRUST);
  iam.attachPolicy(ROLE, 'policy', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TABLE}`,
      },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${BUCKET}/images/*` },
    ],
  });
  const credentials = new CredentialStore(dir);
  const drawer: { intercept: Intercept } = { intercept: (_, next) => next() };
  const gateway = await startGateway({
    services: [dynamodb, s3],
    iam,
    credentials,
    intercept: (call, next) => drawer.intercept(call, next),
  });
  const own = credentials.issue(iam.assumeRole(ROLE, 'lambda.amazonaws.com', 'drawer'));
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: gateway.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken ?? '',
    ALERTS_TABLE: TABLE,
    IMAGES_BUCKET: BUCKET,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })) {
    vi.stubEnv(name, value);
  }
  const operator = new S3Client({
    endpoint: gateway.url,
    region: REGION,
    credentials: sdkCredentials(credentials.issue(OPERATOR)),
    forcePathStyle: true,
  });
  return Object.assign(drawer, {
    images: async (locator: string) => {
      const pages = paginateListObjectsV2({ client: operator }, { Bucket: BUCKET, Prefix: `images/${locator}/` });
      const found: { key: string; bytes: number; metadata: Record<string, string> }[] = [];
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents) {
          const { Metadata = {} } = await operator.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
          found.push({ key: Key, bytes: Size, metadata: Metadata });
        }
      }
      return found;
    },
    close: async () => {
      operator.destroy();
      await gateway.close();
      for (const service of [dynamodb, s3]) await service.close();
      await rm(dir, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  });
}
