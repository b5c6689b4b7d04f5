/** Text by the font's own measures: how wide it is, what fits, and which characters the font can draw at all. */

import { create, type Font } from 'fontkitten';
import { readAsset } from './assets.ts';

/** Its digits are all of one width, and it draws no character as another: Inter, for one, makes `5x8` into `5×8`. */
export const FONT_FAMILY = 'IBM Plex Sans';
export type Weight = 'medium' | 'bold';
export const FONT_WEIGHTS: Record<Weight, number> = { medium: 500, bold: 600 };

export const FONT_FILES: Record<Weight, Buffer> = { medium: readAsset('medium'), bold: readAsset('bold') };
const FONTS: Record<Weight, Font> = { medium: open(FONT_FILES.medium), bold: open(FONT_FILES.bold) };

function open(file: Buffer): Font {
  const font = create(file);
  if (font.isCollection) throw new Error('A font collection where one font is expected');
  return font;
}

/** Code points that both faces have glyphs for. */
const COVERED = new Set(FONTS.medium.characterSet.filter((point) => FONTS.bold.hasGlyphForCodePoint(point)));

/** Advances in font units, found once for each character. */
const ADVANCES: Record<Weight, Map<string, number>> = { medium: new Map(), bold: new Map() };

function advance(character: string, weight: Weight): number {
  const known = ADVANCES[weight].get(character);
  if (known !== undefined) return known;
  const width = FONTS[weight].glyphForCodePoint(character.codePointAt(0) ?? 0).advanceWidth;
  ADVANCES[weight].set(character, width);
  return width;
}

/** Width in the same unit as `size`. Kerning, which only draws letters nearer, is left out. */
export function textWidth(text: string, size: number, weight: Weight): number {
  let sum = 0;
  for (const character of text) sum += advance(character, weight);
  return (sum * size) / FONTS[weight].unitsPerEm;
}

const UNDRAWN = /[\p{C}\p{M}\p{Extended_Pictographic}\p{Emoji_Presentation}]/u;

/**
 * What can be drawn of a text: line breaks become spaces; emoji, marks without a base and every character that the font
 * has no glyph for are left out, since they would show as boxes. Digits and `#` are emoji to Unicode, but not to a reader.
 */
export function drawable(text: string): string {
  const kept = [...text.normalize('NFC').replace(/\s+/gu, ' ')].filter(
    (character) => !UNDRAWN.test(character) && COVERED.has(character.codePointAt(0) ?? 0),
  );
  return kept.join('').replace(/ +/g, ' ').trim();
}

/** The text, or as much of its beginning as fits into `width` with an ellipsis. */
export function ellipsised(text: string, size: number, weight: Weight, width: number): string {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  let left = width - textWidth('…', size, weight);
  let count = 0;
  for (const character of characters) {
    left -= textWidth(character, size, weight);
    if (left < 0) break;
    count++;
  }
  return `${characters.slice(0, count).join('').trimEnd()}…`;
}

/** The largest of the sizes at which the text fits into `width`, else the smallest. */
export function fittingSize(text: string, sizes: readonly number[], weight: Weight, width: number): number {
  return sizes.find((size) => textWidth(text, size, weight) <= width) ?? Math.min(...sizes);
}

/** At most `count` lines of words no wider than `width`; the last ends in an ellipsis where text is left over. */
export function wrapped(text: string, size: number, weight: Weight, width: number, count: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < count - 1) {
    const line = firstLine(rest, size, weight, width);
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  if (rest !== '') lines.push(ellipsised(rest, size, weight, width));
  return lines;
}

/** As many whole words as fit; of a word wider than the line as many characters. */
function firstLine(text: string, size: number, weight: Weight, width: number): string {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  let used = 0;
  let fits = 0;
  for (const character of characters) {
    used += textWidth(character, size, weight);
    if (used > width) break;
    fits++;
  }
  const cut = characters.slice(0, Math.max(1, fits)).join('');
  const space = cut.lastIndexOf(' ');
  return space > 0 && characters[fits] !== ' ' ? cut.slice(0, space) : cut;
}
