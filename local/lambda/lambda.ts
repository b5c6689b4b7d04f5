import { join } from 'node:path';
import type { LogStore } from '../aws/logs.ts';
import { AwsError, type AwsService } from '../aws/service.ts';
import { AsyncEvents } from './async-events.ts';
import { type QueueMapping, readMapping, type StreamMapping } from './event-sources/mapping.ts';
import { QueueSource } from './event-sources/queue-source.ts';
import { StreamSource } from './event-sources/stream-source.ts';
import { type FunctionDefinition, type FunctionInput, readFunction } from './function.ts';
import { FunctionLog } from './function-log.ts';
import { Instance } from './instance.ts';
import { type Place, Pool, type Share } from './pool.ts';
import { lambdaService } from './service.ts';
import { LambdaState } from './state.ts';
import type { Authorize, Call, Denial, Invocation, OnStreamRecords, Outcome } from './types.ts';

export interface LambdaOptions {
  /** Where checkpoints, accepted asynchronous events and compiled code are kept. */
  directory: string;
  /** The gateway's address, asked for when a function starts. */
  endpointUrl: () => string;
  logs: LogStore;
  authorize: Authorize;
  call: Call;
  onStreamRecords: OnStreamRecords;
  onDenied: (denial: Denial) => void;
  /** Told of what nobody else hears of: a poll that fails, a batch that is given up. */
  onError: (problem: string) => void;
  /** Most instances of a function at once, by its name; 4 without it. */
  instanceLimit?: (functionName: string) => number;
  /** Warm instances of a function beyond the first end after so long without work; 5 minutes without it. */
  idleMilliseconds?: number;
  /** Before the nth repeat of a stream's batch or a failed poll; doubling from 500 ms to 30 s without it. */
  backOff?: (failures: number) => number;
  /** Before the repeats of an asynchronous event; 1 and 2 minutes without it. */
  asyncRetryMilliseconds?: readonly number[];
}

/** AWS Lambda on this machine. Define everything, start, then close once. */
export interface Lambda {
  /** For the gateway: Invoke, ListFunctions, GetFunction. */
  service: AwsService;
  /** @throws Error that names the function and what can't run here */
  defineFunction(input: FunctionInput): FunctionDefinition;
  /**
   * Takes an `AWS::Lambda::EventSourceMapping` with resolved properties; its function is defined before.
   * @throws Error where something can't run here, or the function's role may not read the source, as AWS does
   */
  defineEventSourceMapping(resource: { logicalId: string; name: string }, properties: unknown): void;
  /** Reads the event sources from now on. Rejects where one does not exist or does not fit its function. */
  start(): Promise<void>;
  /**
   * Invokes and waits for the answer.
   * @param functionName name or ARN
   * @param event JSON, at most 6 MB
   * @param signal drops the invocation while it waits for an instance
   * @throws AwsError as Lambda's Invoke does; an error in the function is an outcome
   */
  invoke(functionName: string, event: string, signal?: AbortSignal): Promise<Outcome>;
  /** Takes an event for a function, to be run soon and again where it fails. @throws AwsError where there is none such */
  accept(functionName: string, event: string): void;
  /** The running invocation whose calls carry this `X-Amzn-Trace-Id`. */
  running(trace: string): Invocation | undefined;
  /** Lets what runs finish for so long (default 5000 ms), then ends every instance. */
  close(graceMilliseconds?: number): Promise<void>;
}

const IDLE_MILLISECONDS = 5 * 60 * 1000;
/** Lambda's limit for a synchronous invocation, in bytes. */
const LONGEST_REQUEST = 6 * 1024 * 1024;

