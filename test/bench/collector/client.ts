/** Takes all messages, by the collector's feed or by a bare loop, and tells its parent what that took. */

import { WebSocket } from 'ws';
import { bybit } from '../../../containers/collector/exchanges/bybit.ts';
import { systemClock } from '../../../containers/collector/feed/clock.ts';
import { FEED_SETTINGS, Feed } from '../../../containers/collector/feed/feed.ts';
import { CHANNELS } from '../../../core/collectors/collector.ts';
import { FIRST_TRADE, SYMBOLS } from './frames.ts';

const [kind = '', baseUrl = '', total = '0'] = process.argv.slice(2);
const trades = Number(total) / 2;
/** By the trade's place among all trades. */
const receivedAt = new Float64Array(trades);
const places = new Map(SYMBOLS.map((symbol, i) => [symbol, i]));
let usedBefore = process.cpuUsage();
let taken = 0;
let changes = 0;

function tradeTaken(symbol: string, id: string): void {
  if (taken === 0) usedBefore = process.cpuUsage();
  const place = Number(BigInt(id) - FIRST_TRADE) * SYMBOLS.length + (places.get(symbol) ?? 0);
  receivedAt[place] = performance.timeOrigin + performance.now();
  taken += 1;
}

function bare(): () => object {
  const socket = new WebSocket(`${baseUrl}/v5/public/spot`, { perMessageDeflate: false });
  socket.on('open', () => {
    const topics = SYMBOLS.flatMap((symbol) => [bybit.topic('trades', symbol), bybit.topic('orderbook', symbol)]);
    for (let i = 0; i < topics.length; i += 10) socket.send(bybit.request('subscribe', topics.slice(i, i + 10), i));
  });
  socket.on('message', (data) => {
    const { topic = '', data: body } = JSON.parse(String(data));
    if (topic.startsWith('publicTrade')) for (const { s, i } of body) tradeTaken(s, i);
    else if (topic !== '') changes += 1;
  });
  return () => ({});
}

function whole(): () => object {
  const feed = new Feed({
    exchange: bybit,
    baseUrl,
    // Nothing is missed, so nothing is asked; an answer would end the bench.
    history: { tradesAfter: () => Promise.resolve({ trades: [], reaches: true, more: false }), book: null },
    clock: systemClock,
    random: Math.random,
    settings: FEED_SETTINGS,
    listener: {
      trade: ({ symbol, tradeId }) => tradeTaken(symbol, tradeId),
      book: () => {
        changes += 1;
      },
      gap: () => {},
      candle: () => {},
      difference: () => {},
      connection: () => {},
      refused: () => {},
      malformed: (reason) => console.error(reason),
    },
  });
  feed.follow(new Set(SYMBOLS), new Set(CHANNELS));
  return () => {
    const { markets } = feed.statistics();
    const sum = (count: (market: (typeof markets)[number]) => number) =>
      markets.reduce((all, one) => all + count(one), 0);
    return { gaps: sum((one) => one.gaps), resyncs: sum((one) => one.resyncs), repeated: sum((one) => one.repeated) };
  };
}

const statistics = kind === 'bare' ? bare() : whole();
const timer = setInterval(() => {
  if (taken < trades || changes < trades) return;
  clearInterval(timer);
  const { user, system } = process.cpuUsage(usedBefore);
  const { maxRSS } = process.resourceUsage();
  const report = { cpuSeconds: (user + system) / 1e6, peakMb: maxRSS / 1024, ...statistics() };
  process.send?.({ report, receivedAt: [...receivedAt] }, () => process.exit(0));
}, 20);
