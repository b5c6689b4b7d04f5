/** Everything between header and footer: candles, volume, axes and the signal. */

import { compact, zoneLabel } from './axis.ts';
import { candles, volumes } from './candles.ts';
import { type Canvas, MARGIN } from './canvas.ts';
import { drawable } from './font.ts';
import { FOOTER_HEIGHT } from './footer.ts';
import { HEADER_HEIGHT } from './header.ts';
import { type ChartMarket, type SignalFacts, signalTime } from './input.ts';
import { LEGEND_HEIGHT, legend, watermark } from './legend.ts';
import { column, type MarkedCandle, markedAbove, marker, markerEnd } from './marker.ts';
import { axisLabels, axisWidth, gridLines, type PriceAxis, type PriceTag, priceAxis } from './price-axis.ts';
import { type Bar, decimalsOf, type PricePlace, type PriceScale, priceScale, timeScale, toBar } from './scale.ts';
import { type Box, rect, text } from './svg.ts';
import { TIME_AXIS_HEIGHT, timeAxis } from './time-axis.ts';

const VOLUME_SHARE = 0.19;
/** The line above the volume that says how much the last candle had. */
const VOLUME_LABEL_HEIGHT = 36;
const BREATHING = 28;
/** Empty slots between the last candle and the price axis. */
const FREE_SLOTS = 4;

/** What is drawn, before it has a place. */
interface Scene {
  bars: Bar[];
  /** Of the signal's candle. */
  index: number;
  signal: SignalFacts;
  /** For its place only; null where there is none or it is beyond numbers. */
  signalPrice: number | null;
  /** That the market's prices are written with. */
  decimals: number;
}

interface Layout {
  box: Box;
  scale: PriceScale;
  place: PricePlace;
  axis: PriceAxis;
  marked: MarkedCandle;
}

export function plot(signal: SignalFacts, market: ChartMarket, canvas: Canvas): string {
  const { palette, words, height, look } = canvas;
  const bars = market.candles.map(toBar);
  const last = bars.at(-1);
  if (last === undefined) return '';
  const price = Number(signal.price ?? Number.NaN);
  const scene: Scene = {
    bars,
    index: signalIndex(bars, signalTime(signal)),
    signal,
    signalPrice: Number.isFinite(price) ? price : null,
    decimals: Math.max(...market.candles.slice(-20).map((candle) => decimalsOf(candle.close))),
  };
  const inner = height - HEADER_HEIGHT - FOOTER_HEIGHT - TIME_AXIS_HEIGHT;
  const { box, scale, place, axis, marked } = layOut(scene, inner * (1 - VOLUME_SHARE), canvas);
  const { time } = marked;
  const volumeTop = box.y + box.height;
  const bottom = HEADER_HEIGHT + inner;
  const volumeBox = { ...box, y: volumeTop + VOLUME_LABEL_HEIGHT, height: bottom - volumeTop - VOLUME_LABEL_HEIGHT };
  const daily = /[dwM]$/.test(market.timeframe);
  const zone = daily ? 'UTC' : drawable(zoneLabel(last.openTime, words.locale, look.timezone));
  const small = { size: 24, weight: 'medium', fill: palette.muted } as const;
  return [
    watermark(market, box, canvas),
    column(marked, bottom, canvas),
    gridLines(axis, scale, { ...box, y: box.y + LEGEND_HEIGHT, height: box.height - LEGEND_HEIGHT }, canvas),
    volumes(bars, time, volumeBox, canvas),
    candles(bars, time, scale, canvas),
    rect({ x: box.x, y: canvas.snap(bottom), width: box.width, height: canvas.snap(2) }, `fill="${palette.line}"`),
    axisLabels(axis, priceTags(scene, last, { box, place, marked, axis }, canvas), scale, box, canvas),
    marker(marked, canvas),
    legend(market, { place, price: drawable(signal.price ?? ''), decimals: scene.decimals }, box, canvas),
    text(`${words.volume} ${compact(last.volume)}`, MARGIN, volumeTop + 24, small),
    timeAxis(bars, market.timeframe, time, { ...box, y: bottom }, canvas),
    text(zone, box.x + box.width + 14, bottom + 36, small),
  ].join('');
}

/** The candle that was forming at `at`; the first or last where `at` lies outside. */
function signalIndex(bars: Bar[], at: number): number {
  return Math.max(
    0,
    bars.findLastIndex((bar) => bar.openTime <= at),
  );
}

/** Candles fill the plot; only where the marker would leave it do they make room. */
function layOut(scene: Scene, height: number, canvas: Canvas): Layout {
  const first = layOutWith(scene, height, 0, canvas);
  const { box, place, marked } = first;
  const end = markerEnd(marked, canvas);
  const beyond = markedAbove(scene.signal.direction)
    ? box.y + LEGEND_HEIGHT - end
    : end - (box.y + box.height - (place === 'below' ? LEGEND_HEIGHT : 0));
  // Candles beside the outermost move by less than the room made.
  return beyond > 0 ? layOutWith(scene, height, beyond * 1.3, canvas) : first;
}

function layOutWith(scene: Scene, height: number, room: number, canvas: Canvas): Layout {
  const { bars, signal, signalPrice, decimals } = scene;
  const above = markedAbove(signal.direction);
  const tall = { x: MARGIN, y: HEADER_HEIGHT, width: 0, height };
  const { scale, place } = priceScale(bars, signalPrice, tall, (where) => ({
    top: LEGEND_HEIGHT + BREATHING + (above ? room : 0),
    bottom: BREATHING + (above ? 0 : room) + (where === 'below' ? LEGEND_HEIGHT : 0),
  }));
  const axis = priceAxis(scale, tall, decimals);
  const shown = [...axis.ticks, bars.at(-1)?.close ?? 0, ...(place === 'inside' ? [signalPrice ?? 0] : [])];
  const labels = shown.map((price) => price.toFixed(axis.decimals));
  const box = { ...tall, width: canvas.width - 2 * MARGIN - axisWidth(labels) };
  const time = timeScale(bars.length, box, canvas, FREE_SLOTS);
  const marked = { bars, index: scene.index, direction: signal.direction, time, price: scale, plot: box };
  return { box, scale, place, axis, marked };
}

function priceTags(
  { signalPrice, index }: Scene,
  last: Bar,
  { box, place, marked, axis }: Omit<Layout, 'scale'>,
  canvas: Canvas,
): PriceTag[] {
  const { palette } = canvas;
  const lastTag: PriceTag = {
    price: last.close,
    label: last.close.toFixed(axis.decimals),
    fill: last.close >= last.open ? palette.up : palette.down,
    ink: palette.onColour,
    from: box.x,
  };
  if (place !== 'inside' || signalPrice === null) return [lastTag];
  const signalTag: PriceTag = {
    price: signalPrice,
    label: signalPrice.toFixed(axis.decimals),
    fill: palette.signal,
    ink: palette.onSignal,
    from: marked.time.x(index),
  };
  return [lastTag, signalTag];
}
