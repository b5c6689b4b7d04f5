import { INDEXES, indexPartition } from './keys.ts';
import type { SignalFilters } from './signal-filters.ts';

/** Which index serves a list with given filters. */

export interface IndexedPart {
  index: { name: string; partitionKey: string };
  /** One partition, or two that lie side by side in time. */
  partitions: string[];
  /** Whether all that is in there matches, but for the times. */
  decides: boolean;
}

/** The smallest part of an index that holds all signals which the filters ask for; undefined: only the table does. */
export function indexedPart(locator: string, filters: SignalFilters): IndexedPart | undefined {
  const { from, to, ...others } = filters;
  const { screenshot_status, symbol, ticker, indicator, result } = others;
  const decides = Object.values(others).filter((value) => value !== undefined).length === 1;
  const of = (value: string) => [indexPartition(locator, value)];
  if (screenshot_status === 'pending' || screenshot_status === 'processing') {
    return { index: INDEXES.signalsCapturing, partitions: [locator], decides: false };
  }
  if (symbol !== undefined) return { index: INDEXES.signalsBySymbol, partitions: of(symbol), decides };
  if (ticker !== undefined) {
    return { index: INDEXES.signalsBySymbol, partitions: symbolsOf(ticker).flatMap(of), decides: false };
  }
  if (indicator !== undefined) return { index: INDEXES.signalsByIndicator, partitions: of(indicator), decides };
  if (result !== undefined) return { index: INDEXES.signalsByResult, partitions: of(result), decides };
  return undefined;
}

/** The symbols that signals of a ticker may have: a spread like `BINANCE:BTCUSDT/BINANCE:ETHUSDT` is one itself. */
function symbolsOf(ticker: string): string[] {
  const [, symbol] = /^[^:]*:(.+)$/s.exec(ticker) ?? [];
  return symbol === undefined ? [ticker] : [ticker, symbol];
}
