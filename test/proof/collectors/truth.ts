import { z } from 'zod';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { compareDecimals } from '../../../core/market/decimals.ts';
import type { Link } from '../../../core/market/hot-trades.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { binanceUpdateId } from '../../../local/exchanges/binance.ts';
import { bookAt, REDRAW } from '../../../local/exchanges/book.ts';
import { bybitTradeId } from '../../../local/exchanges/bybit.ts';
import type { Feed, Market } from '../../../local/exchanges/market.ts';
import { units } from '../../../local/exchanges/symbols.ts';

/** What the seeded exchanges know, against what was stored of it. Each check answers what is wrong. */

const MINUTE = 60_000;

export const tradeIdOf = (exchange: ExchangeName, id: number) => (exchange === 'bybit' ? bybitTradeId(id) : String(id));

export interface StoredTrades {
  problems: string[];
  /** Trades within recorded gaps. */
  lost: number;
  stored: number;
}

/** Every trade from the first that is stored up to the last: once and as it was made, or within a recorded gap. */
export function checkTrades(market: Market, of: Feed, links: readonly Link[]): StoredTrades {
  const trades = links.flatMap((link) => link.trades());
  const gaps = links.flatMap(({ gap }) => gap ?? []);
  const [first] = trades;
  const last = trades.at(-1);
  if (!first || !last) return { problems: ['Nothing is stored'], lost: 0, stored: 0 };
  const byId = new Map(trades.map((trade) => [trade.tradeId, trade]));
  const problems: string[] = [];
  if (byId.size < trades.length) problems.push(`${trades.length - byId.size} trades are stored twice`);
  const isInGap = (id: string) =>
    gaps.some(({ from, to }) => BigInt(id) > BigInt(from.tradeId) && BigInt(id) < BigInt(to.tradeId));
  let lost = 0;
  let known = 0;
  for (const made of market.trades(of, first.timestamp, last.timestamp)) {
    const id = tradeIdOf(of.exchange, made.id);
    if (BigInt(id) < BigInt(first.tradeId) || BigInt(id) > BigInt(last.tradeId)) continue;
    const trade = byId.get(id);
    if (trade === undefined) {
      lost += 1;
      if (!isInGap(id)) problems.push(`${id} is neither stored nor within a gap`);
      continue;
    }
    known += 1;
    if (isInGap(id)) problems.push(`${id} is stored and within a gap`);
    const { priceDecimals, lotDecimals } = of.symbol;
    const expected = { price: units(made.price, priceDecimals), quantity: units(made.lots, lotDecimals) };
    if (!isAs(trade, { ...expected, side: made.side, timestamp: made.time })) problems.push(`${id} is another trade`);
  }
  if (known < byId.size) problems.push(`${byId.size - known} trades were never made`);
  return { problems, lost, stored: byId.size };
}

function isAs(trade: Trade, expected: Pick<Trade, 'price' | 'quantity' | 'side' | 'timestamp'>): boolean {
  return (
    compareDecimals(trade.price, expected.price) === 0 &&
    compareDecimals(trade.quantity, expected.quantity) === 0 &&
    trade.side === expected.side &&
    trade.timestamp === expected.timestamp
  );
}

/** A candle as it is shown. */
export const shownCandle = z.object({
  openTime: z.string(),
  open: z.string(),
  high: z.string(),
  low: z.string(),
  close: z.string(),
  volume: z.string(),
  trades: z.number(),
  closed: z.boolean(),
  complete: z.boolean(),
});

/** Closed candles that call themselves complete are the exchange's. */
export function checkCandles(market: Market, of: Feed, shown: readonly z.output<typeof shownCandle>[]): string[] {
  return shown
    .filter(({ closed, complete }) => closed && complete)
    .flatMap((candle) => {
      const from = Date.parse(candle.openTime);
      const [made] = market.candles(of, '1m', { from, to: from, now: from + 2 * MINUTE });
      const { priceDecimals, lotDecimals } = of.symbol;
      const isSame =
        made !== undefined &&
        (['open', 'high', 'low', 'close'] as const).every(
          (field) => compareDecimals(candle[field], units(made[field], priceDecimals)) === 0,
        ) &&
        compareDecimals(candle.volume, units(made.lots, lotDecimals)) === 0 &&
        candle.trades === made.trades;
      return isSame
        ? []
        : [`The candle of ${candle.openTime} is ${JSON.stringify(candle)}, not ${JSON.stringify(made)}`];
    });
}

const levels = z.array(z.object({ price: z.string(), quantity: z.string() }));
/** A book as it is shown. */
export const shownBook = z.object({
  inStep: z.boolean(),
  sequence: z.number(),
  timestamp: z.string(),
  bids: levels,
  asks: levels,
});

/** A book that says it is in step is the exchange's at that number. */
export function checkBook(market: Market, of: Feed, shown: z.output<typeof shownBook>): string[] {
  const sequence = of.exchange === 'binance' ? shown.sequence / binanceUpdateId(1) : shown.sequence;
  const made = bookAt(market, of, shown.bids.length, sequence * REDRAW);
  const { priceDecimals, lotDecimals } = of.symbol;
  return (['bids', 'asks'] as const).flatMap((side) => {
    const isSame =
      shown[side].length === made[side].length &&
      shown[side].every(({ price, quantity }, index) => {
        const level = made[side][index];
        return (
          level !== undefined &&
          compareDecimals(price, units(level.price, priceDecimals)) === 0 &&
          compareDecimals(quantity, units(level.lots, lotDecimals)) === 0
        );
      });
    return isSame ? [] : [`The ${side} at ${shown.sequence} are not the exchange's`];
  });
}
