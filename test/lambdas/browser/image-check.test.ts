import { describe, expect, it } from 'vitest';
import { type Points, steadyPoints } from '../../../lambdas/browser/drawing.ts';
import { judgePicture } from '../../../lambdas/browser/image-check.ts';
import { type Colour, encodePng, picture } from './paint.ts';

const [WIDTH, HEIGHT] = [960, 540];
const PANE = { x: 40, y: 30, width: 860, height: 470 };
const DARK: Colour = [19, 23, 34];
const GRID: Colour = [30, 34, 45];
const INK: Colour = [8, 153, 129];

/** What the page drew can't be told. */
const NOTHING: Points = { columns: [], rows: [], colours: [] };

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
  ])('%s', async (_, paint) =>
    expect(judgePicture(png(paint), PANE, NOTHING)).toEqual({ drawn: true, covered: false }),
  );
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
  ])('%s', async (_, paint) => expect(judgePicture(png(paint), PANE, NOTHING)).toMatchObject({ drawn: false }));

  it('the pane lies outside the picture', async () => {
    const pane = { x: 2_000, y: 0, width: 500, height: 500 };
    expect(judgePicture(png(candles(100)), pane, NOTHING)).toMatchObject({ drawn: false });
  });
});

describe('something lies over the chart', () => {
  const chart = candles(100);
  /** The page's own word of what it drew, as `settle` reads it. */
  const pointsOf = (paint: (x: number, y: number) => Colour | null): Points => {
    const spread = (count: number, from: number, length: number) =>
      Array.from({ length: count }, (_, index) => from + Math.floor(((index + 0.5) * length) / count));
    const [columns, rows] = [spread(96, PANE.x, PANE.width), spread(40, PANE.y, PANE.height)];
    const packed = (colour: Colour | null) => (colour === null ? -1 : (colour[0] << 16) | (colour[1] << 8) | colour[2]);
    return { columns, rows, colours: rows.flatMap((y) => columns.map((x) => packed(paint(x, y)))) };
  };
  const within = (x: number, y: number, left: number, top: number, width: number, height: number) =>
    x >= left && x < left + width && y >= top && y < top + height;
  /** A panel that is hardly another colour than the chart's ground, as dialogs of a dark page are. */
  const panel =
    (left: number, top: number, width: number, height: number, colour: Colour = [23, 28, 39]): Paint =>
    (x, y) =>
      within(x, y, left, top, width, height) ? colour : chart(x, y);

  it.each<[string, Paint]>([
    ['a dialog in the middle', panel(300, 160, 340, 200)],
    ['a dialog of the chart’s own ground', panel(300, 160, 340, 200, DARK)],
    ['a banner along the edge', panel(0, 400, 960, 140)],
    ['a shade over all', (x, y) => mixed(chart(x, y))],
  ])('%s', async (_, paint) => {
    expect(judgePicture(png(paint), PANE, pointsOf(chart))).toMatchObject({ covered: true });
  });

  it.each<[string, Paint]>([
    ['nothing', chart],
    ['the legend', (x, y) => (y < 90 && x < 400 && (x * y) % 7 === 0 ? [200, 200, 200] : chart(x, y))],
    ['a label', panel(500, 300, 60, 24)],
  ])('not: %s', async (_, paint) => {
    expect(judgePicture(png(paint), PANE, pointsOf(chart))).toEqual({ drawn: true, covered: false });
  });

  it.each<[string, Paint]>([
    ['a candle that came, the others having moved on', (x, y) => chart(x + 8, y)],
    ['a price scale that fits itself anew', (x, y) => chart(x, y + 9)],
  ])('not: what moves while the picture is taken, %s', async (_, later) => {
    const points = steadyPoints(pointsOf(chart), pointsOf(later));
    expect(judgePicture(png(later), PANE, points)).toEqual({ drawn: true, covered: false });
    const covered: Paint = (x, y) => (within(x, y, 300, 160, 340, 200) ? [23, 28, 39] : later(x, y));
    expect(judgePicture(png(covered), PANE, points)).toMatchObject({ covered: true });
  });

  it('can’t be told where the page drew nothing that hides its ground', async () => {
    const points = pointsOf(() => null);
    expect(judgePicture(png(panel(300, 160, 340, 200)), PANE, points)).toMatchObject({ covered: false });
  });

  it('points outside the picture are passed over', async () => {
    const points = pointsOf(chart);
    const far = { ...points, columns: points.columns.map((x) => x + 600), rows: points.rows.map((y) => y + 300) };
    expect(
      judgePicture(
        png(() => DARK),
        PANE,
        far,
      ),
    ).toMatchObject({ drawn: false });
  });
});

const mixed = ([red, green, blue]: Colour): Colour => [red >> 1, green >> 1, blue >> 1];
