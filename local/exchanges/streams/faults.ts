/** What can go wrong between an exchange and its clients, switched on by tests and proofs. */

import type { ExchangeName } from '../../../core/market/candle.ts';

/** What happens to the next message of a topic: lost, sent twice, sent after its successor, cut in the middle. */
export type FrameFault = 'lost' | 'doubled' | 'late' | 'cut';

export class Faults {
  /** New connections are refused with status 503. */
  readonly refusedConnections = new Set<ExchangeName>();
  /** Connections stay open and say nothing, not even a pong. */
  readonly silent = new Set<ExchangeName>();
  /** Topics by the exchange's own name that say nothing on connections that else go on. */
  readonly silentTopics = new Set<string>();
  /** Topics whose subscription is refused. */
  readonly refusedTopics = new Set<string>();
  /** How old the books are that Binance's REST gives, in milliseconds. */
  snapshotAge = 0;
  /** Binance's REST has no trades by number, as its addresses for market data alone. */
  shortHistory = false;
  readonly #next = new Map<string, FrameFault[]>();

  /** The next message of `topic` suffers `fault`; more than one are for the messages after it. */
  next(topic: string, ...faults: FrameFault[]): void {
    this.#next.set(topic, [...(this.#next.get(topic) ?? []), ...faults]);
  }

  isSilent(exchange: ExchangeName, topic: string): boolean {
    return this.silent.has(exchange) || this.silentTopics.has(topic);
  }

  /** The messages as they go out. A late one waits for a successor among them: with none it stays for the next time. */
  applied(topic: string, frames: string[]): string[] {
    const faults = this.#next.get(topic);
    if (faults === undefined) return frames;
    const sent: string[] = [];
    let late: string[] = [];
    for (const [i, frame] of frames.entries()) {
      // Nothing comes after the last: a fault of order waits for a message that has a successor.
      const fault = faults[0] === 'late' && i === frames.length - 1 ? undefined : faults.shift();
      if (fault === 'late') {
        late.push(frame);
        continue;
      }
      sent.push(...suffered(frame, fault), ...late);
      late = [];
    }
    if (faults.length === 0) this.#next.delete(topic);
    return [...sent, ...late];
  }
}

function suffered(frame: string, fault: FrameFault | undefined): string[] {
  if (fault === 'lost') return [];
  if (fault === 'doubled') return [frame, frame];
  if (fault === 'cut') return [frame.slice(0, frame.length / 2)];
  return [frame];
}
