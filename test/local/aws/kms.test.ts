import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecryptCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { startGateway } from '../../../local/aws/gateway.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { createKms, keyArn } from '../../../local/aws/kms.ts';
import { ACCOUNT, REGION } from '../../../local/aws/service.ts';
import { LAMBDA_TRUST, ROLE, sdkCredentials } from './gateway-fixture.ts';
import { serve } from './serve.ts';

const KEY = '0a1b2c3d-0000-4000-8000-000000000001';
const OTHER = '0a1b2c3d-0000-4000-8000-000000000002';
const PROPERTIES = { Description: 'cookies', EnableKeyRotation: true, KeyPolicy: {} };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'kms-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function bench(given?: string) {
  const dir = given ?? (await scratch());
  const kms = createKms({ dir });
  kms.defineKey(KEY, PROPERTIES);
  kms.defineKey(OTHER, PROPERTIES);
  const served = await serve(kms);
  const client = new KMSClient(served.client);
  cleanups.push(async () => {
    client.destroy();
    await served.close();
  });
  const encrypt = async (text: string, EncryptionContext: Record<string, string>, KeyId = KEY) => {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from(text), EncryptionContext }),
    );
    return CiphertextBlob ?? new Uint8Array();
  };
  const decrypt = async (CiphertextBlob: Uint8Array, EncryptionContext: Record<string, string>, KeyId?: string) => {
    const { Plaintext = new Uint8Array() } = await client.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext, ...(KeyId ? { KeyId } : {}) }),
    );
    return Buffer.from(Plaintext).toString();
  };
  return { dir, kms, client, encrypt, decrypt };
}

describe('a key', () => {
  test('opens what it sealed, under the same context only', async () => {
    const { encrypt, decrypt } = await bench();
    const blob = await encrypt('a cookie', { user_id: 'ana', table: 'alerts' });
    expect(Buffer.from(blob).toString('latin1')).not.toContain('cookie');
    expect(await decrypt(blob, { table: 'alerts', user_id: 'ana' })).toBe('a cookie');
    for (const context of [{}, { user_id: 'ana' }, { user_id: 'bob', table: 'alerts' }]) {
      await expect(decrypt(blob, context)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
  });

  test('keeps its material over a restart, in a file of its own user', async () => {
    const first = await bench();
    const blob = await first.encrypt('a cookie', {});
    const second = await bench(first.dir);
    expect(await second.decrypt(blob, {})).toBe('a cookie');
    expect((await stat(join(first.dir, 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(first.dir, 'keys.json'), 'utf8'))).toHaveLength(2);
  });

  test('is named by its id or ARN, and by the ciphertext alone', async () => {
    const { client, encrypt, decrypt } = await bench();
    const blob = await encrypt('a cookie', {}, keyArn(KEY));
    expect(await decrypt(blob, {}, KEY)).toBe('a cookie');
    await expect(decrypt(blob, {}, OTHER)).rejects.toMatchObject({ name: 'IncorrectKeyException' });
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: KEY }));
    expect(KeyMetadata).toMatchObject({ Arn: keyArn(KEY), Enabled: true, Description: 'cookies' });
    const unknown = '0a1b2c3d-0000-4000-8000-00000000000f';
    await expect(encrypt('x', {}, unknown)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('refuses altered ciphertexts, whatever was altered', async () => {
    const { encrypt, decrypt } = await bench();
    const blob = await encrypt('a cookie', { user_id: 'ana' });
    await fc.assert(
      fc.asyncProperty(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const altered = Uint8Array.from(blob, (byte, index) => (index === at ? byte ^ by : byte));
        const name = expect.stringMatching(/^(InvalidCiphertext|NotFound)Exception$/);
        await expect(decrypt(altered, { user_id: 'ana' })).rejects.toMatchObject({ name });
      }),
      { numRuns: 40 },
    );
  });

  test('refuses what it does not support by name', async () => {
    const { kms } = await bench();
    expect(() => kms.defineKey(KEY, { ...PROPERTIES, KeySpec: 'RSA_2048' })).toThrow('KeySpec');
    expect(() => kms.defineKey(KEY, { ...PROPERTIES, Origin: 'EXTERNAL' })).toThrow('Origin is not supported');
  });
});

describe('access to a key', () => {
  const allow = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const account = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
  const ofAna = { StringEquals: { 'kms:EncryptionContext:user_id': 'ana' } };

  async function asFunction(keyPolicy: object, identityPolicy: object) {
    const dir = await scratch();
    const iam = new IamRegistry();
    iam.addRole(ROLE, LAMBDA_TRUST);
    iam.attachPolicy(ROLE, 'own', identityPolicy);
    iam.addResourcePolicy(keyArn(KEY), 'key', keyPolicy);
    const kms = createKms({ dir });
    kms.defineKey(KEY, PROPERTIES);
    const store = new CredentialStore(dir);
    const gateway = await startGateway({ services: [kms], iam, credentials: store });
    const credentials = sdkCredentials(store.issue(iam.assumeRole(ROLE, 'lambda.amazonaws.com', 'browser')));
    const client = new KMSClient({ endpoint: gateway.url, region: REGION, credentials });
    cleanups.push(async () => {
      client.destroy();
      await gateway.close();
    });
    return (user_id: string) =>
      client.send(new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.from('x'), EncryptionContext: { user_id } }));
  }

  test('is decided by identity policies where the key’s policy leaves it to the account', async () => {
    const own = allow({ Action: 'kms:Encrypt', Resource: keyArn(KEY), Condition: ofAna });
    const encrypt = await asFunction(allow(account), own);
    await expect(encrypt('ana')).resolves.toMatchObject({ KeyId: keyArn(KEY) });
    await expect(encrypt('bob')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('is the key policy’s alone where it does not', async () => {
    const own = allow({ Action: 'kms:*', Resource: '*' });
    const nobody = allow({ ...account, Action: 'kms:DescribeKey' });
    await expect((await asFunction(nobody, own))('ana')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const named = allow({ Principal: { AWS: ROLE }, Action: 'kms:Encrypt', Resource: '*', Condition: ofAna });
    const encrypt = await asFunction(named, allow({ Action: 'sqs:SendMessage', Resource: '*' }));
    await expect(encrypt('ana')).resolves.toMatchObject({ KeyId: keyArn(KEY) });
    await expect(encrypt('bob')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
