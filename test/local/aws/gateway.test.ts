import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionDropped, type Intercept } from '../../../local/aws/gateway.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { type Fixture, OPERATOR, ROLE, SECRETS, sdkCredentials, startFixture } from './gateway-fixture.ts';
import { Sha256 } from './sdk-signer.ts';

let fixture: Fixture;

afterEach(async () => await fixture.close());

const secretsClient = (caller = OPERATOR) => new SecretsManagerClient({ ...fixture.client(caller), maxAttempts: 1 });
const objectClient = (caller = OPERATOR) => new S3Client({ ...fixture.client(caller), maxAttempts: 1 });

const grant = (action: string, resource: string) =>
  fixture.iam.attachPolicy(ROLE, 'reader', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  });

describe('requests', () => {
  it('reach the service that their signature names, from an operator without any policy', async () => {
    fixture = await startFixture();
    await secretsClient().send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'café' }));
    const answer = await secretsClient().send(new GetSecretValueCommand({ SecretId: 'a' }));
    expect(answer.SecretString).toBe('café');
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(fixture.callers.at(-1)).toBe('arn:aws:iam::000000000000:user/operator');
  });

  it('carry bodies and keys of any characters', async () => {
    fixture = await startFixture();
    const client = objectClient();
    const Key = "a b/ñ+&='()*!~/../€🐸%2F.png";
    const Body = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index % 251));
    await client.send(new PutObjectCommand({ Bucket: 'images', Key, Body }));
    expect([...fixture.objects.keys()]).toEqual([`/images/${Key}`]);
    const answer = await client.send(new GetObjectCommand({ Bucket: 'images', Key }));
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket: 'images', Key }));
    expect(head.ContentLength).toBe(Body.length);
  });

  it('may stream a body whose hash comes after it', async () => {
    fixture = await startFixture();
    const Body = Readable.from([Buffer.from('streamed'), Buffer.from(' body')]);
    await objectClient().send(new PutObjectCommand({ Bucket: 'images', Key: 'a', Body, ContentLength: 13 }));
    expect(fixture.objects.get('/images/a')?.toString()).toContain('streamed');
  });

  it('answer who the caller is', async () => {
    fixture = await startFixture();
    const credentials = sdkCredentials(fixture.store.issue(fixture.function));
    const signer = new SignatureV4({ credentials, region: 'eu-west-1', service: 'sts', sha256: Sha256 });
    const { hostname, port, host } = new URL(fixture.gateway.url);
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      query: {},
      body,
    });
    const response = await fetch(fixture.gateway.url, { method: 'POST', headers: signed.headers, body });
    expect(await response.text()).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/reader/webhook</Arn>');
  });

  it('for a service or operation that does not run here are refused by name', async () => {
    fixture = await startFixture();
    const queues = new SQSClient({ ...fixture.client(OPERATOR), maxAttempts: 1 });
    await expect(queues.send(new ListQueuesCommand({}))).rejects.toThrow(
      'No sqs runs here, only s3, secretsmanager, sts',
    );
    const rotated = secretsClient().send(new RotateSecretCommand({ SecretId: 'a' }));
    await expect(rotated).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'secretsmanager here has no operation for POST / secretsmanager.RotateSecret',
    });
  });

  it('end in InternalServerError where the service is at fault, which is told', async () => {
    const faults: unknown[] = [];
    fixture = await startFixture({ onFault: (error, call) => faults.push([String(error), call]) });
    const asked = secretsClient().send(new GetSecretValueCommand({ SecretId: 'broken' }));
    await expect(asked).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(faults).toEqual([
      ['TypeError: a fault of the service', { service: 'secretsmanager', operation: 'GetSecretValue' }],
    ]);
  });

  it('that the client gives up end the long poll', async () => {
    fixture = await startFixture();
    const client = secretsClient();
    const controller = new AbortController();
    const listed = client.send(new ListSecretsCommand({}), { abortSignal: controller.signal });
    while (fixture.waiting.length === 0) await sleep(5);
    controller.abort();
    await expect(listed).rejects.toMatchObject({ name: 'AbortError' });
    while (fixture.waiting[0]?.aborted !== true) await sleep(5);
    expect(fixture.waiting).toHaveLength(1);
  });

  it('too large for the service are refused', async () => {
    fixture = await startFixture();
    const SecretString = 'x'.repeat(17 * 1024 * 1024);
    const put = secretsClient().send(new PutSecretValueCommand({ SecretId: 'a', SecretString }));
    await expect(put).rejects.toMatchObject({ name: 'EntityTooLarge' });
  });
});

