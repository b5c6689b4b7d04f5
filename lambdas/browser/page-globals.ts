/**
 * What is read of a chart page, as far as this program looks. `TradingViewApi` answers the methods that the Charting
 * Library documents (`IChartWidgetApi`); `ChartApiInstance` knows whether the page's data connection stands. No method
 * is called that saves, shares or uploads.
 */
export interface PageGlobals {
  TradingViewApi?: {
    activeChart?: () => ChartApi;
    getTheme?: () => unknown;
    changeTheme?: (theme: string) => Promise<unknown> | undefined;
  };
  ChartApiInstance?: { connected?: () => unknown };
  is_authenticated?: unknown;
  location: { href: string };
  devicePixelRatio: number;
  document: {
    documentElement: Element;
    body: Element | null;
    fonts: { ready: Promise<unknown> };
    createElement(tag: 'canvas'): Canvas;
    elementFromPoint(x: number, y: number): Element | null;
    querySelector(selector: string): Element | null;
    querySelectorAll(selector: 'canvas'): Iterable<Canvas>;
    querySelectorAll(selector: string): Iterable<Element>;
  };
  performance: { now(): number };
  setTimeout(callback: () => void, milliseconds: number): unknown;
  requestAnimationFrame(callback: () => void): unknown;
}

export interface ChartApi {
  symbol(): unknown;
  resolution(): unknown;
  /** Null for a symbol that does not exist. */
  symbolExt?: () => unknown;
  /** Whether candles are there; calls back once they are. */
  dataReady(callback?: () => void): unknown;
  exportData?: (options: object) => Promise<{ data: unknown[] }>;
  setSymbol?: (symbol: string, callback: () => void) => unknown;
  setResolution?: (resolution: string, callback: () => void) => unknown;
}

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Element {
  id: string;
  tagName: string;
  textContent: string | null;
  parentElement: Element | null;
  classList: { contains(name: string): boolean };
  style: { setProperty(name: string, value: string, priority: string): void };
  contains(other: Element): boolean;
  matches(selector: string): boolean;
  closest(selector: string): Element | null;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Rectangle;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

export interface Canvas extends Element {
  width: number;
  height: number;
  getContext(
    kind: '2d',
    options: object,
  ): {
    clearRect(x: number, y: number, width: number, height: number): void;
    drawImage(source: Canvas, x: number, y: number, width: number, height: number): void;
    /** One row of the source to one row of this canvas. */
    drawImage(...rows: [Canvas, ...number[]]): void;
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray<ArrayBuffer> };
  };
}
