/**
 * A market that goes on by itself: every candle and trade of every pair, for any time since 2018, follows from the seed
 * and the clock alone. Nothing is stored, so that a restart, a gap or a second process sees the same past and future.
 *
 *   day ─12→ 2 h ─2→ 1 h ─2→ 30 m ─2→ 15 m ─15→ minute → trades
 *
 * A day's ends follow from noise, everything below from dividing what is above (`split.ts`). Timeframes between or
 * above the levels are sums of the largest pieces that fit.
 */

import type { ExchangeName } from '../../core/market/candle.ts';
import { type ChartTimeframe, openTimeOf, stepOpenTime } from '../../core/market/timeframe.ts';
import { chanceOf, normal, wander } from './noise.ts';
import { type Bar, split } from './split.ts';
import { MARKET_SYMBOLS, type MarketSymbol } from './symbols.ts';
import { LEAST_TRADES, type MarketTrade, minuteTrades } from './trades.ts';

/** Prices in ticks, quantities in lots of the symbol; both exact. */
export interface MarketCandle {
  /** Epoch milliseconds. */
  openTime: number;
  /** The last millisecond that belongs to it. */
  closeTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  lots: number;
  trades: number;
}

export interface Market {
  symbol(name: string): MarketSymbol | undefined;
  /**
   * Candles that open within [from, to], oldest first, as they stand at `now`: the last may still be forming, none
   * is of the future or from before the market's first day.
   */
  candles(of: Feed, timeframe: ChartTimeframe, span: { from: number; to: number; now: number }): MarketCandle[];
  /** Trades with from <= time <= to, oldest first; the caller sees to it that `to` is not in the future. */
  trades(of: Feed, from: number, to: number): MarketTrade[];
  /** Up to `count` trades that were made by `now`, oldest first, from the one numbered `id` on. */
  tradesFrom(of: Feed, id: number, count: number, now: number): MarketTrade[];
  /** The newest `count` trades at `now`, oldest first. */
  lastTrades(of: Feed, count: number, now: number): MarketTrade[];
}

/** One pair on one exchange. */
export interface Feed {
  exchange: ExchangeName;
  symbol: MarketSymbol;
}

/** A Monday and the first of a month, so that no timeframe has a candle that is cut. */
export const MARKET_BEGIN = Date.UTC(2018, 0, 1);

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const LEVELS = [
  { length: DAY, parts: 12 },
  { length: 120 * MINUTE, parts: 2 },
  { length: 60 * MINUTE, parts: 2 },
  { length: 30 * MINUTE, parts: 2 },
  { length: 15 * MINUTE, parts: 15 },
  { length: MINUTE, parts: 0 },
];
/** A day has the same number of trades everywhere, so that a trade's number follows from its day. */
const TRADES_BEYOND_LEAST = 90_000;
const TRADES_A_DAY = TRADES_BEYOND_LEAST + LEAST_TRADES * (DAY / MINUTE);
const VOLUME_SHARE: Record<ExchangeName, number> = { binance: 1, bybit: 0.35 };
const CACHED_SPLITS = 4000;
const CACHED_MINUTES = 200;

/** A stretch of the market: one bar, where it lies in the tree and the number of its first trade. */
interface Piece {
  level: number;
  start: number;
  bar: Bar;
  firstTrade: number;
}

