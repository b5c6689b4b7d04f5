import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readFields, readJson } from './json-request.ts';
import { kmsKeyId, kmsPermissions } from './kms-key.ts';
import { CURRENT, type Secret, secretStore, type Value, withVersion } from './secrets-manager/secret-store.ts';
import { generateSecretString, newSecretString } from './secrets-manager/secret-string.ts';
import { ACCOUNT, AwsError, type AwsService, REGION } from './service.ts';
import { readProperties } from './template-properties.ts';

export interface SecretsManager extends AwsService {
  /**
   * Makes the secret of an `AWS::SecretsManager::Secret`. Its value is made once and kept; only a template that asks for
   * another one makes a new version.
   * @param secret.arn ends in `-` and six characters, as on AWS
   * @param properties resolved CloudFormation properties
   * @throws Error that names a property which is wrong or not supported
   */
  defineSecret(secret: { name: string; arn: string }, properties: unknown): void;
}

const secretProperties = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    KmsKeyId: kmsKeyId.optional(),
    SecretString: z.string().optional(),
    GenerateSecretString: generateSecretString.optional(),
    Tags: z.unknown().optional(),
  })
  .refine((it) => it.SecretString === undefined || it.GenerateSecretString === undefined, {
    message: 'SecretString and GenerateSecretString exclude each other',
  });

const value = { SecretString: z.string().optional(), SecretBinary: z.base64().optional() };
const token = z.string().min(32).max(64).optional();

