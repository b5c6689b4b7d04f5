/** The line at the bottom: where the candles come from, and whose picture it is. */

import { brand } from './brand.ts';
import { type Canvas, MARGIN } from './canvas.ts';
import { drawable, ellipsised } from './font.ts';
import type { ChartMarket, SignalFacts } from './input.ts';
import { middleBaseline, pill, text } from './svg.ts';

export const FOOTER_HEIGHT = 64;

export function footer(signal: SignalFacts, market: ChartMarket | null, canvas: Canvas): string {
  const { palette, words, width, height } = canvas;
  const middle = height - FOOTER_HEIGHT / 2 - 4;
  const mark = brand(canvas, width - MARGIN, middle, 32);
  let x = MARGIN;
  let out = mark.svg;
  if (market?.replay === true) {
    const badge = pill(
      words.replay,
      { x, middle, height: 42, padding: 16 },
      { size: 24, fill: palette.signal, ink: palette.onSignal },
    );
    out += badge.svg;
    x += badge.width + 22;
  }
  const room = width - MARGIN - mark.width - 40 - x;
  const content = ellipsised(market === null ? words.noMarket : sourceLine(signal, market, canvas), 26, 'medium', room);
  return out + text(content, x, middleBaseline(middle, 26), { size: 26, weight: 'medium', fill: palette.muted });
}

function sourceLine(signal: SignalFacts, market: ChartMarket, canvas: Canvas): string {
  const { words } = canvas;
  const parts = [words.source(market.source, market.symbol)];
  const ticker = drawable(signal.ticker ?? '');
  if (!market.exact && ticker !== '') parts.push(words.standsIn(ticker));
  if (market.timeframe !== signal.timeframe) parts.push(words.otherTimeframe(market.timeframe));
  return parts.join(' · ');
}
