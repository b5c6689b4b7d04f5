import { userLocator } from '../access/tokens.ts';

/**
 * Keys of the alerts table. A user's records share one partition, named by the user's locator:
 *
 *     pk U#<locator>   sk user          the user: plan, settings, what admission counts
 *     pk U#<locator>   sk S#<signal id> a signal; the id begins with its time, so the order is time's
 *
 * The index `by_id` (keys only, sparse: signals alone have an `id`) finds a signal by its id. It costs one write unit an
 * alert, at the put; later changes leave its keys alone and cost nothing.
 */
export const SIGNALS_BY_ID = 'by_id';
export const USER_SORT_KEY = 'user';
export const SIGNAL_SORT_PREFIX = 'S#';

export interface Key {
  pk: string;
  sk: string;
}

export function partition(locator: string): string {
  return `U#${locator}`;
}

export function userKey(userId: string): Key {
  return { pk: partition(userLocator(userId)), sk: USER_SORT_KEY };
}

export function signalKey(locator: string, signalId: string): Key {
  return { pk: partition(locator), sk: SIGNAL_SORT_PREFIX + signalId };
}
