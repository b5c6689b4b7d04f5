/** One picture of one TradingView chart: open, wait for the chart by the page's own state, shoot, look at it. */

import type { CDPSession, Page } from 'puppeteer-core';
import type { WarmBrowser } from './browser.ts';
import { CaptureError } from './capture-error.ts';
import type { SessionCookie } from './cookies.ts';
import { type Drawing, readDrawing, settle, steadyPoints } from './drawing.ts';
import { endOfAnswer } from './ends.ts';
import { judgePicture } from './image-check.ts';
import { sizeOfPng } from './png.ts';
import { type Wanted, waitForView } from './ready.ts';
import { lookAt } from './sight.ts';
import type { View } from './view.ts';
import { open, visit } from './visit.ts';

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
  /** What the chart must show; as its user saved it where nothing is said. */
  view?: View;
  /** Milliseconds, `CAPTURE_DEADLINE_MS` unless given. */
  deadlineMs?: number;
  /** The user's session, sent to the chart pages' own host only. */
  cookies?: readonly SessionCookie[];
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
 * Of a canvas in device pixels Chromium's observer tells the size in CSS pixels where the density is emulated; without
 * it, pages reckon with `devicePixelRatio`, and draw their chart as sharp as their text.
 */
const SHARP_CANVASES = 'delete ResizeObserverEntry.prototype.devicePixelContentBoxSize';
/** What comes over a chart at the moment of the picture may be put aside for the next one. */
const MAX_SHOTS = 3;

/**
 * Captures a chart. Rejects with a `CaptureError` that says how it ended and whether another try may help, or with
 * another error when no browser can be started at all.
 */
export async function captureChart(browser: WarmBrowser, request: CaptureRequest): Promise<Capture> {
  const { chartId, look, view = {}, deadlineMs = CAPTURE_DEADLINE_MS, cookies = [] } = request;
  if (!CHART_ID.test(chartId)) throw new CaptureError('chart_not_found', 'Not the id of a chart');
  return visit(browser, { cookies, deadlineMs }, async ({ page, session, origin }) => {
    await setLook(page, session, look);
    const wanted: Wanted = { view, sentSession: cookies.length > 0 };
    const status = await open(page, `${origin}/chart/${chartId}/?theme=${look.theme}`);
    // What else there is to say of a page that came as asked, the look for its chart says.
    if (status !== 200) throw endOfAnswer(status, await lookAt(page), wanted.sentSession);
    for (let shots = 0; shots < MAX_SHOTS; shots += 1) {
      await waitForView(page, wanted);
      const image = await shot(page, session, look);
      if (image) return { image, width: look.width, height: look.height };
    }
    throw new CaptureError('dialog', 'The picture shows something over the chart');
  });
}

async function setLook(page: Page, session: CDPSession, look: Look): Promise<void> {
  const scale = look.width > DENSE_WIDTH ? 2 : 1;
  await Promise.all([
    // In the session that takes the picture, which would else not know of the scale.
    session.send('Emulation.setDeviceMetricsOverride', {
      width: look.width / scale,
      height: look.height / scale,
      deviceScaleFactor: scale,
      mobile: false,
    }),
    page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.theme }]),
    scale > 1 && page.evaluateOnNewDocument(SHARP_CANVASES),
  ]);
}

/** The picture as a PNG; undefined where something lies over the chart that the last look did not find. */
async function shot(page: Page, session: CDPSession, look: Look): Promise<Buffer | undefined> {
  const blank = (message: string) => new CaptureError('blank', message);
  if (!(await settle(page, look.theme))) throw blank('The page calls its chart ready, but nothing is drawn');
  const drawing = await readDrawing(page);
  if (!drawing) throw blank('The page has no chart');
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
  const image = Buffer.from(data, 'base64');
  const { width, height } = sizeOfPng(image);
  if (width !== look.width || height !== look.height) {
    throw new Error(`The picture has ${width}×${height} pixels, not ${look.width}×${look.height}`);
  }
  const { drawn, covered } = judgePicture(image, drawing.pane, drawing.points);
  if (covered && (await isStillCovered(page, image, drawing))) return undefined;
  if (!drawn) throw blank('No chart is on the picture');
  return image;
}

/** Whether something lies over what did not move since the picture was taken. */
async function isStillCovered(page: Page, image: Buffer, { pane, points }: Drawing): Promise<boolean> {
  const now = await readDrawing(page);
  return now === undefined || judgePicture(image, pane, steadyPoints(points, now.points)).covered;
}