export function createMarket(options: { seed: string }): Market {
  const { seed } = options;
  const splits = new Map<string, Piece[]>();
  const minutes = new Map<string, MarketTrade[]>();

  function day(of: Feed, start: number): Piece {
    return { level: 0, start, bar: dayBar(seed, of, start / DAY), firstTrade: (start / DAY) * TRADES_A_DAY };
  }

  function parts(of: Feed, piece: Piece): Piece[] {
    const key = `${of.exchange}/${of.symbol.symbol}/${piece.level}/${piece.start}`;
    const known = splits.get(key);
    if (known !== undefined) return known;
    if (splits.size >= CACHED_SPLITS) splits.clear();
    const made = splitPiece(seed, of, piece);
    splits.set(key, made);
    return made;
  }

  /** The largest pieces that make up [from, to), whole minutes both. */
  function cover(of: Feed, piece: Piece, from: number, to: number): Piece[] {
    const end = piece.start + lengthOf(piece);
    if (end <= from || piece.start >= to) return [];
    if (piece.start >= from && end <= to) return [piece];
    return parts(of, piece).flatMap((part) => cover(of, part, from, to));
  }

  function pieces(of: Feed, from: number, to: number): Piece[] {
    const found: Piece[] = [];
    for (let start = Math.floor(from / DAY) * DAY; start < to; start += DAY) {
      found.push(...cover(of, day(of, start), from, to));
    }
    return found;
  }

  /** Streams ask for the same minute again and again. */
  function tradesOfMinute(of: Feed, start: number): MarketTrade[] {
    const key = keyOf(seed, of, start);
    const known = minutes.get(key);
    if (known !== undefined) return known;
    if (minutes.size >= CACHED_MINUTES) minutes.clear();
    const made = pieces(of, start, start + MINUTE).flatMap((minute) =>
      minuteTrades(minute.bar, minute.firstTrade, minute.start, key),
    );
    minutes.set(key, made);
    return made;
  }

  function trades(of: Feed, from: number, to: number): MarketTrade[] {
    const first = Math.max(MARKET_BEGIN, Math.floor(from / MINUTE) * MINUTE);
    const found: MarketTrade[] = [];
    for (let start = first; start <= to; start += MINUTE) {
      for (const trade of tradesOfMinute(of, start)) if (trade.time >= from && trade.time <= to) found.push(trade);
    }
    return found;
  }

  /** When the minute begins in which a trade of that number is made. */
  function minuteOf(of: Feed, id: number): number {
    let piece = day(of, Math.floor(id / TRADES_A_DAY) * DAY);
    while (lengthOf(piece) > MINUTE) {
      const [first, ...more] = parts(of, piece);
      if (first === undefined) break;
      piece = more.findLast((part) => part.firstTrade <= id) ?? first;
    }
    return piece.start;
  }

  function candle(of: Feed, openTime: number, end: number, now: number): MarketCandle {
    const minute = Math.floor(now / MINUTE) * MINUTE;
    const done = pieces(of, openTime, Math.min(end, minute)).map(pieceCandle);
    if (end > minute) done.push(formingMinute(of, minute, now));
    return { ...sum(done), openTime, closeTime: end - 1 };
  }

  function formingMinute(of: Feed, minute: number, now: number): MarketCandle {
    const [first = 0] = pieces(of, minute, minute + MINUTE).map((piece) => piece.bar.open);
    const made = trades(of, minute, now);
    const prices = made.map((trade) => trade.price);
    return {
      openTime: minute,
      closeTime: minute + MINUTE - 1,
      open: first,
      high: Math.max(first, ...prices),
      low: Math.min(first, ...prices),
      close: prices.at(-1) ?? first,
      lots: made.reduce((total, trade) => total + trade.lots, 0),
      trades: made.length,
    };
  }

  return {
    symbol: (name) => MARKET_SYMBOLS.get(name),
    trades,
    candles(of, timeframe, { from, to, now }) {
      const found: MarketCandle[] = [];
      const earliest = Math.max(from, MARKET_BEGIN);
      let openTime = openTimeOf(timeframe, earliest);
      if (openTime < earliest) openTime = stepOpenTime(timeframe, openTime, 1);
      while (openTime <= Math.min(to, now)) {
        const next = stepOpenTime(timeframe, openTime, 1);
        found.push(candle(of, openTime, next, now));
        openTime = next;
      }
      return found;
    },
    tradesFrom(of, id, count, now) {
      let minute = Math.max(MARKET_BEGIN, minuteOf(of, id));
      const found: MarketTrade[] = [];
      while (found.length < count && minute <= now) {
        found.push(...trades(of, minute, Math.min(now, minute + MINUTE - 1)).filter((trade) => trade.id >= id));
        minute += MINUTE;
      }
      return found.slice(0, count);
    },
    lastTrades(of, count, now) {
      let from = Math.floor(now / MINUTE) * MINUTE;
      let found = trades(of, from, now);
      while (found.length < count && from > MARKET_BEGIN) {
        from -= MINUTE;
        found = [...trades(of, from, from + MINUTE - 1), ...found];
      }
      return found.slice(-count);
    },
  };
}

