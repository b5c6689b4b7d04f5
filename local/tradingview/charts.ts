/** The charts that the stand-in for TradingView can show, declared as data. */

import type { ChartTimeframe } from '../../core/market/timeframe.ts';

/**
 * What a chart page does, from its first byte on:
 * - `normal`: candles are loaded and drawn at once;
 * - `late`: the page is there, its candles come `lateMs` later;
 * - `blank`: candles are loaded and the page says so, but its canvas stays empty;
 * - `never-ready`: the toolbars are there, the candles never come;
 * - `crash`: the page's process dies;
 * - `hang`: the page's script never returns;
 * - `fixed-symbol`: shows its own symbol, whatever it is asked for;
 * - `connection-limit`: the data connection is closed because the account opened another, with candles drawn where
 *   `lateMs` is given, else before any came;
 * - `restricted`: the account may not use charts.
 */
export type Behaviour =
  | 'normal'
  | 'late'
  | 'blank'
  | 'never-ready'
  | 'crash'
  | 'hang'
  | 'fixed-symbol'
  | 'connection-limit'
  | 'restricted';

/**
 * What lies over a chart:
 * - `cookie-banner`: along the lower edge, nothing but an answer closes it;
 * - `upgrade`, `alert-fired`, `toast`: each with a cross that closes it;
 * - `consent`: insists on an answer;
 * - `returning`: an upgrade pop-up that comes back when it is hidden;
 * - `ghost`: a panel that the pointer goes through, which only the picture tells.
 */
export type Cover = 'cookie-banner' | 'upgrade' | 'alert-fired' | 'toast' | 'consent' | 'returning' | 'ghost';

/** An account's language: all that a page says is in it. */
export const LANGUAGES = ['en', 'es', 'de', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface ChartDefinition {
  /** As in a TradingView address: `/chart/<id>/`. */
  id: string;
  /** As the exchange's REST names it: `BTCUSDT`. */
  symbol: string;
  interval: ChartTimeframe;
  behaviour: Behaviour;
  /** For `late` and `connection-limit`: milliseconds until it happens. */
  lateMs?: number;
  /**
   * Who is shown the chart, `anyone` unless given: whoever sends a session (`owner`), with others sent to sign in
   * (`sign-in`), or no one who asks (`nobody`).
   */
  access?: 'anyone' | 'owner' | 'sign-in' | 'nobody';
  /** The session that comes with a request counts no more. */
  sessionExpired?: boolean;
  covers?: readonly Cover[];
  /** `en` unless given. */
  language?: Language;
}

/** The chart that a fresh installation's first alert can name. */
export const DEMO_CHART: ChartDefinition = { id: 'Vg1aDem0', symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal' };

/** A timeframe as TradingView's pages name it: minutes as a bare number (`15`, `240`). */
export const RESOLUTIONS: Readonly<Record<ChartTimeframe, string>> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1h': '60',
  '2h': '120',
  '4h': '240',
  '6h': '360',
  '12h': '720',
  '1d': '1D',
  '1w': '1W',
  '1M': '1M',
};

/** The timeframe of a resolution, undefined where the stand-in has none of it. */
export function timeframeOf(resolution: string): ChartTimeframe | undefined {
  return TIMEFRAME_OF.get(resolution);
}

const TIMEFRAME_OF = new Map<string, ChartTimeframe>();
for (const [timeframe, resolution] of Object.entries(RESOLUTIONS)) {
  if (isTimeframe(timeframe)) TIMEFRAME_OF.set(resolution, timeframe);
}

function isTimeframe(name: string): name is ChartTimeframe {
  return name in RESOLUTIONS;
}

const QUOTES = ['USDT', 'USDC', 'BTC', 'ETH', 'EUR'];

/** `BTCUSDT` in its two currencies; a symbol of unknown quote currency stands alone. */
export function currenciesOf(symbol: string): { base: string; quote: string } {
  const quote = QUOTES.find((known) => symbol.endsWith(known) && symbol.length > known.length) ?? '';
  return { base: symbol.slice(0, symbol.length - quote.length), quote };
}

const EXCHANGES = ['BINANCE', 'BYBIT'];

/**
 * A symbol as a page names it (`BYBIT:ETHUSDT.P`, or bare) → its full name, and what the market's REST calls it.
 * Undefined for an exchange that the stand-in has not.
 */
export function resolveSymbol(name: string): { full: string; market: string } | undefined {
  const [symbol = '', exchange = 'BINANCE'] = name.toUpperCase().split(':').reverse();
  return EXCHANGES.includes(exchange)
    ? { full: `${exchange}:${symbol}`, market: symbol.replace(/\.P$/, '') }
    : undefined;
}
