/**
 * Wakes whoever waits for something to happen. Read `version` before looking for work: `next` then returns at once where
 * something happened in between.
 */
export class Wake {
  #version = 0;
  #waiting: (() => void)[] = [];

  get version(): number {
    return this.#version;
  }

  notify(): void {
    this.#version += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves at the first notification after `seen`, or after so many milliseconds. */
  async next(seen: number, milliseconds?: number): Promise<void> {
    if (this.#version !== seen) return;
    await new Promise<void>((resolve) => {
      if (milliseconds === undefined) {
        this.#waiting.push(resolve);
        return;
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        resolve();
      }, milliseconds);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(wake);
    });
  }
}
