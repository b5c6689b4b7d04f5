import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Assembly, Resource } from './assembly/assembly.ts';
import type { ResourceTypeName } from './assembly/resource-types.ts';
import { CredentialStore, type Credentials } from './aws/credentials.ts';
import { createDynamoDb } from './aws/dynamodb/index.ts';
import { type Gateway, type Intercept, startGateway } from './aws/gateway.ts';
import type { Caller } from './aws/iam/caller.ts';
import { IamRegistry } from './aws/iam/registry.ts';
import { isIamResource, loadIamResource } from './aws/iam/template.ts';
import { createLogs } from './aws/logs.ts';
import { createS3 } from './aws/s3/s3.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createSqs } from './aws/sqs/sqs.ts';
import { createSts } from './aws/sts.ts';
import { createHttpApis } from './http-api/http-apis.ts';
import { createLambda } from './lambda/lambda.ts';

/** The AWS of this machine: the services, and in them everything that the template declares. */

export interface CloudOptions {
  assembly: Assembly;
  dataDirectory: string;
  ports: { api: number; aws: number };
  /** Put in place of the template's value in every function that has the variable. */
  environment: Record<string, string>;
  /** Told in a sentence of what went wrong behind the scenes: a missing permission, a batch that was given up. */
  onProblem: (text: string) => void;
  intercept?: Intercept;
}

export interface LocalCloud {
  apiUrl: string;
  endpointUrl: string;
  operator: Credentials;
  stackOutputs: Record<string, string>;
  iam: IamRegistry;
  close(): Promise<void>;
}

/** Instances of one function at once: two cores gain nothing from more, and a browser takes one for itself. */
const INSTANCES = 3;
const BROWSER_INSTANCES = 1;

