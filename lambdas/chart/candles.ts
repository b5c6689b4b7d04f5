/** Candles and volume: one path for each colour, which is what makes a picture cheap. */

import type { Canvas } from './canvas.ts';
import type { Bar, PriceScale, TimeScale } from './scale.ts';
import { type Box, path, round } from './svg.ts';

const bar = (x: number, y: number, width: number, height: number) =>
  `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;

export function candles(bars: Bar[], time: TimeScale, price: PriceScale, canvas: Canvas): string {
  const { pixel, snap, palette } = canvas;
  const wick = pixel * (1 + 2 * Math.floor((time.slot * 0.12) / pixel / 2));
  const data = { up: '', down: '' };
  for (const [i, { open, high, low, close }] of bars.entries()) {
    const colour = close >= open ? 'up' : 'down';
    const middle = time.x(i);
    const top = snap(price.y(Math.max(open, close)));
    const bottom = snap(price.y(Math.min(open, close)));
    const tip = snap(price.y(high));
    const foot = snap(price.y(low));
    if (foot > tip) data[colour] += bar(middle - wick / 2, tip, wick, foot - tip);
    data[colour] += bar(middle - time.body / 2, top, time.body, Math.max(pixel, bottom - top));
  }
  return path(data.up, `fill="${palette.up}"`) + path(data.down, `fill="${palette.down}"`);
}

export function volumes(bars: Bar[], time: TimeScale, box: Box, canvas: Canvas): string {
  const { pixel, snap, palette } = canvas;
  const most = Math.max(...bars.map(({ volume }) => volume));
  const floor = snap(box.y + box.height);
  const data = { up: '', down: '' };
  for (const [i, { open, close, volume }] of bars.entries()) {
    if (volume <= 0) continue;
    const height = Math.max(pixel, snap((box.height * volume) / most));
    data[close >= open ? 'up' : 'down'] += bar(time.x(i) - time.body / 2, floor - height, time.body, height);
  }
  return path(data.up, `fill="${palette.upVolume}"`) + path(data.down, `fill="${palette.downVolume}"`);
}
