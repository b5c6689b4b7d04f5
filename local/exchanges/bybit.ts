/** The public REST of Bybit v5 for spot pairs: https://bybit-exchange.github.io/docs/v5/market/kline and its neighbours. */

import { BYBIT_INTERVALS } from '../../core/market/bybit.ts';
import { CHART_TIMEFRAMES, type ChartTimeframe, openTimeOf, stepOpenTime } from '../../core/market/timeframe.ts';
import { type Answer, trimmed, wholeNumber } from './answer.ts';
import { bookAt } from './book.ts';
import { type Feed, MARKET_BEGIN, type Market, type MarketCandle } from './market.ts';
import { MARKET_SYMBOLS, type MarketSymbol, units } from './symbols.ts';

const PARAMETER_ERROR = 10001;
const DAY = 86_400_000;

/** A refusal as Bybit words it: status 200 and a code. */
class Refusal extends Error {}

/** The answer to GET `path`, or undefined where Bybit has no such path. */
export function bybitAnswer(market: Market, path: string, query: URLSearchParams, now: number): Answer | undefined {
  const route = ROUTES[path];
  if (route === undefined) return undefined;
  try {
    return { status: 200, body: envelope(0, 'OK', route(market, query, now), now) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 200, body: envelope(PARAMETER_ERROR, error.message, {}, now) };
  }
}

type Route = (market: Market, query: URLSearchParams, now: number) => unknown;

const ROUTES: Record<string, Route> = {
  '/v5/market/time': (_market, _query, now) => ({
    timeSecond: String(Math.floor(now / 1000)),
    timeNano: `${now}000000`,
  }),
  '/v5/market/kline': kline,
  '/v5/market/instruments-info': instruments,
  '/v5/market/tickers': tickers,
  '/v5/market/recent-trade': recentTrades,
  '/v5/market/orderbook': orderbook,
};

function envelope(retCode: number, retMsg: string, result: unknown, now: number): unknown {
  return { retCode, retMsg, result, retExtInfo: {}, time: now };
}

function feed(market: Market, query: URLSearchParams): Feed {
  requireSpot(query);
  const symbol = market.symbol(query.get('symbol') ?? '');
  if (symbol === undefined) throw new Refusal('Not supported symbols');
  return { exchange: 'bybit', symbol };
}

function requireSpot(query: URLSearchParams): void {
  if (query.get('category') !== 'spot') throw new Refusal('params error: Category is invalid');
}

function feeds(market: Market, query: URLSearchParams): Feed[] {
  if (query.has('symbol')) return [feed(market, query)];
  requireSpot(query);
  return [...MARKET_SYMBOLS.values()].map((symbol) => ({ exchange: 'bybit', symbol }));
}

/** A count beyond the most is cut to it; one that is no number is refused. */
function limit(query: URLSearchParams, usual: number, most: number): number {
  const asked = wholeNumber(query.get('limit'));
  if (asked === null || asked === 0) throw new Refusal('params error: limit is invalid');
  return Math.min(asked ?? usual, most);
}

function moment(query: URLSearchParams, name: string): number | undefined {
  const asked = wholeNumber(query.get(name));
  if (asked === null) throw new Refusal(`params error: ${name} is invalid`);
  return asked;
}

const TIMEFRAME_OF = new Map<string, ChartTimeframe>(CHART_TIMEFRAMES.map((name) => [BYBIT_INTERVALS[name], name]));

/** Newest first. Without `start` it ends at `end`; with `start` alone it begins there. */
function kline(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  const timeframe = TIMEFRAME_OF.get(query.get('interval') ?? '');
  if (timeframe === undefined) throw new Refusal('Invalid period!');
  const count = limit(query, 200, 1000);
  const start = moment(query, 'start');
  const end = moment(query, 'end');
  if (start !== undefined && end !== undefined && start > end) {
    throw new Refusal('params error: start time is greater than end time');
  }
  const last = openTimeOf(timeframe, Math.min(end ?? now, now));
  const earliest = stepOpenTime(timeframe, last, 1 - count);
  const from = end === undefined ? (start ?? earliest) : Math.max(start ?? 0, earliest);
  const to = start === undefined || end !== undefined ? last : stepOpenTime(timeframe, start, count);
  const candles = market.candles(of, timeframe, { from, to, now }).slice(0, count);
  const list = candles.map((candle) => klineRow(of.symbol, candle)).reverse();
  return { category: 'spot', symbol: of.symbol.symbol, list };
}

function klineRow(symbol: MarketSymbol, candle: MarketCandle): string[] {
  const price = (ticks: number) => trimmed(units(ticks, symbol.priceDecimals));
  const { openTime, open, high, low, close, lots } = candle;
  const volume = trimmed(units(lots, symbol.lotDecimals));
  return [String(openTime), price(open), price(high), price(low), price(close), volume, turnover(symbol, candle)];
}

