import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../local/aws/iam/caller.ts';
import { IamRegistry } from '../../../../local/aws/iam/registry.ts';
import { isIamResource, loadIamResource } from '../../../../local/aws/iam/template.ts';

const ACCOUNT = '000000000000';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/vigia-Relay`;
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:vigia-Jobs`;
const DEAD = `arn:aws:sqs:eu-west-1:${ACCOUNT}:vigia-Dead`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:vigia-Relay`;
const TRUST = {
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
  Version: '2012-10-17',
};
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

let iam: IamRegistry;
let relay: Caller;

const load = (type: string, name: string, properties: unknown) => {
  if (!isIamResource(type)) throw new Error(type);
  loadIamResource(iam, type, name, properties);
};
const document = (...statements: object[]) => ({ Statement: statements, Version: '2012-10-17' });
const may = (action: string, resource: string) => iam.decide(relay, { action, resource }).allowed;

beforeEach(() => {
  iam = new IamRegistry();
  load('AWS::IAM::Role', 'vigia-Relay', {
    AssumeRolePolicyDocument: TRUST,
    ManagedPolicyArns: [BASIC],
    Policies: [
      {
        PolicyName: 'inline',
        PolicyDocument: document({ Action: 'sqs:ReceiveMessage', Effect: 'Allow', Resource: QUEUE }),
      },
    ],
  });
  load('AWS::IAM::Policy', 'vigia-RelayPolicy', {
    PolicyName: 'vigia-RelayPolicy',
    PolicyDocument: document({ Action: ['sqs:SendMessage', 'sqs:Get*'], Effect: 'Allow', Resource: [QUEUE, DEAD] }),
    Roles: ['vigia-Relay'],
  });
  relay = iam.assumeRole(ROLE, 'lambda.amazonaws.com', 'vigia-RelayFunction');
});

describe("a role's caller", () => {
  it('may what its managed, inline and attached policies say', () => {
    expect(may('logs:PutLogEvents', `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:a:log-stream:b`)).toBe(true);
    expect(may('sqs:ReceiveMessage', QUEUE)).toBe(true);
    expect(may('sqs:ReceiveMessage', DEAD)).toBe(false);
    expect(may('sqs:SendMessage', DEAD)).toBe(true);
  });

  it("is told what it may not in AWS's words", () => {
    expect(() => iam.authorize(relay, { action: 'sqs:DeleteMessage', resource: QUEUE })).toThrow(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/vigia-Relay/vigia-RelayFunction is not authorized to perform: ` +
        `sqs:DeleteMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:DeleteMessage action`,
    );
  });

  it('passes the request’s condition keys on', () => {
    iam.attachPolicy(ROLE, 'keyed', {
      Statement: {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: { 'kms:EncryptionContext:user': 'demo' }, ArnEquals: { 'aws:PrincipalArn': ROLE } },
      },
    });
    const decrypt = (user: string) =>
      iam.decide(relay, {
        action: 'kms:Decrypt',
        resource: 'arn:key',
        context: { 'kms:EncryptionContext:user': user },
      });
    expect(decrypt('demo').allowed).toBe(true);
    expect(decrypt('other').allowed).toBe(false);
  });

  it('is only there for services that the role trusts', () => {
    expect(() => iam.assumeRole(ROLE, 'ecs-tasks.amazonaws.com', 'task')).toThrow("can't be assumed by ecs-tasks");
    expect(() => iam.assumeRole(`${ROLE}2`, 'lambda.amazonaws.com', 'f')).toThrow('cannot be found');
  });
});

