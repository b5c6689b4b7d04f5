/** Reads the PNGs that Chromium writes: eight bits a channel, RGB or RGBA, not interlaced. */

import { unzlibSync } from 'fflate';

export interface Pixels {
  width: number;
  height: number;
  /** 3 (RGB) or 4 (RGBA) bytes a pixel. */
  channels: number;
  /** Pixel x of row y begins at `(y * width + x) * channels`. */
  data: Uint8Array;
}

/** A PNG unpacked, until the next one is; its rows still filtered: each is a byte that names its filter, then its pixels. */
interface Rows {
  width: number;
  height: number;
  channels: number;
  bytes: Uint8Array;
}

/**
 * Where pictures are unpacked, one after the other. New memory for each, 6 MB and more, costs twice the time of all
 * else that is done with it: it calls for the garbage collector.
 */
let memory = new Uint8Array(0);

const SIGNATURE = '89504e470d0a1a0a';
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** The filters that look at no other column: what a column holds can be read without reading the others. */
const NONE = 0;
const UP = 2;

/**
 * Decodes a PNG (https://www.w3.org/TR/png-3/). Throws when it is none, is cut short, or is of a kind that Chromium
 * does not write (a palette, 16 bits, interlaced).
 */
export function decodePng(png: Uint8Array): Pixels {
  return unfilterAll(unpack(png));
}

/**
 * Some columns of a PNG, as a picture as wide as there are columns; one outside the picture is an error. Chromium's
 * fast PNGs use one filter only, for which this takes as much less time as fewer columns are read.
 */
export function decodeColumns(png: Uint8Array, choose: (width: number) => readonly number[]): Pixels {
  const rows = unpack(png);
  const columns = choose(rows.width);
  if (columns.some((x) => !Number.isInteger(x) || x < 0 || x >= rows.width)) throw new Error('No such column');
  return unfilterColumns(rows, columns) ?? pick(unfilterAll(rows), columns);
}

/** Width and height of a PNG, in pixels. Throws when it is none. */
export function sizeOfPng(png: Uint8Array): { width: number; height: number } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.toString('hex', 0, 8) !== SIGNATURE || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new Error('Not a PNG');
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function unpack(png: Uint8Array): Rows {
  const { width, height } = sizeOfPng(png);
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const [depth, colour, , , interlace] = file.subarray(24, 29);
  const channels = CHANNELS[colour ?? -1];
  if (depth !== 8 || channels === undefined || interlace !== 0) throw new Error('A kind of PNG that is not read here');

  const parts: Buffer[] = [];
  for (let at = 8; at + 8 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
    }
  }
  const length = (width * channels + 1) * height;
  if (memory.length < length) memory = new Uint8Array(length);
  const bytes = unzlibSync(Buffer.concat(parts), { out: memory.subarray(0, length) });
  if (bytes.length !== length) throw new Error('The PNG does not hold as many pixels as it says');
  return { width, height, channels, bytes };
}

/** Undefined where a row's filter looks at other columns. */
function unfilterColumns({ width, height, channels, bytes }: Rows, columns: readonly number[]): Pixels | undefined {
  const stride = width * channels + 1;
  const length = columns.length * channels;
  const data = new Uint8Array(length * height);
  const offsets = Int32Array.from({ length }, (_, index) => {
    return 1 + (columns[Math.floor(index / channels)] ?? 0) * channels + (index % channels);
  });
  const above = new Uint8Array(length);
  for (let row = 0; row < height; row += 1) {
    const start = row * stride;
    const filter = bytes[start];
    if (filter !== NONE && filter !== UP) return undefined;
    if (filter === NONE) above.fill(0);
    for (let index = 0; index < length; index += 1) {
      above[index] = (above[index] ?? 0) + (bytes[start + (offsets[index] ?? 0)] ?? 0);
    }
    data.set(above, row * length);
  }
  return { width: columns.length, height, channels, data };
}

/** Undoes the filters: every byte was written as its difference from what its neighbours foretell. */
function unfilterAll({ width, height, channels, bytes }: Rows): Pixels {
  const length = width * channels;
  const data = new Uint8Array(length * height);
  for (let row = 0; row < height; row += 1) {
    const source = row * (length + 1);
    const foretell = FILTERS[bytes[source] ?? -1];
    if (foretell === undefined) throw new Error(`The PNG has a row of unknown filter ${bytes[source]}`);
    const start = row * length;
    for (let at = 0; at < length; at += 1) {
      // Left of the first pixel and above the first row all is zero.
      const left = at < channels ? 0 : (data[start + at - channels] ?? 0);
      const up = data[start + at - length] ?? 0;
      const upLeft = at < channels ? 0 : (data[start + at - length - channels] ?? 0);
      data[start + at] = (bytes[source + 1 + at] ?? 0) + foretell(left, up, upLeft);
    }
  }
  return { width, height, channels, data };
}

const FILTERS: Readonly<Record<number, (left: number, up: number, upLeft: number) => number>> = {
  [NONE]: () => 0,
  1: (left) => left,
  [UP]: (_left, up) => up,
  3: (left, up) => (left + up) >> 1,
  4: paeth,
};

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const [byLeft, byUp, byBoth] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  if (byLeft <= byUp && byLeft <= byBoth) return left;
  return byUp <= byBoth ? up : upLeft;
}

function pick({ width, height, channels, data }: Pixels, columns: readonly number[]): Pixels {
  const picked = new Uint8Array(columns.length * channels * height);
  for (let row = 0; row < height; row += 1) {
    for (const [index, x] of columns.entries()) {
      const from = (row * width + x) * channels;
      picked.set(data.subarray(from, from + channels), (row * columns.length + index) * channels);
    }
  }
  return { width: columns.length, height, channels, data: picked };
}
