import { z } from 'zod';
import { readFields, readJson } from './json-request.ts';
import { type Context, keyIdOf, open, seal } from './kms/ciphertext.ts';
import { type Key, keyStore } from './kms/key-store.ts';
import { ACCOUNT, AwsError, type AwsService, type Permission, REGION } from './service.ts';
import { readProperties } from './template-properties.ts';

export interface Kms extends AwsService {
  /**
   * Makes the key of an `AWS::KMS::Key`; its material is made once and kept.
   * @param properties resolved CloudFormation properties, without the key policy, which is IAM's
   * @throws Error that names a property which is wrong or not supported
   */
  defineKey(id: string, properties: unknown): void;
}

const keyProperties = z.strictObject({
  Description: z.string().optional(),
  Enabled: z.literal(true).optional(),
  EnableKeyRotation: z.boolean().optional(),
  KeyPolicy: z.unknown(),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  MultiRegion: z.literal(false).optional(),
  PendingWindowInDays: z.int().optional(),
  RotationPeriodInDays: z.int().optional(),
  Tags: z.unknown().optional(),
});

const context = z.record(z.string(), z.string()).default({});
const requests = {
  Encrypt: z.strictObject({
    KeyId: z.string(),
    /** At most 4,096 bytes. */
    Plaintext: z.base64().max(5464),
    EncryptionContext: context,
    EncryptionAlgorithm: z.literal('SYMMETRIC_DEFAULT').optional(),
  }),
  Decrypt: z.strictObject({
    CiphertextBlob: z.base64(),
    KeyId: z.string().optional(),
    EncryptionContext: context,
    EncryptionAlgorithm: z.literal('SYMMETRIC_DEFAULT').optional(),
  }),
  DescribeKey: z.strictObject({ KeyId: z.string() }),
};
type Operation = keyof typeof requests;
type Inputs = { [O in Operation]: z.infer<(typeof requests)[O]> };
const schemas: { [O in Operation]: z.ZodType<Inputs[O]> } = requests;

const TARGET = 'TrentService.';

/**
 * AWS KMS in this process, over AWS JSON 1.1: symmetric keys, with the encryption context as authenticated data.
 * @param options.dir where `keys.json` lies, readable for this user alone
 */
export function createKms(options: { dir: string }): Kms {
  const keys = keyStore(options.dir);

  function get(id: string): Key {
    const key = keys.find(idOf(id));
    if (!key) throw new AwsError('NotFoundException', `Key '${keyArn(idOf(id))}' does not exist`);
    return key;
  }

  const handlers: { [O in Operation]: (input: Inputs[O]) => object } = {
    Encrypt: ({ KeyId, Plaintext, EncryptionContext }) => {
      const key = get(KeyId);
      const blob = seal(key, Buffer.from(Plaintext, 'base64'), EncryptionContext);
      return {
        CiphertextBlob: blob.toString('base64'),
        KeyId: keyArn(key.id),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    Decrypt: ({ CiphertextBlob, KeyId, EncryptionContext }) => {
      const sealed = keyIdOf(Buffer.from(CiphertextBlob, 'base64'));
      if (KeyId !== undefined && idOf(KeyId) !== sealed) {
        const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
        throw new AwsError('IncorrectKeyException', message);
      }
      const key = get(sealed);
      const plaintext = open(key, Buffer.from(CiphertextBlob, 'base64'), EncryptionContext);
      return {
        Plaintext: plaintext.toString('base64'),
        KeyId: keyArn(key.id),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    DescribeKey: ({ KeyId }) => {
      const key = get(KeyId);
      return {
        KeyMetadata: {
          AWSAccountId: ACCOUNT,
          Arn: keyArn(key.id),
          CreationDate: key.createdAt / 1000,
          Description: key.description,
          Enabled: true,
          KeyId: key.id,
          KeyManager: 'CUSTOMER',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyState: 'Enabled',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Origin: 'AWS_KMS',
        },
      };
    },
  };

  function run<O extends Operation>(operation: O, body: Buffer): object {
    return handlers[operation](readRequest(operation, body));
  }

  return {
    name: 'kms',

    operation({ headers }) {
      const name = headers['x-amz-target'] ?? '';
      const operation = name.slice(TARGET.length);
      return name.startsWith(TARGET) && isOperation(operation) ? operation : undefined;
    },

    permissions({ operation, body }): Permission[] {
      const { KeyId, CiphertextBlob, EncryptionContext } = z
        .object({ KeyId: z.string(), CiphertextBlob: z.base64(), EncryptionContext: context })
        .partial()
        .parse(readJson(body));
      const id = KeyId ?? (CiphertextBlob === undefined ? '' : keyIdOf(Buffer.from(CiphertextBlob, 'base64')));
      return [
        { action: `kms:${operation}`, resource: keyArn(idOf(id)), context: conditionKeys(EncryptionContext ?? {}) },
      ];
    },

    async handle({ operation, body }) {
      if (!isOperation(operation)) throw new Error(`KMS has no operation ${operation} here`);
      return answer(200, run(operation, body));
    },

    error: ({ code, message, status, detail }) => answer(status, { __type: code, message, ...detail }),

    defineKey(id, properties) {
      const { Description } = readProperties(keyProperties, `AWS::KMS::Key ${id}`, properties);
      keys.define(id, Description ?? '');
    },

    async close() {},
  };
}

export function keyArn(id: string): string {
  return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
}

function idOf(keyId: string): string {
  return keyId.slice(keyId.lastIndexOf('/') + 1);
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function conditionKeys(encryptionContext: Context): Record<string, string | string[]> {
  const pairs = Object.entries(encryptionContext);
  return {
    ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    ...(pairs.length > 0 ? { 'kms:EncryptionContextKeys': pairs.map(([name]) => name) } : {}),
  };
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

function readRequest<O extends Operation>(operation: O, body: Buffer): Inputs[O] {
  return readFields(schemas[operation], body, 'ValidationException');
}

function answer(status: number, output: object) {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}
