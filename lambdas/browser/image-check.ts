import type { Points } from './drawing.ts';
import type { Rectangle } from './page-globals.ts';
import { decodeColumns, type Pixels } from './png.ts';

const SAMPLED_COLUMNS = 160;
/** What shifts each sampled column a little: at even distances they could keep step with the gaps between bars. */
const GOLDEN_RATIO = 0.618034;
const SAMPLED_ROWS = 200;
/** Candles, bars and lines make nearly every column unlike the others; a logo alone makes 2 % of them so. */
const LEAST_VARIETY = 0.03;
/** The legend is written over the upper part of the pane, whether or not a chart is under it. */
const LEGEND_SHARE = 0.25;

/** Points of the pane are looked at in tiles of so many, 12 × 10 of them. */
const TILE = { width: 8, height: 4 };
/** A tile is covered when so many of its points, or of those that are not the chart's ground, are not as drawn. */
const COVERED_SHARE = 0.9;
/** A panel of the ground's own colour shows only in what it hides, of which there must be some. */
const LEAST_INK = 3;
/** Of one point, the three channels together: less is no other colour. */
const LEAST_DIFFERENCE = 8;
/** Covered tiles that make a cover: one alone may be a label. */
const COVER_TILES = 2;

export interface Verdict {
  /** A chart is on the picture. */
  drawn: boolean;
  /** Something lies over it. */
  covered: boolean;
}

/**
 * Looks at a picture in its chart's `pane` (in its pixels). Throws when `png` can't be read.
 *
 * A chart is on it where, below the legend, enough columns differ from each other: an empty pane, whatever its grid, has
 * but two kinds of columns, on a vertical line of the grid and off it. Something lies over it where the picture has
 * other colours than `points`, those that the page drew, over more than a label's size.
 */
export function judgePicture(png: Uint8Array, pane: Rectangle, points: Points): Verdict {
  let chosen: number[] = [];
  const columns = decodeColumns(png, (width) => {
    chosen = columnsOf(pane, width);
    return [...chosen, ...points.columns.filter((x) => x < width)];
  });
  const top = clamp(pane.y + pane.height * LEGEND_SHARE, columns.height);
  const bottom = clamp(pane.y + pane.height, columns.height);
  const step = Math.max(1, Math.floor((bottom - top) / SAMPLED_ROWS));
  const kinds = new Set<number>();
  for (let x = 0; x < chosen.length; x += 1) kinds.add(columnHash(columns, x, top, bottom, step));
  return {
    drawn: kinds.size > 2 && kinds.size >= chosen.length * LEAST_VARIETY,
    covered: coveredTiles(columns, chosen.length, points) >= COVER_TILES,
  };
}

interface Tile {
  points: number;
  ink: number;
  changedPoints: number;
  changedInk: number;
}

/** `pixels` has the points' columns from its column `first` on. */
function coveredTiles(pixels: Pixels, first: number, { columns, rows, colours }: Points): number {
  const ground = mostFrequent(colours);
  const tiles = new Map<number, Tile>();
  for (const [index, drawn] of colours.entries()) {
    const [column, row] = [index % columns.length, Math.floor(index / columns.length)];
    const y = rows[row] ?? pixels.height;
    if (drawn < 0 || first + column >= pixels.width || y >= pixels.height) continue;
    const key = Math.floor(row / TILE.height) * columns.length + Math.floor(column / TILE.width);
    const tile = tiles.get(key) ?? { points: 0, ink: 0, changedPoints: 0, changedInk: 0 };
    const changed = isOther(drawn, pixels, (y * pixels.width + first + column) * pixels.channels) ? 1 : 0;
    tile.points += 1;
    tile.changedPoints += changed;
    if (drawn !== ground) {
      tile.ink += 1;
      tile.changedInk += changed;
    }
    tiles.set(key, tile);
  }
  return [...tiles.values()].filter(isCovered).length;
}

function isCovered({ points, ink, changedPoints, changedInk }: Tile): boolean {
  const isAllOver = points > (TILE.width * TILE.height) / 2 && changedPoints >= points * COVERED_SHARE;
  return isAllOver || (ink >= LEAST_INK && changedInk >= ink * COVERED_SHARE);
}

function isOther(drawn: number, { data }: Pixels, at: number): boolean {
  const difference = [16, 8, 0].reduce((sum, shift, channel) => {
    return sum + Math.abs(((drawn >> shift) & 255) - (data[at + channel] ?? 0));
  }, 0);
  return difference >= LEAST_DIFFERENCE;
}

function mostFrequent(colours: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const colour of colours) if (colour >= 0) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [-1, 0])[0];
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
