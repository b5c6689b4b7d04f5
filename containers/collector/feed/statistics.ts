import type { Clock } from './clock.ts';
import type { Data } from './exchange.ts';

/** What a market's statistics say, for whoever asks how a collector does. */
export interface MarketStatistics {
  symbol: string;
  messages: number;
  /** Over the last seconds. */
  messagesPerSecond: number;
  trades: number;
  /** Trades that came more than once, and were taken once. */
  repeated: number;
  /** Stretches of trades that nothing could give any more. */
  gaps: number;
  /** Times that the book had to begin anew. */
  resyncs: number;
  bookInStep: boolean | null;
  /** Candles that were held against the exchange's own, and how many were not the same. */
  candlesChecked: number;
  candlesDifferent: number;
  /** Epoch milliseconds; null before the first. */
  lastMessageAt: number | null;
  /** When REST last said that no trade was missing, epoch milliseconds; null before the first time. */
  confirmedAt: number | null;
  /** Milliseconds from the exchange's time to ours of the last message, clocks' skew included; null before the first. */
  lag: number | null;
}

/** How much the last second counts in the rate of messages. */
const NEWEST = 0.2;

/** Counts the messages of one market. */
export class Traffic {
  messages = 0;
  /** When the last message came, by `elapsed`, and the exchange's time of it. */
  #heardAt = 0;
  #timestamp = 0;
  #rate: number | undefined;
  #counted = 0;
  #countedAt: number;

  /** `elapsed` in milliseconds. */
  constructor(elapsed: number) {
    this.#countedAt = elapsed;
  }

  get perSecond(): number {
    return this.#rate ?? 0;
  }

  message(heardAt: number, timestamp: number): void {
    this.messages += 1;
    this.#heardAt = heardAt;
    this.#timestamp = timestamp;
  }

  /** Of the last message. */
  last(clock: Clock): Pick<MarketStatistics, 'lastMessageAt' | 'lag'> {
    if (this.messages === 0) return { lastMessageAt: null, lag: null };
    const lastMessageAt = Math.round(clock.now() - (clock.elapsed() - this.#heardAt));
    return { lastMessageAt, lag: lastMessageAt - this.#timestamp };
  }

  /** A second or so has passed. */
  look(elapsed: number): void {
    const seconds = (elapsed - this.#countedAt) / 1000;
    if (seconds <= 0) return;
    const rate = (this.messages - this.#counted) / seconds;
    this.#rate = this.#rate === undefined ? rate : this.#rate + NEWEST * (rate - this.#rate);
    this.#counted = this.messages;
    this.#countedAt = elapsed;
  }
}

/** The exchange's time of a message, epoch milliseconds. */
export function timestampOf(data: Data): number {
  if (data.kind === 'candles') return data.timestamp;
  return data.kind === 'book' ? data.update.timestamp : (data.trades.at(-1)?.timestamp ?? 0);
}
