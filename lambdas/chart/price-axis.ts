/** The right side: price marks, the last price, the signal's price. */

import { priceTicks } from './axis.ts';
import type { Canvas } from './canvas.ts';
import { textWidth } from './font.ts';
import type { PriceScale } from './scale.ts';
import { type Box, dashed, middleBaseline, rect, round, text } from './svg.ts';

const SIZE = 28;
const TAG_HEIGHT = 44;
const PADDING = 14;
const MARK_SPACING = 72;

export interface PriceTag {
  price: number;
  label: string;
  fill: string;
  ink: string;
  /** Where its line begins; a line ends at the axis. */
  from: number;
}

export interface PriceAxis {
  ticks: number[];
  /** Of every price on the axis. */
  decimals: number;
}

/** Marks and tags are written alike: with the market's own decimals, or with more where the marks need them. */
export function priceAxis(scale: PriceScale, plot: Box, decimals: number): PriceAxis {
  const { ticks, decimals: needed } = priceTicks(scale.low, scale.high, Math.floor(plot.height / MARK_SPACING));
  return { ticks, decimals: Math.max(decimals, needed) };
}

/** Wide enough for every label that will stand on the axis. */
export function axisWidth(labels: string[]): number {
  return Math.max(...labels.map((label) => textWidth(label, SIZE, 'bold'))) + 2 * PADDING;
}

export function gridLines({ ticks }: PriceAxis, scale: PriceScale, plot: Box, canvas: Canvas): string {
  const { palette, pixel, snap } = canvas;
  const thin = Math.max(pixel, snap(1.5));
  return ticks
    .filter((tick) => within(scale.y(tick), plot))
    .map((tick) =>
      rect({ x: plot.x, y: snap(scale.y(tick)), width: plot.width, height: thin }, `fill="${palette.line}"`),
    )
    .join('');
}

const within = (y: number, plot: Box) => y > plot.y + SIZE / 2 && y < plot.y + plot.height - SIZE / 2;

/** Marks that a tag would cover are left out; tags that would cover each other are moved apart. */
export function axisLabels(axis: PriceAxis, tags: PriceTag[], scale: PriceScale, plot: Box, canvas: Canvas): string {
  const right = plot.x + plot.width;
  const places = apart(
    tags.map((tag) => scale.y(tag.price)),
    plot,
  );
  const marks = axis.ticks
    .map((tick) => ({ label: tick.toFixed(axis.decimals), y: scale.y(tick) }))
    .filter(({ y }) => places.every((place) => Math.abs(place - y) > (TAG_HEIGHT + SIZE) / 2))
    .filter(({ y }) => within(y, plot))
    .map(({ label, y }) =>
      text(label, right + PADDING, middleBaseline(y, SIZE), {
        size: SIZE,
        weight: 'medium',
        fill: canvas.palette.muted,
      }),
    );
  const lines = tags.map(({ price, fill, from }) => {
    const y = canvas.snap(scale.y(price));
    return dashed(from, y, right, y, fill, Math.max(canvas.pixel, canvas.snap(2)));
  });
  const labels = tags.map(({ label, fill, ink }, i) => tagLabel(label, right, places[i] ?? plot.y, fill, ink));
  return marks.join('') + lines.join('') + labels.join('');
}

function tagLabel(label: string, x: number, middle: number, fill: string, ink: string): string {
  const width = textWidth(label, SIZE, 'bold') + 2 * PADDING;
  const box = { x, y: middle - TAG_HEIGHT / 2, width, height: TAG_HEIGHT };
  const baseline = middleBaseline(middle, SIZE);
  return (
    rect(box, `rx="${round(TAG_HEIGHT * 0.18)}" fill="${fill}"`) +
    text(label, x + PADDING, baseline, { size: SIZE, weight: 'bold', fill: ink })
  );
}

/** Middles of at most two tags, within the plot and not upon each other. */
function apart(wanted: number[], plot: Box): number[] {
  const top = plot.y + TAG_HEIGHT / 2;
  const bottom = plot.y + plot.height - TAG_HEIGHT / 2;
  const held = wanted.map((y) => Math.max(top, Math.min(bottom, y)));
  const [first, second] = held;
  if (first === undefined || second === undefined) return held;
  const need = TAG_HEIGHT + 4;
  if (Math.abs(first - second) >= need) return held;
  const middle = Math.max(top + need / 2, Math.min(bottom - need / 2, (first + second) / 2));
  return first <= second ? [middle - need / 2, middle + need / 2] : [middle + need / 2, middle - need / 2];
}
