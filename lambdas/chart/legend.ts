/** What is written upon the plot: the last candle's prices, a signal price that lies off the scale, whose plot it is. */

import type { Canvas } from './canvas.ts';
import { ellipsised, textWidth } from './font.ts';
import type { ChartMarket } from './input.ts';
import type { PricePlace } from './scale.ts';
import { type Box, middleBaseline, pill, text } from './svg.ts';

/** Kept free of candles at the plot's top, and at its bottom where a note stands there. */
export const LEGEND_HEIGHT = 56;
const SIZE = 26;

/**
 * Open, high, low and close of the last candle from the left; a signal price beyond the candles from the right, said
 * instead of squashing them. Where both don't fit side by side the prices go.
 */
export function legend(
  market: ChartMarket,
  signal: { place: PricePlace; price: string; decimals: number },
  box: Box,
  canvas: Canvas,
): string {
  const note = offScaleNote(signal.place, signal.price, box, canvas);
  const room = signal.place === 'above' ? box.width - note.width - 40 : box.width;
  return lastPrices(market, signal.decimals, room, box, canvas) + note.svg;
}

function lastPrices(market: ChartMarket, decimals: number, room: number, box: Box, canvas: Canvas): string {
  const { palette, words } = canvas;
  const last = market.candles.at(-1);
  if (last === undefined) return '';
  let out = '';
  let x = box.x;
  for (const [name, price] of [
    [words.open, last.open],
    [words.high, last.high],
    [words.low, last.low],
    [words.close, last.close],
  ] as const) {
    const figure = Number(price).toFixed(decimals);
    const figureAt = x + textWidth(`${name} `, SIZE, 'medium');
    out += text(name, x, box.y + 32, { size: SIZE, weight: 'medium', fill: palette.muted });
    out += text(figure, figureAt, box.y + 32, { size: SIZE, weight: 'medium', fill: palette.text });
    x = figureAt + textWidth(figure, SIZE, 'medium') + 24;
  }
  return x - box.x <= room ? out : '';
}

function offScaleNote(place: PricePlace, price: string, box: Box, canvas: Canvas): { svg: string; width: number } {
  if (place !== 'above' && place !== 'below') return { svg: '', width: 0 };
  const { palette, words } = canvas;
  const padding = 18;
  const room = box.width - 2 * padding - 4;
  const note = ellipsised(`${place === 'above' ? '↑' : '↓'} ${words.offScale(price)}`, SIZE, 'bold', room);
  const width = textWidth(note, SIZE, 'bold') + 2 * padding;
  const middle = place === 'above' ? box.y + 24 : box.y + box.height - 26;
  const colours = { size: SIZE, fill: palette.background, ink: palette.text, stroke: palette.signal };
  return pill(note, { x: box.x + box.width - width - 2, middle, height: 44, padding }, colours);
}

export function watermark(market: ChartMarket, box: Box, canvas: Canvas): string {
  const { palette, words } = canvas;
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const style = { weight: 'bold', anchor: 'middle' } as const;
  const name = text('Vigía', x, middleBaseline(market.replay ? y - 60 : y, 200), {
    ...style,
    size: 200,
    fill: palette.watermark,
  });
  if (!market.replay) return name;
  return name + text(words.replay, x, middleBaseline(y + 96, 60), { ...style, size: 60, fill: palette.watermarkWords });
}
