import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { createPages, type Pages } from './listeners.ts';
import { batchWith, type Misbehaviour, pageOf } from './misbehaving-pages.ts';

/**
 * Beside a page that does all it can to take the browser with it, the two other captures of the batch succeed. Further
 * ones: `npm run proof -- captures`.
 */

/** The browser with all its pages: what the function's memory has room for. */
const MOST_MB = 2_400;

let pages: Pages;
let browser: WarmBrowser;

beforeAll(async () => {
  pages = await createPages(pageOf, 9);
  browser = createWarmBrowser({ tradingViewUrl: pages.url, assetHosts: [], mode: 'shared' });
});

afterAll(async () => {
  await browser.close();
  await pages.close();
});

it.each<Misbehaviour>([
  'alerts without end',
  'windows without end',
  'an address after the other',
  'a document without end',
  'memory of arrays',
  'memory of workers',
  'downloads without end',
])('%s', async (misbehaviour) => {
  const { bad, good, peakMB } = await batchWith(browser, misbehaviour, 1_500);
  expect(good).toEqual(['captured', 'captured', 'captured']);
  expect(['crashed', 'timeout']).toContain(bad);
  expect(peakMB).toBeLessThan(MOST_MB);
});
