import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { TIMEFRAMES } from '../market/candle.ts';

/** What a collector is asked to do, and what it is called. */

export const EXCHANGES = ['bybit', 'binance'] as const;
export const CHANNELS = ['trades', 'orderbook', 'candles'] as const;
export type Channel = (typeof CHANNELS)[number];

/** As an exchange writes a pair: `BTCUSDT`. */
export const symbolSchema = z.string().check(z.regex(/^[A-Z0-9]{2,20}$/));

export const collectorSchema = z.object({
  exchange: z.enum(EXCHANGES),
  channels: z.array(z.enum(CHANNELS)),
  /** Null for the named ones, which keep no candles of their own. */
  timeframe: z.nullable(z.enum(TIMEFRAMES)),
  /** Null: those of the symbol list, as it changes. */
  symbols: z.nullable(z.array(symbolSchema)),
});
export type Collector = z.output<typeof collectorSchema>;

/** The collectors that have a name from the beginning; they follow the symbol list. */
export const NAMED_COLLECTORS = {
  bybit_trades: { exchange: 'bybit', channels: ['trades'], timeframe: null, symbols: null },
  bybit_orderbook: { exchange: 'bybit', channels: ['orderbook'], timeframe: null, symbols: null },
  binance_trades: { exchange: 'binance', channels: ['trades'], timeframe: null, symbols: null },
  binance_orderbook: { exchange: 'binance', channels: ['orderbook'], timeframe: null, symbols: null },
} as const satisfies Record<string, Readonly<Omit<Collector, 'channels'>> & { channels: readonly string[] }>;

export const COLLECTOR_NAMES = ['bybit_trades', 'bybit_orderbook', 'binance_trades', 'binance_orderbook'] as const;
export type CollectorName = (typeof COLLECTOR_NAMES)[number];

/** The same for the same exchange, timeframe and symbols in any order: none of them runs twice. */
export function collectorName(exchange: string, timeframe: string, symbols: readonly string[]): string {
  const sorted = symbols.toSorted();
  if (sorted.length === 1) return `${exchange}_${sorted[0]}_${timeframe}`;
  const hash = createHash('sha256').update(sorted.join()).digest('hex').slice(0, 12);
  return `${exchange}_${sorted.length}-symbols-${hash}_${timeframe}`;
}

/** How one symbol of one exchange is doing. Times are ISO 8601, `lagMs` from the exchange's clock to ours. */
const symbolStatisticsSchema = z.object({
  exchange: z.enum(EXCHANGES),
  symbol: symbolSchema,
  messages: z.int(),
  messagesPerSecond: z.number(),
  trades: z.int(),
  reconnects: z.int(),
  gaps: z.int(),
  resyncs: z.int(),
  /** Null where no book is collected. */
  bookInStep: z.nullable(z.boolean()),
  lastMessageAt: z.nullable(z.string()),
  /** When REST last said that no trade was missing: a market may be quiet. Null where it was not asked. */
  confirmedAt: z._default(z.nullable(z.string()), null),
  lagMs: z.nullable(z.number()),
  circuit: z.enum(['closed', 'open', 'half-open']),
});

/** What a collector's heartbeat tells. */
export const collectorReportSchema = z.object({
  /** Those it follows now. */
  symbols: z.array(symbolSchema),
  statistics: z.array(symbolStatisticsSchema),
});
export type CollectorReport = z.output<typeof collectorReportSchema>;
