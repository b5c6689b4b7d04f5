/** The signal on its candle: a lit column, an arrow at the candle, a label clear of its neighbours, its price. */

import type { Direction } from '../../core/alerts/signal.ts';
import type { Canvas } from './canvas.ts';
import { textWidth } from './font.ts';
import type { Bar, PriceScale, TimeScale } from './scale.ts';
import { type Box, middleBaseline, path, rect, round, text } from './svg.ts';

const LABEL = { size: 28, height: 46, padding: 16 };
const ARROW = 26;
/** Between candle and arrow, and arrow and label. */
const GAP = 10;

/** Short signals are marked above their candle, all others below. */
export function markedAbove(direction: Direction | null): boolean {
  return direction === 'short';
}

export interface MarkedCandle {
  bars: Bar[];
  index: number;
  direction: Direction | null;
  time: TimeScale;
  price: PriceScale;
  plot: Box;
}

/** The column behind the signal's candle, from the plot's top to `bottom`. */
export function column({ time, index, plot }: MarkedCandle, bottom: number, canvas: Canvas): string {
  const width = canvas.snap(time.slot * 1.6);
  const box = { x: time.x(index) - width / 2, y: plot.y, width, height: bottom - plot.y };
  return rect(box, `fill="${canvas.palette.signalColumn}"`);
}

export function marker(marked: MarkedCandle, canvas: Canvas): string {
  const { palette } = canvas;
  const { x, tip, foot, near, middle, left, width, word, away } = place(marked, canvas);
  return (
    path(
      `M${round(x)} ${round(foot - away * 2)}V${round(near)}`,
      `stroke="${palette.signal}" stroke-width="4" fill="none"`,
    ) +
    arrow(x, tip, foot, palette.signal) +
    rect({ x: left, y: middle - LABEL.height / 2, width, height: LABEL.height }, `rx="10" fill="${palette.signal}"`) +
    text(word, left + width / 2, middleBaseline(middle, LABEL.size), {
      size: LABEL.size,
      weight: 'bold',
      fill: palette.onSignal,
      anchor: 'middle',
    })
  );
}

/** How far up or down the marker reaches. */
export function markerEnd(marked: MarkedCandle, canvas: Canvas): number {
  const { middle, away } = place(marked, canvas);
  return middle + away * (LABEL.height / 2 + GAP);
}

function place(marked: MarkedCandle, canvas: Canvas) {
  const { bars, index, direction, time, price, plot } = marked;
  const { words } = canvas;
  const above = markedAbove(direction);
  const away = above ? -1 : 1;
  const edge = (bar: Bar | undefined) => (bar === undefined ? plot.y : price.y(above ? bar.high : bar.low));
  const x = time.x(index);
  const word = direction === null ? words.signal : words.direction[direction];
  const width = textWidth(word, LABEL.size, 'bold') + 2 * LABEL.padding;
  const left = Math.max(plot.x, Math.min(x - width / 2, plot.x + plot.width - width));
  const tip = edge(bars[index]) + away * GAP;
  const foot = tip + away * ARROW;
  // The label must clear every candle that it spans, not only its own.
  const spanned = bars.filter((_, i) => Math.abs(time.x(i) - (left + width / 2)) <= (width + time.slot) / 2);
  const clear = spanned.map((bar) => edge(bar) + away * GAP);
  const near = above ? Math.min(foot - GAP / 2, ...clear) : Math.max(foot + GAP / 2, ...clear);
  const middle = near + (away * LABEL.height) / 2;
  return { x, tip, foot, near, middle, left, width, word, away };
}

function arrow(x: number, tip: number, foot: number, colour: string): string {
  const half = ARROW * 0.62;
  return path(
    `M${round(x)} ${round(tip)}L${round(x + half)} ${round(foot)}L${round(x - half)} ${round(foot)}z`,
    `fill="${colour}" stroke="${colour}" stroke-width="3" stroke-linejoin="round"`,
  );
}
