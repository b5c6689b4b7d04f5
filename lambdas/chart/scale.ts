/** From candles to places on the sheet. */

import type { Candle } from '../../core/market/candle.ts';
import type { Canvas } from './canvas.ts';
import type { Box } from './svg.ts';

/** A candle in numbers: for places, where a thousandth of a pixel more or less is nothing; never for what is written. */
export interface Bar {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export function toBar({ openTime, open, high, low, close, volume }: Candle): Bar {
  const prices = { open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
  return { openTime, ...prices, volume: Number(volume) };
}

/** Decimals of an exact price that say something: Binance fills up to eight with zeros. */
export function decimalsOf(price: string): number {
  return (price.split('.')[1] ?? '').replace(/0+$/, '').length;
}

/** Where the signal's price lies to what the plot shows; `none` where there is no price. */
export type PricePlace = 'inside' | 'above' | 'below' | 'none';

export interface PriceScale {
  low: number;
  high: number;
  y(price: number): number;
}

/** How much the candles may shrink to bring the signal's price into the picture: to two thirds. */
const MOST_STRETCH = 1.5;

/**
 * A scale on which the candles fill `box` up to `insets` (units that are kept free above and below). A signal's price
 * close to the candles is brought in; one far off is not, since it would squash them.
 */
export function priceScale(
  bars: Bar[],
  signalPrice: number | null,
  box: Box,
  insets: (side: PricePlace) => { top: number; bottom: number },
): { scale: PriceScale; place: PricePlace } {
  const top = Math.max(...bars.map((bar) => bar.high));
  const bottom = Math.min(...bars.map((bar) => bar.low));
  const place = signalPlace(bottom, top, signalPrice);
  const reached = place === 'inside' && signalPrice !== null ? [top, bottom, signalPrice] : [top, bottom];
  const { top: above, bottom: below } = insets(place);
  return { scale: linear(Math.min(...reached), Math.max(...reached), box, above, below), place };
}

function signalPlace(bottom: number, top: number, price: number | null): PricePlace {
  if (price === null) return 'none';
  const range = top - bottom || top * 0.001;
  if (Math.max(top, price) - Math.min(bottom, price) <= range * MOST_STRETCH) return 'inside';
  return price > top ? 'above' : 'below';
}

/** Prices that never moved get a range of their own, else they would have no scale. */
function linear(bottom: number, top: number, box: Box, above: number, below: number): PriceScale {
  const flat = top === bottom;
  const low = flat ? bottom * 0.999 : bottom;
  const high = flat ? top * 1.001 || 1 : top;
  const perUnit = (high - low) / (box.height - above - below);
  const y = (price: number) => box.y + above + (high - price) / perUnit;
  return { low: low - below * perUnit, high: high + above * perUnit, y };
}

export interface TimeScale {
  /** Middle of a candle, which is the middle of a pixel. */
  x(index: number): number;
  /** From one candle to the next, on average. */
  slot: number;
  /** Of a candle's body, in whole pixels, odd, so that its wick stands in the middle. */
  body: number;
}

/** A young market's few candles stand at the right, not wide as houses. */
const WIDEST_SLOT = 60;

/** Candles on whole pixels, ending `after` free slots before the box's right edge. */
export function timeScale(count: number, box: Box, canvas: Canvas, after: number): TimeScale {
  const { pixel, snap } = canvas;
  const slot = Math.min(box.width / (count + after), WIDEST_SLOT);
  const odd = 2 * Math.floor((slot * 0.72) / pixel / 2) + 1;
  const last = box.x + box.width - (after + 0.5) * slot;
  return { slot, body: odd * pixel, x: (index) => snap(last - (count - 1 - index) * slot) + pixel / 2 };
}
