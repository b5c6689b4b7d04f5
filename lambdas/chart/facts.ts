/** A signal's facts as they can be drawn; what is missing or holds nothing drawable is null. */

import type { Direction } from '../../core/alerts/signal.ts';
import { momentLabel } from './axis.ts';
import type { Canvas } from './canvas.ts';
import { drawable } from './font.ts';
import { type SignalFacts, signalTime } from './input.ts';

export interface DrawnFacts {
  /** `BINANCE`; null where the ticker is bare. */
  exchange: string | null;
  /** `ETHUSDT.P`, or words that say that there is none. */
  symbol: string;
  timeframe: string | null;
  /** The exact decimal. */
  price: string | null;
  signalType: string | null;
  indicator: string | null;
  direction: Direction | null;
  time: string;
}

export function drawnFacts(signal: SignalFacts, canvas: Canvas): DrawnFacts {
  const { words, look } = canvas;
  const ticker = shown(signal.ticker);
  return {
    exchange: shown(signal.exchange),
    symbol: shown(signal.symbol) ?? ticker ?? words.unknownTicker,
    timeframe: shown(signal.timeframe),
    price: shown(signal.price),
    signalType: shown(signal.signal_type),
    indicator: shown(signal.indicator),
    direction: signal.direction,
    time: drawable(momentLabel(signalTime(signal), words.locale, look.timezone)),
  };
}

function shown(text: string | null): string | null {
  const kept = text === null ? '' : drawable(text);
  return kept === '' ? null : kept;
}
