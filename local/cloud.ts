import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from './assembly/assembly.ts';
import { CredentialStore, type Credentials } from './aws/credentials.ts';
import { createDynamoDb } from './aws/dynamodb/index.ts';
import { type Gateway, type Intercept, startGateway } from './aws/gateway.ts';
import type { Caller } from './aws/iam/caller.ts';
import { IamRegistry } from './aws/iam/registry.ts';
import { createKms } from './aws/kms.ts';
import { createLogs } from './aws/logs.ts';
import { createS3 } from './aws/s3/s3.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createSqs } from './aws/sqs/sqs.ts';
import { createSts } from './aws/sts.ts';
import { createEcs } from './ecs/ecs.ts';
import { startTaskMetadata } from './ecs/metadata.ts';
import { createRules } from './events/rules.ts';
import type { GatewayOptions } from './http-api/gateway.ts';
import { createHttpApis } from './http-api/http-apis.ts';
import { createLambda } from './lambda/lambda.ts';
import type { Invocation } from './lambda/types.ts';
import { createResources } from './resources.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { createWebSocketApis } from './web-socket-api/web-socket-apis.ts';

/** The AWS of this machine: the services, and in them everything that the template declares. */

export interface CloudOptions {
  assembly: Assembly;
  dataDirectory: string;
  ports: { api: number; webSocket: number; aws: number };
  /** Put in place of the template's value in every function and task that has the variable. */
  environment: Record<string, string>;
  /** Told in a sentence of what went wrong behind the scenes: a missing permission, a batch that was given up. */
  onProblem: (text: string) => void;
  intercept?: Intercept;
  /** Instances at once of each function that draws; one without it. */
  drawers?: number | undefined;
  /** Instances at once of each other function, in place of as many as suit a small machine. */
  instances?: number | undefined;
}

export interface LocalCloud {
  apiUrl: string;
  webSocketUrl: string;
  endpointUrl: string;
  operator: Credentials;
  stackOutputs: Record<string, string>;
  iam: IamRegistry;
  /** Runs whatever is scheduled once, now. */
  runSchedules(): void;
  /** The running invocation whose calls carry this `X-Amzn-Trace-Id`. */
  running(trace: string): Invocation | undefined;
  close(): Promise<void>;
}

/** Instances of one function at once: a machine of two cores gains nothing from more. */
const INSTANCES = 3;
const ECS_TASKS = 'ecs-tasks.amazonaws.com';
const SCHEDULER = 'scheduler.amazonaws.com';
/** One browser for all, as one drawer of charts. */
const DRAWERS = /^vigia-Captures/;
/** What waits for others takes no core. */
const WAITERS = /^vigia-Notifications/;
const WAITING_INSTANCES = 8;

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
    const kms = opened(createKms({ dir: directory('kms') }));
    const logs = createLogs(join(directory('logs'), 'logs.db'));
    opened(logs.service);

    const callers = new Map<string, Caller>();
    const callerOf = (role: string): Caller => {
      const caller = callers.get(role);
      if (!caller) throw new Error(`No function here has the role ${role}`);
      return caller;
    };
    // Functions call the gateway, and the gateway hands operators on to them.
    let gateway: Gateway;
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
      instanceLimit: (name) => {
        if (DRAWERS.test(name)) return options.drawers ?? 1;
        return options.instances ?? (WAITERS.test(name) ? WAITING_INSTANCES : INSTANCES);
      },
    });
    const doors: GatewayOptions = {
      invoke: (functionArn, event, signal) => lambda.invoke(functionArn, event, signal),
      mayInvoke: (functionArn, principal, sourceArn) => iam.mayInvoke(functionArn, principal, sourceArn),
      onDenied: (denial) => onProblem(JSON.stringify(denial)),
      logs: logs.store,
    };
    const sockets = createWebSocketApis(doors);
    const metadata = opened(await startTaskMetadata((id) => ecs.running(id)));
    const ecs = createEcs({
      metadataUri: (id) => metadata.uri(id),
      endpointUrl: () => gateway.url,
      logs: logs.store,
      authorize: (role, action, resource) =>
        iam.decide(iam.assumeRole(role, ECS_TASKS, 'fargate'), { action, resource }).allowed,
      credentials: (role, session) => credentials.issue(iam.assumeRole(role, ECS_TASKS, session)),
      onEvent: (event) => rules.take(event),
    });
    const scheduler = createScheduler({
      dir: directory('scheduler'),
      checkRole: (role, group) => iam.assumeRole(role, SCHEDULER, 'scheduler', group),
      send: async (target, { group }, message) => {
        const [, , , , account, queue] = target.Arn.split(':');
        const caller = iam.assumeRole(target.RoleArn, SCHEDULER, 'scheduler', group);
        const input = { QueueUrl: `${gateway.url}/${account}/${queue}`, MessageBody: message };
        await gateway.call(caller, 'sqs', 'SendMessage', input);
      },
      onProblem,
    });
    gateway = opened(
      await startGateway({
        services: [
          dynamodb,
          sqs,
          s3,
          secrets,
          kms,
          logs.service,
          lambda.service,
          sockets.service,
          ecs.service,
          scheduler.service,
          createSts(),
        ],
        iam,
        credentials,
        port: ports.aws,
        onFault: (error, call) => onProblem(`${call.service}:${call.operation} failed: ${error}`),
        ...(options.intercept ? { intercept: options.intercept } : {}),
      }),
    );
    sqs.setEndpoint(gateway.url);
    opened({ close: () => lambda.close() });
    opened({ close: () => sockets.close() });
    opened({ close: () => ecs.close() });
    const rules = createRules({
      accept: (functionArn, event) => lambda.accept(functionArn, event),
      mayInvoke: doors.mayInvoke,
      onProblem,
    });
    opened({ close: async () => rules.close() });
    opened({ close: async () => scheduler.close() });
    const apis = createHttpApis(doors);
    opened({ close: () => apis.close() });
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const webSocketUrl = `ws://127.0.0.1:${ports.webSocket}`;

    await createResources(
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
      },
      {
        apiUrl,
        webSocketUrl,
        endpointUrl: gateway.url,
        environment: options.environment,
        onRole: (role, caller) => callers.set(role, caller),
      },
    );
    await apis.listen(ports.api, widestApi(assembly));
    await sockets.listen(ports.webSocket);
    await lambda.start();
    rules.start();
    scheduler.start();

    return {
      apiUrl,
      webSocketUrl,
      endpointUrl: gateway.url,
      operator: credentials.issue({ kind: 'operator', name: 'operator' }),
      stackOutputs: assembly.outputs(),
      iam,
      runSchedules: () => {
        rules.runAll();
        scheduler.runAll();
      },
      running: (trace) => lambda.running(trace),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