describe('permission', () => {
  it('of a function is what its role says, and its denial names caller, action and resource', async () => {
    fixture = await startFixture();
    fixture.secrets.set('mine', '1');
    fixture.secrets.set('other', '2');
    grant('secretsmanager:GetSecretValue', `${SECRETS}mine`);
    const client = secretsClient(fixture.function);
    expect((await client.send(new GetSecretValueCommand({ SecretId: 'mine' }))).SecretString).toBe('1');
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/reader/webhook is not authorized to perform: ' +
        'secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:000000000000:secret:other ' +
        'because no identity-based policy allows the secretsmanager:GetSecretValue action',
    });
    expect(fixture.callers).toHaveLength(1);
  });

  it('denied by S3 is its AccessDenied with 403', async () => {
    fixture = await startFixture();
    const get = objectClient(fixture.function).send(new GetObjectCommand({ Bucket: 'images', Key: 'a' }));
    await expect(get).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  it('is denied by a bucket policy whatever the role says', async () => {
    fixture = await startFixture();
    grant('s3:GetObject', 'arn:aws:s3:::images/*');
    fixture.iam.addResourcePolicy('arn:aws:s3:::images', 'bucket', {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::images/private/*' }],
    });
    fixture.objects.set('/images/a', Buffer.from('a')).set('/images/private/a', Buffer.from('a'));
    const client = objectClient(fixture.function);
    await client.send(new GetObjectCommand({ Bucket: 'images', Key: 'a' }));
    const get = client.send(new GetObjectCommand({ Bucket: 'images', Key: 'private/a' }));
    await expect(get).rejects.toThrow('with an explicit deny in a resource-based policy');
  });
});

describe('calls from inside', () => {
  it('are checked like any other, and give outputs or exceptions', async () => {
    fixture = await startFixture();
    grant('secretsmanager:GetSecretValue', `${SECRETS}a*`);
    fixture.secrets.set('a', 'value');
    const get = (SecretId: string) =>
      fixture.gateway.call(fixture.function, 'secretsmanager', 'GetSecretValue', { SecretId });
    expect(await get('a')).toEqual({ Name: 'a', SecretString: 'value' });
    await expect(get('ab')).rejects.toMatchObject({ code: 'ResourceNotFoundException', detail: { Id: 'ab' } });
    await expect(get('b')).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('an intercept', () => {
  it('sees calls that are allowed, and fails them before or after their effect', async () => {
    const seen: string[] = [];
    let fault: 'before' | 'after' | 'drop' | undefined;
    const intercept: Intercept = async ({ caller, service, operation }, next) => {
      seen.push(`${caller.kind} ${service} ${operation}`);
      if (fault === 'before') throw new AwsError('ThrottlingException', 'Rate exceeded');
      const answer = await next();
      if (fault === 'after') throw new AwsError('InternalServiceError', 'lost', 500);
      if (fault === 'drop') throw new ConnectionDropped();
      return answer;
    };
    fixture = await startFixture({ intercept });
    const put = async (SecretString: string) =>
      await secretsClient()
        .send(new PutSecretValueCommand({ SecretId: 'a', SecretString }))
        .then(
          () => 'done',
          (error: Error) => ('code' in error ? String(error.code) : error.name),
        );
    expect(await put('1')).toBe('done');
    fault = 'before';
    expect(await put('2')).toBe('ThrottlingException');
    expect(fixture.secrets.get('a')).toBe('1');
    fault = 'after';
    expect(await put('3')).toBe('InternalServiceError');
    expect(fixture.secrets.get('a')).toBe('3');
    fault = 'drop';
    expect(await put('4')).toBe('ECONNRESET');
    expect(fixture.secrets.get('a')).toBe('4');
    expect(seen).toEqual(Array.from({ length: 4 }, () => 'operator secretsmanager PutSecretValue'));
    await secretsClient(fixture.function)
      .send(new GetSecretValueCommand({ SecretId: 'a' }))
      .catch(() => undefined);
    expect(seen).toHaveLength(4);
  });
});

describe('the endpoint', () => {
  it('listens on loopback only and refuses a path that is not one', async () => {
    fixture = await startFixture();
    expect(fixture.gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const { port } = new URL(fixture.gateway.url);
    const request = httpRequest({ port, path: '/images/%zz?X-Amz-Algorithm=x' }, ({ statusCode }) =>
      resolve(statusCode),
    );
    request.on('error', reject).end();
    expect(await promise).toBe(400);
  });

  it('says so when its port is taken', async () => {
    fixture = await startFixture();
    const { port } = new URL(fixture.gateway.url);
    await expect(startFixture({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
