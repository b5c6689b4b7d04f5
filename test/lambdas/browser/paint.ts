/** Pictures for tests: painted pixel by pixel, and written as PNGs with the filter that is asked for. */

import { crc32, deflateSync } from 'node:zlib';
import type { Pixels } from '../../../lambdas/browser/png.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture whose pixel at (x, y) has the colour that `paint` answers. */
export function picture(width: number, height: number, paint: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(paint(x, y), (y * width + x) * 3);
  }
  return { width, height, channels: 3, data };
}

/** Writes a PNG whose row y uses the filter `filterOf(y)`, 0 to 4, as https://www.w3.org/TR/png-3/#9Filters has them. */
export function encodePng(pixels: Pixels, filterOf: (row: number) => number, colourType = 2): Buffer {
  const { width, height, channels, data } = pixels;
  const stride = width * channels;
  const byteAt = (row: number, index: number) => (row < 0 || index < 0 ? 0 : (data[row * stride + index] ?? 0));
  const raw = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    const filter = filterOf(row);
    raw[row * (stride + 1)] = filter;
    for (let index = 0; index < stride; index += 1) {
      const left = byteAt(row, index - channels);
      const up = byteAt(row - 1, index);
      const upLeft = index < channels ? 0 : byteAt(row - 1, index - channels);
      const foretold = FORETELL[filter]?.(left, up, upLeft) ?? 0;
      raw[row * (stride + 1) + 1 + index] = byteAt(row, index) - foretold;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType, 0, 0, 0], 8);
  const packed = deflateSync(raw);
  const half = Math.ceil(packed.length / 2);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', packed.subarray(0, half)),
    chunk('IDAT', packed.subarray(half)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const FORETELL = [
  () => 0,
  (left: number) => left,
  (_left: number, up: number) => up,
  (left: number, up: number) => Math.floor((left + up) / 2),
  nearest,
];

/** Of the three neighbours, in this order, the one closest to left + up − upLeft. */
function nearest(left: number, up: number, upLeft: number): number {
  const aim = left + up - upLeft;
  const ranked = [left, up, upLeft].map((value) => ({ value, distance: Math.abs(aim - value) }));
  return ranked.reduce((best, one) => (one.distance < best.distance ? one : best)).value;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
