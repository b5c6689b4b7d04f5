import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodb } from '../../aws/dynamodb.ts';
import { environment } from '../../aws/environment.ts';
import { idBound, signalTime } from '../alert-id.ts';
import { INDEXES, partition, SIGNAL_SORT_PREFIX } from '../keys.ts';
import { matches, type SignalFilters } from '../signal-filters.ts';
import { storedSignalSchema } from '../stored-signal.ts';
import { type Group, type Grouping, Tallies } from './analytics.ts';
import type { SignalFact } from './facts.ts';
import { CUT, type Cut, type History, overlaps, readHistory } from './history.ts';
import { ReadBudget } from './read-budget.ts';
import { readAllFacts, readFacts, tooLarge } from './segment-items.ts';
import { type Statistics, statistics } from './statistics.ts';
import { EMPTY, merge, summaryOf } from './summary.ts';

/** What a user's statistics and analyses are read from. Each reads at most 4 MB. */
const MAX_MEGABYTES = 4;
/** More groups than this would not fit an answer. */
const MAX_GROUPS = 10_000;

/** Throws ApiError `unavailable` while too much of the history is still to be summed up. */
export async function readStatistics(locator: string, now: number, cut: Cut = CUT): Promise<Statistics> {
  const budget = new ReadBudget(MAX_MEGABYTES);
  const [screenshots_pending, history] = await Promise.all([
    countCapturing(locator),
    readHistory(locator, budget, { now, cut }),
  ]);
  const summaries = [...history.segments.map(({ summary }) => summary), summaryOf(history.tail)];
  return statistics(summaries.reduce(merge, EMPTY), {
    this_month: await countSince(locator, monthStart(now), history, budget),
    screenshots_pending,
  });
}

/**
 * Throws ApiError `unavailable` while too much of the history is still to be read, `analysis_too_large` where the
 * filters leave too much for any one analysis.
 */
export async function readAnalytics(
  locator: string,
  grouping: Grouping,
  filters: SignalFilters,
  now: number,
  cut: Cut = CUT,
): Promise<Group[]> {
  const tallies = new Tallies(grouping);
  const source = needsWholeSignals(filters) ? wholeSignals(locator, filters) : facts(locator, filters, now, cut);
  for await (const signals of source) {
    for (const signal of signals) if (matches(filters, signal)) tallies.add(signal);
    if (tallies.size > MAX_GROUPS) throw tooLarge();
  }
  return tallies.groups();
}

/** Facts hold neither texts nor captures. */
function needsWholeSignals({ q, screenshot_status }: SignalFilters): boolean {
  return q !== undefined || screenshot_status !== undefined;
}

async function* wholeSignals(locator: string, { from = 0, to }: SignalFilters) {
  const range = {
    pk: partition(locator),
    from: SIGNAL_SORT_PREFIX + idBound(from),
    to: SIGNAL_SORT_PREFIX + (to === undefined ? '~' : idBound(to)),
  };
  if (range.from > range.to) return;
  for await (const items of new ReadBudget(MAX_MEGABYTES).pages(range, tooLarge)) {
    yield items.map((item) => storedSignalSchema.parse(item));
  }
}

async function* facts(locator: string, filters: SignalFilters, now: number, cut: Cut): AsyncGenerator<SignalFact[]> {
  const budget = new ReadBudget(MAX_MEGABYTES);
  const history = await readHistory(locator, budget, { period: filters, now, cut });
  const wanted = history.segments.filter((segment) => overlaps(segment, filters));
  const unread = wanted.filter(({ start }) => !history.facts.has(start)).map(({ start }) => start);
  const [from, to] = [unread[0], unread.at(-1)];
  if (from !== undefined && to !== undefined) {
    for await (const [start, found] of readAllFacts(locator, from, to, budget)) {
      if (!history.facts.has(start)) history.facts.set(start, found);
    }
  }
  for (const { start } of wanted) yield history.facts.get(start) ?? [];
  yield history.tail;
}

/** From the index, which follows within moments. */
async function countCapturing(locator: string): Promise<number> {
  const { name, partitionKey } = INDEXES.signalsCapturing;
  let count = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page: { Count?: number | undefined; LastEvaluatedKey?: Record<string, unknown> | undefined } =
      await dynamodb.send(
        new QueryCommand({
          TableName: environment('ALERTS_TABLE'),
          IndexName: name,
          KeyConditionExpression: '#key = :locator',
          ExpressionAttributeNames: { '#key': partitionKey },
          ExpressionAttributeValues: { ':locator': locator },
          Select: 'COUNT',
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return count;
}

function monthStart(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** Whole segments tell it by their summaries; only one may lie on both sides of the time. */
async function countSince(locator: string, time: number, history: History, budget: ReadBudget): Promise<number> {
  const since = (signals: SignalFact[]) => signals.filter(({ id }) => signalTime(id) >= time).length;
  let count = since(history.tail);
  for (const { start, last, summary } of history.segments) {
    if (start >= idBound(time)) count += summary.signals;
    else if (last >= idBound(time))
      count += since(history.facts.get(start) ?? (await readFacts(locator, start, budget)));
  }
  return count;
}
