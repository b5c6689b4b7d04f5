/** The few SVG elements that charts are made of. Lengths are in the picture's units, see `canvas.ts`. */

import { FONT_FAMILY, FONT_WEIGHTS, textWidth, type Weight } from './font.ts';

export interface TextStyle {
  size: number;
  weight: Weight;
  fill: string;
  anchor?: 'start' | 'middle' | 'end';
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Two decimals: a hundredth of a unit is below what a pixel shows. */
export const round = (length: number) => Math.round(length * 100) / 100;

/** `y` is the baseline. */
export function text(content: string, x: number, y: number, style: TextStyle): string {
  const { size, weight, fill, anchor = 'start' } = style;
  const escaped = content.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
  return (
    `<text x="${round(x)}" y="${round(y)}" font-family="${FONT_FAMILY}" font-size="${round(size)}" ` +
    `font-weight="${FONT_WEIGHTS[weight]}" fill="${fill}" text-anchor="${anchor}">${escaped}</text>`
  );
}

/** Where the baseline is for capitals and digits to stand in the middle at `y`. */
export const middleBaseline = (y: number, size: number) => y + size * 0.349;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function rect(box: Box, attributes: string): string {
  return `<rect x="${round(box.x)}" y="${round(box.y)}" width="${round(box.width)}" height="${round(box.height)}" ${attributes}/>`;
}

export function path(data: string, attributes: string): string {
  return data === '' ? '' : `<path d="${data}" ${attributes}/>`;
}

export function dashed(x1: number, y1: number, x2: number, y2: number, colour: string, width: number): string {
  return path(
    `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`,
    `stroke="${colour}" stroke-width="${round(width)}" stroke-dasharray="${round(width * 4)} ${round(width * 4)}" fill="none"`,
  );
}

/** A rounded label of the text's own width; returns what it takes up too. */
export function pill(
  content: string,
  place: { x: number; middle: number; height: number; padding: number },
  style: { size: number; fill: string; ink: string; stroke?: string },
): { svg: string; width: number } {
  const width = textWidth(content, style.size, 'bold') + 2 * place.padding;
  const box = { x: place.x, y: place.middle - place.height / 2, width, height: place.height };
  const stroke = style.stroke === undefined ? '' : ` stroke="${style.stroke}" stroke-width="2"`;
  const svg =
    rect(box, `rx="${round(place.height * 0.28)}" fill="${style.fill}"${stroke}`) +
    text(content, place.x + width / 2, middleBaseline(place.middle, style.size), {
      size: style.size,
      weight: 'bold',
      fill: style.ink,
      anchor: 'middle',
    });
  return { svg, width };
}
