import type { Rectangle } from './page-state.ts';
import { decodeColumns, type Pixels } from './png.ts';

const SAMPLED_COLUMNS = 160;
/** What shifts each sampled column a little: at even distances they could keep step with the gaps between bars. */
const GOLDEN_RATIO = 0.618034;
const SAMPLED_ROWS = 200;
/** Candles, bars and lines make nearly every column unlike the others; a logo alone makes 2 % of them so. */
const LEAST_VARIETY = 0.03;
/** The legend is written over the upper part of the pane, whether or not a chart is under it. */
const LEGEND_SHARE = 0.25;

/**
 * Whether a chart is on a PNG: in `pane` (in its pixels), below the legend, enough columns differ from each other. An
 * empty pane, whatever its grid, has but two kinds of columns: on a vertical line of the grid, and off it. Rejects when
 * `png` can't be read.
 */
export async function isChartDrawn(png: Uint8Array, pane: Rectangle): Promise<boolean> {
  const columns = await decodeColumns(png, (width) => columnsOf(pane, width));
  const top = clamp(pane.y + pane.height * LEGEND_SHARE, columns.height);
  const bottom = clamp(pane.y + pane.height, columns.height);
  const step = Math.max(1, Math.floor((bottom - top) / SAMPLED_ROWS));
  const kinds = new Set<number>();
  for (let x = 0; x < columns.width; x += 1) kinds.add(columnHash(columns, x, top, bottom, step));
  return kinds.size > 2 && kinds.size >= columns.width * LEAST_VARIETY;
}

function columnsOf(pane: Rectangle, width: number): number[] {
  const left = clamp(pane.x, width);
  const distance = (clamp(pane.x + pane.width, width) - left) / SAMPLED_COLUMNS;
  if (distance <= 0) return [];
  return Array.from({ length: SAMPLED_COLUMNS }, (_, index) => {
    const shift = (index * GOLDEN_RATIO) % 1;
    return left + Math.floor((index + shift) * distance);
  });
}

/** One number for the colours along a column, each in 16 steps a channel, so that noise makes no difference. */
function columnHash({ data, width, channels }: Pixels, x: number, top: number, bottom: number, step: number): number {
  let hash = 0;
  for (let y = top; y < bottom; y += step) {
    const at = (y * width + x) * channels;
    const colour = (((data[at] ?? 0) >> 4) << 8) | (((data[at + 1] ?? 0) >> 4) << 4) | ((data[at + 2] ?? 0) >> 4);
    hash = Math.imul(hash ^ colour, 0x01000193) ^ (hash >>> 15);
  }
  return hash;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, Math.round(value)));
}
