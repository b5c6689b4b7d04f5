/** When what a page draws has come to rest, and what it is. */

import type { Page } from 'puppeteer-core';
import type { Canvas, PageGlobals, Rectangle } from './page-globals.ts';

/** The largest canvas as the page itself has drawn it. Lengths are pixels of the picture. */
export interface Drawing {
  pane: Rectangle;
  points: Points;
}

/** The point at column c and row r has the colour `colours[r * columns.length + c]`. */
export interface Points {
  columns: number[];
  rows: number[];
  /**
   * `0xrrggbb`; -1 where it can't be told: the page drew nothing there that hides its ground, or it moves, or the
   * legend is written over it, or the browser stretches the canvas.
   */
  colours: number[];
}

/** Points of a pane: enough to find a dialog by, few enough to cost no time. */
const COLUMNS = 96;
const ROWS = 40;

/** What the page has drawn, undefined where it has no canvas. Rejects where it does not let its canvas be read. */
export async function readDrawing(page: Page): Promise<Drawing | undefined> {
  return (await page.evaluate(readPane, COLUMNS, ROWS)) ?? undefined;
}

/** What was the same before and after the picture was taken: what moved meanwhile can't be held against it. */
export function steadyPoints(before: Points, after: Points): Points {
  const colours = before.colours.map((colour, index) => (colour === after.colours[index] ? colour : -1));
  return { ...before, colours };
}

/** How many looks in a row, a frame apart, must find the same canvas: two frames have then been drawn and stood still. */
const STEADY_LOOKS = 3;
/** A live chart may move with every trade: after so long it counts as drawn though it never stood still. */
const RESTLESS_MS = 2_000;
/** How long a chart may stay empty after the page called it ready. */
const EMPTY_MS = 3_000;

/**
 * Waits until fonts are there and what is on the canvas stays the same. Resolves with whether something was drawn on it.
 * `theme` is set by the page's own means where it has them.
 */
export function settle(page: Page, theme: 'light' | 'dark'): Promise<boolean> {
  return page.evaluate(watchCanvas, theme, STEADY_LOOKS, RESTLESS_MS, EMPTY_MS);
}

/** Runs in the page, where nothing of this module exists: all that it needs stands in its body. */
async function watchCanvas(theme: string, steadyLooks: number, restlessMs: number, emptyMs: number): Promise<boolean> {
  const page = globalThis as unknown as PageGlobals;
  const frame = () => new Promise<void>((resolve) => page.requestAnimationFrame(() => resolve()));
  try {
    if (page.TradingViewApi?.getTheme?.() !== theme) await page.TradingViewApi?.changeTheme?.(theme);
  } catch {
    // A page that does not let its theme be changed is still a chart.
  }
  await page.document.fonts.ready;

  const largestCanvases = () => {
    const all = [...page.document.querySelectorAll('canvas')].map((canvas) => {
      const { width, height } = canvas.getBoundingClientRect();
      return { canvas, area: width * height };
    });
    const largest = Math.max(0, ...all.map(({ area }) => area));
    return all.filter(({ area }) => largest > 0 && area === largest).map(({ canvas }) => canvas);
  };
  const small = page.document.createElement('canvas');
  small.width = 96;
  small.height = 54;
  const pen = small.getContext('2d', { willReadFrequently: true });
  /** The pane in small: what is drawn on it, a number a point. */
  const look = () => {
    pen.clearRect(0, 0, small.width, small.height);
    for (const canvas of largestCanvases()) {
      if (canvas.width > 0 && canvas.height > 0) pen.drawImage(canvas, 0, 0, small.width, small.height);
    }
    return new Uint32Array(pen.getImageData(0, 0, small.width, small.height).data.buffer);
  };
  // Loops, where methods of arrays would read better: in a page that has just begun, every call back is slow.
  const isDrawn = (points: Uint32Array) => {
    for (let index = 1; index < points.length; index += 1) if (points[index] !== points[0]) return true;
    return false;
  };
  const isSame = (a: Uint32Array, b: Uint32Array) => {
    for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
    return true;
  };

  const since = page.performance.now();
  let last = look();
  let drawn = isDrawn(last);
  let alike = 1;
  while (!drawn || alike < steadyLooks) {
    const waited = page.performance.now() - since;
    if (waited > (drawn ? restlessMs : emptyMs)) break;
    await frame();
    const now = look();
    drawn = isDrawn(now);
    alike = isSame(last, now) ? alike + 1 : 1;
    last = now;
  }
  return drawn;
}

/** Runs in the page, too: the colours at points of the largest pane, each row of them in a strip one pixel high. */
function readPane(columnCount: number, rowCount: number): Drawing | null {
  const page = globalThis as unknown as PageGlobals;
  const all = [...page.document.querySelectorAll('canvas')]
    .map((canvas) => ({ canvas, box: canvas.getBoundingClientRect() }))
    .filter(({ canvas, box }) => canvas.width * canvas.height * box.width * box.height > 0);
  const [largest] = all.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  if (!largest) return null;
  const isSame = (box: Rectangle, edge: keyof Rectangle) => box[edge] === largest.box[edge];
  // In the order of the document: in which they lie on each other.
  const layers = all.filter(({ box }) => (['x', 'y', 'width', 'height'] as const).every((edge) => isSame(box, edge)));

  const scale = page.devicePixelRatio;
  const scaled = ({ x, y, width, height }: Rectangle) => ({
    x: Math.round(x * scale),
    y: Math.round(y * scale),
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  });
  const pane = scaled(largest.box);
  const spread = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * length) / count));
  const [columns, rows] = [spread(columnCount, pane.width), spread(rowCount, pane.height)];
  const [...legends] = page.document.querySelectorAll('[data-name=legend], [data-qa-id=legend]');
  const written = legends.map((legend) => scaled(legend.getBoundingClientRect()));
  const isWritten = (x: number, y: number) =>
    written.some((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
  const isStretched = layers.some(({ canvas }) => canvas.width !== pane.width || canvas.height !== pane.height);
  const strips: Canvas = page.document.createElement('canvas');
  strips.width = pane.width;
  strips.height = rowCount;
  const pen = strips.getContext('2d', { willReadFrequently: true });
  for (const { canvas } of layers) {
    for (const [strip, row] of rows.entries()) pen.drawImage(canvas, 0, row, pane.width, 1, 0, strip, pane.width, 1);
  }
  const { data } = pen.getImageData(0, 0, pane.width, rowCount);
  const colours: number[] = [];
  for (const [strip, row] of rows.entries()) {
    for (const x of columns) {
      const at = (strip * pane.width + x) * 4;
      const isKnown = !isStretched && data[at + 3] === 255 && !isWritten(pane.x + x, pane.y + row);
      colours.push(isKnown ? ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0) : -1);
    }
  }
  return {
    pane,
    points: { columns: columns.map((x) => pane.x + x), rows: rows.map((y) => pane.y + y), colours },
  };
}
