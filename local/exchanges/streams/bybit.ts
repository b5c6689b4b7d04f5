/** Bybit v5's public spot streams: https://bybit-exchange.github.io/docs/v5/ws/connect */

import { BYBIT_INTERVALS } from '../../../core/market/bybit.ts';
import { CHART_TIMEFRAMES, type ChartTimeframe } from '../../../core/market/timeframe.ts';
import { trimmed } from '../answer.ts';
import { type BookLevel, bookAt, bookChanges, REDRAW } from '../book.ts';
import { bybitTradeId, turnover } from '../bybit.ts';
import type { Feed, Market } from '../market.ts';
import { type MarketSymbol, units } from '../symbols.ts';
import { type CandleNews, candleNews } from './candle-times.ts';
import type { StreamClient, StreamProtocol, World } from './protocol.ts';

const ARGS_A_REQUEST = 10;
const DEPTHS = [1, 50, 200, 1000];
/** Further back than this a book is told anew instead of change by change. */
const LONGEST_CATCH_UP = 60_000;
const TIMEFRAME_OF = new Map<string, ChartTimeframe>(CHART_TIMEFRAMES.map((name) => [BYBIT_INTERVALS[name], name]));

type Topic =
  | { kind: 'trades'; of: Feed }
  | { kind: 'book'; of: Feed; depth: number }
  | { kind: 'candles'; of: Feed; timeframe: ChartTimeframe };

export const bybitStreams: StreamProtocol = {
  exchange: 'bybit',
  serves: (path) => path === '/v5/public/spot',
  open() {},
  receive,
  messages(name, from, to, world) {
    const topic = parseTopic(world.market, name);
    return topic === undefined ? [] : messages(name, topic, { from, to }, world.market);
  },
  wrapped: (_client, _topic, message) => message,
  lifetime: undefined,
  pingEvery: undefined,
  messagesASecond: undefined,
  connections: 500,
  farewell: () => undefined,
};

function parseTopic(market: Market, name: string): Topic | undefined {
  const [, channel, argument = '', symbolName = ''] =
    /^(publicTrade|orderbook|kline)(?:\.(\w+))?\.(\w+)$/.exec(name) ?? [];
  const symbol = market.symbol(symbolName);
  if (symbol === undefined) return undefined;
  const of: Feed = { exchange: 'bybit', symbol };
  if (channel === 'publicTrade') return argument === '' ? { kind: 'trades', of } : undefined;
  if (channel === 'orderbook') {
    const depth = DEPTHS.find((known) => String(known) === argument);
    return depth === undefined ? undefined : { kind: 'book', of, depth };
  }
  const timeframe = TIMEFRAME_OF.get(argument);
  return timeframe === undefined ? undefined : { kind: 'candles', of, timeframe };
}

function receive(client: StreamClient, text: string, world: World): void {
  const request = parseRequest(text);
  if (request === undefined) {
    client.send(answer({ op: '', req_id: '' }, false, 'error:invalid request'));
    return;
  }
  if (request.op === 'ping') {
    client.send(
      JSON.stringify({ success: true, ret_msg: 'pong', conn_id: 'seeded', op: 'ping', req_id: request.req_id }),
    );
  } else if (request.op === 'subscribe') {
    subscribe(client, request, world);
  } else if (request.op === 'unsubscribe') {
    for (const name of request.args) client.subscriptions.delete(name);
    client.send(answer(request, true, ''));
  } else {
    client.send(answer(request, false, `error:unknown op ${request.op}`));
  }
}

/** One topic that can't be had refuses the whole request. */
function subscribe(client: StreamClient, request: Request, { market, faults, now }: World): void {
  const { args } = request;
  if (args.length === 0 || args.length > ARGS_A_REQUEST) {
    client.send(answer(request, false, `error:args size > ${ARGS_A_REQUEST} or empty`));
    return;
  }
  const refused = args.find((name) => faults.refusedTopics.has(name) || parseTopic(market, name) === undefined);
  if (refused !== undefined) {
    client.send(answer(request, false, `error:handler not found,topic:${refused}`));
    return;
  }
  client.send(answer(request, true, 'subscribe'));
  const time = now();
  for (const name of args) {
    const topic = parseTopic(market, name);
    client.subscriptions.set(name, time);
    if (topic?.kind === 'book' && !faults.isSilent('bybit', name)) client.send(snapshot(name, topic, market, time));
  }
}

