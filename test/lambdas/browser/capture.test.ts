import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { captureChart, type Look } from '../../../lambdas/browser/capture.ts';
import { CaptureError } from '../../../lambdas/browser/capture-error.ts';
import { decodePng } from '../../../lambdas/browser/png.ts';
import type { Behaviour } from '../../../local/tradingview/charts.ts';
import { createTradingView, type TradingView } from '../../../local/tradingview/server.ts';
import { createMarket, type Market } from '../../local/tradingview/market.ts';

const SMALL: Look = { width: 1280, height: 720, theme: 'light' };

let market: Market;
let tradingView: TradingView;
let browser: WarmBrowser;

beforeAll(async () => {
  market = await createMarket();
  const behaviours: Behaviour[] = ['normal', 'late', 'blank', 'never-ready', 'crash', 'hang'];
  const charts = behaviours.map((behaviour) => ({
    id: behaviour,
    symbol: 'BTCUSDT',
    interval: '15m' as const,
    behaviour,
    lateMs: 800,
  }));
  tradingView = await createTradingView({ port: 0, marketUrl: market.url, charts });
  browser = createWarmBrowser({ tradingViewUrl: tradingView.url, assetHosts: [], mode: 'shared' });
});

afterAll(async () => {
  await browser.close();
  await tradingView.close();
  await market.close();
});

/** How a capture ends: its reason, and whether another try may help. */
async function endOf(chartId: string, deadlineMs: number, symbol?: string): Promise<[string, boolean]> {
  const request = { chartId, look: SMALL, deadlineMs, ...(symbol === undefined ? {} : { view: { symbol } }) };
  const error: unknown = await captureChart(browser, request).then(
    () => new Error('It did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CaptureError)) throw error;
  return [error.reason, error.retryable];
}

/** The share of the picture's pixels that are lighter than middle grey. */
function lightShare(image: Uint8Array): number {
  const { data, width, height, channels } = decodePng(image);
  let light = 0;
  for (let y = 0; y < height; y += 4) {
    for (let x = 0; x < width; x += 4) light += (data[(y * width + x) * channels + 1] ?? 0) > 127 ? 1 : 0;
  }
  return (light * 16) / (width * height);
}

describe('a chart that is there', () => {
  it.each<Look>([
    { width: 1280, height: 720, theme: 'light' },
    { width: 1920, height: 1080, theme: 'dark' },
    { width: 3840, height: 2160, theme: 'light' },
  ])('$width×$height, $theme', async (look) => {
    const request = { chartId: 'normal', look, view: { symbol: 'BINANCE:BTCUSDT' } };
    const { image, width, height } = await captureChart(browser, request);
    expect({ width, height }).toEqual({ width: look.width, height: look.height });
    expect(decodePng(image)).toMatchObject({ width: look.width, height: look.height });
    const light = lightShare(image);
    if (look.theme === 'light') expect(light).toBeGreaterThan(0.7);
    else expect(light).toBeLessThan(0.1);
    if (look.width === 1920) expect(image.length).toBeLessThan(300_000);
  });

  it('is waited for when it comes late', async () => {
    const since = performance.now();
    await captureChart(browser, { chartId: 'late', look: SMALL });
    expect(performance.now() - since).toBeGreaterThan(800);
  });
});

describe('how a capture ends without one', () => {
  it('blank: the page calls its chart ready, and nothing is drawn', async () => {
    expect(await endOf('blank', 20_000)).toEqual(['blank', true]);
  });

  it('timeout: never ready', async () => {
    expect(await endOf('never-ready', 700)).toEqual(['timeout', true]);
  });

  it('timeout: the page hangs, and the next one does not', async () => {
    expect(await endOf('hang', 700)).toEqual(['timeout', true]);
    await captureChart(browser, { chartId: 'normal', look: SMALL });
  });

  it('crashed: the page dies alone', async () => {
    const ends = await Promise.all([
      endOf('crash', 20_000),
      captureChart(browser, { chartId: 'normal', look: SMALL }),
      captureChart(browser, { chartId: 'late', look: SMALL }),
    ]);
    expect(ends[0]).toEqual(['crashed', true]);
    await captureChart(browser, { chartId: 'normal', look: SMALL });
  });

  it('chart_not_found: no such chart, or nothing that could be the id of one', async () => {
    expect(await endOf('nOsUcH', 20_000)).toEqual(['chart_not_found', false]);
    for (const id of ['', '..', '../admin', 'a/b', 'a?b', 'x'.repeat(65)]) {
      expect(await endOf(id, 20_000)).toEqual(['chart_not_found', false]);
    }
  });

  it('unreachable: nobody answers, or with an error', async () => {
    const gone = await createTradingView({ port: 0, marketUrl: market.url });
    await gone.close();
    const lost = createWarmBrowser({ tradingViewUrl: gone.url, assetHosts: [], mode: 'shared' });
    const end = captureChart(lost, { chartId: 'normal', look: SMALL });
    await expect(end).rejects.toMatchObject({ reason: 'unreachable', retryable: true });
    await lost.close();
  });
});
