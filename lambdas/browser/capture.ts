/** One picture of one TradingView chart: open, wait for the chart by the page's own state, shoot, look at it. */

import type { BrowserContext, CDPSession, HTTPResponse, Page } from 'puppeteer-core';
import type { WarmBrowser } from './browser.ts';
import { CaptureError } from './capture-error.ts';
import { isChartDrawn } from './image-check.ts';
import { type ChartState, isSameSymbol, waitForChart } from './page-state.ts';
import { sizeOfPng } from './png.ts';
import type { Reach } from './reach.ts';

/** Of the whole capture, a browser's start included. */
export const CAPTURE_DEADLINE_MS = 30_000;

export interface Look {
  /** Of the picture, in pixels. */
  width: number;
  height: number;
  theme: 'light' | 'dark';
}

export interface CaptureRequest {
  /** As in a TradingView address: `/chart/<id>/`. */
  chartId: string;
  look: Look;
  /** What the chart must show to count. */
  expect?: { symbol?: string };
  /** Milliseconds, `CAPTURE_DEADLINE_MS` unless given. */
  deadlineMs?: number;
  /** Sent to the chart pages' own host only. */
  cookies?: readonly { name: string; value: string }[];
}

export interface Capture {
  /** A PNG. */
  image: Uint8Array;
  width: number;
  height: number;
}

const CHART_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** A page of 3840 pixels would be one of tiny letters: from this width on, two of them make one CSS pixel. */
const DENSE_WIDTH = 3_000;

/**
 * Captures a chart. Rejects with a `CaptureError` that says how it ended and whether another try may help, or with
 * another error when no browser can be started at all.
 */
export async function captureChart(browser: WarmBrowser, request: CaptureRequest): Promise<Capture> {
  if (!CHART_ID.test(request.chartId)) throw new CaptureError('chart_not_found', 'Not the id of a chart');
  const deadline = performance.now() + (request.deadlineMs ?? CAPTURE_DEADLINE_MS);

  return browser.withContext(async (context) => {
    const ended = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => ended.reject(new CaptureError('timeout', 'The chart was not ready in time')),
      deadline - performance.now(),
    );
    const onDeath = () => ended.reject(new CaptureError('crashed', 'The browser died'));
    context.browser().once('disconnected', onDeath);
    try {
      return await Promise.race([shoot(context, browser.reach, request, ended.reject), ended.promise]);
    } finally {
      clearTimeout(timer);
      context.browser().off('disconnected', onDeath);
    }
  });
}

async function shoot(
  context: BrowserContext,
  reach: Reach,
  { chartId, look, expect, cookies = [] }: CaptureRequest,
  end: (error: CaptureError) => void,
): Promise<Capture> {
  const scale = look.width > DENSE_WIDTH ? 2 : 1;
  const page = await context.newPage();
  page.once('error', () => end(new CaptureError('crashed', 'The page died')));
  const session = await page.createCDPSession();
  await Promise.all([
    confine(context, page, session, reach),
    // In the session that takes the picture, which would else not know of the scale.
    session.send('Emulation.setDeviceMetricsOverride', {
      width: look.width / scale,
      height: look.height / scale,
      deviceScaleFactor: scale,
      mobile: false,
    }),
    page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.theme }]),
    cookies.length > 0 && page.setCookie(...cookies.map((cookie) => ({ ...cookie, url: reach.origin }))),
  ]);

  await open(page, `${reach.origin}/chart/${chartId}/?theme=${look.theme}`);
  const state = await waitForChart(page, look.theme);
  if (!state.drawn) throw new CaptureError('blank', 'The page calls its chart ready, but nothing is drawn');
  if (expect?.symbol !== undefined && !isSameSymbol(state.symbol, expect.symbol)) {
    throw new CaptureError('wrong_symbol', `The chart shows ${state.symbol}, not ${expect.symbol}`);
  }
  const shot = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
  return check(Buffer.from(shot.data, 'base64'), look, state, scale);
}

/** Keeps the page to what it may reach, and from asking or storing anything. */
async function confine(context: BrowserContext, page: Page, session: CDPSession, reach: Reach): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const answer = reach.allows(request.url)
      ? session.send('Fetch.continueRequest', { requestId })
      : session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    // The request may be gone by now, with its page.
    answer.catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  context.on('targetcreated', (target) => {
    if (target.opener() === page.target())
      void target.page().then(
        (popup) => popup?.close(),
        () => undefined,
      );
  });
  await Promise.all([
    session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    page.setBypassServiceWorker(true),
    // An empty list: everything that a page could ask for is refused.
    context.overridePermissions(reach.origin, []),
  ]);
}

async function open(page: Page, address: string): Promise<void> {
  let response: HTTPResponse | null;
  try {
    response = await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 0 });
  } catch (error) {
    throw new CaptureError('unreachable', 'The chart page does not answer', { cause: error });
  }
  const status = response?.status() ?? 0;
  if (status === 404) throw new CaptureError('chart_not_found', 'There is no such chart, or it is not shared');
  if (status !== 200) throw new CaptureError('unreachable', `The chart page answered ${status}`);
}

async function check(image: Buffer, look: Look, { pane }: ChartState, scale: number): Promise<Capture> {
  const { width, height } = sizeOfPng(image);
  if (width !== look.width || height !== look.height) {
    throw new Error(`The picture has ${width}×${height} pixels, not ${look.width}×${look.height}`);
  }
  const area = pane ?? { x: 0, y: 0, width: width / scale, height: height / scale };
  const scaled = { x: area.x * scale, y: area.y * scale, width: area.width * scale, height: area.height * scale };
  if (!(await isChartDrawn(image, scaled))) throw new CaptureError('blank', 'No chart is on the picture');
  return { image, width, height };
}
