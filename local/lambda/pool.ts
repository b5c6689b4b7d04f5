import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/service.ts';
import type { FunctionDefinition } from './function.ts';
import type { FunctionLog } from './function-log.ts';
import type { Instance } from './instance.ts';
import { traceHeader } from './trace.ts';
import type { Invocation, Outcome } from './types.ts';

/** An instance with the log stream that it alone writes to. */
export interface Place {
  instance: Instance;
  log: FunctionLog;
}

interface Waiting {
  requestId: string;
  event: string;
  begin: (place: Place) => void;
  fail: (error: unknown) => void;
  signal: AbortSignal | undefined;
}

/**
 * A source of invocations that waits for instances beside others: where they are too few, each gets as many as its weight
 * says.
 */
export interface Share {
  readonly weight: number;
  /** Instances that it got, divided by its weight. */
  taken: number;
}

interface Turn {
  share: Share;
  /** Hands the turn over, with what ends it. */
  begin: (end: () => void) => void;
}

export interface PoolOptions {
  /** Most instances at once. */
  limit: number;
  /** Warm instances beyond the first are ended after so long without work. */
  idleMilliseconds: number;
  start: (onEnd: () => void) => Place;
}

/**
 * The instances of one function. An invocation takes the warm instance that worked last, else starts one up to the
 * limit, else waits its turn (where AWS would answer 429 at its account's limit).
 */
export class Pool {
  readonly definition: FunctionDefinition;
  readonly #options: PoolOptions;
  readonly #limit: number;
  readonly #idle: Place[] = [];
  readonly #all = new Set<Place>();
  readonly #queue: Waiting[] = [];
  /** By trace. */
  readonly #running = new Map<string, Invocation>();
  readonly #retirement: NodeJS.Timeout;
  readonly #waitingTurns: Turn[] = [];
  #turns = 0;
  /** The share of who had the last turn: who comes anew does not catch up on what others had before. */
  #lastTaken = 0;
  #busy = 0;
  #isClosed = false;
  #onChange: (() => void)[] = [];

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.definition = definition;
    this.#options = options;
    this.#limit = Math.min(options.limit, definition.reservedConcurrency ?? options.limit);
    this.#retirement = setInterval(() => this.#retire(), options.idleMilliseconds / 2);
    this.#retirement.unref();
  }

  /**
   * @param event JSON
   * @param signal drops the invocation while it still waits for an instance
   * @throws AwsError TooManyRequestsException where the reserved concurrency is 0, ServiceException once closed
   */
  async invoke(event: string, signal?: AbortSignal): Promise<Outcome> {
    if (this.#isClosed) throw closed();
    if (this.#limit === 0) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    const requestId = randomUUID();
    const place = await new Promise<Place>((begin, fail) => {
      this.#queue.push({ requestId, event, begin, fail, signal });
      this.#next();
    });
    const trace = traceHeader(requestId);
    const crash = () => place.instance.end();
    this.#running.set(trace, { functionName: this.definition.name, event, crash });
    try {
      return await run(place, requestId, event);
    } finally {
      this.#running.delete(trace);
      this.#busy -= 1;
      if (!place.instance.isEnded) this.#idle.push(place);
      this.#next();
    }
  }

  running(trace: string): Invocation | undefined {
    return this.#running.get(trace);
  }

  /**
   * Resolves when an invocation would find an instance at once and nobody else is about to take it, or when the pool is
   * closed; with what ends the turn, to be called once it was used or is not needed.
   */
  takeTurn(share: Share): Promise<() => void> {
    return new Promise((begin) => {
      share.taken = Math.max(share.taken, this.#lastTaken);
      this.#waitingTurns.push({ share, begin });
      this.#giveTurns();
    });
  }

  /** Lets running invocations finish for so long, drops the waiting ones, then ends all instances. */
  async close(graceMilliseconds: number): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#retirement);
    for (const waiting of this.#queue.splice(0)) waiting.fail(closed());
    for (const { begin } of this.#waitingTurns.splice(0)) begin(() => undefined);
    this.#notify();
    const deadline = performance.now() + graceMilliseconds;
    while (this.#busy > 0 && performance.now() < deadline) await this.#changed(deadline - performance.now());
    await Promise.all(Array.from(this.#all, ({ instance }) => instance.end()));
  }

  #changed(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#onChange.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #next(): void {
    while (this.#queue.length > 0 && this.#busy < this.#limit) {
      const waiting = this.#queue.shift();
      if (waiting === undefined) break;
      if (waiting.signal?.aborted === true) {
        waiting.fail(waiting.signal.reason);
        continue;
      }
      try {
        waiting.begin(this.#idle.pop() ?? this.#start());
        this.#busy += 1;
      } catch (error) {
        waiting.fail(error);
      }
    }
    this.#notify();
  }

  #giveTurns(): void {
    while (this.#waitingTurns.length > 0 && this.#busy + this.#queue.length + this.#turns < this.#limit) {
      const first = this.#waitingTurns.reduce((best, turn) => (turn.share.taken < best.share.taken ? turn : best));
      this.#waitingTurns.splice(this.#waitingTurns.indexOf(first), 1);
      this.#turns += 1;
      this.#lastTaken = first.share.taken;
      let isOver = false;
      first.begin(() => {
        if (isOver) return;
        isOver = true;
        this.#turns -= 1;
        this.#giveTurns();
      });
    }
  }

  #notify(): void {
    this.#giveTurns();
    const listeners = this.#onChange;
    this.#onChange = [];
    for (const listener of listeners) listener();
  }

  #start(): Place {
    const place = this.#options.start(() => {
      this.#all.delete(place);
      const index = this.#idle.indexOf(place);
      if (index >= 0) this.#idle.splice(index, 1);
    });
    this.#all.add(place);
    return place;
  }

  #retire(): void {
    const longAgo = performance.now() - this.#options.idleMilliseconds;
    // The bottom of the stack is what has been idle for longest.
    while (this.#all.size > 1) {
      const oldest = this.#idle[0];
      if (oldest === undefined || oldest.instance.idleSince > longAgo) return;
      this.#idle.shift();
      this.#all.delete(oldest);
      void oldest.instance.end();
    }
  }
}

async function run({ instance, log }: Place, requestId: string, event: string): Promise<Outcome> {
  log.start(requestId);
  const result = await instance.invoke(requestId, event);
  if (result.failed && instance.isEnded) log.write([result.payload]);
  log.report(requestId, result);
  return {
    requestId,
    payload: result.payload,
    ...(result.failed && { functionError: 'Unhandled' as const }),
    logTail: log.tail,
  };
}

function closed(): AwsError {
  return new AwsError('ServiceException', 'The local run is closing.', 500);
}
