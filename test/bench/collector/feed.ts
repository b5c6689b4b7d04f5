import { bybit } from '../../../containers/collector/exchanges/bybit.ts';
import { systemClock } from '../../../containers/collector/feed/clock.ts';
import { FEED_SETTINGS, Feed } from '../../../containers/collector/feed/feed.ts';
import { CHANNELS } from '../../../core/collectors/collector.ts';
import type { Trade } from '../../../core/market/trade.ts';
import { packTrades } from '../../../core/market/trade-chunk.ts';
import type { Heard } from './client.ts';

/** About what one write unit holds. */
const LINK = { trades: 115, bytes: 850 };

/** The collector's feed with everything on; trades are packed as they are to be stored. */
export function collect(baseUrl: string, symbols: readonly string[], heard: Heard): () => object {
  const pending = new Map(symbols.map((symbol): [string, Trade[]] => [symbol, []]));
  let packed = 0;
  const feed = new Feed({
    exchange: bybit,
    baseUrl,
    // Nothing is missed, so nothing is asked.
    history: { reach: 60, tradesAfter: () => Promise.resolve({ trades: [], reaches: true, more: false }), book: null },
    clock: systemClock,
    random: Math.random,
    settings: FEED_SETTINGS,
    listener: {
      trade: (trade) => {
        const link = pending.get(trade.symbol) ?? [];
        link.push(trade);
        if (link.length >= LINK.trades) {
          const { count, data } = packTrades(link, LINK.bytes);
          link.splice(0, count);
          packed += data.length;
        }
        heard.trade(trade.symbol, trade.tradeId);
      },
      book: ({ sequence }) => {
        if (sequence > 1) heard.change();
      },
      gap: () => {},
      candle: () => {},
      difference: () => {},
      connection: () => {},
      refused: () => {},
      malformed: (reason) => console.error(reason),
    },
  });
  feed.follow(new Set(symbols), new Set(CHANNELS));
  return () => {
    const { markets } = feed.statistics();
    const sum = (count: (market: (typeof markets)[number]) => number) =>
      markets.reduce((all, one) => all + count(one), 0);
    const { gaps, resyncs, repeated } = {
      gaps: sum((one) => one.gaps),
      resyncs: sum((one) => one.resyncs),
      repeated: sum((one) => one.repeated),
    };
    return { gaps, resyncs, repeated, packedMb: packed / 1e6 };
  };
}
