import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, describe, expect, it } from 'vitest';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { type Fixture, OPERATOR, ROLE, sdkCredentials, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;

afterEach(async () => await fixture.close());

const objectClient = (caller = OPERATOR) => new S3Client({ ...fixture.client(caller), maxAttempts: 1 });

const grant = (action: string, resource: string) =>
  fixture.iam.attachPolicy(ROLE, 'reader', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  });

describe('credentials', () => {
  it('that were not issued, have another secret, no token or a wrong one are refused', async () => {
    fixture = await startFixture();
    const session = sdkCredentials(fixture.store.issue(fixture.function));
    const ask = (credentials: Parameters<typeof sdkCredentials>[0]) =>
      new SecretsManagerClient({
        ...fixture.client(OPERATOR),
        credentials: sdkCredentials(credentials),
        maxAttempts: 1,
      })
        .send(new GetSecretValueCommand({ SecretId: 'a' }))
        .then(
          () => 'allowed',
          (error: Error) => error.name,
        );
    const { sessionToken } = session;
    expect(await ask({ ...session, sessionToken, accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' })).toBe(
      'UnrecognizedClientException',
    );
    expect(await ask({ ...session, sessionToken, secretAccessKey: 'no' })).toBe('InvalidSignatureException');
    expect(await ask({ ...session, sessionToken: undefined })).toBe('UnrecognizedClientException');
    expect(await ask({ ...session, sessionToken: 'other' })).toBe('UnrecognizedClientException');
    expect(await ask({ ...session, sessionToken })).toBe('AccessDeniedException');
    expect(fixture.callers).toEqual([]);
  });

  it('are asked for where a request has none', async () => {
    fixture = await startFixture();
    const json = await fetch(fixture.gateway.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: '{"SecretId":"a"}',
    });
    expect([json.status, await json.json()]).toEqual([
      400,
      { __type: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' },
    ]);
    fixture.objects.set('/images/a', Buffer.from('a'));
    const object = await fetch(`${fixture.gateway.url}/images/a`);
    expect([object.status, await object.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    expect(object.headers.get('x-amzn-requestid')).toMatch(/.{36}/);
  });

  it('for another region are refused with the right one', async () => {
    fixture = await startFixture();
    const client = new SecretsManagerClient({ ...fixture.client(OPERATOR), region: 'us-east-1', maxAttempts: 1 });
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'a' }))).rejects.toThrow(
      'Credential should be scoped to eu-west-1, not us-east-1',
    );
  });

  it('are the same after a restart, so that presigned URLs stay good', async () => {
    fixture = await startFixture();
    grant('s3:GetObject', 'arn:aws:s3:::images/*');
    const url = await getSignedUrl(
      objectClient(fixture.function),
      new GetObjectCommand({ Bucket: 'images', Key: 'a' }),
    );
    const first = fixture.store.issue(fixture.function);
    const again = new CredentialStore(fixture.directory).issue(fixture.function);
    expect(again).toEqual(first);
    expect(url).toContain('X-Amz-Security-Token=');
    expect(statSync(join(fixture.directory, 'credentials.seed')).mode & 0o777).toBe(0o600);
  });

  it('come from a whole seed or none', async () => {
    fixture = await startFixture();
    writeFileSync(join(fixture.directory, 'credentials.seed'), 'abcd');
    expect(() => new CredentialStore(fixture.directory)).toThrow('credentials.seed is damaged');
  });
});

describe('presigned URLs', () => {
  const presign = async (expiresIn = 900) =>
    await getSignedUrl(objectClient(fixture.function), new GetObjectCommand({ Bucket: 'images', Key: 'a b/ñ.png' }), {
      expiresIn,
    });

  it('open for anyone until they expire', async () => {
    let now = Date.now();
    fixture = await startFixture({ now: () => now });
    grant('s3:GetObject', 'arn:aws:s3:::images/*');
    fixture.objects.set('/images/a b/ñ.png', Buffer.from('image'));
    const url = await presign();
    const get = async () => {
      const response = await fetch(url);
      return `${response.status} ${await response.text()}`;
    };
    expect(await get()).toBe('200 image');
    // The signature bears the second of the real clock, which has moved on since.
    now += 880_000;
    expect(await get()).toBe('200 image');
    now += 40_000;
    expect(await get()).toMatch(/^403 .*<Code>AccessDenied<.*Request has expired/);
  });

  it('say no more than the role of who signed them', async () => {
    fixture = await startFixture();
    fixture.objects.set('/images/a b/ñ.png', Buffer.from('image'));
    expect((await fetch(await presign())).status).toBe(403);
  });

  it('are refused for another method, or with headers that were not signed', async () => {
    fixture = await startFixture();
    grant('s3:*', 'arn:aws:s3:::images/*');
    const url = await presign();
    const put = await fetch(url, { method: 'PUT', body: 'x' });
    expect(await put.text()).toContain('SignatureDoesNotMatch');
    const copied = await fetch(url, { headers: { 'x-amz-copy-source': '/images/other' } });
    expect(await copied.text()).toContain('not signed: x-amz-copy-source');
    expect(fixture.objects.size).toBe(0);
  });
});
