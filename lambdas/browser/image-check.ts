import type { Rectangle } from './page-state.ts';
import type { Pixels } from './png.ts';

const SAMPLED_COLUMNS = 400;
const SAMPLED_ROWS = 200;
/** Candles, bars and lines make nearly every column unlike the others; a logo alone makes 2 % of them so. */
const LEAST_VARIETY = 0.03;
/** The legend is written over the upper part of the pane, whether or not a chart is under it. */
const LEGEND_SHARE = 0.25;

/**
 * Whether a chart is on the picture: in `pane` (in the picture's pixels), below the legend, enough columns differ from
 * each other. An empty pane, whatever its grid, has but two kinds of columns: on a vertical line of the grid, and off.
 */
export function isChartDrawn(picture: Pixels, pane: Rectangle): boolean {
  const left = clamp(pane.x, picture.width);
  const right = clamp(pane.x + pane.width, picture.width);
  const top = clamp(pane.y + pane.height * LEGEND_SHARE, picture.height);
  const bottom = clamp(pane.y + pane.height, picture.height);
  if (right <= left || bottom <= top) return false;

  const columnStep = Math.max(1, Math.floor((right - left) / SAMPLED_COLUMNS));
  const rowStep = Math.max(1, Math.floor((bottom - top) / SAMPLED_ROWS));
  const kinds = new Set<number>();
  let columns = 0;
  for (let x = left; x < right; x += columnStep) {
    kinds.add(columnHash(picture, x, top, bottom, rowStep));
    columns += 1;
  }
  return kinds.size > 2 && kinds.size >= columns * LEAST_VARIETY;
}

/** One number for the colours along a column, each in 16 steps a channel, so that noise makes no difference. */
function columnHash(
  { data, start, stride, channels }: Pixels,
  x: number,
  top: number,
  bottom: number,
  step: number,
): number {
  let hash = 0;
  for (let y = top; y < bottom; y += step) {
    const at = start + y * stride + x * channels;
    const colour = (((data[at] ?? 0) >> 4) << 8) | (((data[at + 1] ?? 0) >> 4) << 4) | ((data[at + 2] ?? 0) >> 4);
    hash = Math.imul(hash ^ colour, 0x01000193) ^ (hash >>> 15);
  }
  return hash;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, Math.round(value)));
}
