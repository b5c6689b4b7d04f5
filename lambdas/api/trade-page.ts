import { type GapEnds, readLinks } from '../../core/market/hot-trades.ts';
import type { Market, Trade, TradePoint } from '../../core/market/trade.ts';

/** Where a page ended: in the link after this trade, so many of whose first trades are left. */
interface Place {
  after: TradePoint;
  left: number;
}

/** Links read at a time; a page of a busy market is in two or three. */
const LINKS = 20;

/**
 * A page of hot trades, newest first, and the gaps among them; each counts for the limit.
 * @param from epoch milliseconds, inclusive
 * @param to epoch milliseconds, exclusive
 * @param before where the page before ended
 */
export async function tradePage(
  market: Market,
  { from, to }: { from: number; to: number },
  limit: number,
  before: string | undefined,
): Promise<{ trades: Trade[]; gaps: GapEnds[]; next: string | undefined }> {
  const start = before === undefined ? undefined : readPlace(before);
  const trades: Trade[] = [];
  const gaps: GapEnds[] = [];
  for await (const link of readLinks(market, from, to, 'newest', { links: LINKS, upTo: start?.after })) {
    const { after, gap } = link;
    const isBegun = start !== undefined && isSame(after, start.after);
    const rest = isBegun ? link.trades().slice(0, start.left) : link.trades();
    if (gap && !isBegun && gap.to.timestamp >= from && gap.from.timestamp < to) gaps.push(gap);
    for (let trade = rest.pop(); trade !== undefined; trade = rest.pop()) {
      if (trade.timestamp >= from && trade.timestamp < to) trades.push(trade);
      if (trades.length + gaps.length >= limit) break;
    }
    if (trades.length + gaps.length >= limit) return { trades, gaps, next: placeText({ after, left: rest.length }) };
  }
  return { trades, gaps, next: undefined };
}

function isSame(a: TradePoint, b: TradePoint): boolean {
  return a.tradeId === b.tradeId && a.timestamp === b.timestamp;
}

function placeText({ after, left }: Place): string {
  return `${after.timestamp}#${after.tradeId}#${left}`;
}

function readPlace(text: string): Place {
  const [timestamp, tradeId = '', left] = text.split('#');
  return { after: { timestamp: Number(timestamp), tradeId }, left: Number(left) };
}
