/**
 * What runs in a function instance's worker thread: imports the function's module, then runs its handler for one
 * message after another, as Lambda's own Node.js runtime does. It needs nothing but Node, because its start is part of
 * every cold start.
 */
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { flushCompileCache } from 'node:module';
import { constants, setPriority } from 'node:os';
import { Writable } from 'node:stream';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { LogLevel } from './function.ts';
import type { InstanceData, InstanceMessage, InvokeMessage } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

/** 6 MB and 100 bytes: what Lambda takes as a response. Source: its own error message. */
const LONGEST_RESPONSE = 6_291_556;

const data: InstanceData = workerData;
const levels: LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
delete process.env['NODE_COMPILE_CACHE'];
// On Linux this is the thread's own priority, elsewhere the whole process's.
if (data.isBackground && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
let requestId: string | undefined;

function send(message: InstanceMessage): void {
  parentPort?.postMessage(message);
}

/** The error as Lambda answers it. Source: Lambda guide, "Node.js function errors". */
function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function jsonLine(level: LogLevel, values: unknown[]): string {
  const [first] = values;
  const error = values.find((value) => value instanceof Error);
  const plain = values.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Error);
  const { errorType, errorMessage, trace: stackTrace } = describe(error);
  const record = {
    timestamp: new Date().toISOString(),
    level,
    requestId,
    message: plain ? first : format(...values),
    ...(error && { errorType, errorMessage, stackTrace }),
  };
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify({ ...record, message: format(...values) });
  }
}

function log(level: LogLevel, values: unknown[]): void {
  if (levels.indexOf(level) < levels.indexOf(data.logLevel)) return;
  const text = `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t`;
  send({ kind: 'output', lines: [data.logFormat === 'JSON' ? jsonLine(level, values) : text + format(...values)] });
}

/** A stream whose lines become log events, and what sends a last line that has no end. */
function lineStream(): { stream: Writable; flush: () => void } {
  let rest = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, callback) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) send({ kind: 'output', lines });
      callback();
    },
  });
  const flush = () => {
    if (rest !== '') send({ kind: 'output', lines: [rest] });
    rest = '';
  };
  return { stream, flush };
}

const output = [process.stdout, process.stderr].map((standard) => {
  // Messages of one port stay in order and are delivered even when the thread ends right after: Node's own streams of
  // a worker are neither in order with the answers nor flushed.
  const { stream, flush } = lineStream();
  Object.assign(standard, { write: stream.write.bind(stream) });
  return { flush };
});

function flushOutput(): void {
  for (const { flush } of output) flush();
}

function redirectConsole(): void {
  console.trace = (...values) => log('TRACE', values);
  console.debug = (...values) => log('DEBUG', values);
  console.info = (...values) => log('INFO', values);
  console.log = (...values) => log('INFO', values);
  console.warn = (...values) => log('WARN', values);
  console.error = (...values) => log('ERROR', values);
  process.on('warning', (warning) => log('WARN', [warning.stack ?? warning.message]));
}

/** The service ends what an instance started and left behind: a thread's end does not end its child processes. */
function reportProcesses(): void {
  const hasProcess = (message: unknown): message is { process: ChildProcess } =>
    typeof message === 'object' && message !== null && 'process' in message;
  subscribe('child_process', (message) => {
    if (!hasProcess(message)) return;
    const child = message.process;
    child.once('spawn', () => child.pid !== undefined && send({ kind: 'process', pid: child.pid, running: true }));
    child.once('exit', () => child.pid !== undefined && send({ kind: 'process', pid: child.pid, running: false }));
  });
}

function crash(errorType: string, error: unknown): void {
  log('ERROR', [errorType, error]);
  send({ kind: 'crash', payload: JSON.stringify({ ...describe(error), errorType }) });
  process.exit(1);
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

async function loadHandler(): Promise<Handler> {
  const module: Record<string, unknown> = await import(data.moduleUrl);
  const fallback = module['default'];
  // A CommonJS module's exports may only be found on its default export.
  const handler =
    module[data.exportName] ??
    (typeof fallback === 'object' && fallback !== null
      ? Object.getOwnPropertyDescriptor(fallback, data.exportName)?.value
      : undefined);
  if (!isHandler(handler)) throw new HandlerError('Runtime.HandlerNotFound', `${data.exportName} is not exported`);
  if (handler.length > 2) {
    throw new HandlerError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24',
    );
  }
  return handler;
}

class HandlerError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function context(): object {
  const deadline = performance.now() + data.timeoutMilliseconds;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: data.logGroup,
    logStreamName: data.logStream,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

async function answer(handler: Handler, event: string): Promise<InstanceMessage> {
  try {
    const payload = JSON.stringify((await handler(JSON.parse(event), context())) ?? null);
    const bytes = Buffer.byteLength(payload);
    if (bytes <= LONGEST_RESPONSE) return { kind: 'result', payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${LONGEST_RESPONSE} bytes).`;
    return { kind: 'error', payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }) };
  } catch (error) {
    log('ERROR', ['Invoke Error', error]);
    return { kind: 'error', payload: JSON.stringify(describe(error)) };
  }
}

redirectConsole();
process.on('exit', flushOutput);
reportProcesses();
process.on('uncaughtException', (error) => crash('Runtime.UnhandledError', error));
process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));

try {
  const handler = await loadHandler();
  send({ kind: 'ready' });
  // Later, so that what the first invocation compiled is in it and nobody waits; at the thread's end would be too late.
  setTimeout(flushCompileCache, 1000);
  parentPort?.on('message', async (message: InvokeMessage) => {
    requestId = message.requestId;
    process.env['_X_AMZN_TRACE_ID'] = message.traceHeader;
    const result = await answer(handler, message.event);
    flushOutput();
    send(result);
  });
} catch (error) {
  crash(error instanceof HandlerError ? error.name : 'Runtime.ImportModuleError', error);
}
