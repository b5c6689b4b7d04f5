/** Reads the PNGs that Chromium writes: eight bits a channel, RGB or RGBA, not interlaced. */

import { promisify } from 'node:util';
import { inflate, type ZlibOptions } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** 3 (RGB) or 4 (RGBA). */
  channels: number;
  /** Row by row, `channels` bytes a pixel; pixel x of row y begins at `start + y * stride + x * channels`. */
  data: Uint8Array;
  start: number;
  stride: number;
}

const SIGNATURE = '89504e470d0a1a0a';
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Width and height of a PNG, in pixels. Throws when it is none. */
export function sizeOfPng(png: Uint8Array): { width: number; height: number } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.toString('hex', 0, 8) !== SIGNATURE || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new Error('Not a PNG');
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/**
 * Decodes a PNG (https://www.w3.org/TR/png-3/). Throws when it is none, is cut short, or is of a kind that Chromium
 * does not write (a palette, 16 bits, interlaced).
 */
export async function decodePng(png: Uint8Array): Promise<Pixels> {
  const { width, height } = sizeOfPng(png);
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const [depth, colour, , , interlace] = bytes.subarray(24, 29);
  const channels = CHANNELS[colour ?? -1];
  if (depth !== 8 || channels === undefined || interlace !== 0) throw new Error('A kind of PNG that is not read here');

  const parts: Buffer[] = [];
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
    }
  }
  const rowBytes = width * channels;
  const stride = rowBytes + 1;
  // In one piece, of the size that it must have: a third of the time that growing takes.
  const data = await promisify<Buffer, ZlibOptions, Buffer>(inflate)(Buffer.concat(parts), {
    chunkSize: stride * height + 64,
  });
  if (data.length !== stride * height) throw new Error('The PNG does not hold as many pixels as it says');
  for (let row = 0; row < height; row += 1) unfilter(data, row * stride + 1, rowBytes, stride, channels);
  return { width, height, channels, data, start: 1, stride };
}

/**
 * Undoes the filter of the row that begins at `start`, in place: every byte was written as its difference from what its
 * neighbours foretell. What lies left of the first pixel and above the first row counts as zero. A loop for each
 * filter, for these are the millions of steps of a capture.
 */
function unfilter(data: Buffer, start: number, length: number, stride: number, step: number): void {
  const end = start + length;
  const isFirst = start < stride;
  const up = (at: number) => (isFirst ? 0 : (data[at - stride] ?? 0));
  const left = (at: number) => (at - step < start ? 0 : (data[at - step] ?? 0));
  const upLeft = (at: number) => (isFirst || at - step < start ? 0 : (data[at - step - stride] ?? 0));
  const filter = data[start - 1];
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = start + step; at < end; at += 1) data[at] = (data[at] ?? 0) + (data[at - step] ?? 0);
      return;
    case 2:
      if (isFirst) return;
      for (let at = start; at < end; at += 1) data[at] = (data[at] ?? 0) + (data[at - stride] ?? 0);
      return;
    case 3:
      for (let at = start; at < end; at += 1) data[at] = (data[at] ?? 0) + ((left(at) + up(at)) >> 1);
      return;
    case 4:
      for (let at = start; at < end; at += 1) data[at] = (data[at] ?? 0) + paeth(left(at), up(at), upLeft(at));
      return;
    default:
      throw new Error(`The PNG has a row of unknown filter ${filter}`);
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const [byLeft, byUp, byBoth] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  if (byLeft <= byUp && byLeft <= byBoth) return left;
  return byUp <= byBoth ? up : upLeft;
}
