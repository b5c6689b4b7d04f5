/** Milliseconds. Node fires a longer timer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Poll<T> {
  attempt: () => T[];
  end: (result: T[]) => void;
  fail: (error: unknown) => void;
}

/**
 * Receivers that wait for a queue to have a message, served in the order in which they came. Nothing runs while they
 * wait but one timer a queue, set for the moment at which a delay or visibility timeout ends.
 */
export class LongPolls<T> {
  readonly #polls = new Map<string, Set<Poll<T>>>();
  readonly #alarms = new Map<string, NodeJS.Timeout>();
  readonly #firstVisibleAt: (queue: string) => number | undefined;

  /** @param firstVisibleAt ms since 1970 at which the first message of that queue is visible, also if that just passed */
  constructor(firstVisibleAt: (queue: string) => number | undefined) {
    this.#firstVisibleAt = firstVisibleAt;
  }

  /**
   * What `attempt` finds, now or at the latest after `seconds`; empty when the time is over or the caller is gone.
   */
  wait(queue: string, seconds: number, signal: AbortSignal | undefined, attempt: () => T[]): Promise<T[]> {
    if (signal?.aborted) return Promise.resolve([]);
    const now = attempt();
    if (now.length > 0 || seconds === 0) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const polls = this.#polls.get(queue) ?? new Set();
      this.#polls.set(queue, polls);
      const leave = (): void => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', giveUp);
        polls.delete(poll);
        if (polls.size === 0) this.#stopAlarm(queue);
      };
      const poll: Poll<T> = {
        attempt,
        end: (result) => {
          leave();
          resolve(result);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const giveUp = (): void => poll.end([]);
      const deadline = setTimeout(giveUp, seconds * 1000);
      signal?.addEventListener('abort', giveUp);
      polls.add(poll);
      this.#setAlarm(queue);
    });
  }

  /** To be called when messages of that queue became visible, or will at another time than before. */
  wake(queue: string): void {
    for (const poll of this.#polls.get(queue) ?? []) {
      try {
        const found = poll.attempt();
        if (found.length === 0) break;
        poll.end(found);
      } catch (error) {
        poll.fail(error);
      }
    }
    this.#setAlarm(queue);
  }

  /** Ends every wait with nothing. */
  close(): void {
    for (const polls of this.#polls.values()) for (const poll of polls) poll.end([]);
  }

  #setAlarm(queue: string): void {
    this.#stopAlarm(queue);
    if (!this.#polls.get(queue)?.size) return;
    const at = this.#firstVisibleAt(queue);
    if (at === undefined) return;
    // Not below 1: a timer may fire a moment before its time by the wall clock.
    const wait = Math.min(Math.max(at - Date.now(), 1), LONGEST_TIMER);
    this.#alarms.set(
      queue,
      setTimeout(() => this.wake(queue), wait),
    );
  }

  #stopAlarm(queue: string): void {
    clearTimeout(this.#alarms.get(queue));
    this.#alarms.delete(queue);
  }
}
