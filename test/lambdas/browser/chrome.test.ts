import { expect, it } from 'vitest';
import { createWarmBrowser } from '../../../lambdas/browser/browser.ts';
import { captureChart } from '../../../lambdas/browser/capture.ts';
import { findBrowser } from '../../../lambdas/browser/chrome.ts';

/** Where captures find their browser. */

it('takes the browser that is named', async () => {
  expect(await findBrowser(process.execPath)).toMatchObject({ executablePath: process.execPath });
});

it('leaves captures to our own chart where none is at the place named', async () => {
  for (const chromePath of ['/no/such/browser', import.meta.filename]) {
    const browser = createWarmBrowser({
      tradingViewUrl: 'http://127.0.0.1:1',
      assetHosts: [],
      mode: 'shared',
      chromePath,
    });
    const capture = captureChart(browser, { chartId: 'any', look: { width: 1280, height: 720, theme: 'dark' } });
    await expect(capture).rejects.toMatchObject({ reason: 'no_browser', retryable: false, fallsBack: 'always' });
    await browser.close();
  }
});
