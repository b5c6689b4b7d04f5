/**
 * What a look at a chart page finds. It comes in the account's language, so nothing of it is read: only the page's
 * model, its address, its elements and where they are.
 */

import type { Page } from 'puppeteer-core';
import type { ChartApi, Element, PageGlobals, Rectangle } from './page-globals.ts';

export interface Sight {
  /** The page's address: pages go elsewhere by themselves. */
  address: string;
  /** Whether the page knows who asks; null where it does not say. */
  signedIn: boolean | null;
  /** Whether it is a page of TradingView's own making, and not of something that stands before it. */
  own: boolean;
  /** Whether its data connection stands; null where it does not say. */
  connected: boolean | null;
  chart: ShownChart | null;
  /** What lay over the chart. All but those that insist are hidden now. */
  covers: Cover[];
}

export interface ShownChart {
  /** As the page names it: `BINANCE:BTCUSDT`. */
  symbol: string;
  /** As the page names it: `15`, `240`, `1D`. */
  resolution: string;
  /** Not a symbol that does not exist. */
  known: boolean;
  /** Its candles are there. */
  ready: boolean;
}

export interface Cover {
  /** For whoever reads the failure: tag, role and name of the element, none of its text. */
  name: string;
  /** A dialog that gives no way to close it but an answer, or that tells of a lost connection. */
  insists: boolean;
  buttons: number;
  /** The paths of its links. */
  links: string[];
}

/** How long one look waits for candles to come. */
const PATIENCE_MS = 100;

/** Looks at the page, and puts aside what only lies over its chart. */
export async function lookAt(page: Page): Promise<Sight> {
  for (;;) {
    try {
      return await page.evaluate(look, PATIENCE_MS);
    } catch (error) {
      // The page went on to another address, and what ran in it is gone: look at the next one.
      if (!(error instanceof Error) || !/context was destroyed|context with specified id/i.test(error.message))
        throw error;
    }
  }
}

/** Asks the chart for another symbol or resolution. Resolves when it has changed, or after `patienceMs`. */
export async function askFor(page: Page, view: { symbol?: string; resolution?: string }, patienceMs: number) {
  await page.evaluate(ask, view.symbol ?? null, view.resolution ?? null, patienceMs);
}

