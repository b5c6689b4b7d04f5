import { z } from 'zod';
import type { Assembly, Resource } from './assembly/assembly.ts';
import type { ResourceTypeName } from './assembly/resource-types.ts';
import type { CredentialStore } from './aws/credentials.ts';
import type { DynamoDb } from './aws/dynamodb/index.ts';
import type { Caller } from './aws/iam/caller.ts';
import type { IamRegistry } from './aws/iam/registry.ts';
import { isIamResource, loadIamResource } from './aws/iam/template.ts';
import { type Kms, keyArn } from './aws/kms.ts';
import type { Logs } from './aws/logs.ts';
import type { S3 } from './aws/s3/s3.ts';
import type { SecretsManager } from './aws/secrets-manager.ts';
import type { Sqs } from './aws/sqs/sqs.ts';
import type { Ecs } from './ecs/ecs.ts';
import type { Rules } from './events/rules.ts';
import type { HttpApis } from './http-api/http-apis.ts';
import type { Lambda } from './lambda/lambda.ts';
import type { Scheduler } from './scheduler/scheduler.ts';
import type { WebSocketApis } from './web-socket-api/web-socket-apis.ts';

/** Brings the template's resources to life, each in the service that it belongs to. */

export interface Services {
  assembly: Assembly;
  iam: IamRegistry;
  credentials: CredentialStore;
  dynamodb: DynamoDb;
  sqs: Sqs;
  s3: S3;
  secrets: SecretsManager;
  kms: Kms;
  logs: Logs;
  lambda: Lambda;
  apis: HttpApis;
  sockets: WebSocketApis;
  rules: Rules;
  scheduler: Scheduler;
  ecs: Ecs;
}

export interface Surroundings {
  /** Where all HTTP APIs will answer. */
  apiUrl: string;
  webSocketUrl: string;
  /** Where all AWS services answer. */
  endpointUrl: string;
  /** Put in place of the template's value in every function and task that has the variable. */
  environment: Record<string, string>;
  /** Told as whom the functions of a role call. */
  onRole: (role: string, caller: Caller) => void;
}

type Create = (resource: Resource, properties: Record<string, unknown>) => unknown;

export async function createResources(services: Services, surroundings: Surroundings): Promise<void> {
  const { assembly, iam } = services;
  const create = creators(services, surroundings);
  const active = [...assembly.resources.values()].filter(({ inert }) => inert === undefined);
  // An event source is checked against its function's policies, which no property of it refers to.
  const isSource = ({ type }: Resource) => type === 'AWS::Lambda::EventSourceMapping';
  for (const resource of [...active.filter((it) => !isSource(it)), ...active.filter(isSource)]) {
    const properties = assembly.properties(resource.logicalId);
    if (isIamResource(resource.type)) {
      loadIamResource(iam, resource.type, resource.name, properties);
      continue;
    }
    const createOne = create[resource.type];
    if (!createOne) throw new Error(`${resource.logicalId}: nothing here brings an ${resource.type} to life`);
    await createOne(resource, properties);
  }
}

