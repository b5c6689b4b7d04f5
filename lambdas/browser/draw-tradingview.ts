import { CaptureFailure, type Picture, type PictureRequest, RESOLUTION_PIXELS } from '../../core/captures/picture.ts';
import type { WarmBrowser } from './browser.ts';
import { captureChart } from './capture.ts';
import { CaptureError } from './capture-error.ts';

/** A photograph of the user's own chart. */
export async function drawTradingView(browser: WarmBrowser, request: PictureRequest): Promise<Picture> {
  const { signal, user, deadline } = request;
  const look = { ...RESOLUTION_PIXELS[user.screenshot_resolution], theme: user.screenshot_theme };
  try {
    const { image, width, height } = await captureChart(browser, {
      chartId: signal.chart_id ?? '',
      look,
      deadlineMs: deadline - Date.now(),
    });
    return { png: image, width, height };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new CaptureFailure(error.reason, error.retryable, { cause: error });
  }
}
