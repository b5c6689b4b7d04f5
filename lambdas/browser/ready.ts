/**
 * When a chart page may be photographed. TradingView's chart page has `window.TradingViewApi`, whose `activeChart()`
 * tells its symbol, resolution and candles.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { CaptureError } from './capture-error.ts';
import { endOfAddress, endOfCover } from './ends.ts';
import { askFor, lookAt, type ShownChart, type Sight } from './sight.ts';
import { isSameResolution, isSameSymbol, type View } from './view.ts';

export interface Wanted {
  view: View;
  /** Whether the request came with cookies of a session. */
  sentSession: boolean;
}

/** How long a chart may take to show another symbol before it counts as one that can't. */
const CHANGE_MS = 4_000;
/** A page that is still on its way may show a dialog for a moment. */
const INSIST_MS = 1_000;
/** A cover that is hidden so often and still there comes back by itself. */
const MAX_HIDINGS = 5;
const POLL_MS = 50;

/**
 * Waits until the page's own model has the candles of what is wanted, and nothing lies over the chart. A chart that
 * shows something else is asked once to change; what only lies in the way is hidden. Rejects with a `CaptureError` at
 * every end but the timeout: the caller has the deadline.
 */
export async function waitForView(page: Page, { view, sentSession }: Wanted): Promise<void> {
  const failAtCovers = coverWatch();
  let askedAt: number | undefined;
  for (;;) {
    const sight = await lookAt(page);
    const elsewhere = endOfAddress(sight, sentSession);
    if (elsewhere) throw elsewhere;
    failAtCovers(sight);

    const { chart } = sight;
    const missing = chart ? differences(chart, view) : view;
    const isRight = chart?.ready === true && missing.symbol === undefined;
    // A resolution that the chart was asked for and did not take is not its user's to have, and no reason to fail.
    const isDone = isRight && (askedAt !== undefined || missing.resolution === undefined);
    if (isDone && sight.covers.length === 0) return;

    if (chart?.ready && !isDone && askedAt === undefined) {
      askedAt = performance.now();
      await askFor(page, missing, CHANGE_MS);
    } else if (chart && askedAt !== undefined && performance.now() - askedAt > CHANGE_MS) {
      failUnlessRight(chart, view);
    }
    await wait(POLL_MS);
  }
}

/** Throws at a dialog that stays and insists, and at a cover that comes back however often it is hidden. */
function coverWatch(): (sight: Sight) => void {
  let insistsSince: number | undefined;
  let hidings = 0;
  return (sight) => {
    const now = performance.now();
    const insisting = sight.covers.find((cover) => cover.insists);
    insistsSince = insisting && (insistsSince ?? now);
    if (insisting && now - (insistsSince ?? now) >= INSIST_MS) throw endOfCover(insisting, sight);
    const hidden = sight.covers.find((cover) => !cover.insists);
    if (hidden) hidings += 1;
    if (hidden && hidings > MAX_HIDINGS) throw new CaptureError('dialog', `Comes back when hidden: ${hidden.name}`);
  };
}

/** What of the view the chart does not show. */
function differences(chart: ShownChart, { symbol, resolution }: View): View {
  return {
    ...(symbol === undefined || isSameSymbol(chart.symbol, symbol) ? {} : { symbol }),
    ...(resolution === undefined || isSameResolution(chart.resolution, resolution) ? {} : { resolution }),
  };
}

function failUnlessRight(chart: ShownChart, view: View): void {
  if (chart.known && differences(chart, view).symbol === undefined) return;
  const shows = chart.known ? `shows ${chart.symbol}` : 'knows no such symbol';
  throw new CaptureError('wrong_symbol', `Asked for ${view.symbol}, the chart ${shows}`);
}