/** Runs in the page, where nothing of this module exists: all that it needs stands in its body. */
async function look(patienceMs: number): Promise<Sight> {
  const page = globalThis as unknown as PageGlobals;
  const { document } = page;

  const activeChart = (): ChartApi | undefined => {
    try {
      const chart = page.TradingViewApi?.activeChart?.();
      return chart?.symbol() && chart.resolution() ? chart : undefined;
    } catch {
      // The object is there before what it speaks for.
      return undefined;
    }
  };
  /** Unknown where the page can't export: its own word that data is ready must do. */
  const hasBars = async (chart: ChartApi): Promise<boolean> => {
    try {
      const options = { includeTime: true, includeSeries: true, includedStudies: [] };
      return (await chart.exportData?.(options))?.data.length !== 0;
    } catch {
      return true;
    }
  };
  const chart = activeChart();
  const isReady = await new Promise<boolean>((resolve) => {
    page.setTimeout(() => resolve(false), patienceMs);
    if (chart?.dataReady(() => resolve(true)) === true) resolve(true);
  });
  const shown = chart && {
    symbol: String(chart.symbol()),
    resolution: String(chart.resolution()),
    known: chart.symbolExt?.() !== null,
    ready: isReady && (await hasBars(chart)),
  };
  const connection = page.ChartApiInstance?.connected?.();
  const connected = typeof connection === 'boolean' ? connection : null;

  const { classList } = document.documentElement;
  const marked = classList.contains('is-authenticated') || classList.contains('is-not-authenticated');
  const told = typeof page.is_authenticated === 'boolean' ? page.is_authenticated : null;
  const signedIn = marked ? classList.contains('is-authenticated') : told;

  const DIALOG = '[role=dialog], [role=alertdialog], [aria-modal=true], [data-dialog-name], dialog';
  const CROSS =
    '[data-name=close], [data-qa-id=close], [class*=close i][role=button], button[class*=close i], .js-dialog__close';
  const area = (box: Rectangle) => box.width * box.height;
  const [largest] = [...document.querySelectorAll('canvas')].sort(
    (a, b) => area(b.getBoundingClientRect()) - area(a.getBoundingClientRect()),
  );
  const container = largest?.closest('.chart-container') ?? document.querySelector('.chart-container') ?? largest;

  /** The whole of what an element belongs to: with its backdrop, without the chart and the other dialogs. */
  const wholeOf = (element: Element, under: Element): Element => {
    let whole = element;
    for (let above = whole.parentElement; above; above = above.parentElement) {
      if (above === document.body || above.id === 'overlap-manager-root' || above.contains(under)) break;
      whole = above;
    }
    return whole;
  };
  /** An icon without a word in the upper corner of a dialog is its cross, whatever it is called. */
  const hasCross = (dialog: Element): boolean => {
    if (dialog.querySelector(CROSS)) return true;
    const frame = dialog.getBoundingClientRect();
    return [...dialog.querySelectorAll('button, [role=button]')].some((button) => {
      const box = button.getBoundingClientRect();
      const isIcon = !button.textContent?.trim() && button.querySelector('svg') !== null;
      return isIcon && box.y < frame.y + 80 && (box.x > frame.x + frame.width - 80 || box.x < frame.x + 40);
    });
  };
  const describe = (whole: Element): Cover => {
    const dialog = whole.matches(DIALOG) ? whole : whole.querySelector(DIALOG);
    const element = dialog ?? whole;
    const attribute = (name: string) => element.getAttribute(name);
    const name = attribute('data-dialog-name') ?? attribute('data-name') ?? element.id;
    const isAfterLoss = shown?.ready === true && connected === false;
    return {
      name: [element.tagName.toLowerCase(), attribute('role'), name].filter(Boolean).join(' ').slice(0, 80),
      insists: dialog !== null && (isAfterLoss || !hasCross(dialog)),
      buttons: [...element.querySelectorAll('button, [role=button]')].length,
      links: [...element.querySelectorAll('a[href]')].map((link) => link.getAttribute('href') ?? ''),
    };
  };

  const found = new Set<Element>();
  if (container) {
    const [COLUMNS, ROWS] = [14, 10];
    const box = container.getBoundingClientRect();
    for (let index = 0; index < COLUMNS * ROWS; index += 1) {
      const x = box.x + (((index % COLUMNS) + 0.5) * box.width) / COLUMNS;
      const y = box.y + ((Math.floor(index / COLUMNS) + 0.5) * box.height) / ROWS;
      const top = document.elementFromPoint(x, y);
      if (top && !top.contains(container) && !container.contains(top)) found.add(wholeOf(top, container));
    }
  }
  const covers: Cover[] = [];
  for (const whole of found) {
    const cover = describe(whole);
    covers.push(cover);
    if (!cover.insists) whole.style.setProperty('display', 'none', 'important');
  }
  return {
    address: page.location.href,
    signedIn,
    own: marked || document.querySelector('.tv-http-error-page') !== null,
    connected,
    chart: shown ?? null,
    covers,
  };
}

/** Runs in the page, as `look` does. */
async function ask(symbol: string | null, resolution: string | null, patienceMs: number): Promise<void> {
  const page = globalThis as unknown as PageGlobals;
  const chart = page.TradingViewApi?.activeChart?.();
  const changed = (change: (callback: () => void) => unknown) =>
    new Promise<void>((resolve) => {
      page.setTimeout(() => resolve(), patienceMs);
      change(() => resolve());
    });
  try {
    if (symbol !== null) await changed((callback) => chart?.setSymbol?.(symbol, callback));
    if (resolution !== null) await changed((callback) => chart?.setResolution?.(resolution, callback));
  } catch {
    // What the chart shows in the end tells whether it could.
  }
}