interface Request {
  op: string;
  args: string[];
  req_id: string;
}

function parseRequest(text: string): Request | undefined {
  try {
    const { op, args = [], req_id: id = '' }: { op?: unknown; args?: unknown; req_id?: unknown } = JSON.parse(text);
    if (typeof op !== 'string' || !Array.isArray(args) || typeof id !== 'string') return undefined;
    return { op, args: args.map(String), req_id: id };
  } catch {
    return undefined;
  }
}

function answer(request: { op: string; req_id: string }, success: boolean, message: string): string {
  const { op, req_id } = request;
  return JSON.stringify({ success, ret_msg: message, conn_id: 'seeded', ...(req_id === '' ? {} : { req_id }), op });
}

function messages(name: string, topic: Topic, span: { from: number; to: number }, market: Market): string[] {
  if (topic.kind === 'trades') return trades(name, topic.of, span, market);
  if (topic.kind === 'candles') {
    return candleNews(market, topic.of, topic.timeframe, span).map((news) => candle(name, topic, news));
  }
  if (span.to - span.from > LONGEST_CATCH_UP) return [snapshot(name, topic, market, span.to)];
  return deltas(name, topic, span, market);
}

/** What was traded in the same millisecond comes in one message. */
function trades(name: string, of: Feed, { from, to }: { from: number; to: number }, market: Market): string[] {
  const moments = Map.groupBy(market.trades(of, from + 1, to), (trade) => trade.time);
  return [...moments].map(([time, made]) =>
    JSON.stringify({
      topic: name,
      ts: time + 1,
      type: 'snapshot',
      data: made.map((trade) => ({
        i: bybitTradeId(trade.id),
        T: trade.time,
        p: price(of.symbol, trade.price),
        v: size(of.symbol, trade.lots),
        S: trade.side === 'buy' ? 'Buy' : 'Sell',
        seq: trade.id,
        s: of.symbol.symbol,
        BT: false,
        RPI: false,
      })),
    }),
  );
}

const price = (symbol: MarketSymbol, ticks: number) => trimmed(units(ticks, symbol.priceDecimals));
const size = (symbol: MarketSymbol, lots: number) => trimmed(units(lots, symbol.lotDecimals));

type BookTopic = Extract<Topic, { kind: 'book' }>;

function snapshot(name: string, { of, depth }: BookTopic, market: Market, now: number): string {
  const book = bookAt(market, of, depth, now);
  return bookMessage(name, of, 'snapshot', book.sequence, book);
}

function deltas(name: string, topic: BookTopic, { from, to }: { from: number; to: number }, market: Market): string[] {
  const { of, depth } = topic;
  const found: string[] = [];
  const first = Math.floor(from / REDRAW);
  const last = Math.floor(to / REDRAW);
  if (first === last) return [];
  let before = bookAt(market, of, depth, first * REDRAW);
  for (let sequence = first + 1; sequence <= last; sequence += 1) {
    const after = bookAt(market, of, depth, sequence * REDRAW);
    found.push(bookMessage(name, of, 'delta', sequence, bookChanges(before, after)));
    before = after;
  }
  return found;
}

function bookMessage(
  name: string,
  { symbol }: Feed,
  type: 'snapshot' | 'delta',
  sequence: number,
  { bids, asks }: { bids: BookLevel[]; asks: BookLevel[] },
): string {
  const level = ({ price: ticks, lots }: BookLevel) => [price(symbol, ticks), size(symbol, lots)];
  const time = sequence * REDRAW;
  const data = { s: symbol.symbol, b: bids.map(level), a: asks.map(level), u: sequence, seq: sequence };
  return JSON.stringify({ topic: name, ts: time, type, data, cts: time });
}

function candle(name: string, { of, timeframe }: { of: Feed; timeframe: ChartTimeframe }, news: CandleNews): string {
  const { candle: made, closed, at } = news;
  return JSON.stringify({
    type: 'snapshot',
    topic: name,
    data: [
      {
        start: made.openTime,
        end: made.closeTime,
        interval: BYBIT_INTERVALS[timeframe],
        open: price(of.symbol, made.open),
        close: price(of.symbol, made.close),
        high: price(of.symbol, made.high),
        low: price(of.symbol, made.low),
        volume: size(of.symbol, made.lots),
        turnover: turnover(of.symbol, made),
        confirm: closed,
        timestamp: at,
      },
    ],
    ts: at,
  });
}
