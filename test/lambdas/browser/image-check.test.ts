import { describe, expect, it } from 'vitest';
import { isChartDrawn } from '../../../lambdas/browser/image-check.ts';
import { type Colour, encodePng, picture } from './paint.ts';

const [WIDTH, HEIGHT] = [960, 540];
const PANE = { x: 40, y: 30, width: 860, height: 470 };
const DARK: Colour = [19, 23, 34];
const GRID: Colour = [30, 34, 45];
const INK: Colour = [8, 153, 129];

type Paint = (x: number, y: number) => Colour;

/** Filtered as Chromium filters its fast PNGs. */
const png = (paint: Paint) => encodePng(picture(WIDTH, HEIGHT, paint), () => 2);

const withGrid = (x: number, y: number): Colour => (x % 80 === 0 || y % 60 === 0 ? GRID : DARK);
const priceAt = (index: number) => 270 + Math.round(90 * Math.sin(index / 7));

/** Candles with a gap between them, `spacing` pixels from one to the next, `count` of them up to the right end. */
const candles =
  (count: number, spacing = 8): Paint =>
  (x, y) => {
    const index = Math.floor((x - 40) / spacing);
    const last = Math.floor(800 / spacing);
    const isBody = (x - 40) % spacing < spacing * 0.8 && index >= last - count && index < last;
    return isBody && Math.abs(y - priceAt(index)) < 6 + (index % 5) ? INK : withGrid(x, y);
  };

describe('a chart is on the picture', () => {
  it.each<[string, Paint]>([
    ['candles all over the pane', candles(100)],
    ...[3, 4, 5, 6, 10, 12, 20].map(
      (spacing) => [`candles ${spacing} pixels apart`, candles(400, spacing)] satisfies [string, Paint],
    ),
    ['the first candles of a new listing', candles(12)],
    ['a line', (x: number, y: number) => (Math.abs(y - priceAt(x / 8)) < 2 ? INK : DARK)],
  ])('%s', async (_, paint) => expect(await isChartDrawn(png(paint), PANE)).toBe(true));
});

describe('no chart is on the picture', () => {
  it.each<[string, Paint]>([
    ['nothing at all', () => DARK],
    ['a grid', withGrid],
    ['a last price line on a grid', (x, y) => (y === 300 ? INK : withGrid(x, y))],
    ['a legend above an empty pane', (x, y) => (y < 90 && (x * y) % 7 === 0 ? INK : DARK)],
    ['a logo in its corner', (x, y) => (x < 60 && y > 470 && (x + y) % 3 === 0 ? INK : DARK)],
    ['toolbars around an empty pane', (x, y) => ((x < 40 || y < 30) && (x * y) % 5 === 0 ? INK : DARK)],
    ['noise that no eye sees', (x, y) => [19 + ((x * y) % 3), 20, 34]],
  ])('%s', async (_, paint) => expect(await isChartDrawn(png(paint), PANE)).toBe(false));

  it('the pane lies outside the picture', async () => {
    const pane = { x: 2_000, y: 0, width: 500, height: 500 };
    expect(await isChartDrawn(png(candles(100)), pane)).toBe(false);
  });
});
