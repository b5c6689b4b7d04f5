import type { AsyncEvent, LambdaState } from './state.ts';
import type { Outcome } from './types.ts';

/** Before the first and the second repeat. Source: Lambda guide, "How Lambda handles errors and retries with async". */
const RETRY_MILLISECONDS = [60_000, 120_000];

export interface AsyncEventsOptions {
  state: LambdaState;
  invoke: (functionName: string, event: string) => Promise<Outcome>;
  /** Told of an event that is given up. */
  onError: (problem: string) => void;
  retryMilliseconds?: readonly number[];
}

/**
 * Invocations of type `Event`: an accepted one is stored first and runs at least once, over restarts too; one that
 * fails runs twice more, after a minute and after two.
 */
export class AsyncEvents {
  readonly #options: AsyncEventsOptions;
  readonly #retryMilliseconds: readonly number[];
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(options: AsyncEventsOptions) {
    this.#options = options;
    this.#retryMilliseconds = options.retryMilliseconds ?? RETRY_MILLISECONDS;
  }

  /** Goes on with what was accepted before. */
  start(): void {
    for (const event of this.#options.state.asyncEvents()) this.#schedule(event);
  }

  accept(functionName: string, event: string): void {
    this.#schedule(this.#options.state.addAsyncEvent(functionName, event, Date.now()));
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #schedule(event: AsyncEvent): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#run(event);
      },
      Math.max(0, event.dueAt - Date.now()),
    );
    this.#timers.add(timer);
  }

  async #run(event: AsyncEvent): Promise<void> {
    const { state, invoke, onError } = this.#options;
    const problem = await invoke(event.functionName, event.event).then(
      (outcome) => (outcome.functionError === undefined ? undefined : outcome.payload),
      (error: unknown) => String(error),
    );
    // What was cut off by the end of this process runs again in the next one.
    if (this.#isClosed) return;
    const wait = this.#retryMilliseconds[event.attempts];
    if (problem !== undefined && wait !== undefined) {
      const next = { ...event, attempts: event.attempts + 1, dueAt: Date.now() + wait };
      state.postponeAsyncEvent(next);
      this.#schedule(next);
      return;
    }
    state.removeAsyncEvent(event.id);
    if (problem !== undefined) onError(`${event.functionName}: an asynchronous event is given up: ${problem}`);
  }
}
