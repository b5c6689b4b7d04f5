/** Binance's spot streams: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */

import { CHART_TIMEFRAMES, type ChartTimeframe } from '../../../core/market/timeframe.ts';
import { binanceUpdateId, price, quantity, takerLots, turnoverText } from '../binance.ts';
import { BOOK_DEPTH, type BookLevel, bookAt, bookChanges, REDRAW } from '../book.ts';
import type { Feed, Market } from '../market.ts';
import { type CandleNews, candleNews } from './candle-times.ts';
import type { StreamClient, StreamProtocol, World } from './protocol.ts';

const STREAMS_A_CONNECTION = 1024;
const DAY = 86_400_000;
/** Further back than this the stream jumps to the present, and whoever keeps a book has to take it anew. */
const LONGEST_CATCH_UP = 60_000;

type Stream =
  | { kind: 'trades'; of: Feed }
  | { kind: 'book'; of: Feed }
  | { kind: 'candles'; of: Feed; timeframe: ChartTimeframe };

export const binanceStreams: StreamProtocol = {
  exchange: 'binance',
  serves: (path) => path === '/stream' || path === '/ws' || path.startsWith('/ws/'),
  open(client, url, world) {
    client.combined = url.pathname === '/stream';
    const names = client.combined ? (url.searchParams.get('streams') ?? '') : url.pathname.slice('/ws/'.length);
    for (const name of names.split('/')) if (name !== '') client.subscriptions.set(name, world.now());
  },
  receive,
  messages(name, from, to, world) {
    const stream = parseStream(world.market, name);
    return stream === undefined ? [] : messages(stream, { from, to }, world.market);
  },
  wrapped: (client, topic, message) => (client.combined ? `{"stream":"${topic}","data":${message}}` : message),
  lifetime: DAY,
  pingEvery: 20_000,
  messagesASecond: 5,
  connections: 300,
  farewell: (now) => JSON.stringify({ e: 'serverShutdown', E: now }),
};

function parseStream(market: Market, name: string): Stream | undefined {
  const [, symbolName = '', channel] = /^([a-z0-9]+)@(trade|depth@100ms|kline_\w+)$/.exec(name) ?? [];
  const symbol = market.symbol(symbolName.toUpperCase());
  if (symbol === undefined) return undefined;
  const of: Feed = { exchange: 'binance', symbol };
  if (channel === 'trade') return { kind: 'trades', of };
  if (channel === 'depth@100ms') return { kind: 'book', of };
  const timeframe = CHART_TIMEFRAMES.find((known) => `kline_${known}` === channel);
  return timeframe === undefined ? undefined : { kind: 'candles', of, timeframe };
}

/** Streams that do not exist are taken without a word, as Binance does; they never send anything. */
function receive(client: StreamClient, text: string, { faults, now }: World): void {
  const request = parseRequest(text);
  const refuse = (id: unknown, code: number, msg: string) => client.send(JSON.stringify({ error: { code, msg }, id }));
  if (request === undefined) {
    refuse(null, 3, 'Invalid JSON: expected value at line 1 column 1');
    return;
  }
  const { id, method, params } = request;
  if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') {
    refuse(id, 2, `Invalid request: unknown variant \`${method}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\``);
    return;
  }
  const refused = params.find((name) => faults.refusedTopics.has(name));
  if (refused !== undefined) {
    refuse(id, 2, `Invalid request: invalid stream \`${refused}\``);
    return;
  }
  for (const name of params) {
    if (method === 'UNSUBSCRIBE') client.subscriptions.delete(name);
    else if (!client.subscriptions.has(name)) client.subscriptions.set(name, now());
  }
  if (client.subscriptions.size > STREAMS_A_CONNECTION) client.close(1008, 'Too many streams');
  else client.send(JSON.stringify({ result: null, id }));
}

interface Request {
  method: string;
  params: string[];
  id: unknown;
}

function parseRequest(text: string): Request | undefined {
  try {
    const { method, params = [], id }: { method?: unknown; params?: unknown; id?: unknown } = JSON.parse(text);
    if (typeof method !== 'string' || !Array.isArray(params)) return undefined;
    return { method, params: params.map(String), id };
  } catch {
    return undefined;
  }
}

function messages(stream: Stream, span: { from: number; to: number }, market: Market): string[] {
  if (stream.kind === 'trades') return trades(stream.of, span, market);
  if (stream.kind === 'candles') {
    return candleNews(market, stream.of, stream.timeframe, span).map((news) => candle(stream, news));
  }
  const { from, to } = span;
  return depthUpdates(stream.of, { from: to - from > LONGEST_CATCH_UP ? to - REDRAW : from, to }, market);
}

function trades(of: Feed, { from, to }: { from: number; to: number }, market: Market): string[] {
  return market.trades(of, from + 1, to).map((trade) =>
    JSON.stringify({
      e: 'trade',
      E: trade.time + 1,
      s: of.symbol.symbol,
      t: trade.id,
      p: price(of.symbol, trade.price),
      q: quantity(of.symbol, trade.lots),
      T: trade.time,
      m: trade.side === 'sell',
      M: true,
    }),
  );
}

/** Each redraw is more than one update to Binance's counting: events hold ranges. */
function depthUpdates(of: Feed, { from, to }: { from: number; to: number }, market: Market): string[] {
  const found: string[] = [];
  const first = Math.floor(from / REDRAW);
  const last = Math.floor(to / REDRAW);
  if (first === last) return [];
  const level = ({ price: ticks, lots }: BookLevel) => [price(of.symbol, ticks), quantity(of.symbol, lots)];
  let before = bookAt(market, of, BOOK_DEPTH, first * REDRAW);
  for (let sequence = first + 1; sequence <= last; sequence += 1) {
    const after = bookAt(market, of, BOOK_DEPTH, sequence * REDRAW);
    const { bids, asks } = bookChanges(before, after);
    found.push(
      JSON.stringify({
        e: 'depthUpdate',
        E: sequence * REDRAW,
        s: of.symbol.symbol,
        U: binanceUpdateId(sequence - 1) + 1,
        u: binanceUpdateId(sequence),
        b: bids.map(level),
        a: asks.map(level),
      }),
    );
    before = after;
  }
  return found;
}

function candle({ of, timeframe }: { of: Feed; timeframe: ChartTimeframe }, news: CandleNews): string {
  const { symbol } = of;
  const { candle: made, closed, at } = news;
  const taken = { ...made, lots: takerLots(made) };
  return JSON.stringify({
    e: 'kline',
    E: at,
    s: symbol.symbol,
    k: {
      t: made.openTime,
      T: made.closeTime,
      s: symbol.symbol,
      i: timeframe,
      f: -1,
      L: -1,
      o: price(symbol, made.open),
      c: price(symbol, made.close),
      h: price(symbol, made.high),
      l: price(symbol, made.low),
      v: quantity(symbol, made.lots),
      n: made.trades,
      x: closed,
      q: turnoverText(symbol, made),
      V: quantity(symbol, taken.lots),
      Q: turnoverText(symbol, taken),
      B: '0',
    },
  });
}