const requests = {
  CreateSecret: z.strictObject({
    Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/),
    ...value,
    ClientRequestToken: token,
    Description: z.string().optional(),
    KmsKeyId: kmsKeyId.optional(),
    Tags: z.unknown().optional(),
  }),
  GetSecretValue: z.strictObject({
    SecretId: z.string(),
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  DescribeSecret: z.strictObject({ SecretId: z.string() }),
  ListSecrets: z.strictObject({
    MaxResults: z.int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
  }),
  PutSecretValue: z.strictObject({
    SecretId: z.string(),
    ...value,
    ClientRequestToken: token,
    VersionStages: z.array(z.string()).min(1).default([CURRENT]),
  }),
  UpdateSecret: z.strictObject({
    SecretId: z.string(),
    ...value,
    ClientRequestToken: token,
    Description: z.string().optional(),
    KmsKeyId: kmsKeyId.optional(),
  }),
};
type Operation = keyof typeof requests;
type Inputs = { [O in Operation]: z.infer<(typeof requests)[O]> };

const KEY_USES: Record<Operation, string[]> = {
  CreateSecret: ['GenerateDataKey', 'Decrypt'],
  GetSecretValue: ['Decrypt'],
  DescribeSecret: [],
  ListSecrets: [],
  PutSecretValue: ['GenerateDataKey', 'Decrypt'],
  UpdateSecret: ['GenerateDataKey', 'Decrypt'],
};

/**
 * AWS Secrets Manager in this process, over AWS JSON 1.1.
 * @param options.dir where `secrets.json` lies, readable for this user alone
 */
export async function createSecretsManager(options: { dir: string }): Promise<SecretsManager> {
  const secrets = secretStore(options.dir);

  function get(id: string): Secret {
    const found = secrets.byId(id);
    if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return found;
  }

  const handlers: { [O in Operation]: (input: Inputs[O]) => object } = {
    CreateSecret: ({ Name, ClientRequestToken, Description, KmsKeyId, ...input }) => {
      const existing = secrets.find(Name);
      // A repeat of the call that made it finds what it made.
      if (existing && !existing.versions.some(({ id }) => id === ClientRequestToken)) {
        const message = `The operation failed because the secret ${Name} already exists.`;
        throw new AwsError('ResourceExistsException', message);
      }
      const now = Date.now();
      const made: Secret = existing ?? {
        name: Name,
        arn: `${arnWithoutEnd(Name)}-${randomBytes(3).toString('hex')}`,
        template: '',
        createdAt: now,
        changedAt: now,
        versions: [],
        ...(Description !== undefined && { description: Description }),
        ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      };
      const given = readValue(input);
      const after = given ? withVersion(made, given, [CURRENT], ClientRequestToken) : made;
      secrets.put(after);
      return { ARN: after.arn, Name, ...(given && { VersionId: ClientRequestToken ?? after.versions[0]?.id }) };
    },

    GetSecretValue: ({ SecretId, VersionId, VersionStage }) => {
      const secret = get(SecretId);
      const stage = VersionStage ?? (VersionId === undefined ? CURRENT : undefined);
      const version = secret.versions.find(
        ({ id, stages }) => (VersionId ?? id) === id && (stage === undefined || stages.includes(stage)),
      );
      if (!version) {
        const which = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
        const message = `Secrets Manager can't find the specified secret value for ${which}`;
        throw new AwsError('ResourceNotFoundException', message);
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        VersionStages: version.stages,
        SecretString: version.secretString,
        SecretBinary: version.secretBinary,
        CreatedDate: version.createdAt / 1000,
      };
    },

    DescribeSecret: ({ SecretId }) => {
      const secret = get(SecretId);
      return { ...describe(secret), VersionIdsToStages: stagesById(secret) };
    },

    ListSecrets: ({ MaxResults, NextToken }) => {
      const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64').toString();
      const all = secrets.list().filter(({ name }) => name > after);
      const page = all.slice(0, MaxResults);
      const last = page.at(-1)?.name;
      return {
        SecretList: page.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesById(secret) })),
        ...(all.length > page.length && last && { NextToken: Buffer.from(last).toString('base64') }),
      };
    },

    PutSecretValue: ({ SecretId, ClientRequestToken, VersionStages, ...input }) => {
      const given = readValue(input);
      if (!given)
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      const after = withVersion(get(SecretId), given, VersionStages, ClientRequestToken);
      secrets.put(after);
      const version = after.versions.find(({ id }) => id === (ClientRequestToken ?? after.versions[0]?.id));
      return { ARN: after.arn, Name: after.name, VersionId: version?.id, VersionStages: version?.stages };
    },

    UpdateSecret: ({ SecretId, ClientRequestToken, Description, KmsKeyId, ...input }) => {
      const described = {
        ...get(SecretId),
        ...(Description !== undefined && { description: Description }),
        ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      };
      const given = readValue(input);
      const after = given ? withVersion(described, given, [CURRENT], ClientRequestToken) : described;
      secrets.put({ ...after, changedAt: Date.now() });
      return {
        ARN: after.arn,
        Name: after.name,
        ...(given && { VersionId: ClientRequestToken ?? after.versions[0]?.id }),
      };
    },
  };

  function run<O extends Operation>(operation: O, body: Buffer): object {
    return handlers[operation](readRequest(operation, body));
  }

  return {
    name: 'secretsmanager',

    operation({ headers }) {
      const name = /^secretsmanager\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1] ?? '';
      return isOperation(name) ? name : undefined;
    },

    permissions({ operation, body }) {
      const action = `secretsmanager:${operation}`;
      if (operation === 'ListSecrets') return [{ action, resource: '*' }];
      const id = readSecretId(body);
      const secret = secrets.byId(id);
      const unknown = id.startsWith('arn:') ? id : arnWithoutEnd(id);
      return [
        { action, resource: secret?.arn ?? unknown },
        ...kmsPermissions(secret?.kmsKeyId, 'secretsmanager', isOperation(operation) ? KEY_USES[operation] : []),
      ];
    },

    async handle({ operation, body }) {
      if (!isOperation(operation)) throw new Error(`Secrets Manager has no operation ${operation} here`);
      return answer(200, run(operation, body));
    },

    error: ({ code, message, status, detail }) => answer(status, { __type: code, message, ...detail }),

    defineSecret({ name, arn }, properties) {
      const { Name, SecretString, GenerateSecretString, Description, KmsKeyId } = readProperties(
        secretProperties,
        `AWS::SecretsManager::Secret ${name}`,
        properties,
      );
      if (Name !== undefined && Name !== name) throw new Error(`AWS::SecretsManager::Secret ${name}: Name is ${Name}`);
      const template = digest({ SecretString, GenerateSecretString });
      const now = Date.now();
      const before = secrets.find(name) ?? { name, arn, template: '', createdAt: now, changedAt: now, versions: [] };
      const { description: _, kmsKeyId: __, ...rest } = before;
      const described: Secret = {
        ...rest,
        arn,
        template,
        ...(Description !== undefined && { description: Description }),
        ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      };
      const secretString = SecretString ?? (GenerateSecretString && newSecretString(GenerateSecretString));
      const changed = template !== before.template && secretString !== undefined;
      secrets.put(changed ? withVersion(described, { secretString }, [CURRENT]) : described);
    },

    async close() {},
  };
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

const schemas: { [O in Operation]: z.ZodType<Inputs[O]> } = requests;

function readRequest<O extends Operation>(operation: O, body: Buffer): Inputs[O] {
  return readFields<Inputs[O]>(schemas[operation], body, 'InvalidParameterException');
}

/** Empty where a request names none: it is refused for that later, after its caller's permissions. */
function readSecretId(body: Buffer): string {
  const parsed = z.object({ SecretId: z.string().optional(), Name: z.string().optional() }).safeParse(readJson(body));
  return parsed.data?.SecretId ?? parsed.data?.Name ?? '';
}

function arnWithoutEnd(name: string): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
}

function readValue(input: { SecretString?: string | undefined; SecretBinary?: string | undefined }): Value | undefined {
  const { SecretString: secretString, SecretBinary: secretBinary } = input;
  if (secretString !== undefined && secretBinary !== undefined) {
    throw new AwsError('InvalidParameterException', "You can't specify both a binary secret value and a string value.");
  }
  if (secretString !== undefined) return { secretString };
  return secretBinary === undefined ? undefined : { secretBinary };
}

function describe(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
  };
}

function stagesById({ versions }: Secret): Record<string, string[]> {
  return Object.fromEntries(versions.map(({ id, stages }) => [id, stages]));
}

function answer(status: number, output: object) {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}

function digest(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
