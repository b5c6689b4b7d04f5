import { environment } from '../../core/aws/environment.ts';

export interface BrowserSettings {
  /** Origin of the chart pages: `https://www.tradingview.com`, in the local run the stand-in's. */
  tradingViewUrl: string;
  /** Further hosts that a chart page may load from: `static.example.com`, or `*.example.com` for all below it. */
  assetHosts: string[];
  /** `per-job`: every capture starts a browser of its own, all in one process, should a platform refuse the shared one. */
  mode: 'shared' | 'per-job';
  /** The browser to take instead of whichever there is. */
  chromePath?: string;
}

/** Every environment name that the captures read. Throws at one that is missing or makes no sense. */
export function readSettings(): BrowserSettings {
  const mode = environment('BROWSER_MODE');
  if (mode !== 'shared' && mode !== 'per-job') throw new Error(`BROWSER_MODE is "${mode}", not shared or per-job`);
  return {
    tradingViewUrl: environment('TRADINGVIEW_URL'),
    assetHosts: environment('TRADINGVIEW_ASSET_HOSTS').split(',').filter(Boolean),
    mode,
    chromePath: environment('CHROME_PATH'),
  };
}
