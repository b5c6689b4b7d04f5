import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialStore, type Credentials } from '../../../local/aws/credentials.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/aws/gateway.ts';
import type { Caller } from '../../../local/aws/iam/caller.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { ACCOUNT, AwsError, type AwsRequest, type AwsService, REGION } from '../../../local/aws/service.ts';
import { createSts } from '../../../local/aws/sts.ts';

/** A gateway before two services of a few lines: secrets in memory over JSON, objects in memory over REST. */

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
export const SECRETS = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`;
export const LAMBDA_TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
export const OPERATOR: Caller = { kind: 'operator', name: 'operator' };

export interface Fixture {
  gateway: Gateway;
  iam: IamRegistry;
  store: CredentialStore;
  directory: string;
  secrets: Map<string, string>;
  objects: Map<string, Buffer>;
  /** Who the services were called by. */
  callers: (string | undefined)[];
  /** Signals of `ListSecrets` calls, which never answer on their own. */
  waiting: AbortSignal[];
  function: Caller;
  client(caller: Caller): { endpoint: string; region: string; credentials: SdkCredentials };
  close(): Promise<void>;
}

type SdkCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export function sdkCredentials({ accessKeyId, secretAccessKey, sessionToken }: Credentials): SdkCredentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

export async function startFixture(options: Partial<GatewayOptions> = {}): Promise<Fixture> {
  const directory = mkdtempSync(join(tmpdir(), 'vigia-gateway-'));
  const iam = new IamRegistry();
  iam.addRole(ROLE, LAMBDA_TRUST);
  const store = new CredentialStore(directory);
  const secrets = new Map<string, string>();
  const objects = new Map<string, Buffer>();
  const callers: (string | undefined)[] = [];
  const waiting: AbortSignal[] = [];
  const services = [secretsService(secrets, callers, waiting), objectService(objects), createSts()];
  const gateway = await startGateway({ services, iam, credentials: store, ...options });
  return {
    gateway,
    iam,
    store,
    directory,
    secrets,
    objects,
    callers,
    waiting,
    function: iam.assumeRole(ROLE, 'lambda.amazonaws.com', 'webhook'),
    client: (caller) => ({
      endpoint: gateway.url,
      region: REGION,
      credentials: sdkCredentials(store.issue(caller)),
    }),
    close: async () => {
      await gateway.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function secretsService(
  secrets: Map<string, string>,
  callers: (string | undefined)[],
  waiting: AbortSignal[],
): AwsService {
  const idOf = ({ body }: Pick<AwsRequest, 'body'>): string => String(JSON.parse(body.toString()).SecretId);
  const json = (status: number, body: unknown) => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  });
  return {
    name: 'secretsmanager',
    operation: ({ headers }) => {
      const name = headers['x-amz-target']?.replace(/^secretsmanager\./, '');
      return name !== undefined && ['GetSecretValue', 'PutSecretValue', 'ListSecrets'].includes(name)
        ? name
        : undefined;
    },
    permissions: (request) => [
      { action: `secretsmanager:${request.operation}`, resource: `${SECRETS}${idOf(request)}` },
    ],
    handle: async (request) => {
      callers.push(request.caller);
      if (request.operation === 'ListSecrets') {
        const { promise, resolve } = Promise.withResolvers<void>();
        const { signal } = request;
        if (signal !== undefined) waiting.push(signal);
        signal?.addEventListener('abort', () => resolve());
        await promise;
        return json(200, { SecretList: [] });
      }
      const id = idOf(request);
      if (request.operation === 'PutSecretValue') secrets.set(id, JSON.parse(request.body.toString()).SecretString);
      const value = secrets.get(id);
      if (id === 'broken') throw new TypeError('a fault of the service');
      if (value === undefined) throw new AwsError('ResourceNotFoundException', 'no such secret', 400, { Id: id });
      return json(200, { Name: id, SecretString: value });
    },
    error: (error) => json(error.status, { __type: error.code, message: error.message, ...error.detail }),
    close: async () => {},
  };
}

function objectService(objects: Map<string, Buffer>): AwsService {
  const operations = new Map([
    ['GET', 'GetObject'],
    ['HEAD', 'HeadObject'],
    ['PUT', 'PutObject'],
  ]);
  return {
    name: 's3',
    operation: ({ method }) => operations.get(method),
    permissions: ({ operation, path }) => [
      { action: `s3:${operation.replace('Head', 'Get')}`, resource: `arn:aws:s3:::${path.slice(1)}` },
    ],
    handle: async ({ operation, path, body }) => {
      if (operation === 'PutObject') objects.set(path, body);
      const object = objects.get(path);
      if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: operation === 'PutObject' ? '' : object };
    },
    error: ({ code, message, status }) => ({
      status,
      headers: { 'content-type': 'application/xml' },
      body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    }),
    close: async () => {},
  };
}
