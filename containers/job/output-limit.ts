import type { Readable, Writable } from 'node:stream';

/** A read of a pipe takes all that is in it, and two of before the command's end may still be on their way through here. */
const OWN_READS = 3;

/** Passes a command's output on, as fast as it is taken, up to so many bytes; the rest is read and dropped. */
export class OutputLimit {
  /** Bytes, of both streams. */
  received = 0;
  /** How many of them were taken, or dropped. */
  passed = 0;
  /** What comes then is of others, who hold its streams open. */
  hasEnded = false;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Until the stream's end, or until all is passed on that the command had printed when it ended. */
  async pass(from: Readable, to: Writable): Promise<void> {
    let isInLine = false;
    let readsBehind = 0;
    for await (const chunk of from) {
      if (!(chunk instanceof Uint8Array)) continue;
      const left = this.#limit - this.received;
      this.received += chunk.length;
      if (left >= 0) {
        const taken = chunk.subarray(0, left);
        if (taken.length > 0) isInLine = taken.at(-1) !== 0x0a;
        const text = chunk.length > left ? Buffer.concat([taken, Buffer.from(this.#notice(isInLine))]) : taken;
        await new Promise<void>((resolve) => to.write(text, () => resolve()));
      }
      this.passed += chunk.length;
      if (this.hasEnded) readsBehind += 1;
      if (readsBehind === OWN_READS) return;
    }
  }

  #notice(isInLine: boolean): string {
    return `${isInLine ? '\n' : ''}[The output was cut after ${this.#limit} bytes; the command goes on]\n`;
  }
}
