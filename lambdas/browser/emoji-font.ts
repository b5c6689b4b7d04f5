/**
 * Chromium's fonts hold no emoji, and what charts say is full of them. The font comes as WOFF 1.0, which the browser
 * takes from a page but not from the system: unpacked here to the plain font file that it is made of.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

/** The font's name beside the bundle, and the package's file that is copied there. */
export const EMOJI_FONT = {
  file: 'noto-color-emoji.woff',
  module: '@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff',
} as const;

/** Beside the bundle; run from source, in the package that ships it. */
export function emojiFontPath(): string {
  const beside = fileURLToPath(new URL(EMOJI_FONT.file, import.meta.url));
  return existsSync(beside) ? beside : emojiFontSource();
}

/** Where the font lies in its package: what a bundler has to copy. */
export function emojiFontSource(): string {
  return fileURLToPath(import.meta.resolve(EMOJI_FONT.module));
}

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const FONT_HEADER = 12;
const FONT_ENTRY = 16;

/** The same emoji a second time, as SVG, in four fifths of the file: Chromium draws them from `COLR`. */
const LEFT_OUT = 'SVG ';

/** WOFF 1.0 → OpenType (https://www.w3.org/TR/WOFF/). Throws when `woff` is no such file. */
export async function fontOfWoff(woff: Buffer): Promise<Buffer> {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('The emoji font is not a WOFF 1.0 file');
  const entries = Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const at = WOFF_HEADER + WOFF_ENTRY * index;
    return {
      tag: woff.toString('latin1', at, at + 4),
      offset: woff.readUInt32BE(at + 4),
      packedLength: woff.readUInt32BE(at + 8),
      length: woff.readUInt32BE(at + 12),
      checksum: woff.readUInt32BE(at + 16),
    };
  }).filter((entry) => entry.tag !== LEFT_OUT);

  const directory = Buffer.alloc(FONT_HEADER + FONT_ENTRY * entries.length);
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(entries.length, 4);
  const power = Math.floor(Math.log2(entries.length));
  directory.writeUInt16BE(2 ** power * FONT_ENTRY, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE((entries.length - 2 ** power) * FONT_ENTRY, 10);

  const tables: Buffer[] = [];
  let offset = directory.length;
  for (const [index, entry] of entries.entries()) {
    const packed = woff.subarray(entry.offset, entry.offset + entry.packedLength);
    const table = entry.packedLength < entry.length ? await promisify(inflate)(packed) : packed;
    const at = FONT_HEADER + FONT_ENTRY * index;
    directory.write(entry.tag, at, 'latin1');
    directory.writeUInt32BE(entry.checksum, at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(entry.length, at + 12);
    const padding = Buffer.alloc(-entry.length & 3);
    tables.push(table, padding);
    offset += table.length + padding.length;
  }
  return Buffer.concat([directory, ...tables]);
}
