/** A visit to TradingView: a page in a browser context of its own, kept to its bounds, with one user's session or none. */

import type { CDPSession, HTTPResponse, Page } from 'puppeteer-core';
import type { WarmBrowser } from './browser.ts';
import { CaptureError } from './capture-error.ts';
import { confine } from './confine.ts';
import { putCookies, type SessionCookie } from './cookies.ts';

export interface VisitRequest {
  /** The user's session, sent to the chart pages' own host only. */
  cookies: readonly SessionCookie[];
  /** Milliseconds, the browser's start included. */
  deadlineMs: number;
  /** Whether only pages are loaded, with nothing that they ask for. */
  bare?: boolean;
}

export interface Visit {
  page: Page;
  session: CDPSession;
  /** Of the chart pages. */
  origin: string;
}

/**
 * Runs `work` on an empty page. Rejects as it does, with a `CaptureError` when it takes too long or the page dies, or with
 * another error when no browser can be started at all.
 */
export async function visit<T>(
  browser: WarmBrowser,
  { cookies, deadlineMs, bare = false }: VisitRequest,
  work: (visit: Visit) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  return browser.withContext(async (context) => {
    const { promise: ended, reject: end } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => end(new CaptureError('timeout', 'The chart was not ready in time')),
      deadline - performance.now(),
    );
    const onDeath = () => end(new CaptureError('crashed', 'The browser died'));
    context.browser().once('disconnected', onDeath);
    const run = async () => {
      const page = await context.newPage();
      page.once('error', () => end(new CaptureError('crashed', 'The page died')));
      const session = await page.createCDPSession();
      const { origin } = browser.reach;
      await Promise.all([confine(context, page, session, browser.reach, bare), putCookies(session, origin, cookies)]);
      return work({ page, session, origin });
    };
    try {
      return await Promise.race([run(), ended]);
    } finally {
      clearTimeout(timer);
      context.browser().off('disconnected', onDeath);
    }
  });
}

/** Opens an address, and tells the status of its answer. */
export async function open(page: Page, address: string): Promise<number> {
  let response: HTTPResponse | null;
  try {
    response = await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 0 });
  } catch (error) {
    throw new CaptureError('unreachable', 'The chart page does not answer', { cause: error });
  }
  return response?.status() ?? 0;
}
