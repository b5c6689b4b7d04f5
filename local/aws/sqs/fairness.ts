/** A message group that has a message to give, with the place of its first one. */
export interface ReadyGroup {
  id: string;
  /** Messages of the group that consumers hold now. */
  inFlight: number;
  /** When its first message became visible, ms. */
  visibleAt: number;
  seq: number;
}

/** Messages without a group are stored under this one. */
export const NO_GROUP = '';

/**
 * The group whose first message is delivered next: the one with the fewest messages in flight, among equals the one
 * that waits longest. That is what AWS documents for fair queues ("quiet" tenants before "noisy" ones, among noisy ones
 * the fewest in flight first), without AWS's threshold of 30 messages in flight, which a single machine never reaches.
 * A message without a group counts as a tenant of its own, so such messages have nothing in flight.
 */
export function nextGroup(groups: Iterable<ReadyGroup>): ReadyGroup | undefined {
  let best: ReadyGroup | undefined;
  for (const group of groups) if (best === undefined || precedes(group, best)) best = group;
  return best;
}

function precedes(a: ReadyGroup, b: ReadyGroup): boolean {
  return load(a) - load(b) < 0 || (load(a) === load(b) && waitsLonger(a, b));
}

function waitsLonger(a: ReadyGroup, b: ReadyGroup): boolean {
  return a.visibleAt < b.visibleAt || (a.visibleAt === b.visibleAt && a.seq < b.seq);
}

function load(group: ReadyGroup): number {
  return group.id === NO_GROUP ? 0 : group.inFlight;
}
