/** What a built-in chart is drawn from. */

import type { AlertFacts } from '../../core/alerts/signal.ts';
import type { Candle, ExchangeName } from '../../core/market/candle.ts';
import type { ChartTimeframe } from '../../core/market/timeframe.ts';

export type Theme = 'dark' | 'light';
export type Language = 'es' | 'en';

/** Any of a signal's facts may be missing, also all of them. */
export type SignalFacts = Pick<
  AlertFacts,
  'ticker' | 'exchange' | 'symbol' | 'price' | 'indicator' | 'signal_type' | 'direction' | 'timeframe' | 'timestamp'
> & {
  /** When the webhook took it, ISO 8601 in UTC: the signal's time where the alert told none. */
  receivedAt: string;
  /** The alert's raw body, of which the card shows the beginning. */
  message: string;
};

export interface ChartMarket {
  source: ExchangeName;
  /** The exchange's symbol: `BTCUSDT`. */
  symbol: string;
  timeframe: ChartTimeframe;
  /** Oldest first, at least one. */
  candles: Candle[];
  /** False where a nearby market stands in for the signal's own, which the picture says. */
  exact: boolean;
  /** Candles of the seeded market, which the picture says. */
  replay: boolean;
}

export interface Look {
  /** Pixels. */
  width: number;
  height: number;
  theme: Theme;
  language: Language;
  /** IANA name: `Europe/Madrid`. */
  timezone: string;
}

export interface ChartInput {
  signal: SignalFacts;
  /** Null where no exchange has candles: then a card is drawn. */
  market: ChartMarket | null;
  look: Look;
}

/** Epoch milliseconds of the alert's own time, else of its arrival. */
export function signalTime(signal: SignalFacts): number {
  return Date.parse(signal.timestamp ?? signal.receivedAt);
}
