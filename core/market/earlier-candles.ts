import { type Link, readLinks } from './hot-trades.ts';
import { readCandles, type StoredCandle } from './stored-candles.ts';
import { durationOf, openTimeOf } from './timeframe.ts';
import type { Market, TradePoint } from './trade.ts';

const MINUTE = 60_000;
/** An exchange may tell a trade with an earlier time after one with a later, milliseconds apart. */
const OUT_OF_ORDER = 1000;
/** What was not counted for longer than this before the end is not counted again from trades. */
const LONGEST = 10 * MINUTE;

/** What is stored of a market's candles that form: a new life goes on counting there. */
export interface EarlierCandles {
  /** Minutes that are over and whole, oldest first. */
  minutes: StoredCandle[];
  /** Every trade after them up to the last one, and what is missing between, in order. */
  links: Link[];
}

/**
 * What an earlier life has left to go on with after `last`, the last trade that is stored; undefined where that is too
 * little to know any candle whole.
 */
export async function earlierCandles(
  market: Market,
  last: TradePoint,
  now: number,
): Promise<EarlierCandles | undefined> {
  // In the minute of the last trade, or just after its beginning in the one before, more trades may have been counted than stored.
  const end = openTimeOf('1m', last.timestamp - OUT_OF_ORDER);
  const from = openTimeOf('4h', last.timestamp);
  const limit = durationOf('4h') / MINUTE;
  const { candles } = await readCandles({ market, timeframe: '1m', from, to: end, limit }, now);
  const minutes = candles.filter(({ closed, complete }) => closed && complete).reverse();
  const counted = (minutes.at(-1)?.openTime ?? 0) + MINUTE;
  if (minutes.length === 0 || last.timestamp - counted > LONGEST) return undefined;
  const links: Link[] = [];
  for await (const link of readLinks(market, counted, last.timestamp + 1, 'oldest')) links.push(link);
  // Trades that wait to be stored would be missed here.
  return links.at(-1)?.last.tradeId === last.tradeId ? { minutes, links } : undefined;
}
