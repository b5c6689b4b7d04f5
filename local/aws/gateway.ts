import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CredentialStore } from './credentials.ts';
import { errorOf, inWordsOf, plainError, unknownOperation } from './gateway-errors.ts';
import { type Caller, callerArn } from './iam/caller.ts';
import type { IamRegistry } from './iam/registry.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, REGION } from './service.ts';
import { type Authentication, decodePath, readAuthentication, type SignedRequest, sameText, verify } from './sigv4.ts';

/** A request that its caller may make, on its way to the service. */
export interface AwsCall {
  caller: Caller;
  service: string;
  operation: string;
  request: AwsRequest;
}

/**
 * Stands between gateway and services: watches, delays, answers or throws in a service's place, before or after
 * `next` has had its effect. An AwsError becomes an answer, ConnectionDropped none at all.
 */
export type Intercept = (call: AwsCall, next: () => Promise<AwsResponse>) => Promise<AwsResponse>;

/** Thrown by an Intercept: the client sees its connection end without an answer. */
export class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped';
}

export interface GatewayOptions {
  services: AwsService[];
  iam: IamRegistry;
  credentials: CredentialStore;
  /** 0: any free one. */
  port?: number;
  intercept?: Intercept;
  /** Told of errors that are faults of a service here and not of its caller. */
  onFault?: (error: unknown, call: { service: string; operation: string }) => void;
  /** The clock in milliseconds. */
  now?: () => number;
}

export interface Gateway {
  /** `http://127.0.0.1:<port>`: the endpoint of all services. */
  readonly url: string;
  /**
   * A call from within this process, for services that speak JSON: the operation's output, as JSON has it. What the
   * caller may not do, and what the service refuses, is thrown as AwsError.
   */
  call(caller: Caller, service: string, operation: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Stops listening and ends all connections; the services are closed by whoever made them. */
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
const DEFAULT_BODY_LIMIT = 16 * MIB;
const BODY_LIMITS = new Map([['s3', 100 * MIB]]);

/** Longer than any client keeps an idle connection, so that none is closed just as it is used again. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Starts the one endpoint that all AWS clients here talk to, on loopback. Each request must carry a valid signature of
 * credentials that were issued here, and the caller's policies must allow it, before the service sees it.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { iam, credentials, intercept, now = Date.now } = options;
  const services = new Map(options.services.map((service) => [service.name, service]));

  const serviceNamed = (name: string): AwsService => {
    const service = services.get(name);
    if (service !== undefined) return service;
    throw new AwsError('NotImplemented', `No ${name} runs here, only ${[...services.keys()].sort().join(', ')}`, 501);
  };

  const perform = async (caller: Caller, service: AwsService, request: AwsRequest): Promise<AwsResponse> => {
    for (const permission of service.permissions(request)) iam.authorize(caller, permission);
    request.may = (permission) => iam.decide(caller, permission).allowed;
    const next = () => service.handle(request);
    const call = { caller, service: service.name, operation: request.operation, request };
    return await (intercept === undefined ? next() : intercept(call, next));
  };

  /** Throws unless the request is signed by someone known here; answers who. */
  const authenticate = (request: SignedRequest, authentication: Authentication, body: Buffer): Caller => {
    const { region } = authentication.scope;
    if (region !== REGION)
      throw new AwsError('SignatureDoesNotMatch', `Credential should be scoped to ${REGION}, not ${region}.`, 403);
    const issued = credentials.find(authentication.accessKeyId);
    const token = issued?.credentials.sessionToken;
    if (issued === undefined || (token !== undefined && authentication.sessionToken === undefined))
      throw new AwsError('InvalidAccessKeyId', 'The AWS access key ID or security token is unknown here.', 403);
    if (!sameText(token ?? '', authentication.sessionToken ?? ''))
      throw new AwsError('InvalidToken', 'The security token included in the request is invalid.', 400);
    verify(request, authentication, issued.credentials.secretAccessKey, body, now());
    return issued.caller;
  };

  const answer = async (incoming: IncomingMessage, signal: AbortSignal): Promise<AwsResponse> => {
    const signed = readHead(incoming);
    // Until a credential names a service: requests without a target are for objects.
    let name = signed.headers['x-amz-target'] === undefined ? 's3' : '';
    let operation = '';
    try {
      const authentication = readAuthentication(signed);
      name = authentication.scope.service;
      const service = serviceNamed(name);
      const body = await readBody(incoming, BODY_LIMITS.get(name) ?? DEFAULT_BODY_LIMIT);
      const caller = authenticate(signed, authentication, body);
      const { method, query, headers } = signed;
      const path = decodePath(signed.rawPath);
      const known = service.operation({ method, path, query, headers, body });
      if (known === undefined) throw unknownOperation(name, method, path, headers['x-amz-target']);
      operation = known;
      const request = { operation, method, path, query, headers, body, signal, caller: callerArn(caller) };
      return await perform(caller, service, request);
    } catch (error) {
      if (error instanceof ConnectionDropped) throw error;
      if (!(error instanceof AwsError) && !signal.aborted) options.onFault?.(error, { service: name, operation });
      const worded = inWordsOf(name, error);
      return services.get(name)?.error(worded) ?? plainError(worded);
    }
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      writeAnswer(response, await answer(incoming, gone.signal));
    } catch {
      incoming.socket.destroy();
    }
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, response) => {
    void serve(incoming, response);
  });
  const url = await listen(server, options.port ?? 0);

  return {
    url,
    call: async (caller, name, operation, input, signal) => {
      const service = serviceNamed(name);
      const request: AwsRequest = {
        operation,
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: Buffer.from(JSON.stringify(input)),
        caller: callerArn(caller),
        ...(signal === undefined ? {} : { signal }),
      };
      const response = await perform(caller, service, request).catch((error: unknown) => {
        throw error instanceof AwsError ? inWordsOf(name, error) : error;
      });
      if (response.status >= 400) throw errorOf(service, response);
      const text = response.body.toString();
      return text === '' ? {} : JSON.parse(text);
    },
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  server.off('error', reject);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
}

function readHead(incoming: IncomingMessage): SignedRequest {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    if (values !== undefined) headers[name] = values.join(',');
  return {
    method: incoming.method ?? 'GET',
    rawPath: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
  };
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else reject(new AwsError('EntityTooLarge', `The body is larger than ${limit} bytes.`, 413));
  });
  incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
  incoming.on('error', reject);
  return await promise;
}

function writeAnswer(response: ServerResponse, { status, headers, body }: AwsResponse): void {
  const requestId = randomUUID();
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  response.writeHead(status, {
    ...(status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...Object.fromEntries(lowerCase),
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
