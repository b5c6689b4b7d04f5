/** A signal's built-in chart: what was signalled above, candles around it with the signal marked, the source below. */

import { canvasOf, sheet } from './canvas.ts';
import { signalCard } from './card.ts';
import { drawnFacts } from './facts.ts';
import { footer } from './footer.ts';
import { header } from './header.ts';
import type { ChartInput } from './input.ts';
import { plot } from './plot.ts';
import { rasterize } from './raster.ts';

/** PNG of exactly the asked size. Without market data, or without a single candle, it is the signal card. */
export async function drawSignalChart(input: ChartInput): Promise<Uint8Array> {
  return rasterize(signalSvg(input));
}

/** The picture as SVG. */
export function signalSvg({ signal, market, look }: ChartInput): string {
  const canvas = canvasOf(look);
  const facts = drawnFacts(signal, canvas);
  if (market === null || market.candles.length === 0) return sheet(canvas, signalCard(signal, facts, canvas));
  return sheet(canvas, header(facts, canvas) + plot(signal, market, canvas) + footer(signal, market, canvas));
}
