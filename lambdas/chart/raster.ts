/** SVG to PNG, the same bits on every platform. */

import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readAsset } from './assets.ts';
import { FONT_FAMILY, FONT_FILES } from './font.ts';
import { encodePng } from './png.ts';

/** Compiled once for the life of the process. */
let ready: Promise<void> | undefined;

export async function rasterize(svg: string): Promise<Uint8Array> {
  ready ??= initWasm(readAsset('resvg'));
  await ready;
  const fontBuffers = Object.values(FONT_FILES);
  const drawing = new Resvg(svg, { font: { fontBuffers, defaultFontFamily: FONT_FAMILY } });
  try {
    const image = drawing.render();
    try {
      return encodePng(image.pixels, image.width, image.height);
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
