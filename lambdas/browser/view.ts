/** What a signal's chart must show, and whether a page shows it. */

import type { StoredSignal } from '../../core/alerts/stored-signal.ts';

/** As TradingView writes them; what is left out is as the user saved it. */
export interface View {
  /** `BINANCE:BTCUSDT`, or `BTCUSDT` of any exchange. */
  symbol?: string;
  /** `15`, `240`, `1D`. */
  resolution?: string;
}

/**
 * A signal without a symbol wants none: the chart that it names, or its user's, is right as it is. One without an
 * exchange wants its symbol of whatever exchange the chart has it from.
 */
export function viewOf({ ticker, timeframe }: Pick<StoredSignal, 'ticker' | 'timeframe'>): View {
  const resolution = timeframe === undefined ? undefined : resolutionOf(timeframe);
  return {
    ...(ticker === undefined ? {} : { symbol: ticker }),
    ...(resolution === undefined ? {} : { resolution }),
  };
}

/** A timeframe as signals have it (`15m`, `4h`, `1d`) in TradingView's way: minutes as a bare number (`15`, `240`). */
export function resolutionOf(timeframe: string): string | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([smhdwM])$/.exec(timeframe) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  if (unit === 'm') return count;
  return unit === 'h' ? String(Number(count) * 60) : `${count}${unit.toUpperCase()}`;
}

/** Pages name a day `1D` or `D`. */
export function isSameResolution(shown: string, expected: string): boolean {
  const full = (name: string) => (/^[SDWM]$/.test(name) ? `1${name}` : name);
  return full(shown) === full(expected);
}

/**
 * Whether a chart shows the symbol that was asked for. Where one of the two names no exchange, only the symbols count.
 * A perpetual (`BTCUSDT.P`) is another symbol than the pair. Of one exchange there are several spellings: delayed
 * prices (`NASDAQ_DLY`), and Cboe's (`BATS`), which TradingView shows for a stock of another exchange in the United
 * States to those who pay for none.
 */
export function isSameSymbol(shown: string, expected: string): boolean {
  const [a, b] = [nameOf(shown), nameOf(expected)];
  return a.symbol === b.symbol && isSameExchange(a.exchange, b.exchange);
}

interface Name {
  /** Null where the symbol stands alone, or is a calculation with several. */
  exchange: string | null;
  symbol: string;
}

function nameOf(written: string): Name {
  const [, exchange = null, symbol = null] = /^([A-Z0-9_]+):([^:]+)$/.exec(plain(written).toUpperCase()) ?? [];
  return {
    exchange: exchange?.replace(/_DLY?$/, '') ?? null,
    // What Binance's perpetuals were called before.
    symbol: (symbol ?? plain(written).toUpperCase()).replace(/^(.+USD[TC]?)_?PERP$/, '$1.P'),
  };
}

/** A symbol with settings of its own is written as `={"symbol":"NASDAQ:AAPL","adjustment":"splits"}`. */
function plain(written: string): string {
  return /^=\{.*"symbol":\s*"([^"]+)"/.exec(written)?.[1] ?? written;
}

const UNITED_STATES = new Set(['BATS', 'NASDAQ', 'NYSE', 'AMEX', 'ARCA']);

function isSameExchange(a: string | null, b: string | null): boolean {
  if (a === null || b === null || a === b) return true;
  return (a === 'BATS' || b === 'BATS') && UNITED_STATES.has(a) && UNITED_STATES.has(b);
}
