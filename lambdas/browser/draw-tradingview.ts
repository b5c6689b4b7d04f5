import { type Picture, type PictureRequest, RESOLUTION_PIXELS } from '../../core/captures/picture.ts';
import type { WarmBrowser } from './browser.ts';
import { captureChart } from './capture.ts';
import type { SessionCookie } from './cookies.ts';
import { viewOf } from './view.ts';

/** A photograph of the user's own chart. */
export async function drawTradingView(
  browser: WarmBrowser,
  { signal, user, deadline }: PictureRequest,
  cookies: readonly SessionCookie[],
): Promise<Picture> {
  const { image, width, height } = await captureChart(browser, {
    chartId: signal.chart_id ?? '',
    look: { ...RESOLUTION_PIXELS[user.screenshot_resolution], theme: user.screenshot_theme },
    view: viewOf(signal),
    deadlineMs: deadline - Date.now(),
    cookies,
  });
  return { png: image, width, height };
}
