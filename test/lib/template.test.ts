import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ofType, Parameters, Resources, referred } from './template.ts';

/** What holds for every resource of the production template, whichever is added. */

const statementSchema = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.unknown().transform((resource) => [resource].flat()),
});
describe('storage', () => {
  test('no bucket can be public, and each is encrypted, refuses plain HTTP and has a lifecycle', () => {
    for (const [id, { Properties }] of ofType('AWS::S3::Bucket')) {
      expect(Properties['PublicAccessBlockConfiguration'], id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties['BucketEncryption'], id).toBeDefined();
      expect(Properties['LifecycleConfiguration'], id).toBeDefined();
      const policy = ofType('AWS::S3::BucketPolicy').find(([, it]) => referred(it.Properties['Bucket']) === id);
      expect(JSON.stringify(policy), id).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('tables are encrypted, kept, protected and restorable to any point in time', () => {
    for (const [id, { Properties, DeletionPolicy }] of ofType('AWS::DynamoDB::Table')) {
      expect(Properties, id).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      });
      expect(DeletionPolicy, id).toBe('Retain');
    }
  });

  test('queues are encrypted and refuse plain HTTP', () => {
    const policies = JSON.stringify(ofType('AWS::SQS::QueuePolicy'));
    for (const [id, { Properties }] of ofType('AWS::SQS::Queue')) {
      expect(Properties['SqsManagedSseEnabled'], id).toBe(true);
      expect(policies).toContain(`"Fn::GetAtt":["${id}","Arn"]`);
    }
  });

  test('logs expire', () => {
    for (const [id, { Properties }] of ofType('AWS::Logs::LogGroup')) {
      expect(Properties['RetentionInDays'], id).toBeGreaterThan(0);
    }
  });
});

describe('identity policies', () => {
  const statements = ofType('AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
    z
      .array(statementSchema)
      .parse(Properties['PolicyDocument'].Statement)
      .map((statement) => ({ id, ...statement })),
  );
  /** A `*` resource needs its reason here: actions that know no resources. */
  const KNOW_NO_RESOURCES = new Set(['dynamodb:ListStreams', 'ecr:GetAuthorizationToken']);

  test('allow no `*` and no `service:*`', () => {
    for (const { id, Action } of statements) {
      for (const action of Action) expect(action, id).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
    }
  });

  test('name their resources', () => {
    for (const { id, Action, Resource } of statements) {
      if (Resource.includes('*')) expect([...KNOW_NO_RESOURCES], id).toEqual(expect.arrayContaining(Action));
    }
  });

  test('no role has a managed policy, and each function a role of its own', () => {
    for (const [id, { Properties }] of ofType('AWS::IAM::Role')) {
      expect(Properties['ManagedPolicyArns'] ?? [], id).toEqual([]);
    }
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => referred(Properties['Role']));
    expect(new Set(roles).size).toBe(roles.length);
  });
});

describe('keys of users’ secrets', () => {
  test('are used by two functions each, of which one seals and the other opens, for a named user', () => {
    for (const [id, { Properties }] of ofType('AWS::KMS::Key')) {
      expect(Properties['EnableKeyRotation'], id).toBe(true);
      const [keeping, ...using] = z
        .array(z.looseObject({ Action: z.unknown(), Principal: z.unknown(), Condition: z.unknown().optional() }))
        .parse(Properties['KeyPolicy'].Statement);
      expect(JSON.stringify(keeping?.Action), id).not.toMatch(/crypt|GenerateDataKey|CreateGrant|kms:\*/);
      expect(using.map(({ Action }) => Action).sort(), id).toEqual(['kms:Decrypt', 'kms:Encrypt']);
      expect(new Set(using.map(({ Principal }) => JSON.stringify(Principal))).size, id).toBe(2);
      for (const { Condition } of using) {
        expect(Condition, id).toEqual({ 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'user_id' } });
      }
    }
  });

  test('are no identity policy’s business', () => {
    expect(JSON.stringify(ofType('AWS::IAM::Policy'))).not.toContain('kms:');
  });
});

