import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { type CaptureRequest, captureChart } from '../../../lambdas/browser/capture.ts';
import { CaptureError } from '../../../lambdas/browser/capture-error.ts';
import { type ChartDefinition, LANGUAGES } from '../../../local/tradingview/charts.ts';
import { createTradingView, type TradingView } from '../../../local/tradingview/server.ts';
import { createMarket, type Market } from '../../local/tradingview/market.ts';

/** Every way in which a TradingView page can end, in each of the account's languages. */

const SESSION = [{ name: 'sessionid', value: 'of-alice' }];

let market: Market;
let tradingView: TradingView;
let browser: WarmBrowser;
let defined = 0;

beforeAll(async () => {
  market = await createMarket();
  tradingView = await createTradingView({ port: 0, marketUrl: market.url });
  browser = createWarmBrowser({ tradingViewUrl: tradingView.url, assetHosts: [], mode: 'shared' });
});

afterAll(async () => {
  await browser.close();
  await tradingView.close();
  await market.close();
});

type Page = Partial<Omit<ChartDefinition, 'id'>>;
type Ask = Partial<CaptureRequest>;

function capture(page: Page, ask: Ask = {}) {
  defined += 1;
  const chart = { id: `chart${defined}`, symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal', ...page } as const;
  tradingView.define(chart);
  const look = { width: 960, height: 540, theme: 'light' } as const;
  return captureChart(browser, { chartId: chart.id, look, ...ask });
}

/** `captured`, or how it ended otherwise and whether another try may help. */
async function endOf(page: Page, ask?: Ask): Promise<string> {
  try {
    await capture(page, ask);
    return 'captured';
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return `${error.reason}, ${error.retryable ? 'again' : 'final'}`;
  }
}

const COVERS = ['cookie-banner', 'upgrade', 'alert-fired', 'toast'] as const;
const IN_EVERY_LANGUAGE: Record<string, [Page, Ask, string]> = {
  'nobody else may see the chart': [{ access: 'nobody' }, { cookies: SESSION }, 'chart_not_shared, final'],
  'the session has expired, and the page sends to sign in': [
    { access: 'sign-in', sessionExpired: true },
    { cookies: SESSION },
    'session_expired, final',
  ],
  'the session has expired, and a stranger may see the chart: it is not as its user sees it': [
    { sessionExpired: true },
    { cookies: SESSION },
    'session_expired, final',
  ],
  'the account may use no charts': [{ behaviour: 'restricted' }, { cookies: SESSION }, 'account_restricted, final'],
  'the account has one connection too many': [{ behaviour: 'connection-limit' }, {}, 'connection_limit, again'],
  'a dialog insists on an answer': [{ covers: ['consent'] }, {}, 'dialog, again'],
  'what only lies in the way is put aside': [{ covers: COVERS }, {}, 'captured'],
};

it('in every language', { timeout: 90_000 }, async () => {
  const tries = Object.entries(IN_EVERY_LANGUAGE).flatMap(([name, [page, ask]]) =>
    LANGUAGES.map(async (language) => {
      // All wait for their turn from the start.
      const end = await endOf({ ...page, language }, { ...ask, deadlineMs: 90_000 });
      return [`${name} (${language})`, end];
    }),
  );
  const expected = Object.entries(IN_EVERY_LANGUAGE).flatMap(([name, [, , end]]) =>
    LANGUAGES.map((language) => [`${name} (${language})`, end]),
  );
  expect(Object.fromEntries(await Promise.all(tries))).toEqual(Object.fromEntries(expected));
});

describe('by its answer', () => {
  it.each<[string, Page, Ask, string]>([
    ['it does not exist', {}, { chartId: 'nOsUcH' }, 'chart_not_found, final'],
    ['its owner shares it with nobody', { access: 'nobody' }, {}, 'chart_not_shared, final'],
    ['it is for those who sign in', { access: 'sign-in' }, {}, 'chart_not_shared, final'],
    ['its owner sees it', { access: 'owner' }, { cookies: SESSION }, 'captured'],
    [
      'its owner’s session has expired',
      { access: 'owner', sessionExpired: true },
      { cookies: SESSION },
      'session_expired, final',
    ],
  ])('%s', async (_, page, ask, end) => expect(await endOf(page, ask)).toBe(end));
});

describe('over the chart', () => {
  it('lies the news that its data connection was closed, after it was drawn', async () => {
    const closed = { behaviour: 'connection-limit', lateMs: 0, covers: ['consent'] } as const;
    expect(await endOf(closed)).toBe('connection_limit, again');
  });

  it.each(['returning', 'ghost'] as const)('lies what can’t be put aside: %s', async (cover) => {
    expect(await endOf({ covers: [cover] })).toBe('dialog, again');
  });

  it.each(['cookie-banner', 'upgrade', 'alert-fired', 'toast'] as const)('lay, put aside: %s', async (cover) => {
    expect(await endOf({ covers: [cover], behaviour: 'late', lateMs: 200 })).toBe('captured');
  });
});

describe('the symbol', () => {
  it('is as the user saved it where the signal names none', async () => {
    expect(await endOf({ symbol: 'ETHUSDT' })).toBe('captured');
  });

  it('is changed to the signal’s', async () => {
    const views = ['ETHUSDT', 'BYBIT:ETHUSDT.P'].map((symbol) => ({ view: { symbol, resolution: '60' } }));
    const shots = await Promise.all([{}, ...views].map((ask) => capture({}, ask)));
    expect(new Set(shots.map(({ image }) => Buffer.from(image).toString('base64'))).size).toBe(3);
  });

  it('changes in the picture alone: the user’s chart stays as it was saved', async () => {
    const before = tradingView.saves();
    expect(await endOf({}, { view: { symbol: 'ETHUSDT', resolution: '60' }, cookies: SESSION })).toBe('captured');
    expect(tradingView.saves()).toBe(before);
  });

  it('can’t be shown: it does not exist, or the chart keeps its own; a resolution is no reason to fail', async () => {
    const ends = [
      endOf({}, { view: { symbol: 'NASDAQ:AAPL' } }),
      endOf({ behaviour: 'fixed-symbol' }, { view: { symbol: 'ETHUSDT' } }),
      endOf({ behaviour: 'fixed-symbol' }, { view: { resolution: '60' } }),
    ];
    expect(await Promise.all(ends)).toEqual(['wrong_symbol, final', 'wrong_symbol, final', 'captured']);
  });
});
