/**
 * The sheet that a picture is drawn on: always 1920 units wide, so that every size shows the same picture. Lines and
 * candles are laid on whole pixels of the real size, else they blur.
 */

import type { Look } from './input.ts';
import { round } from './svg.ts';
import { PALETTES, type Palette } from './theme.ts';
import { WORDS, type Words } from './words.ts';

export interface Canvas {
  /** Units: 1920. */
  width: number;
  height: number;
  /** One pixel in units. */
  pixel: number;
  /** To the nearest edge between pixels. */
  snap(length: number): number;
  palette: Palette;
  words: Words;
  look: Look;
}

export const UNITS_WIDE = 1920;
/** Between the picture's edge and whatever is drawn. */
export const MARGIN = 44;

export function canvasOf(look: Look): Canvas {
  const pixel = UNITS_WIDE / look.width;
  return {
    width: UNITS_WIDE,
    height: look.height * pixel,
    pixel,
    snap: (length) => Math.round(length / pixel) * pixel,
    palette: PALETTES[look.theme],
    words: WORDS[look.language],
    look,
  };
}

export function sheet(canvas: Canvas, content: string): string {
  const { look, width, height, palette } = canvas;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${look.width}" height="${look.height}" ` +
    `viewBox="0 0 ${width} ${round(height)}"><rect width="${width}" height="${round(height)}" ` +
    `fill="${palette.background}"/>${content}</svg>`
  );
}
