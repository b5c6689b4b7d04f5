import { endOfGap, type GapEnds, type Link } from '../../core/market/hot-trades.ts';
import type { Trade, TradePoint } from '../../core/market/trade.ts';

/** What one file of the archive holds: a piece of a market's chain, within one hour. */
export interface Stretch {
  /** When the hour begins, epoch milliseconds. */
  hour: number;
  /** The trade before it. */
  after: TradePoint;
  /** Where the next one goes on. */
  last: TradePoint;
  trades: Trade[];
  /** Those that ended within it. */
  gaps: GapEnds[];
}

const HOUR = 3_600_000;

/** Bounds the memory of a run; an hour with more trades is in several files. A busy one has 300,000. */
export const MOST_TRADES = 400_000;

/**
 * The first stretch that is whole. A chain only grows at its end, so what lies before a trade of a later hour can't change
 * any more: the same chain gives the same stretch at any time, and nothing can come late. Hours are those of the chain: a
 * trade whose time is a little before that of its predecessor stays behind it.
 *
 * @param links of one market, oldest first, from anywhere before the position
 * @param position the last trade that is archived; undefined: none is
 * @param closed epoch milliseconds: an hour that ended before it is whole though no later trade says so
 */
export async function nextStretch(
  links: AsyncIterable<Link>,
  position: TradePoint | undefined,
  closed: number,
): Promise<Stretch | undefined> {
  let stretch: Stretch | undefined;
  let end = position;
  for await (const link of links) {
    for (const step of stepsOf(link, end)) {
      const timestamp = Math.max(step.point.timestamp, end?.timestamp ?? 0);
      const hour = hourOf(timestamp);
      if (stretch && (hour > stretch.hour || stretch.trades.length === MOST_TRADES)) return stretch;
      stretch ??= { hour, after: end ?? link.after, last: step.point, trades: [], gaps: [] };
      end = { tradeId: step.point.tradeId, timestamp };
      stretch.last = end;
      if ('gap' in step) stretch.gaps.push(step.gap);
      else stretch.trades.push(step.trade);
    }
  }
  return stretch && stretch.hour + HOUR <= closed ? stretch : undefined;
}

/** @returns when the hour of a time begins, both epoch milliseconds */
export function hourOf(timestamp: number): number {
  return Math.floor(timestamp / HOUR) * HOUR;
}

/** Its point is what the chain ends with after it. */
type Step = { point: TradePoint } & ({ trade: Trade } | { gap: GapEnds });

/** What a link adds to what ends with `end`. */
function stepsOf(link: Link, end: TradePoint | undefined): Step[] {
  if (link.gap) {
    if (end && !isAfter(link.last, end)) return [];
    return [...holeBetween(link, end, link.gap.from), { point: link.last, gap: link.gap }];
  }
  let { timestamp } = link.after;
  const steps = link.trades().map((trade) => {
    timestamp = Math.max(timestamp, trade.timestamp);
    return { point: { tradeId: trade.tradeId, timestamp }, trade };
  });
  const added = end === undefined ? steps : steps.filter(({ point }) => isAfter(point, end));
  const [first] = added;
  return [...(first && first === steps[0] ? holeBetween(link, end, first.trade) : []), ...added];
}

/** Links that expired before they were archived, or a chain that began anew: what lay between is a gap too. */
function holeBetween({ after }: Link, end: TradePoint | undefined, { tradeId, timestamp }: TradePoint): Step[] {
  if (end === undefined || after.tradeId === end.tradeId) return [];
  const to = { tradeId, timestamp };
  const point = endOfGap({ to });
  return point.tradeId === end.tradeId || tradeId === end.tradeId ? [] : [{ point, gap: { from: end, to } }];
}

/** In the chain's order, which is that of its keys: numbers may begin anew. */
function isAfter(point: TradePoint, other: TradePoint): boolean {
  if (point.timestamp !== other.timestamp) return point.timestamp > other.timestamp;
  return BigInt(point.tradeId) > BigInt(other.tradeId);
}