function lengthOf(piece: Piece): number {
  return LEVELS[piece.level]?.length ?? MINUTE;
}

/** Prices of one currency move alike on both exchanges and against every dollar; volumes are each feed's own. */
function splitPiece(seed: string, of: Feed, piece: Piece): Piece[] {
  const count = LEVELS[piece.level]?.parts ?? 0;
  const place = `${piece.level}/${piece.start}`;
  const price = chanceOf(`${seed}/${of.symbol.base}/${place}`);
  const quantity = chanceOf(`${seed}/${of.exchange}/${of.symbol.symbol}/${place}`);
  const length = lengthOf(piece) / count;
  let { firstTrade } = piece;
  return split(piece.bar, count, price, quantity).map((bar, i) => {
    const part = { level: piece.level + 1, start: piece.start + i * length, bar, firstTrade };
    firstTrade += bar.trades + LEAST_TRADES * (length / MINUTE);
    return part;
  });
}

function keyOf(seed: string, of: Feed, start: number): string {
  return `${seed}/${of.exchange}/${of.symbol.symbol}/trades/${start}`;
}

/** The pieces' least trades, of at least a lot each, come on top of what was divided. */
function pieceCandle(piece: Piece): MarketCandle {
  const length = lengthOf(piece);
  const trades = piece.bar.trades + LEAST_TRADES * (length / MINUTE);
  const { open, high, low, close, lots } = piece.bar;
  const closeTime = piece.start + length - 1;
  return { openTime: piece.start, closeTime, open, high, low, close, lots: lots + trades, trades };
}

function sum(candles: MarketCandle[]): Omit<MarketCandle, 'openTime' | 'closeTime'> {
  const highs = candles.map((candle) => candle.high);
  const lows = candles.map((candle) => candle.low);
  return {
    open: candles[0]?.open ?? 0,
    high: Math.max(...highs),
    low: Math.min(...lows),
    close: candles.at(-1)?.close ?? 0,
    lots: candles.reduce((total, candle) => total + candle.lots, 0),
    trades: candles.reduce((total, candle) => total + candle.trades, 0),
  };
}

/** Bybit lies a constant above Binance, so that the same walk below a day is the same walk on both. */
function dayBar(seed: string, of: Feed, day: number): Bar {
  const { symbol } = of;
  const open = closeOfDay(seed, symbol, day - 1);
  const close = closeOfDay(seed, symbol, day);
  const chance = chanceOf(`${seed}/${symbol.base}/day/${day}`);
  const liveliness = Math.exp(0.04 * wander(`${seed}/${symbol.base}/liveliness`, day));
  const reach = 0.6 * symbol.volatility * liveliness;
  const high = Math.ceil(Math.max(open, close) * (1 + reach * Math.abs(normal(chance)))) + 1;
  const low = Math.floor(Math.min(open, close) * (1 - Math.min(0.5, reach * Math.abs(normal(chance))))) - 1;
  const moved = Math.abs(close / open - 1) / symbol.volatility;
  const turnover = symbol.dailyVolume * VOLUME_SHARE[of.exchange] * liveliness * (0.6 + 0.4 * moved);
  const apart = of.exchange === 'bybit' ? Math.max(1, Math.round(usualTicks(symbol) / 10_000)) : 0;
  return {
    open: open + apart,
    high: high + apart,
    low: Math.max(1, low) + apart,
    close: close + apart,
    lots: Math.round(turnover * 10 ** symbol.lotDecimals),
    trades: TRADES_BEYOND_LEAST,
  };
}

const usualTicks = (symbol: MarketSymbol) => symbol.price * 10 ** symbol.priceDecimals;

/** In ticks, before what lies between the exchanges. Currencies follow the whole market in part. */
function closeOfDay(seed: string, symbol: MarketSymbol, day: number): number {
  const walk = 0.6 * wander(`${seed}/market`, day) + 0.7 * wander(`${seed}/${symbol.base}`, day);
  return Math.max(2, Math.round(usualTicks(symbol) * Math.exp(symbol.volatility * walk)));
}