export function createLambda(options: LambdaOptions): Lambda {
  const pools = new Map<string, Pool>();
  const background = new Set<string>();
  const sources: { mapping: string; start(): Promise<void>; close(): Promise<void> }[] = [];
  const state = new LambdaState(join(options.directory, 'lambda.sqlite'));
  const deny = oncePerDenial(options.onDenied);

  const startInstance = (definition: FunctionDefinition, onEnd: () => void): Place => {
    const log = new FunctionLog(definition, options.logs, options.authorize, deny);
    const instance = new Instance(definition, {
      endpointUrl: options.endpointUrl(),
      logStream: log.stream,
      isBackground: background.has(definition.name),
      compileCacheDirectory: join(options.directory, 'compile-cache'),
      onOutput: (lines) => log.write(lines),
      onEnd,
    });
    return { instance, log };
  };
  const poolOf = (name: string): Pool => {
    const pool = pools.get(bareName(name));
    if (pool !== undefined) return pool;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
  };
  const invoke = async (name: string, event: string, signal?: AbortSignal): Promise<Outcome> => {
    const bytes = Buffer.byteLength(event);
    if (bytes > LONGEST_REQUEST) {
      const message = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${LONGEST_REQUEST} bytes)`;
      throw new AwsError('RequestTooLargeException', message, 413);
    }
    return await poolOf(name).invoke(event, signal);
  };
  const asyncEvents = new AsyncEvents({
    state,
    invoke,
    onError: options.onError,
    ...(options.asyncRetryMilliseconds && { retryMilliseconds: options.asyncRetryMilliseconds }),
  });

  const createSource = (mapping: QueueMapping | StreamMapping, pool: Pool) => {
    const { role, arn: functionArn, timeoutSeconds: functionTimeoutSeconds } = pool.definition;
    const common = {
      role,
      endpointUrl: options.endpointUrl,
      call: options.call,
      invoke: (event: string) => invoke(functionArn, event),
      onError: options.onError,
    };
    if (mapping.kind === 'queue') {
      const takeTurn = (share: Share) => pool.takeTurn(share);
      return new QueueSource({ ...common, mapping, functionTimeoutSeconds, takeTurn });
    }
    const { onStreamRecords, backOff = doubling } = options;
    return new StreamSource({ ...common, mapping, functionArn, state, onStreamRecords, backOff });
  };

  const accept = (name: string, event: string) => asyncEvents.accept(poolOf(name).definition.name, event);

  return {
    service: lambdaService({
      functions: () => Array.from(pools.values(), (pool) => pool.definition),
      find: (name) => poolOf(name).definition,
      invoke,
      accept,
    }),
    defineFunction: (input) => {
      const definition = readFunction(input);
      const limit = options.instanceLimit?.(definition.name) ?? 4;
      const idleMilliseconds = options.idleMilliseconds ?? IDLE_MILLISECONDS;
      const start = (onEnd: () => void) => startInstance(definition, onEnd);
      pools.set(definition.name, new Pool(definition, { limit, idleMilliseconds, start }));
      return definition;
    },
    defineEventSourceMapping: (resource, properties) => {
      const mapping = readMapping(resource, properties);
      const pool = poolOf(mapping.functionName);
      checkRole(resource.logicalId, mapping, pool.definition, options.authorize);
      background.add(pool.definition.name);
      const source = createSource(mapping, pool);
      if (!mapping.isEnabled) return;
      sources.push({ mapping: resource.logicalId, start: () => source.start(), close: () => source.close() });
    },
    start: async () => {
      for (const { mapping, start } of sources) {
        await start().catch((error: unknown) => {
          throw new Error(`${mapping}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        });
      }
      asyncEvents.start();
    },
    invoke,
    accept,
    running: (trace) => Array.from(pools.values(), (pool) => pool.running(trace)).find((it) => it !== undefined),
    close: async (graceMilliseconds = 5000) => {
      asyncEvents.close();
      const closing = sources.map((source) => source.close());
      await Promise.all(Array.from(pools.values(), (pool) => pool.close(graceMilliseconds)));
      await Promise.all(closing);
      state.close();
    },
  };
}

/** What reading each kind of source takes, and what AWS says where the role lacks it. */
const SOURCE_ACTIONS = {
  queue: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  stream: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
};

/** Lambda makes these checks when a mapping is created. */
function checkRole(
  logicalId: string,
  mapping: QueueMapping | StreamMapping,
  definition: FunctionDefinition,
  authorize: Authorize,
): void {
  const needed = SOURCE_ACTIONS[mapping.kind].map((action) => ({ action, resource: mapping.sourceArn }));
  if (mapping.kind === 'stream' && mapping.onFailure !== undefined) {
    needed.push({ action: 'sqs:SendMessage', resource: mapping.onFailure });
  }
  const missing = needed.filter(({ action, resource }) => !authorize(definition.role, action, resource));
  if (missing.length === 0) return;
  const list = missing.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
  throw new Error(`${logicalId}: the execution role ${definition.role} of ${definition.name} may not ${list}`);
}

/** `name`, `name:$LATEST`, `000000000000:function:name` and the ARN are one function. */
function bareName(name: string): string {
  return name.replace(/^(.*:)?function:/, '').replace(/:\$LATEST$/, '');
}

function oncePerDenial(tell: (denial: Denial) => void): (denial: Denial) => void {
  const told = new Set<string>();
  return (denial) => {
    // A log stream's name is another for every instance.
    const key = [denial.role, denial.action, denial.resource.replace(/:log-stream:.*/, '')].join(' ');
    if (told.has(key)) return;
    told.add(key);
    tell(denial);
  };
}

function doubling(failures: number): number {
  return Math.min(30_000, 500 * 2 ** (failures - 1));
}
