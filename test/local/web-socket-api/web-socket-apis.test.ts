import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { startGateway } from '../../../local/aws/gateway.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { createLogs } from '../../../local/aws/logs.ts';
import { ACCOUNT, REGION } from '../../../local/aws/service.ts';
import { createWebSocketApis } from '../../../local/web-socket-api/web-socket-apis.ts';
import { LAMBDA_TRUST, ROLE, sdkCredentials } from '../aws/gateway-fixture.ts';

interface SeenEvent {
  headers?: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  body?: string;
  requestContext: Record<string, unknown> & { routeKey: string; connectionId: string };
}

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:sockets`;
const LIMITS = { idle: 60_000, lifetime: 60_000 };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A WebSocket API with one function behind its routes, and clients of both of its sides. */
async function start(options: { limits?: typeof LIMITS; mayInvoke?: boolean; routes?: string[] } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'vigia-sockets-'));
  const events: SeenEvent[] = [];
  const answers = new Map<string, unknown>();
  const denials: unknown[] = [];
  const logs = createLogs(join(directory, 'logs.db'));
  logs.defineGroup({ logicalId: 'Access', name: 'access' }, {});
  const sockets = createWebSocketApis({
    invoke: async (_, event) => {
      const seen: SeenEvent = JSON.parse(event);
      events.push(seen);
      const answer = answers.get(seen.requestContext.routeKey) ?? { statusCode: 200 };
      const outcome = { requestId: 'id', logTail: '', payload: JSON.stringify(answer) };
      return answer === 'fails' ? { ...outcome, functionError: 'Unhandled' } : outcome;
    },
    mayInvoke: () => options.mayInvoke ?? true,
    onDenied: (denial) => denials.push(denial),
    logs: logs.store,
    limits: options.limits ?? LIMITS,
  });
  const api = { logicalId: 'Push', id: 'api1' };
  sockets.defineApi(api, {
    Name: 'push',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
  });
  sockets.defineIntegration(
    { logicalId: 'Run', id: 'run' },
    { ApiId: 'api1', IntegrationType: 'AWS_PROXY', IntegrationUri: FUNCTION },
  );
  for (const RouteKey of options.routes ?? ['$connect', '$disconnect', '$default', 'watch']) {
    sockets.defineRoute({ logicalId: RouteKey, id: RouteKey }, { ApiId: 'api1', RouteKey, Target: 'integrations/run' });
  }
  sockets.defineStage(
    { logicalId: 'Stage', id: 'live' },
    {
      ApiId: 'api1',
      StageName: 'live',
      AutoDeploy: true,
      AccessLogSettings: {
        DestinationArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:access`,
        Format: '{"route":"$context.routeKey","status":"$context.status"}',
      },
    },
  );
  const url = await sockets.listen(0);

  const iam = new IamRegistry();
  iam.addRole(ROLE, LAMBDA_TRUST);
  const connections = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api1/live/POST/@connections/*`;
  const statement = { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: connections };
  iam.attachPolicy(ROLE, 'own', { Version: '2012-10-17', Statement: [statement] });
  const store = new CredentialStore(directory);
  const gateway = await startGateway({ services: [sockets.service], iam, credentials: store });
  const client = (caller: Parameters<CredentialStore['issue']>[0]) =>
    new ApiGatewayManagementApiClient({
      endpoint: `${gateway.url}/live`,
      region: REGION,
      credentials: sdkCredentials(store.issue(caller)),
    });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await sockets.close();
    await gateway.close();
    await logs.service.close();
    rmSync(directory, { recursive: true, force: true });
  };
  cleanups.push(close);
  return {
    sockets,
    events,
    answers,
    denials,
    close,
    url: String(url),
    asFunction: client(iam.assumeRole(ROLE, 'lambda.amazonaws.com', 'relay')),
    asOperator: client({ kind: 'operator', name: 'operator' }),
    logged: () => [...logs.store.events({ group: 'access' })].map(({ message }) => message),
  };
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  cleanups.push(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a connection', () => {
  it('tells its function of its beginning, messages and end', async () => {
    const { url, events, logged } = await start();
    const socket = await open(`${url}/live?ticket=t1&ticket=t2`);
    socket.send('{"action":"watch","of":"demo"}');
    socket.send('not JSON');
    await until(() => events.length === 3);
    socket.close(4000, 'enough');
    await until(() => events.length === 4);
    expect(events.map(({ requestContext: { routeKey, eventType } }) => [routeKey, eventType])).toEqual([
      ['$connect', 'CONNECT'],
      ['watch', 'MESSAGE'],
      ['$default', 'MESSAGE'],
      ['$disconnect', 'DISCONNECT'],
    ]);
    expect(new Set(events.map(({ requestContext }) => requestContext.connectionId)).size).toBe(1);
    expect(events[0]).toMatchObject({
      headers: { upgrade: 'websocket' },
      queryStringParameters: { ticket: 't2' },
      requestContext: { stage: 'live', apiId: 'api1', identity: { sourceIp: '127.0.0.1' } },
    });
    expect(events[1]?.body).toBe('{"action":"watch","of":"demo"}');
    expect(events[3]?.requestContext).toMatchObject({ disconnectStatusCode: 4000, disconnectReason: 'enough' });
    await until(() => logged().length === 4);
    expect(logged()[0]).toBe('{"route":"$connect","status":"200"}');
  });

  it('is refused with the status that $connect answers, and never begins', async () => {
    const { url, answers, events, asOperator } = await start();
    answers.set('$connect', { statusCode: 401 });
    await expect(open(url)).rejects.toThrow('401');
    answers.set('$connect', 'fails');
    await expect(open(url)).rejects.toThrow('502');
    expect(events.map(({ requestContext }) => requestContext.routeKey)).toEqual(['$connect', '$connect']);
    const ConnectionId = String(events[0]?.requestContext.connectionId);
    const post = asOperator.send(new PostToConnectionCommand({ ConnectionId, Data: 'x' }));
    await expect(post).rejects.toMatchObject({ name: 'GoneException' });
  });

  it('is refused where the function does not let the API invoke it, and on another stage', async () => {
    const { url, denials } = await start({ mayInvoke: false });
    await expect(open(url)).rejects.toThrow('500');
    expect(denials).toEqual([
      expect.objectContaining({ sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:api1/live/$connect` }),
    ]);
    await expect(open(`${url}/other`)).rejects.toThrow('403');
  });

  it('hears of messages that no route takes, or that fail', async () => {
    const { url, answers } = await start({ routes: ['$connect', 'watch'] });
    const socket = await open(url);
    socket.send('{"action":"unknown"}');
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ message: 'Forbidden' });
    answers.set('watch', 'fails');
    socket.send('{"action":"watch"}');
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ message: 'Internal server error' });
  });

  it('ends when it is idle, when it is old, and when a message is too long', async () => {
    const idle = await start({ limits: { idle: 200, lifetime: 60_000 } });
    const [code] = await once(await open(idle.url), 'close');
    expect(code).toBe(1001);
    const old = await start({ limits: { idle: 200, lifetime: 500 } });
    const socket = await open(old.url);
    const busy = setInterval(() => socket.send('{"action":"watch"}'), 40);
    cleanups.push(() => clearInterval(busy));
    expect((await once(socket, 'close'))[0]).toBe(1001);
    const long = await open((await start()).url);
    long.send('x'.repeat(128 * 1024 + 1));
    expect((await once(long, 'close'))[0]).toBe(1009);
  });

  it('ends with its $disconnect when the API closes', async () => {
    const { url, events, close } = await start();
    await open(url);
    await close();
    expect(events.at(-1)?.requestContext.routeKey).toBe('$disconnect');
  });
});

describe('the management API', () => {
  it('sends to a connection, describes it and ends it', async () => {
    const { url, events, asFunction, asOperator } = await start();
    const socket = await open(url);
    const ConnectionId = String(events[0]?.requestContext.connectionId);
    const heard = once(socket, 'message');
    await asFunction.send(new PostToConnectionCommand({ ConnectionId, Data: 'hola 🪙' }));
    expect(String((await heard)[0])).toBe('hola 🪙');
    const { Identity, ConnectedAt } = await asOperator.send(new GetConnectionCommand({ ConnectionId }));
    expect(Identity).toMatchObject({ SourceIp: '127.0.0.1' });
    expect(ConnectedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const closed = once(socket, 'close');
    await asOperator.send(new DeleteConnectionCommand({ ConnectionId }));
    expect((await closed)[0]).toBe(1000);
    const late = asFunction.send(new PostToConnectionCommand({ ConnectionId, Data: 'x' }));
    await expect(late).rejects.toMatchObject({ name: 'GoneException' });
  });

  it('takes no more than 128 KB, and nothing from who has no grant', async () => {
    const { url, events, asFunction } = await start();
    await open(url);
    const ConnectionId = String(events[0]?.requestContext.connectionId);
    const long = new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024 + 1) });
    await expect(asFunction.send(long)).rejects.toMatchObject({ name: 'PayloadTooLargeException' });
    const end = asFunction.send(new DeleteConnectionCommand({ ConnectionId }));
    await expect(end).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied|Forbidden/) });
  });
});

describe('what is not supported', () => {
  it('is refused by name', async () => {
    const { sockets } = await start();
    const api = { Name: 'x', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' };
    expect(() => sockets.defineApi({ logicalId: 'Second', id: 'x' }, api)).toThrow('Second: a second WebSocket API');
    expect(() =>
      sockets.defineRoute(
        { logicalId: 'R', id: 'r' },
        { ApiId: 'api1', RouteKey: 'a', Target: 'integrations/run', RouteResponseSelectionExpression: '$default' },
      ),
    ).toThrow('RouteResponseSelectionExpression is not supported');
  });
});
