import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws/service.ts';
import type { FunctionDefinition } from './function.ts';
import type { Outcome } from './types.ts';

export interface LambdaServiceOptions {
  functions: () => FunctionDefinition[];
  /** @throws AwsError ResourceNotFoundException */
  find: (name: string) => FunctionDefinition;
  invoke: (name: string, event: string) => Promise<Outcome>;
  accept: (name: string, event: string) => void;
}

const ROUTES = [
  { operation: 'ListFunctions', method: 'GET', path: /^\/2015-03-31\/functions\/?$/ },
  { operation: 'GetFunction', method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)$/ },
  { operation: 'Invoke', method: 'POST', path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/ },
];

/** IAM's names where they are not the operation's. */
const ACTIONS = new Map([['Invoke', 'lambda:InvokeFunction']]);
/** Lambda's limit for an asynchronous event, in bytes. */
const LONGEST_ASYNC_EVENT = 1024 * 1024;

/** Lambda's API for an operator: enough to list, look at and invoke functions. Bodies and errors are REST JSON. */
export function lambdaService(options: LambdaServiceOptions): AwsService {
  return {
    name: 'lambda',
    operation: ({ method, path }) => ROUTES.find((it) => it.method === method && it.path.test(path))?.operation,
    permissions: (request) => {
      const name = functionName(request);
      const action = ACTIONS.get(request.operation) ?? `lambda:${request.operation}`;
      return [{ action, resource: name === undefined ? '*' : options.find(name).arn }];
    },
    handle: (request) => handle(request, options),
    error: (error) =>
      json(
        error.status,
        { Type: error.status < 500 ? 'User' : 'Service', Message: error.message, ...error.detail },
        { 'x-amzn-errortype': error.code },
      ),
    close: () => Promise.resolve(),
  };
}

async function handle(request: AwsRequest, options: LambdaServiceOptions): Promise<AwsResponse> {
  const name = functionName(request) ?? '';
  if (request.operation === 'ListFunctions') return json(200, { Functions: options.functions().map(configuration) });
  if (request.operation === 'GetFunction') {
    const definition = options.find(name);
    return json(200, { Configuration: configuration(definition), Code: { Location: definition.codeDirectory } });
  }
  const event = request.body.toString('utf8') || '{}';
  checkJson(event);
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
  if (type === 'Event') {
    if (request.body.length > LONGEST_ASYNC_EVENT) {
      const message = `${request.body.length} byte payload is too large for the Event invocation type`;
      throw new AwsError('RequestTooLargeException', message, 413);
    }
    options.accept(name, event);
    return { status: 202, headers: {}, body: '' };
  }
  if (type !== 'RequestResponse') throw new AwsError('InvalidParameterValueException', `InvocationType ${type}`);
  const outcome = await options.invoke(name, event);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-requestid': outcome.requestId,
      ...(outcome.functionError !== undefined && { 'x-amz-function-error': outcome.functionError }),
      ...(request.headers['x-amz-log-type'] === 'Tail' && {
        'x-amz-log-result': Buffer.from(outcome.logTail).toString('base64'),
      }),
    },
    body: outcome.payload,
  };
}

function functionName(request: AwsRequest): string | undefined {
  const route = ROUTES.find((it) => it.operation === request.operation);
  return route?.path.exec(request.path)?.[1];
}

function checkJson(event: string): void {
  try {
    JSON.parse(event);
  } catch (error) {
    const message = `Could not parse request body into json: ${String(error)}`;
    throw new AwsError('InvalidRequestContentException', message);
  }
}

function configuration(it: FunctionDefinition): object {
  return {
    FunctionName: it.name,
    FunctionArn: it.arn,
    Runtime: 'nodejs24.x',
    Role: it.role,
    Handler: it.handler,
    Description: it.description,
    Timeout: it.timeoutSeconds,
    MemorySize: it.memoryMegabytes,
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [it.architecture],
    Environment: { Variables: it.environment },
    LoggingConfig: { LogFormat: it.logFormat, LogGroup: it.logGroup },
  };
}

function json(status: number, body: object, headers: Record<string, string> = {}): AwsResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
