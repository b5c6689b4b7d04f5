import { z } from 'zod';
import { ACCOUNT, REGION } from '../service.ts';
import { readProperties } from '../template-properties.ts';
import { PolicyError } from './policy.ts';
import type { IamRegistry } from './registry.ts';

/** The resources of a template that say who may do what, with their resolved properties, brought into the registry. */

const Tags = z.unknown().optional();

const RoleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
  RoleName: z.string().optional(),
  Description: z.string().optional(),
  MaxSessionDuration: z.number().optional(),
  Tags,
});

const PolicyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).nonempty(),
});

const QueuePolicyProperties = z.strictObject({ PolicyDocument: z.unknown(), Queues: z.array(z.string()) });

const BucketPolicyProperties = z.strictObject({ PolicyDocument: z.unknown(), Bucket: z.string() });

const PermissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** What AWS's own policies grant: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const MANAGED_POLICIES = new Map<string, unknown>([
  [
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: '*',
        },
      ],
    },
  ],
]);

type Loader = (iam: IamRegistry, name: string, properties: unknown) => void;

const LOADERS = {
  'AWS::IAM::Role': (iam, name, properties) => {
    const role = readProperties(RoleProperties, name, properties);
    iam.addRole(roleArn(name), role.AssumeRolePolicyDocument);
    for (const arn of role.ManagedPolicyArns) {
      const document = MANAGED_POLICIES.get(arn);
      if (document === undefined) throw new PolicyError(`role ${name}: the managed policy ${arn} is not known here`);
      iam.attachPolicy(roleArn(name), arn, document, { isManaged: true });
    }
    for (const { PolicyName, PolicyDocument } of role.Policies)
      iam.attachPolicy(roleArn(name), PolicyName, PolicyDocument);
  },
  'AWS::IAM::Policy': (iam, name, properties) => {
    const policy = readProperties(PolicyProperties, name, properties);
    for (const role of policy.Roles) iam.attachPolicy(roleArn(role), policy.PolicyName, policy.PolicyDocument);
  },
  'AWS::SQS::QueuePolicy': (iam, name, properties) => {
    const policy = readProperties(QueuePolicyProperties, name, properties);
    for (const url of policy.Queues) {
      const queue = url.slice(url.lastIndexOf('/') + 1);
      iam.addResourcePolicy(`arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`, name, policy.PolicyDocument);
    }
  },
  'AWS::S3::BucketPolicy': (iam, name, properties) => {
    const policy = readProperties(BucketPolicyProperties, name, properties);
    iam.addResourcePolicy(`arn:aws:s3:::${policy.Bucket}`, name, policy.PolicyDocument);
  },
  'AWS::Lambda::Permission': (iam, name, properties) => {
    const permission = readProperties(PermissionProperties, name, properties);
    const isArn = permission.FunctionName.startsWith('arn:');
    const functionArn = isArn
      ? permission.FunctionName
      : `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${permission.FunctionName}`;
    const { SourceArn, SourceAccount } = permission;
    iam.addResourcePolicy(functionArn, name, {
      Statement: {
        Effect: 'Allow',
        Principal: permission.Principal.endsWith('.amazonaws.com')
          ? { Service: permission.Principal }
          : { AWS: permission.Principal },
        Action: permission.Action,
        Resource: functionArn,
        Condition: {
          ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
          ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
        },
      },
    });
  },
} satisfies Record<string, Loader>;

/** The CloudFormation types that `loadIamResource` takes. */
export type IamResourceType = keyof typeof LOADERS;

export function isIamResource(type: string): type is IamResourceType {
  return Object.hasOwn(LOADERS, type);
}

/**
 * Takes a role, policy, queue policy, bucket policy or function permission over into the registry. Throws, naming
 * the resource, for whatever could not be evaluated here as AWS does: unknown properties, managed policies, operators.
 * @param name the resource's physical name
 */
export function loadIamResource(iam: IamRegistry, type: IamResourceType, name: string, properties: unknown): void {
  LOADERS[type](iam, name, properties);
}

function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}
