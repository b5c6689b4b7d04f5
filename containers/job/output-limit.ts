import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Passes a command's output on, as fast as it is taken, up to so many bytes; the rest is read and dropped. */
export class OutputLimit {
  /** Bytes, of both streams. */
  received = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Until the stream's end. */
  async pass(from: Readable, to: Writable): Promise<void> {
    for await (const chunk of from) {
      if (!(chunk instanceof Uint8Array)) continue;
      const left = this.#limit - this.received;
      this.received += chunk.length;
      if (left < 0) continue;
      const taken = chunk.subarray(0, left);
      const text = chunk.length > left ? Buffer.concat([taken, Buffer.from(this.#notice(taken))]) : taken;
      if (!to.write(text)) await once(to, 'drain');
    }
  }

  #notice(last: Uint8Array): string {
    const newLine = last.at(-1) === 0x0a ? '' : '\n';
    return `${newLine}[The output was cut after ${this.#limit} bytes; the command goes on]\n`;
  }
}