function creators(
  {
    assembly,
    iam,
    credentials,
    dynamodb,
    sqs,
    s3,
    secrets,
    kms,
    logs,
    lambda,
    apis,
    sockets,
    rules,
    scheduler,
    ecs,
  }: Services,
  { apiUrl, webSocketUrl, endpointUrl, environment, onRole }: Surroundings,
): Partial<Record<ResourceTypeName, Create>> {
  const kindOf = ({ ApiId }: Record<string, unknown>) => (sockets.has(String(ApiId)) ? sockets : apis);
  const api = ({ logicalId }: Resource) => ({ logicalId, id: assembly.ref(logicalId) });
  return {
    'AWS::DynamoDB::Table': async ({ logicalId, name }, properties) => {
      const { streamArn } = await dynamodb.defineTable(name, properties);
      if (streamArn) assembly.provide(logicalId, { StreamArn: streamArn });
    },
    'AWS::SQS::Queue': ({ logicalId, name }, properties) => {
      const { url } = sqs.defineQueue(name, properties);
      assembly.provide(logicalId, { Ref: url, QueueUrl: url });
    },
    'AWS::S3::Bucket': ({ name }, properties) => s3.defineBucket(name, properties),
    'AWS::SecretsManager::Secret': ({ logicalId, name }, properties) =>
      secrets.defineSecret({ name, arn: assembly.ref(logicalId) }, properties),
    'AWS::KMS::Key': ({ logicalId, name }, properties) => {
      const id = assembly.ref(logicalId);
      kms.defineKey(id, properties);
      iam.addResourcePolicy(keyArn(id), name, properties['KeyPolicy']);
    },
    'AWS::Logs::LogGroup': ({ logicalId, name }, properties) => logs.defineGroup({ logicalId, name }, properties),
    'AWS::Lambda::Function': ({ logicalId, name }, properties) => {
      const role = String(properties['Role']);
      const caller = iam.assumeRole(role, 'lambda.amazonaws.com', name);
      onRole(role, caller);
      lambda.defineFunction({
        logicalId,
        name,
        properties,
        codeDirectory: assembly.asset(codeKey(properties)),
        environment: overrides(variablesOf(properties), environment, endpointUrl),
        credentials: credentials.issue(caller),
      });
    },
    'AWS::Lambda::EventSourceMapping': ({ logicalId, name }, properties) =>
      lambda.defineEventSourceMapping({ logicalId, name }, properties),
    'AWS::ECS::Cluster': ({ name }) => ecs.defineCluster(name),
    'AWS::ECS::TaskDefinition': ({ logicalId }, properties) =>
      ecs.defineTask({ logicalId, arn: assembly.ref(logicalId) }, properties, {
        directory: (image) => assembly.asset(image.slice(image.lastIndexOf(':') + 1)),
        environment: (variables) => overrides(variables, environment, endpointUrl),
      }),
    'AWS::Events::Rule': ({ logicalId }, properties) =>
      rules.defineRule({ logicalId, arn: assembly.attribute(logicalId, 'Arn') }, properties),
    'AWS::Scheduler::ScheduleGroup': ({ name }, properties) => scheduler.defineGroup(name, properties),
    'AWS::ApiGatewayV2::Api': (resource, properties) => {
      const isSocket = properties['ProtocolType'] === 'WEBSOCKET';
      (isSocket ? sockets : apis).defineApi(api(resource), properties);
      assembly.provide(resource.logicalId, { ApiEndpoint: isSocket ? webSocketUrl : apiUrl });
    },
    'AWS::ApiGatewayV2::Integration': (resource, properties) =>
      kindOf(properties).defineIntegration(api(resource), properties),
    'AWS::ApiGatewayV2::Route': (resource, properties) => kindOf(properties).defineRoute(api(resource), properties),
    'AWS::ApiGatewayV2::Stage': (resource, properties) => kindOf(properties).defineStage(api(resource), properties),
  };
}

function variablesOf(properties: Record<string, unknown>): Record<string, string> {
  const { Environment } = z
    .object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional() })
    .parse(properties);
  return Environment?.Variables ?? {};
}

function codeKey({ Code }: Record<string, unknown>): string {
  return z.object({ S3Key: z.string() }).parse(Code).S3Key;
}

/** An SDK's variable for the address of one service: here all services have one, below which the path stays. */
const SERVICE_ADDRESS = /^AWS_ENDPOINT_URL_/;

/** What an environment has other values for here than on AWS. */
function overrides(
  variables: Record<string, string>,
  given: Record<string, string>,
  endpointUrl: string,
): Record<string, string> {
  const values = Object.entries(variables).flatMap(([name, value]) => {
    const here = SERVICE_ADDRESS.test(name) ? endpointUrl + new URL(value).pathname : given[name];
    return here === undefined ? [] : [[name, here]];
  });
  return Object.fromEntries(values);
}
