import { describe, expect, it } from 'vitest';
import { isChartDrawn } from '../../../lambdas/browser/image-check.ts';
import { type Colour, picture } from './paint.ts';

const [WIDTH, HEIGHT] = [960, 540];
const PANE = { x: 40, y: 30, width: 860, height: 470 };
const DARK: Colour = [19, 23, 34];
const GRID: Colour = [30, 34, 45];
const INK: Colour = [8, 153, 129];

const withGrid = (x: number, y: number): Colour => (x % 80 === 0 || y % 60 === 0 ? GRID : DARK);
const priceAt = (index: number) => 270 + Math.round(90 * Math.sin(index / 7));

/** Candles of 6 pixels, 8 apart, `count` of them up to the right end. */
const candles =
  (count: number) =>
  (x: number, y: number): Colour => {
    const index = Math.floor((x - 40) / 8);
    const isBody = (x - 40) % 8 < 6 && index >= 100 - count && index < 100;
    return isBody && Math.abs(y - priceAt(index)) < 6 + (index % 5) ? INK : withGrid(x, y);
  };

describe('a chart is on the picture', () => {
  it.each([
    ['candles all over the pane', candles(100)],
    ['the first candles of a new listing', candles(12)],
    ['a line', (x: number, y: number) => (Math.abs(y - priceAt(x / 8)) < 2 ? INK : DARK)],
  ])('%s', (_, paint) => expect(isChartDrawn(picture(WIDTH, HEIGHT, paint), PANE)).toBe(true));
});

describe('no chart is on the picture', () => {
  it.each<[string, (x: number, y: number) => Colour]>([
    ['nothing at all', () => DARK],
    ['a grid', withGrid],
    ['a last price line on a grid', (x, y) => (y === 300 ? INK : withGrid(x, y))],
    ['a legend above an empty pane', (x, y) => (y < 90 && (x * y) % 7 === 0 ? INK : DARK)],
    ['a logo in its corner', (x, y) => (x < 60 && y > 470 && (x + y) % 3 === 0 ? INK : DARK)],
    ['toolbars around an empty pane', (x, y) => ((x < 40 || y < 30) && (x * y) % 5 === 0 ? INK : DARK)],
    ['noise that no eye sees', (x, y) => [19 + ((x * y) % 3), 20, 34]],
  ])('%s', (_, paint) => expect(isChartDrawn(picture(WIDTH, HEIGHT, paint), PANE)).toBe(false));

  it('the pane lies outside the picture', () => {
    const pane = { x: 2_000, y: 0, width: 500, height: 500 };
    expect(isChartDrawn(picture(WIDTH, HEIGHT, candles(100)), pane)).toBe(false);
  });
});
