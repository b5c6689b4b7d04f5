import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type FunctionDefinition, functionEnvironment } from './function.ts';
import type { InstanceData, InstanceMessage, InvokeMessage } from './messages.ts';
import { traceHeader } from './trace.ts';

/** What one invocation came to. Times are in milliseconds. */
export interface Run {
  payload: string;
  failed: boolean;
  duration: number;
  /** Of the instance's first invocation: from the thread's start until the handler was imported. */
  initDuration?: number;
}

export interface InstanceOptions {
  endpointUrl: string;
  logStream: string;
  /** Where V8 keeps compiled code, so that the next cold start need not compile it. */
  compileCacheDirectory: string;
  /** Whether it gives way to others: nobody waits for the answer of a function that an event source feeds. */
  isBackground: boolean;
  onOutput: (lines: string[]) => void;
  onEnd: () => void;
}

interface Current {
  requestId: string;
  startedAt: number;
  /** Until the handler is imported. */
  waitsForInit: boolean;
  timer: NodeJS.Timeout;
  resolve: (run: Run) => void;
}

/** Lambda's limit for the init phase. */
const INIT_MILLISECONDS = 10_000;

/**
 * One execution environment of a function: a worker thread that runs one invocation at a time. It ends with a timeout,
 * an uncaught exception, `process.exit`, running out of memory, or `end`; then it takes its child processes with it.
 */
export class Instance {
  readonly #definition: FunctionDefinition;
  readonly #worker: Worker;
  readonly #onEnd: () => void;
  readonly #startedAt = performance.now();
  readonly #processes = new Set<number>();
  readonly #ended: Promise<void>;
  #readyAt: number | undefined;
  #current: Current | undefined;
  #isEnded = false;
  /** Why the thread ends, where it said so before. */
  #lastWords: string | undefined;
  /** When the last invocation ended, as `performance.now()`. */
  idleSince = performance.now();

  constructor(definition: FunctionDefinition, options: InstanceOptions) {
    this.#definition = definition;
    this.#onEnd = options.onEnd;
    const data: InstanceData = {
      moduleUrl: pathToFileURL(definition.file).href,
      exportName: definition.exportName,
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMegabytes: definition.memoryMegabytes,
      timeoutMilliseconds: definition.timeoutSeconds * 1000,
      logGroup: definition.logGroup,
      logStream: options.logStream,
      logFormat: definition.logFormat,
      logLevel: definition.logLevel,
      isBackground: options.isBackground,
    };
    const environment = functionEnvironment(definition, options.endpointUrl, options.logStream);
    this.#worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      name: definition.name,
      workerData: data,
      env: { ...environment, NODE_COMPILE_CACHE: options.compileCacheDirectory },
      execArgv: ['--no-warnings'],
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
    });
    this.#worker.on('message', (message: InstanceMessage) => {
      if (message.kind === 'output') options.onOutput(message.lines);
      else this.#take(message);
    });
    this.#worker.on('error', (error) => {
      this.#lastWords ??= describeEnd(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#exited(code);
        resolve();
      });
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Runs the handler. Only one at a time; `event` is JSON. */
  invoke(requestId: string, event: string): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<Run>();
    const { timeoutSeconds } = this.#definition;
    const waitsForInit = this.#readyAt === undefined;
    const limit = timeoutSeconds * 1000 + (waitsForInit ? INIT_MILLISECONDS : 0);
    const timer = this.#timer(requestId, limit);
    this.#current = { requestId, startedAt: performance.now(), waitsForInit, timer, resolve };
    const message: InvokeMessage = { requestId, traceHeader: traceHeader(requestId), event };
    this.#worker.postMessage(message);
    return promise;
  }

  /** Ends the thread and what it started; resolves when it is gone. */
  end(): Promise<void> {
    this.#isEnded = true;
    void this.#worker.terminate();
    return this.#ended;
  }

  #timer(requestId: string, milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const seconds = (milliseconds / 1000).toFixed(2);
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
      this.#finish(JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), true);
      void this.end();
    }, milliseconds);
  }

  #take(message: Exclude<InstanceMessage, { kind: 'output' }>): void {
    switch (message.kind) {
      case 'ready':
        this.#ready();
        break;
      case 'result':
      case 'error':
        this.#finish(message.payload, message.kind === 'error');
        break;
      case 'crash':
        this.#lastWords = message.payload;
        break;
      case 'process':
        if (message.running) this.#processes.add(message.pid);
        else this.#processes.delete(message.pid);
        break;
    }
  }

  #ready(): void {
    this.#readyAt = performance.now();
    const current = this.#current;
    if (current === undefined) return;
    // The function's own time begins only now.
    clearTimeout(current.timer);
    current.startedAt = this.#readyAt;
    current.timer = this.#timer(current.requestId, this.#definition.timeoutSeconds * 1000);
  }

  #finish(payload: string, failed: boolean): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    clearTimeout(current.timer);
    this.idleSince = performance.now();
    const duration = this.idleSince - current.startedAt;
    const initDuration =
      current.waitsForInit && this.#readyAt !== undefined ? this.#readyAt - this.#startedAt : undefined;
    current.resolve({ payload, failed, duration, ...(initDuration !== undefined && { initDuration }) });
  }

  #exited(code: number): void {
    this.#isEnded = true;
    for (const pid of this.#processes) kill(pid);
    const reason =
      code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
    const exit = { errorType: 'Runtime.ExitError', errorMessage: reason };
    this.#finish(this.#lastWords ?? JSON.stringify(exit), true);
    this.#onEnd();
  }
}

function describeEnd(error: unknown): string {
  const isOutOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return JSON.stringify({
    errorType: isOutOfMemory ? 'Runtime.OutOfMemory' : `Runtime.${name}`,
    errorMessage: isOutOfMemory ? 'Error: Runtime exited with error: signal: killed' : message,
  });
}

/** The process's group where it leads one, as browsers do, else the process alone. */
function kill(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // No such group, or it has ended by itself meanwhile.
    }
  }
}
