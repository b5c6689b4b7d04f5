import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { ApiError } from '../../http/errors.ts';
import { idBound, signalTime } from '../alert-id.ts';
import { partition, SIGNAL_SORT_PREFIX } from '../keys.ts';
import { factSchema, type SignalFact } from './facts.ts';
import { justAfter, type Range, type ReadBudget } from './read-budget.ts';
import { putSegment, readFacts, readSegments, type Segment } from './segment-items.ts';
import { summaryOf } from './summary.ts';

/**
 * All of a user's signals as segments and a tail. A signal appears under an id of the time at which its alert was
 * admitted, up to 45 s later (a repeat within 35 s may complete a put that a crash has cut off, and the webhook's
 * function has 10 s): only older ones are settled, and go into segments.
 */
export interface Cut {
  /** Signals of a segment; fewer where they take more than 1 MB, a query's page. */
  signals: number;
  settledAfterMs: number;
}
export const CUT: Cut = { signals: 250, settledAfterMs: 60_000 };

export interface History {
  segments: Segment[];
  /** The signals after the last segment. */
  tail: SignalFact[];
  /** Facts that were read on the way, by the start of their segment. */
  facts: Map<string, SignalFact[]>;
}

/** Created at `from` or later and before `to`, in epoch milliseconds. */
export interface Period {
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * The user's segments, those of the period up to date, and the tail. New segments are made of settled signals, and
 * segments whose signals have changed are made anew. Where there is more to make than the budget allows, an ApiError
 * `unavailable` is thrown, and the next request finds less to do.
 */
export async function readHistory(
  locator: string,
  budget: ReadBudget,
  { period = {}, now = Date.now(), cut = CUT }: { period?: Period; now?: number; cut?: Cut } = {},
): Promise<History> {
  const { segments, tailRev } = await readSegments(locator, budget);
  const facts = new Map<string, SignalFact[]>();
  for (const [index, segment] of segments.entries()) {
    if (segment.changed.size === 0 || !overlaps(segment, period)) continue;
    const repaired = await repairSegment(locator, segment, budget);
    segments[index] = repaired.segment;
    facts.set(segment.start, repaired.facts);
  }
  const tail = await readTail(locator, budget, { segments, tailRev, facts }, now, cut);
  return { segments, tail, facts };
}

export function overlaps({ start, last }: Pick<Segment, 'start' | 'last'>, { from, to }: Period): boolean {
  return (from === undefined || last >= idBound(from)) && (to === undefined || start < idBound(to));
}

/** Reads the changed signals of a segment again. What it returns is right also where it could not be kept. */
export async function repairSegment(
  locator: string,
  segment: Segment,
  budget: ReadBudget,
): Promise<{ segment: Segment; facts: SignalFact[] }> {
  const { start, last, changed } = segment;
  const before = await readFacts(locator, start, budget);
  if (changed.size === 0) return { segment, facts: before };
  const first = Math.min(...changed);
  const final = Math.max(...changed);
  const range = {
    pk: partition(locator),
    from: later(SIGNAL_SORT_PREFIX + idBound(first), justAfter(SIGNAL_SORT_PREFIX + start)),
    to: earlier(SIGNAL_SORT_PREFIX + idBound(final + 1), SIGNAL_SORT_PREFIX + last),
  };
  const again: SignalFact[] = [];
  for await (const items of budget.pages(range, comeAgain, FACTS_ONLY)) again.push(...items.map(factOf));
  const facts = [
    ...before.filter(({ id }) => signalTime(id) < first),
    ...again,
    ...before.filter(({ id }) => signalTime(id) > final),
  ];
  const repaired = { ...segment, summary: summaryOf(facts), changed: new Set<number>() };
  await putSegment(locator, repaired, facts);
  return { segment: repaired, facts };
}

/** Reads on from the last segment, and makes segments of what is settled. */
async function readTail(
  locator: string,
  budget: ReadBudget,
  { segments, tailRev, facts }: { segments: Segment[]; tailRev: number | undefined; facts: Map<string, SignalFact[]> },
  now: number,
  cut: Cut,
): Promise<SignalFact[]> {
  const tail: SignalFact[] = [];
  let start = segments.at(-1)?.last ?? '';
  let rev = tailRev;
  let making = true;
  const range: Range = {
    pk: partition(locator),
    from: justAfter(SIGNAL_SORT_PREFIX + start),
    to: `${SIGNAL_SORT_PREFIX}~`,
  };
  for (;;) {
    const { items, after } = await budget.page(range, comeAgain, { ...FACTS_ONLY, Limit: cut.signals });
    const page = items.map(factOf);
    const last = page.at(-1)?.id;
    // A page that is not the last one is full.
    making &&= after !== undefined && last !== undefined && signalTime(last) <= now - cut.settledAfterMs;
    if (making && last !== undefined) {
      const segment = { start, last, rev, summary: summaryOf(page) };
      // Where another was faster, the chain of segments goes on from its last and not from this one's.
      making = await putSegment(locator, segment, page);
      if (making) {
        segments.push({ ...segment, changed: new Set() });
        facts.set(start, page);
        start = last;
        // Whoever changes a signal of the new tail creates its revision.
        rev = undefined;
      }
    }
    if (!making) tail.push(...page);
    if (after === undefined) return tail;
    range.from = justAfter(after);
  }
}

function comeAgain(): ApiError {
  return new ApiError('unavailable', {}, { 'retry-after': '1' });
}

const FIELDS = Object.keys(factSchema.shape);
const FACTS_ONLY: Partial<QueryCommandInput> = {
  ProjectionExpression: FIELDS.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(FIELDS.map((name) => [`#${name}`, name])),
};

function factOf(item: unknown): SignalFact {
  return factSchema.parse(item);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
