import { userLocator } from '../access/tokens.ts';

/**
 * Keys of the alerts table. A user's records share one partition, named by the user's locator:
 *
 *     pk U#<locator>   sk user          the user: plan, settings, what admission counts
 *     pk U#<locator>   sk S#<signal id> a signal; the id begins with its time, so the order is time's
 *     pk U#<locator>   sk A#<id>        a call to the webhook that made no signal, in the same order
 *     pk U#<locator>   sk E#<id>        an export, in the same order
 *     pk U#<locator>   sk N             where the user is told of events
 *     pk U#<locator>   sk M#<start>     the summary of a segment of signals: those after the id `start`, up to its `last`
 *     pk U#<locator>   sk F#<start>     the same segment's facts, packed
 *     pk U#<locator>   sk T             the user's TradingView session
 *
 * The indexes hold keys only, and are sparse. Each costs a write unit whenever an item enters it, leaves it or moves in
 * it, and nothing at any other change.
 */
export const INDEXES = {
  /** A signal by its id. One unit an alert. */
  signalsById: { name: 'by_id', partitionKey: 'id' },
  /** A user's signals of one symbol, one indicator, one result, in the order of time. One unit an alert each; a changed result costs two more. */
  signalsBySymbol: { name: 'by_symbol', partitionKey: 'symbol_of', sortKey: 'sk' },
  signalsByIndicator: { name: 'by_indicator', partitionKey: 'indicator_of', sortKey: 'sk' },
  signalsByResult: { name: 'by_result', partitionKey: 'result_of', sortKey: 'sk' },
  /** A user's signals whose capture has not ended. Two units an alert, and two for each capture asked for again. */
  signalsCapturing: { name: 'capturing', partitionKey: 'capturing', sortKey: 'sk' },
  /** All users in the order of their creation. Costs an alert nothing. */
  users: { name: 'users', partitionKey: 'kind', sortKey: 'created_at' },
  /** The TradingView sessions that count. Costs an alert nothing. */
  validSessions: { name: 'valid_sessions', partitionKey: 'session_state' },
} as const satisfies Record<string, { name: string; partitionKey: string; sortKey?: string }>;

export const USER_SORT_KEY = 'user';
export const CHANNELS_SORT_KEY = 'N';
export const SIGNAL_SORT_PREFIX = 'S#';
export const AUDIT_SORT_PREFIX = 'A#';
export const SUMMARY_SORT_PREFIX = 'M#';
export const FACTS_SORT_PREFIX = 'F#';
export const EXPORT_SORT_PREFIX = 'E#';
export const SESSION_SORT_KEY = 'T';

export interface Key {
  pk: string;
  sk: string;
}

export function partition(locator: string): string {
  return `U#${locator}`;
}

export function locatorOf({ pk }: Pick<Key, 'pk'>): string {
  return pk.slice(2);
}

export function userKey(userId: string): Key {
  return { pk: partition(userLocator(userId)), sk: USER_SORT_KEY };
}

export function signalKey(locator: string, signalId: string): Key {
  return { pk: partition(locator), sk: SIGNAL_SORT_PREFIX + signalId };
}

export function auditKey(locator: string, id: string): Key {
  return { pk: partition(locator), sk: AUDIT_SORT_PREFIX + id };
}

/** Where an index has a user's signals of one symbol, indicator or result. */
export function indexPartition(locator: string, value: string): string {
  return `${locator}#${value}`;
}

export function exportKey(locator: string, id: string): Key {
  return { pk: partition(locator), sk: EXPORT_SORT_PREFIX + id };
}

export function channelsKey(locator: string): Key {
  return { pk: partition(locator), sk: CHANNELS_SORT_KEY };
}

export function sessionKey(locator: string): Key {
  return { pk: partition(locator), sk: SESSION_SORT_KEY };
}

/** Where the indexes find a signal with these facts. */
export function indexKeys(
  locator: string,
  facts: { symbol?: string | undefined; indicator_key?: string | undefined; result?: string | undefined },
) {
  const of = (value: string | undefined) => (value === undefined ? undefined : indexPartition(locator, value));
  return {
    symbol_of: of(facts.symbol),
    indicator_of: of(facts.indicator_key),
    result_of: of(facts.result ?? 'pending'),
  };
}
