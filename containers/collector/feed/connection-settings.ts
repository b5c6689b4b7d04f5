import type { RetrySettings } from './retry.ts';
import type { Silence } from './silence.ts';

/** How patient a connection is with its exchange. */
export interface ConnectionSettings {
  retry: RetrySettings;
  /** All in milliseconds. Within which a connection must be open. */
  openWithin: number;
  /** Within which a request must be answered: what comes of a topic says nothing of the others that were asked for. */
  answerWithin: number;
  /** How long a connection must hold before its failures are forgotten. */
  stableAfter: number;
  /** How long both sockets are heard at a planned change. */
  overlap: number;
  /** How long before the exchange's limit on a connection's life it is replaced. */
  replaceBefore: number;
  /** A connection that has said nothing at all for this long is dead. */
  silentConnection: number;
  silence: (topic: string) => Silence;
  /** How often silence is looked for. */
  watchEvery: number;
  /** When a refused topic is asked for again. */
  retryRefused: number;
}

export const CONNECTION_SETTINGS: ConnectionSettings = {
  retry: { base: 500, cap: 15_000, openAfter: 8, openFor: 30_000 },
  openWithin: 10_000,
  answerWithin: 10_000,
  stableAfter: 10_000,
  overlap: 5_000,
  replaceBefore: 10 * 60_000,
  silentConnection: 45_000,
  silence: () => ({ after: 60_000, busy: false }),
  watchEvery: 1_000,
  retryRefused: 60_000,
};
