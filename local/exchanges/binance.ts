/** The public REST of Binance spot: https://developers.binance.com/docs/binance-spot-api-docs/rest-api */

import { CHART_TIMEFRAMES, type ChartTimeframe, openTimeOf, stepOpenTime } from '../../core/market/timeframe.ts';
import { type Answer, padded, wholeNumber } from './answer.ts';
import { bookAt } from './book.ts';
import { turnover } from './bybit.ts';
import type { Feed, Market, MarketCandle } from './market.ts';
import { MARKET_SYMBOLS, type MarketSymbol, units } from './symbols.ts';
import type { MarketTrade } from './trades.ts';

/** An error as Binance words it: status 400, `code` and `msg`. */
class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer to GET `path`, or undefined where Binance has no such path. */
export function binanceAnswer(market: Market, path: string, query: URLSearchParams, now: number): Answer | undefined {
  const route = ROUTES[path];
  if (route === undefined) return undefined;
  try {
    return { status: 200, body: route(market, query, now) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 400, body: { code: error.code, msg: error.message } };
  }
}

type Route = (market: Market, query: URLSearchParams, now: number) => unknown;

const ROUTES: Record<string, Route> = {
  '/api/v3/ping': () => ({}),
  '/api/v3/time': (_market, _query, now) => ({ serverTime: now }),
  '/api/v3/klines': klines,
  '/api/v3/exchangeInfo': exchangeInfo,
  '/api/v3/ticker/price': tickerPrice,
  '/api/v3/trades': trades,
  '/api/v3/historicalTrades': historicalTrades,
  '/api/v3/depth': depth,
};

function mandatory(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') {
    throw new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }
  return value;
}

function feed(market: Market, query: URLSearchParams): Feed {
  const name = mandatory(query, 'symbol');
  if (!/^[A-Z0-9-_.]{1,20}$/.test(name)) {
    throw new Refusal(-1100, "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.");
  }
  const symbol = market.symbol(name);
  if (symbol === undefined) throw new Refusal(-1121, 'Invalid symbol.');
  return { exchange: 'binance', symbol };
}

function numeric(query: URLSearchParams, name: string): number | undefined {
  const value = wholeNumber(query.get(name));
  if (value === null) {
    throw new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`);
  }
  return value;
}

function limit(query: URLSearchParams, usual: number, most: number): number {
  const asked = numeric(query, 'limit');
  if (asked === 0) throw new Refusal(-1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(asked ?? usual, most);
}

const isTimeframe = (name: string): name is ChartTimeframe => CHART_TIMEFRAMES.some((known) => known === name);

/** Oldest first: from `startTime` on where it is given, else the newest up to `endTime`. */
function klines(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  const timeframe = mandatory(query, 'interval');
  if (!isTimeframe(timeframe)) throw new Refusal(-1120, 'Invalid interval.');
  const count = limit(query, 500, 1000);
  const start = numeric(query, 'startTime');
  const last = openTimeOf(timeframe, Math.min(numeric(query, 'endTime') ?? now, now));
  const from = start ?? stepOpenTime(timeframe, last, 1 - count);
  const to = start === undefined ? last : Math.min(last, stepOpenTime(timeframe, start, count));
  const candles = market.candles(of, timeframe, { from, to, now }).slice(0, count);
  return candles.map((candle) => klineRow(of.symbol, candle));
}

function klineRow(symbol: MarketSymbol, candle: MarketCandle): unknown[] {
  const { openTime, closeTime, open, high, low, close, lots, trades: count } = candle;
  const taken = { ...candle, lots: takerLots(candle) };
  return [
    openTime,
    price(symbol, open),
    price(symbol, high),
    price(symbol, low),
    price(symbol, close),
    quantity(symbol, lots),
    closeTime,
    turnoverText(symbol, candle),
    count,
    quantity(symbol, taken.lots),
    turnoverText(symbol, taken),
    '0',
  ];
}

/** With Binance's eight decimals, as everything it writes. */
export const price = (symbol: MarketSymbol, ticks: number) => padded(units(ticks, symbol.priceDecimals), 8);
export const quantity = (symbol: MarketSymbol, lots: number) => padded(units(lots, symbol.lotDecimals), 8);
export const turnoverText = (symbol: MarketSymbol, candle: MarketCandle) => padded(turnover(symbol, candle), 8);

/** Of a candle's volume what takers bought. */
export const takerLots = ({ lots, open, close }: MarketCandle) => Math.round(lots * (close >= open ? 0.53 : 0.47));

/** The number of the last of the three updates that Binance counts for each redraw of a book. */
export const binanceUpdateId = (sequence: number) => 3 * sequence;

function exchangeInfo(market: Market, query: URLSearchParams, now: number): unknown {
  const symbols = query.has('symbol') ? [feed(market, query).symbol] : [...MARKET_SYMBOLS.values()];
  return {
    timezone: 'UTC',
    serverTime: now,
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }],
    exchangeFilters: [],
    symbols: symbols.map((symbol) => ({
      symbol: symbol.symbol,
      status: 'TRADING',
      baseAsset: symbol.base,
      baseAssetPrecision: 8,
      quoteAsset: symbol.quote,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: ['LIMIT', 'MARKET'],
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      filters: [
        {
          filterType: 'PRICE_FILTER',
          minPrice: price(symbol, 1),
          maxPrice: '1000000.00000000',
          tickSize: price(symbol, 1),
        },
        {
          filterType: 'LOT_SIZE',
          minQty: quantity(symbol, 1),
          maxQty: '9000000000.00000000',
          stepSize: quantity(symbol, 1),
        },
      ],
    })),
  };
}

function tickerPrice(market: Market, query: URLSearchParams, now: number): unknown {
  const one = (of: Feed) => {
    const [last] = market.lastTrades(of, 1, now);
    return { symbol: of.symbol.symbol, price: price(of.symbol, last?.price ?? 0) };
  };
  if (query.has('symbol')) return one(feed(market, query));
  return [...MARKET_SYMBOLS.values()].map((symbol) => one({ exchange: 'binance', symbol }));
}

/** Oldest first. */
function trades(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  return market.lastTrades(of, limit(query, 500, 1000), now).map((trade) => tradeRow(of.symbol, trade));
}

/** From `fromId` on, oldest first; without it the newest. */
function historicalTrades(market: Market, query: URLSearchParams, now: number): unknown {
  const fromId = numeric(query, 'fromId');
  if (fromId === undefined) return trades(market, query, now);
  const of = feed(market, query);
  return market.tradesFrom(of, fromId, limit(query, 500, 1000), now).map((trade) => tradeRow(of.symbol, trade));
}

function tradeRow(symbol: MarketSymbol, trade: MarketTrade): unknown {
  const worth = (trade.price / 10 ** symbol.priceDecimals) * (trade.lots / 10 ** symbol.lotDecimals);
  return {
    id: trade.id,
    price: price(symbol, trade.price),
    qty: quantity(symbol, trade.lots),
    quoteQty: worth.toFixed(8),
    time: trade.time,
    isBuyerMaker: trade.side === 'sell',
    isBestMatch: true,
  };
}

function depth(market: Market, query: URLSearchParams, now: number): unknown {
  const of = feed(market, query);
  const book = bookAt(market, of, limit(query, 100, 5000), now);
  const level = ({ price: ticks, lots }: { price: number; lots: number }) => [
    price(of.symbol, ticks),
    quantity(of.symbol, lots),
  ];
  return { lastUpdateId: binanceUpdateId(book.sequence), bids: book.bids.map(level), asks: book.asks.map(level) };
}