describe('unused grants', () => {
  it('are those that no allowed request needed; managed policies do not count', () => {
    const all = iam.unusedGrants();
    expect(all).toHaveLength(5);
    may('sqs:SendMessage', QUEUE);
    may('sqs:GetQueueUrl', DEAD);
    may('sqs:DeleteMessage', QUEUE);
    expect(iam.unusedGrants()).toEqual([
      { role: ROLE, action: 'sqs:ReceiveMessage', resource: QUEUE },
      { role: ROLE, action: 'sqs:SendMessage', resource: DEAD },
      { role: ROLE, action: 'sqs:Get*', resource: QUEUE },
    ]);
  });

  it('stay unused where another statement allows the same, or the resource’s policy denies it', () => {
    iam.attachPolicy(ROLE, 'twice', document({ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: QUEUE }));
    load('AWS::SQS::QueuePolicy', 'dead', {
      Queues: [`http://127.0.0.1:4566/${ACCOUNT}/vigia-Dead`],
      PolicyDocument: document({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: DEAD }),
    });
    expect(may('sqs:SendMessage', QUEUE)).toBe(true);
    expect(may('sqs:SendMessage', DEAD)).toBe(false);
    const unused = iam.unusedGrants().filter(({ action }) => action === 'sqs:SendMessage');
    expect(unused.map(({ resource }) => resource)).toEqual([DEAD, QUEUE]);
  });
});

describe("a resource's policy", () => {
  const onlyTls = (service: string, Resource: unknown) =>
    document({
      Action: `${service}:*`,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Resource,
    });

  it('that asks for TLS lets local requests pass', () => {
    load('AWS::SQS::QueuePolicy', 'jobs', {
      PolicyDocument: onlyTls('sqs', QUEUE),
      Queues: [`http://127.0.0.1:4566/${ACCOUNT}/vigia-Jobs`],
    });
    load('AWS::S3::BucketPolicy', 'images', {
      PolicyDocument: onlyTls('s3', ['arn:aws:s3:::vigia-images', 'arn:aws:s3:::vigia-images/*']),
      Bucket: 'vigia-images',
    });
    expect(may('sqs:SendMessage', QUEUE)).toBe(true);
    expect(may('s3:GetObject', 'arn:aws:s3:::vigia-images/a')).toBe(false);
  });

  it('of a bucket may allow a role its objects', () => {
    load('AWS::S3::BucketPolicy', 'images', {
      PolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: ROLE },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::vigia-images/*',
      }),
      Bucket: 'vigia-images',
    });
    expect(may('s3:GetObject', 'arn:aws:s3:::vigia-images/a/b')).toBe(true);
    expect(may('s3:PutObject', 'arn:aws:s3:::vigia-images/a/b')).toBe(false);
    expect(may('s3:GetObject', 'arn:aws:s3:::vigia-images2/a')).toBe(false);
  });
});

describe('a function permission', () => {
  const route = (path: string) => `arn:aws:execute-api:eu-west-1:${ACCOUNT}:hpz6u30a18/$default/POST${path}`;
  const invoke = (service: string, source: string) => iam.mayInvoke(FUNCTION, service, source);

  it.each([['vigia-Relay'], [FUNCTION]])('lets a service invoke %s for its source alone', (FunctionName) => {
    expect(invoke('apigateway.amazonaws.com', route('/webhook/u/{token}'))).toBe(false);
    load('AWS::Lambda::Permission', 'permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:hpz6u30a18/*/*/webhook/u/{token}`,
    });
    expect(invoke('apigateway.amazonaws.com', route('/webhook/u/{token}'))).toBe(true);
    expect(invoke('apigateway.amazonaws.com', route('/other'))).toBe(false);
    expect(invoke('events.amazonaws.com', route('/webhook/u/{token}'))).toBe(false);
    expect(iam.mayInvoke(`${FUNCTION}2`, 'apigateway.amazonaws.com', route('/webhook/u/{token}'))).toBe(false);
  });
});

describe('what is not supported is refused by name', () => {
  const role = { AssumeRolePolicyDocument: TRUST };

  it.each([
    [
      'AWS::IAM::Role',
      { ...role, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      'Administrator',
    ],
    ['AWS::IAM::Role', { ...role, PermissionsBoundary: 'arn' }, 'PermissionsBoundary'],
    ['AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: document(), Groups: ['g'] }, 'Groups'],
    [
      'AWS::Lambda::Permission',
      { Action: 'a', FunctionName: 'f', Principal: 'p', PrincipalOrgID: 'o' },
      'PrincipalOrgID',
    ],
  ])('%s %j', (type, properties, name) => {
    expect(() => load(type, 'it', properties)).toThrow(name);
  });
});
