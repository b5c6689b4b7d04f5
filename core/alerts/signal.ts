/** The shape of a signal: what one TradingView alert became. */

export type ParseStatus = 'full' | 'partial' | 'none';
export type ScreenshotStatus = 'pending' | 'processing' | 'completed' | 'failed';
export type ScreenshotSource = 'tradingview' | 'builtin';
export type SignalResult = 'pending' | 'win' | 'loss' | 'breakeven' | 'skip';
export type Direction = 'long' | 'short';

/** What the parser could read from an alert's body; everything it could not read is null. */
export interface AlertFacts {
  /** `EXCHANGE:SYMBOL` when both are known, else the bare symbol. */
  ticker: string | null;
  /** In capitals, as TradingView names it. */
  exchange: string | null;
  /** As TradingView writes it: `ETHUSDT.P`, `ES1!`, `BRK.B`. */
  symbol: string | null;
  /** An exact decimal in plain notation: `67890.50`, `0.00001182`, `-37.63`. */
  price: string | null;
  /** As sent. */
  indicator: string | null;
  /** The indicator's name without emoji, decoration and case: what spellings of one indicator share. */
  indicator_key: string | null;
  /** As sent: `Divergencia Alcista 🟢`, `buy`. */
  signal_type: string | null;
  direction: Direction | null;
  /** Normalised: `1m`, `15m`, `4h`, `1d`, `1w`, `1M`. */
  timeframe: string | null;
  /** The alert's own time, ISO 8601 in UTC. */
  timestamp: string | null;
  /** A TradingView chart id named in the body. */
  chart_id: string | null;
  parse_status: ParseStatus;
}
