/** The charts that the stand-in for TradingView can show, declared as data. */

import type { TIMEFRAMES } from '../../core/market/candle.ts';

type Timeframe = (typeof TIMEFRAMES)[number];

/**
 * What a chart page does, from its first byte on:
 * - `normal`: candles are loaded and drawn at once;
 * - `late`: the page is there, its candles come `lateMs` later;
 * - `blank`: candles are loaded and the page says so, but its canvas stays empty;
 * - `never-ready`: the toolbars are there, the candles never come;
 * - `crash`: the page's process dies;
 * - `hang`: the page's script never returns.
 */
export type Behaviour = 'normal' | 'late' | 'blank' | 'never-ready' | 'crash' | 'hang';

export interface ChartDefinition {
  /** As in a TradingView address: `/chart/<id>/`. */
  id: string;
  /** As the exchange's REST names it: `BTCUSDT`. */
  symbol: string;
  interval: Timeframe;
  behaviour: Behaviour;
  /** For `late`: milliseconds until the candles come. */
  lateMs?: number;
}

/** The chart that a fresh installation's first alert can name. */
export const DEMO_CHART: ChartDefinition = { id: 'Vg1aDem0', symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal' };

/** A timeframe as TradingView's pages name it: minutes as a bare number (`15`, `240`). */
export const RESOLUTIONS: Readonly<Record<Timeframe, string>> = {
  '1m': '1',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1h': '60',
  '4h': '240',
};

const QUOTES = ['USDT', 'USDC', 'BTC', 'ETH', 'EUR'];

/** `BTCUSDT` in its two currencies; a symbol of unknown quote currency stands alone. */
export function currenciesOf(symbol: string): { base: string; quote: string } {
  const quote = QUOTES.find((known) => symbol.endsWith(known) && symbol.length > known.length) ?? '';
  return { base: symbol.slice(0, symbol.length - quote.length), quote };
}
