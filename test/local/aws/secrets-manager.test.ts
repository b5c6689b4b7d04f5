import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { generateSecretString, newSecretString } from '../../../local/aws/secrets-manager/secret-string.ts';
import { createSecretsManager } from '../../../local/aws/secrets-manager.ts';
import type { AwsRequest } from '../../../local/aws/service.ts';
import { serve } from './serve.ts';

const PREFIX = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:';
const ARN = `${PREFIX}key-aB3dE6`;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'secrets-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** The service over HTTP with the secret `key`, and a real client for it; gone after the test. */
async function bench(properties: object = { GenerateSecretString: {} }, given?: string) {
  const dir = given ?? (await scratch());
  const service = await createSecretsManager({ dir });
  service.defineSecret({ name: 'key', arn: ARN }, properties);
  const served = await serve(service);
  const client = new SecretsManagerClient(served.client);
  cleanups.push(async () => {
    client.destroy();
    await served.close();
  });
  const get = async (more = {}) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'key', ...more }))).SecretString;
  return { dir, service, client, get };
}

describe('a secret', () => {
  test('is generated once and kept in a file of its own user', async () => {
    const rule = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } };
    const first = await bench(rule);
    const secret = await first.get();
    expect(secret).toMatch(/^[A-Za-z0-9]{64}$/);
    expect((await stat(join(first.dir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    const second = await bench(rule, first.dir);
    expect(await second.get()).toBe(secret);
    expect(await (await bench(rule)).get()).not.toBe(secret);
  });

  test('gets a new value where the template asks for another one, and only then', async () => {
    const first = await bench({ SecretString: 'one' });
    await first.client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'by hand' }));
    expect(await (await bench({ SecretString: 'one', Description: 'new' }, first.dir)).get()).toBe('by hand');
    const third = await bench({ SecretString: 'two' }, first.dir);
    expect(await third.get()).toBe('two');
    expect(await third.get({ VersionStage: 'AWSPREVIOUS' })).toBe('by hand');
  });

  test('is found by name, by ARN and by the ARN without its end', async () => {
    const { client } = await bench({ SecretString: 'x', Description: 'a key' });
    for (const SecretId of ['key', ARN, `${PREFIX}key`]) {
      const got = await client.send(new GetSecretValueCommand({ SecretId }));
      expect(got).toMatchObject({ ARN, Name: 'key', SecretString: 'x', VersionStages: ['AWSCURRENT'] });
      expect(Math.abs(Date.now() - Number(got.CreatedDate))).toBeLessThan(60_000);
      expect(await client.send(new DescribeSecretCommand({ SecretId }))).toMatchObject({
        ARN,
        Description: 'a key',
        VersionIdsToStages: { [String(got.VersionId)]: ['AWSCURRENT'] },
      });
    }
    const none = client.send(new GetSecretValueCommand({ SecretId: 'other' }));
    await expect(none).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('has versions and stages', async () => {
    const { client, get } = await bench({ SecretString: 'v1' });
    const put = (SecretString: string, more = {}) =>
      client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString, ...more }));
    const ClientRequestToken = 'a'.repeat(32);
    const sent = await put('v2', { ClientRequestToken });
    expect(sent).toMatchObject({ ARN, VersionId: ClientRequestToken, VersionStages: ['AWSCURRENT'] });
    expect(await put('v2', { ClientRequestToken })).toMatchObject({ VersionId: ClientRequestToken });
    await expect(put('v3', { ClientRequestToken })).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await put('v4', { VersionStages: ['AWSPENDING'] });
    expect(await get()).toBe('v2');
    expect(await get({ VersionStage: 'AWSPENDING' })).toBe('v4');
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toBe('v1');
    await client.send(new UpdateSecretCommand({ SecretId: 'key', SecretString: 'v5', Description: 'changed' }));
    expect([await get(), await get({ VersionStage: 'AWSPREVIOUS' })]).toEqual(['v5', 'v2']);
    expect(await get({ VersionId: ClientRequestToken })).toBe('v2');
    await expect(get({ VersionStage: 'NONE' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).Description).toBe('changed');
  });

  test('is made by an operator, once, and is there after a restart', async () => {
    const { client, dir } = await bench();
    const made = await client.send(new CreateSecretCommand({ Name: 'jwt/shared', SecretString: 'by hand' }));
    expect(made.ARN).toMatch(new RegExp(`^${PREFIX}jwt/shared-[A-Za-z0-9]{6}$`));
    const again = client.send(new CreateSecretCommand({ Name: 'jwt/shared', SecretString: 'other' }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await client.send(new PutSecretValueCommand({ SecretId: 'jwt/shared', SecretString: 'changed' }));
    const { get } = await bench({ GenerateSecretString: {} }, dir);
    expect(await get({ SecretId: 'jwt/shared' })).toBe('changed');
    expect(await get({ SecretId: made.ARN })).toBe('changed');
  });

  test('may be bytes', async () => {
    const { client } = await bench();
    const SecretBinary = new Uint8Array([0, 255, 1]);
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretBinary }));
    const got = await client.send(new GetSecretValueCommand({ SecretId: 'key' }));
    expect(got.SecretBinary).toEqual(SecretBinary);
    expect(got.SecretString).toBeUndefined();
    const empty = client.send(new PutSecretValueCommand({ SecretId: 'key' }));
    await expect(empty).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test('is listed with others, page by page', async () => {
    const { client, service } = await bench();
    for (const name of ['b', 'a'])
      service.defineSecret({ name, arn: `${PREFIX}${name}-123456` }, { SecretString: 'x' });
    const page = await client.send(new ListSecretsCommand({ MaxResults: 2 }));
    const rest = await client.send(new ListSecretsCommand({ MaxResults: 2, NextToken: page.NextToken }));
    expect([page.SecretList?.map(({ Name }) => Name), rest.SecretList?.map(({ Name }) => Name)]).toEqual([
      ['a', 'b'],
      ['key'],
    ]);
    expect(rest.NextToken).toBeUndefined();
    const filtered = client.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['a'] }] }));
    await expect(filtered).rejects.toThrow('Filters');
  });

  test.each([
    [{ ReplicaRegions: [] }, 'AWS::SecretsManager::Secret key: ReplicaRegions is not supported by the local run'],
    [{ SecretString: 'x', GenerateSecretString: {} }, 'exclude each other'],
    [{ GenerateSecretString: { GenerateStringKey: 'k' } }, 'go together'],
    [{ GenerateSecretString: { Length: 3 } }, 'GenerateSecretString.Length is not supported'],
    [{ GenerateSecretString: { PasswordLength: 3 } }, 'PasswordLength is shorter'],
    [{ Name: 'other' }, 'Name is other'],
    [{ KmsKeyId: 'alias/mine' }, 'a key alias is not supported'],
  ])('refuses %o', async (properties, message) => {
    const service = await createSecretsManager({ dir: await scratch() });
    expect(() => service.defineSecret({ name: 'key', arn: ARN }, properties)).toThrow(message);
  });

  test('a damaged file is an error that names it, and stays as it is', async () => {
    const { dir } = await bench();
    const file = join(dir, 'secrets.json');
    await writeFile(file, '[{');
    await expect(createSecretsManager({ dir })).rejects.toThrow(`${file} is damaged`);
    expect(await readFile(file, 'utf8')).toBe('[{');
  });
});

