import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ConnectionFacts } from './event.ts';

/** A message, either way, in bytes ("Quotas for configuring and running a WebSocket API"). */
export const MESSAGE_BYTES = 128 * 1024;

const IDLE = { code: 1001, reason: 'Going away' };

export interface Connection {
  facts: ConnectionFacts;
  socket: WebSocket;
  /** Milliseconds. */
  lastActiveAt: number;
}

/** The open connections, and the end of those that are idle or old. */
export class Connections {
  readonly #open = new Map<string, Connection>();
  readonly #limits: { idle: number; lifetime: number };
  #timer: NodeJS.Timeout | undefined;

  /** @param limits milliseconds without a message, and in all */
  constructor(limits: { idle: number; lifetime: number }) {
    this.#limits = limits;
  }

  add(facts: ConnectionFacts, socket: WebSocket): void {
    this.#open.set(facts.connectionId, { facts, socket, lastActiveAt: Date.now() });
    const tick = Math.min(1000, this.#limits.idle / 4);
    this.#timer ??= setInterval(() => this.#endOverdue(), tick).unref();
  }

  remove(connectionId: string): void {
    this.#open.delete(connectionId);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  find(connectionId: string): Connection | undefined {
    const found = this.#open.get(connectionId);
    return found?.socket.readyState === WebSocket.OPEN ? found : undefined;
  }

  touch(connectionId: string): void {
    const found = this.#open.get(connectionId);
    if (found) found.lastActiveAt = Date.now();
  }

  /** False where the connection is gone. */
  send(connectionId: string, text: string): boolean {
    const found = this.find(connectionId);
    if (!found) return false;
    this.touch(connectionId);
    found.socket.send(text);
    return true;
  }

  /** Ends them all; settles when the last one has ended. */
  async closeAll(code: number, reason: string): Promise<void> {
    const ends = [...this.#open.values()].map(({ socket }) => {
      const end = once(socket, 'close');
      socket.close(code, reason);
      socket.terminate();
      return end;
    });
    await Promise.all(ends);
  }

  #endOverdue(): void {
    const now = Date.now();
    for (const { facts, socket, lastActiveAt } of [...this.#open.values()]) {
      const isOverdue = now - lastActiveAt >= this.#limits.idle || now - facts.connectedAt >= this.#limits.lifetime;
      if (isOverdue) socket.close(IDLE.code, IDLE.reason);
    }
  }
}
