import type { Delivery, ScheduleStore } from './schedule-store.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export interface DeliveriesOptions {
  store: ScheduleStore;
  send: (target: Delivery['target'], source: Delivery['source'], message: string) => Promise<void>;
  /** Told of one that is given up. */
  onProblem: (text: string) => void;
  now: () => number;
}

/**
 * Takes times that have come to their targets, at least once: a stored one is tried until it arrives, over restarts too, or
 * until its retry policy gives it up.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Goes on with what was stored before. */
  start(): void {
    for (const delivery of this.#options.store.deliveries()) this.take(delivery);
  }

  take(delivery: Delivery): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#try(delivery);
      },
      Math.max(0, delivery.tryAt - this.#options.now()),
    );
    this.#timers.add(timer);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #try(delivery: Delivery): Promise<void> {
    const { store, send, onProblem, now } = this.#options;
    const { target, source, scheduledAt, attempts } = delivery;
    const problem = await send(target, source, messageOf(delivery)).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    // What was cut off by the end of this process goes on in the next one.
    if (this.#isClosed) return;
    if (problem === undefined) return store.delivered(delivery.id);
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy;
    const tryAt = now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
    if (attempts >= MaximumRetryAttempts || tryAt > scheduledAt + MaximumEventAgeInSeconds * 1000) {
      onProblem(`${source.schedule} could not reach ${target.Arn}, and gave up: ${problem}`);
      return store.delivered(delivery.id);
    }
    const next = { ...delivery, attempts: attempts + 1, tryAt };
    store.postpone(next);
    this.take(next);
  }
}

/**
 * The input with what the Scheduler knows in place of its context attributes.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function messageOf({ id, target, source, scheduledAt, attempts }: Delivery): string {
  return target.Input.replaceAll('<aws.scheduler.schedule-arn>', source.schedule)
    .replaceAll('<aws.scheduler.scheduled-time>', new Date(scheduledAt).toISOString().replace(/\.\d+/, ''))
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempts + 1));
}