describe('a generated string', () => {
  test('has the length and the kinds of characters that were asked for', () => {
    const rule = fc.record({
      PasswordLength: fc.integer({ min: 5, max: 60 }),
      ExcludeLowercase: fc.boolean(),
      ExcludeNumbers: fc.boolean(),
      ExcludePunctuation: fc.boolean(),
      IncludeSpace: fc.boolean(),
      ExcludeCharacters: fc.string({ unit: fc.constantFrom('a', 'B', '7', '"', '/'), maxLength: 4 }),
    });
    fc.assert(
      fc.property(rule, (options) => {
        const secret = newSecretString(generateSecretString.parse(options));
        expect(secret).toHaveLength(options.PasswordLength);
        expect(/[a-z]/.test(secret)).toBe(!options.ExcludeLowercase);
        expect(secret).toMatch(/[A-Z]/);
        expect(/[0-9]/.test(secret)).toBe(!options.ExcludeNumbers);
        expect(/[^A-Za-z0-9 ]/.test(secret)).toBe(!options.ExcludePunctuation);
        expect(secret.includes(' ')).toBe(options.IncludeSpace);
        for (const excluded of options.ExcludeCharacters) expect(secret).not.toContain(excluded);
      }),
    );
  });

  test('goes into a template under its key', () => {
    const SecretStringTemplate = JSON.stringify({ user: 'admin', ports: [1] });
    const rule = generateSecretString.parse({ SecretStringTemplate, GenerateStringKey: 'password', PasswordLength: 8 });
    const made: unknown = JSON.parse(newSecretString(rule));
    expect(made).toEqual({ user: 'admin', ports: [1], password: expect.stringMatching(/^.{8}$/) });
  });
});

describe('permissions', () => {
  const request = (operation: string, input: object): AwsRequest => ({
    operation,
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `secretsmanager.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  });

  test('are on the secret, however it is named', async () => {
    const { service } = await bench();
    const action = 'secretsmanager:GetSecretValue';
    for (const SecretId of ['key', ARN]) {
      const asked = request('GetSecretValue', { SecretId });
      expect(service.operation(asked)).toBe('GetSecretValue');
      expect(service.permissions(asked)).toEqual([{ action, resource: ARN }]);
    }
    const unknown = service.permissions(request('GetSecretValue', { SecretId: 'other' }));
    expect(unknown).toEqual([{ action, resource: `${PREFIX}other` }]);
    const list = service.permissions(request('ListSecrets', {}));
    expect(list).toEqual([{ action: 'secretsmanager:ListSecrets', resource: '*' }]);
    expect(service.operation(request('DeleteSecret', {}))).toBeUndefined();
  });

  test('include the key of an encrypted one', async () => {
    const KmsKeyId = 'arn:aws:kms:eu-west-1:000000000000:key/1';
    const { service } = await bench({ SecretString: 'x', KmsKeyId });
    expect(service.permissions(request('GetSecretValue', { SecretId: 'key' }))).toMatchObject([
      { action: 'secretsmanager:GetSecretValue', resource: ARN },
      {
        action: 'kms:Decrypt',
        resource: KmsKeyId,
        context: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
      },
    ]);
  });
});
