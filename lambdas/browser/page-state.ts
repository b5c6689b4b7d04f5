/**
 * How a chart page's state is read. TradingView's chart page has `window.TradingViewApi`, whose `activeChart()` answers
 * the methods that the Charting Library documents (`IChartWidgetApi`: `symbol`, `resolution`, `dataReady`,
 * `exportData`). Only those that read are used; none that saves, shares or uploads.
 */

import type { Page } from 'puppeteer-core';

export interface ChartState {
  /** As the page names it: `BINANCE:BTCUSDT`. */
  symbol: string;
  /** As the page names it: `15`, `240`, `1D`. */
  resolution: string;
  /** Candles loaded; null where the page does not say. */
  bars: number | null;
  /** The largest canvas, in CSS pixels; null where there is none. */
  pane: Rectangle | null;
  /** Whether something was drawn on it. */
  drawn: boolean;
}

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How many looks in a row, a frame apart, must find the same canvas: two frames have then been drawn and stood still. */
const STEADY_LOOKS = 3;
/** A live chart may move with every trade: after so long it counts as drawn though it never stood still. */
const RESTLESS_MS = 2_000;
/** How long a chart may stay empty after the page called it ready. */
const EMPTY_MS = 3_000;

/**
 * Waits until the page's own model has its candles, its fonts are there, and what is on the canvas stays the same.
 * Resolves with `drawn: false` where it stayed empty; never, where the page never becomes ready: the caller has the
 * deadline. `theme` is set by the page's own means where it has them.
 */
export async function waitForChart(page: Page, theme: 'light' | 'dark'): Promise<ChartState> {
  for (;;) {
    try {
      return await page.evaluate(watchChart, theme, STEADY_LOOKS, RESTLESS_MS, EMPTY_MS);
    } catch (error) {
      // The page went on to another address, and what ran in it is gone: watch the next one.
      if (!(error instanceof Error) || !/context was destroyed|context with specified id/i.test(error.message))
        throw error;
    }
  }
}

/** Whether the chart shows what was asked for. Where one of the two names no exchange, only the symbols count. */
export function isSameSymbol(shown: string, expected: string): boolean {
  const [a, b] = [shown, expected].map((name) => name.toUpperCase().split(':'));
  if (a === undefined || b === undefined) return false;
  return a.length === b.length ? a.join(':') === b.join(':') : a.at(-1) === b.at(-1);
}

/** What `watchChart` finds in a page, as far as it looks. */
interface PageGlobals {
  TradingViewApi?: {
    activeChart?: () => {
      symbol(): unknown;
      resolution(): unknown;
      dataReady(callback: () => void): unknown;
      exportData?: (options: object) => Promise<{ data: unknown[] }>;
    };
    getTheme?: () => unknown;
    changeTheme?: (theme: string) => Promise<unknown> | undefined;
  };
  document: {
    fonts: { ready: Promise<unknown> };
    createElement(tag: 'canvas'): Canvas;
    querySelectorAll(selector: 'canvas'): Iterable<Canvas>;
  };
  performance: { now(): number };
  setTimeout(callback: () => void, milliseconds: number): unknown;
  requestAnimationFrame(callback: () => void): unknown;
}

interface Canvas {
  width: number;
  height: number;
  getBoundingClientRect(): Rectangle;
  getContext(
    kind: '2d',
    options: object,
  ): {
    clearRect(x: number, y: number, width: number, height: number): void;
    drawImage(source: Canvas, x: number, y: number, width: number, height: number): void;
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Runs in the page, where nothing of this module exists: all that it needs stands in its body. */
async function watchChart(
  theme: string,
  steadyLooks: number,
  restlessMs: number,
  emptyMs: number,
): Promise<ChartState> {
  const page = globalThis as unknown as PageGlobals;
  const frame = () => new Promise<void>((resolve) => page.requestAnimationFrame(() => resolve()));
  const pause = () => new Promise<void>((resolve) => page.setTimeout(resolve, 30));

  const activeChart = () => {
    try {
      const chart = page.TradingViewApi?.activeChart?.();
      return chart?.symbol() && chart.resolution() ? chart : undefined;
    } catch {
      // The object is there before what it speaks for.
      return undefined;
    }
  };
  let chart = activeChart();
  while (!chart) {
    await pause();
    chart = activeChart();
  }
  const ready = chart;
  await new Promise<void>((resolve) => {
    if (ready.dataReady(() => resolve()) === true) resolve();
  });
  try {
    if (page.TradingViewApi?.getTheme?.() !== theme) await page.TradingViewApi?.changeTheme?.(theme);
  } catch {
    // A page that does not let its theme be changed is still a chart.
  }
  const countBars = async () => {
    try {
      const options = { includeTime: true, includeSeries: true, includedStudies: [] };
      return (await ready.exportData?.(options))?.data.length ?? null;
    } catch {
      return null;
    }
  };
  let bars = await countBars();
  while (bars === 0) {
    await pause();
    bars = await countBars();
  }
  await page.document.fonts.ready;

  const largestCanvases = () => {
    const all = [...page.document.querySelectorAll('canvas')].map((canvas) => ({
      canvas,
      box: canvas.getBoundingClientRect(),
    }));
    const area = ({ box }: { box: Rectangle }) => box.width * box.height;
    const largest = Math.max(0, ...all.map(area));
    return all.filter((one) => largest > 0 && area(one) === largest);
  };
  const small = page.document.createElement('canvas');
  small.width = 96;
  small.height = 54;
  const pen = small.getContext('2d', { willReadFrequently: true });
  /** The pane in small: what is drawn on it, as numbers. */
  const look = () => {
    pen.clearRect(0, 0, small.width, small.height);
    for (const { canvas } of largestCanvases()) {
      if (canvas.width > 0 && canvas.height > 0) pen.drawImage(canvas, 0, 0, small.width, small.height);
    }
    return pen.getImageData(0, 0, small.width, small.height).data;
  };
  const isDrawn = (pixels: Uint8ClampedArray) => pixels.some((value, index) => value !== pixels[index % 4]);
  const isSame = (a: Uint8ClampedArray, b: Uint8ClampedArray) => a.every((value, index) => value === b[index]);

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

  const box = largestCanvases()[0]?.box;
  const pane = box ? { x: box.x, y: box.y, width: box.width, height: box.height } : null;
  return { symbol: String(ready.symbol()), resolution: String(ready.resolution()), bars, pane, drawn };
}