test('no function sends to receivers on its own machine', () => {
  const told = ofType('AWS::Lambda::Function').flatMap(
    ([, { Properties }]) => Properties['Environment']?.Variables.LOOPBACK_RECEIVERS ?? [],
  );
  expect(told).toEqual(['refused', 'refused']);
});

describe('functions', () => {
  const functions = ofType('AWS::Lambda::Function');

  test('run on Node.js 24 with their own log group', () => {
    for (const [id, { Properties }] of functions) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs24.x',
        LoggingConfig: { LogGroup: expect.anything(), LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
    }
  });

  test('have room for a longer configuration beside their variables, which take 4 KB', () => {
    for (const [id, { Properties }] of functions) {
      const variables: Record<string, unknown> = Properties['Environment'].Variables;
      const length = Object.entries(variables).reduce((sum, [name, value]) => sum + name.length + lengthOf(value), 0);
      expect(length, id).toBeLessThan(3500);
    }
  });

  test('a message stays hidden for longer than its function may run', () => {
    const queues = ofType('AWS::SQS::Queue');
    for (const [id, { Properties }] of ofType('AWS::Lambda::EventSourceMapping')) {
      const queue = queues.find(([queueId]) => queueId === referred(Properties['EventSourceArn']))?.[1];
      if (!queue) continue;
      const consumer = functions.find(([functionId]) => functionId === referred(Properties['FunctionName']))?.[1];
      expect(queue.Properties['VisibilityTimeout'], id).toBeGreaterThan(consumer?.Properties['Timeout']);
      expect(queue.Properties['RedrivePolicy'].maxReceiveCount, id).toBe(10);
      expect(Properties['FunctionResponseTypes'], id).toEqual(['ReportBatchItemFailures']);
      expect(Properties['ScalingConfig'].MaximumConcurrency, id).toBeGreaterThanOrEqual(2);
    }
  });

  test.each(readdirSync('lambdas'))('every variable that %s reads is set', async (name) => {
    const { metafile } = await build({
      entryPoints: [`lambdas/${name}/handler.ts`],
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['@sparticuz/chromium'],
      loader: { '.ttf': 'empty', '.wasm': 'empty' },
      write: false,
      metafile: true,
    });
    const ours = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules'));
    const sources = ours.map((file) => readFileSync(file, 'utf8')).join('\n');
    const read = [...sources.matchAll(/\benvironment\('([A-Z_]+)'\)/g)].map(([, variable]) => variable ?? '');
    expect(read.length).toBeGreaterThan(0);
    const logical = functions.find(([, { Properties }]) => Properties['Description'] === descriptionOf(name));
    // Lambda sets its own.
    const set = ['LAMBDA_TASK_ROOT', ...Object.keys(logical?.[1].Properties['Environment'].Variables ?? {})];
    expect(set).toEqual(expect.arrayContaining([...new Set(read)]));
  });
});

/** Of a value on AWS, where names of resources get twelve more letters. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  const [[kind, of] = []] = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  if (kind === 'Fn::Join') {
    return z
      .tuple([z.string(), z.array(z.unknown())])
      .parse(of)[1]
      .reduce<number>((sum, part) => sum + lengthOf(part), 0);
  }
  const name = `vigia-${[of].flat().join('')}-ABCDEFGHIJKL`.length;
  const queue =
    Resources[String(of)]?.Type === 'AWS::SQS::Queue' ? 'https://sqs.ap-southeast-1.amazonaws.com/123456789012/' : '';
  const where = kind === 'Ref' ? queue : 'arn:aws:dynamodb:ap-southeast-1:123456789012:table/';
  return where.length + name;
}

/** Functions are told apart by what they say they do. */
function descriptionOf(folder: string): string {
  const lib = readdirSync('lib').map((file) => readFileSync(join('lib', file), 'utf8'));
  const entry = new RegExp(`entry: 'lambdas/${folder}/handler\\.ts',\\s+description: (['"])(.*)\\1,`);
  return lib.map((source) => entry.exec(source)?.[2]).find((description) => description !== undefined) ?? '';
}

test('the template takes no parameter but the version of the bootstrap', () => {
  expect(Object.keys(Parameters)).toEqual(['BootstrapVersion']);
});