export async function openCloud(options: CloudOptions): Promise<LocalCloud> {
  const { assembly, dataDirectory, ports, onProblem } = options;
  const directory = (name: string) => {
    const path = join(dataDirectory, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const closers: (() => Promise<void>)[] = [];
  const opened = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    closers.unshift(() => part.close());
    return part;
  };
  const close = async () => {
    for (const closePart of closers.splice(0)) await closePart();
  };

  try {
    const iam = new IamRegistry(onProblem);
    const credentials = new CredentialStore(dataDirectory);
    const dynamodb = opened(await createDynamoDb({ dir: directory('dynamodb') }));
    const sqs = opened(await createSqs({ dir: directory('sqs') }));
    const s3 = opened(await createS3({ dir: directory('s3') }));
    const secrets = opened(await createSecretsManager({ dir: directory('secrets') }));
    const logs = createLogs(join(directory('logs'), 'logs.db'));
    opened(logs.service);

    const gateway: Gateway = opened(
      await startGateway({
        services: [dynamodb, sqs, s3, secrets, logs.service, createSts()],
        iam,
        credentials,
        port: ports.aws,
        onFault: (error, call) => onProblem(`${call.service}:${call.operation} failed: ${error}`),
        ...(options.intercept ? { intercept: options.intercept } : {}),
      }),
    );
    sqs.setEndpoint(gateway.url);

    const callers = new Map<string, Caller>();
    const callerOf = (role: string): Caller => {
      const caller = callers.get(role);
      if (!caller) throw new Error(`No function here has the role ${role}`);
      return caller;
    };
    const lambda = createLambda({
      directory: directory('lambda'),
      endpointUrl: () => gateway.url,
      logs: logs.store,
      authorize: (role, action, resource) => iam.decide(callerOf(role), { action, resource }).allowed,
      call: (role, service, operation, input, signal) =>
        gateway.call(callerOf(role), service, operation, input, signal),
      onStreamRecords: (streamArn, listener) => dynamodb.onStreamRecords(streamArn, listener),
      onDenied: ({ role, action, resource, consequence }) =>
        onProblem(`${role} is not authorized to perform: ${action} on resource: ${resource}. ${consequence}`),
      onError: onProblem,
      instanceLimit: (name) => (name.includes('Browser') ? BROWSER_INSTANCES : INSTANCES),
    });
    opened({ close: () => lambda.close() });
    const apis = createHttpApis({
      invoke: (functionArn, event, signal) => lambda.invoke(functionArn, event, signal),
      mayInvoke: (functionArn, principal, sourceArn) => iam.mayInvoke(functionArn, principal, sourceArn),
      onDenied: (denial) => onProblem(JSON.stringify(denial)),
      logs: logs.store,
    });
    opened({ close: () => apis.close() });
    const apiUrl = `http://127.0.0.1:${ports.api}`;

    /** Brings one kind of resource to life; what it answers are values that other resources take from it. */
    type Create = (resource: Resource, properties: Record<string, unknown>) => unknown;
    const api = ({ logicalId }: Resource) => ({ logicalId, id: assembly.ref(logicalId) });
    const creators: Partial<Record<ResourceTypeName, Create>> = {
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
      'AWS::Logs::LogGroup': ({ logicalId, name }, properties) => logs.defineGroup({ logicalId, name }, properties),
      'AWS::Lambda::Function': ({ logicalId, name }, properties) => {
        const role = String(properties['Role']);
        const caller = iam.assumeRole(role, 'lambda.amazonaws.com', name);
        callers.set(role, caller);
        lambda.defineFunction({
          logicalId,
          name,
          properties,
          codeDirectory: assembly.asset(codeKey(properties)),
          environment: overrides(properties, options.environment),
          credentials: credentials.issue(caller),
        });
      },
      'AWS::Lambda::EventSourceMapping': ({ logicalId, name }, properties) =>
        lambda.defineEventSourceMapping({ logicalId, name }, properties),
      'AWS::ApiGatewayV2::Api': (resource, properties) => {
        apis.defineApi(api(resource), properties);
        assembly.provide(resource.logicalId, { ApiEndpoint: apiUrl });
      },
      'AWS::ApiGatewayV2::Integration': (resource, properties) => apis.defineIntegration(api(resource), properties),
      'AWS::ApiGatewayV2::Route': (resource, properties) => apis.defineRoute(api(resource), properties),
      'AWS::ApiGatewayV2::Stage': (resource, properties) => apis.defineStage(api(resource), properties),
    };
    const ordered = [...assembly.resources.values()].filter(({ inert }) => inert === undefined);
    // Event sources are checked against their roles' policies, which no property refers to.
    const sources = ordered.filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping');
    for (const resource of [...ordered.filter((it) => !sources.includes(it)), ...sources]) {
      const properties = assembly.properties(resource.logicalId);
      if (isIamResource(resource.type)) loadIamResource(iam, resource.type, resource.name, properties);
      else await creators[resource.type]?.(resource, properties);
    }
    await apis.listen(ports.api, widestApi(assembly));
    await lambda.start();

    return {
      apiUrl,
      endpointUrl: gateway.url,
      operator: credentials.issue({ kind: 'operator', name: 'operator' }),
      stackOutputs: assembly.outputs(),
      iam,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function codeKey({ Code }: Record<string, unknown>): string {
  return z.object({ S3Key: z.string() }).parse(Code).S3Key;
}

function overrides(properties: Record<string, unknown>, given: Record<string, string>): Record<string, string> {
  const { Environment } = z
    .object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional() })
    .parse(properties);
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in (Environment?.Variables ?? {})));
}

/** On AWS each API has its own address; here one answers for all, and the one with the most routes for what none knows. */
function widestApi(assembly: Assembly): string | undefined {
  const routes = new Map<string, number>();
  for (const { logicalId, type } of assembly.resources.values()) {
    if (type !== 'AWS::ApiGatewayV2::Route') continue;
    const id = String(assembly.properties(logicalId)['ApiId']);
    routes.set(id, (routes.get(id) ?? 0) + 1);
  }
  return [...routes].sort(([, a], [, b]) => b - a)[0]?.[0];
}