/** Volume at the candle's middle price: the one figure that is not the exact sum of the trades'. */
export function turnover(symbol: MarketSymbol, candle: MarketCandle): string {
  const middle = (candle.open + candle.high + candle.low + candle.close) / 4 / 10 ** symbol.priceDecimals;
  return (middle * (candle.lots / 10 ** symbol.lotDecimals)).toFixed(4);
}

function instruments(market: Market, query: URLSearchParams): unknown {
  const list = feeds(market, query).map(({ symbol }) => ({
    symbol: symbol.symbol,
    baseCoin: symbol.base,
    quoteCoin: symbol.quote,
    innovation: '0',
    status: 'Trading',
    marginTrading: 'utaOnly',
    lotSizeFilter: {
      basePrecision: units(1, symbol.lotDecimals),
      quotePrecision: units(1, symbol.priceDecimals + symbol.lotDecimals),
      minOrderQty: units(1, symbol.lotDecimals),
      maxOrderQty: trimmed(String(Math.round(symbol.dailyVolume / 100) + 1)),
      minOrderAmt: '5',
      maxOrderAmt: '4000000',
    },
    priceFilter: { tickSize: units(1, symbol.priceDecimals) },
  }));
  return { category: 'spot', list };
}

function tickers(market: Market, query: URLSearchParams, now: number): unknown {
  return { category: 'spot', list: feeds(market, query).map((of) => ticker(market, of, now)) };
}

function ticker(market: Market, of: Feed, now: number): unknown {
  const { symbol } = of;
  const day = dayUntil(market, of, now);
  const book = bookAt(market, of, 1, now);
  const price = (ticks: number | undefined) => trimmed(units(ticks ?? 0, symbol.priceDecimals));
  const size = (lots: number | undefined) => trimmed(units(lots ?? 0, symbol.lotDecimals));
  return {
    symbol: symbol.symbol,
    bid1Price: price(book.bids[0]?.price),
    bid1Size: size(book.bids[0]?.lots),
    ask1Price: price(book.asks[0]?.price),
    ask1Size: size(book.asks[0]?.lots),
    lastPrice: price(day.close),
    prevPrice24h: price(day.open),
    price24hPcnt: (day.close / day.open - 1).toFixed(4),
    highPrice24h: price(day.high),
    lowPrice24h: price(day.low),
    turnover24h: turnover(symbol, day),
    volume24h: size(day.lots),
    usdIndexPrice: price(day.close),
  };
}

/** The 24 hours up to `now` as one candle, in steps of five minutes. */
function dayUntil(market: Market, of: Feed, now: number): MarketCandle {
  const candles = market.candles(of, '5m', { from: Math.max(MARKET_BEGIN, now - DAY), to: now, now });
  const highs = candles.map((candle) => candle.high);
  const lows = candles.map((candle) => candle.low);
  return {
    openTime: candles[0]?.openTime ?? now,
    closeTime: now,
    open: candles[0]?.open ?? 1,
    high: Math.max(...highs),
    low: Math.min(...lows),
    close: candles.at(-1)?.close ?? 1,
    lots: candles.reduce((total, candle) => total + candle.lots, 0),
    trades: candles.reduce((total, candle) => total + candle.trades, 0),
  };
}

/** Newest first; spot has 60 at most. */
function recentTrades(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  const trades = market.lastTrades(of, limit(query, 60, 60), now);
  const list = trades.map((trade) => ({
    execId: bybitTradeId(trade.id),
    symbol: of.symbol.symbol,
    price: trimmed(units(trade.price, of.symbol.priceDecimals)),
    size: trimmed(units(trade.lots, of.symbol.lotDecimals)),
    side: trade.side === 'buy' ? 'Buy' : 'Sell',
    time: String(trade.time),
    isBlockTrade: false,
    isRPITrade: false,
    seq: String(trade.id),
  }));
  return { category: 'spot', list: list.reverse() };
}

/** Bybit's spot trade ids are strings of 19 digits, beyond what a JavaScript number holds. */
export function bybitTradeId(id: number): string {
  return `229${String(id).padStart(16, '0')}`;
}

function orderbook(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  const book = bookAt(market, of, limit(query, 1, 200), now);
  const level = ({ price, lots }: { price: number; lots: number }) => [
    trimmed(units(price, of.symbol.priceDecimals)),
    trimmed(units(lots, of.symbol.lotDecimals)),
  ];
  return {
    s: of.symbol.symbol,
    b: book.bids.map(level),
    a: book.asks.map(level),
    ts: now,
    u: book.sequence,
    seq: book.sequence,
    cts: now,
  };
}
