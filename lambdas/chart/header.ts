/** The band at the top: what was signalled, at what price, by whom and when. */

import { type Canvas, MARGIN } from './canvas.ts';
import type { DrawnFacts } from './facts.ts';
import { ellipsised, fittingSize, textWidth } from './font.ts';
import { middleBaseline, path, pill, round, text } from './svg.ts';

const FIRST_ROW = 72;
const SECOND_ROW = 144;
export const HEADER_HEIGHT = 188;
const GAP = 22;

export function header(facts: DrawnFacts, canvas: Canvas): string {
  return firstRow(facts, canvas) + secondRow(facts, canvas);
}

/** Symbol, exchange and timeframe from the left; the price, which must be whole, from the right. */
function firstRow(facts: DrawnFacts, canvas: Canvas): string {
  const { palette, width } = canvas;
  const price = facts.price ?? '';
  const priceSize = fittingSize(price, [64, 56, 48, 40, 34], 'bold', 1000);
  const fittingPrice = ellipsised(price, priceSize, 'bold', 1200);
  const priceWidth = fittingPrice === '' ? 0 : textWidth(fittingPrice, priceSize, 'bold');
  let out = text(fittingPrice, width - MARGIN, middleBaseline(FIRST_ROW, 64), {
    size: priceSize,
    weight: 'bold',
    fill: palette.text,
    anchor: 'end',
  });

  let room = width - 2 * MARGIN - priceWidth - 2 * GAP;
  const tag = facts.timeframe === null ? undefined : ellipsised(facts.timeframe, 32, 'bold', 140);
  const tagWidth = tag === undefined ? 0 : textWidth(tag, 32, 'bold') + 36 + GAP;
  room -= tagWidth;
  const symbolSize = fittingSize(facts.symbol, [64, 56, 48, 40], 'bold', room);
  const symbol = ellipsised(facts.symbol, symbolSize, 'bold', room);
  let x = MARGIN;
  out += text(symbol, x, middleBaseline(FIRST_ROW, 64), { size: symbolSize, weight: 'bold', fill: palette.text });
  x += textWidth(symbol, symbolSize, 'bold') + GAP;
  room -= textWidth(symbol, symbolSize, 'bold') + GAP;
  if (facts.exchange !== null && room > 90) {
    const exchange = ellipsised(facts.exchange, 36, 'medium', room);
    out += text(exchange, x, middleBaseline(FIRST_ROW, 64), { size: 36, weight: 'medium', fill: palette.muted });
    x += textWidth(exchange, 36, 'medium') + GAP;
  }
  if (tag !== undefined) {
    const place = { x, middle: FIRST_ROW + 7, height: 48, padding: 18 };
    out += pill(tag, place, { size: 32, fill: palette.line, ink: palette.text }).svg;
  }
  return out;
}

/** Direction, signal type and indicator from the left; the time from the right. */
function secondRow(facts: DrawnFacts, canvas: Canvas): string {
  const { palette, width } = canvas;
  const style = { size: 32, weight: 'medium', fill: palette.muted } as const;
  const baseline = middleBaseline(SECOND_ROW, 32);
  let out = text(facts.time, width - MARGIN, baseline, { ...style, anchor: 'end' });
  let room = width - 2 * MARGIN - textWidth(facts.time, 32, 'medium') - 2 * GAP;
  let x = MARGIN;
  if (facts.direction !== null) {
    const badge = directionBadge(facts.direction, canvas, x, SECOND_ROW);
    out += badge.svg;
    x += badge.width + GAP;
    room -= badge.width + GAP;
  }
  const indicatorWidth = facts.indicator === null ? 0 : textWidth(facts.indicator, 32, 'medium') + GAP;
  if (facts.signalType !== null) {
    // Two long names share the room; a short one leaves its part to the other.
    const signalType = ellipsised(facts.signalType, 32, 'bold', Math.max(room * 0.55, room - indicatorWidth));
    out += text(signalType, x, baseline, { size: 32, weight: 'bold', fill: palette.text });
    const used = textWidth(signalType, 32, 'bold') + GAP;
    x += used;
    room -= used;
  }
  if (facts.indicator !== null && room > 60)
    out += text(ellipsised(facts.indicator, 32, 'medium', room), x, baseline, style);
  return out;
}

/** A green or red label with a drawn arrow; returns its width too. */
export function directionBadge(
  direction: 'long' | 'short',
  canvas: Canvas,
  x: number,
  middle: number,
): { svg: string; width: number } {
  const { palette, words } = canvas;
  const word = words.direction[direction];
  const padding = 18;
  const arrow = 20;
  const width = textWidth(word, 30, 'bold') + 2 * padding + arrow + 12;
  const [tip, foot] = direction === 'long' ? [middle - 9, middle + 9] : [middle + 9, middle - 9];
  const left = x + padding;
  const svg =
    `<rect x="${round(x)}" y="${round(middle - 24)}" width="${round(width)}" height="48" rx="13" ` +
    `fill="${direction === 'long' ? palette.up : palette.down}"/>` +
    path(
      `M${round(left)} ${foot}L${round(left + arrow)} ${foot}L${round(left + arrow / 2)} ${tip}z`,
      `fill="${palette.onColour}"`,
    ) +
    text(word, left + arrow + 12, middleBaseline(middle, 30), { size: 30, weight: 'bold', fill: palette.onColour });
  return { svg, width };
}
