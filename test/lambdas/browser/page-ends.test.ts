import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { type CaptureRequest, captureChart } from '../../../lambdas/browser/capture.ts';
import { CaptureError } from '../../../lambdas/browser/capture-error.ts';
import { type ChartDefinition, LANGUAGES, type Language } from '../../../local/tradingview/charts.ts';
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

const inAllLanguages = (page: Page, ask?: Ask): Promise<Record<Language, string>> =>
  Promise.all(LANGUAGES.map(async (language) => [language, await endOf({ ...page, language }, ask)])).then(
    Object.fromEntries,
  );
const all = (end: string) => Object.fromEntries(LANGUAGES.map((language) => [language, end]));

describe('the page shows no chart', () => {
  it.each<[string, Page, Ask, string]>([
    ['its owner shares it with nobody', { access: 'nobody' }, {}, 'chart_not_shared, final'],
    ['nobody else may see it', { access: 'nobody' }, { cookies: SESSION }, 'chart_not_shared, final'],
    ['it is for those who sign in', { access: 'sign-in' }, {}, 'chart_not_shared, final'],
    ['the owner sees it', { access: 'owner' }, { cookies: SESSION }, 'captured'],
    [
      'the session has expired, and the chart is the owner’s',
      { access: 'owner', sessionExpired: true },
      { cookies: SESSION },
      'session_expired, final',
    ],
    [
      'the session has expired, and the page sends to sign in',
      { access: 'sign-in', sessionExpired: true },
      { cookies: SESSION },
      'session_expired, final',
    ],
    ['the account may use no charts', { behaviour: 'restricted' }, { cookies: SESSION }, 'account_restricted, final'],
    ['the account has one connection too many', { behaviour: 'connection-limit' }, {}, 'connection_limit, again'],
  ])('%s', async (_, page, ask, end) => expect(await inAllLanguages(page, ask)).toEqual(all(end)));

  it('it does not exist', async () => {
    const ends = LANGUAGES.map(() => endOf({}, { chartId: 'nOsUcH' }));
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['chart_not_found, final']));
  });
});

describe('the page shows a chart, but', () => {
  it('the session has expired: as a stranger sees it, it is not the user’s', async () => {
    expect(await inAllLanguages({ sessionExpired: true }, { cookies: SESSION })).toEqual(all('session_expired, final'));
  });

  it('its data connection was closed after it was drawn', async () => {
    const ends = Array.from({ length: 3 }, () => endOf({ behaviour: 'connection-limit', lateMs: 0 }));
    for (const end of await Promise.all(ends)) expect(['captured', 'connection_limit, again']).toContain(end);
    const closed = { behaviour: 'connection-limit', lateMs: 0, covers: ['consent'] } as const;
    expect(await endOf(closed)).toBe('connection_limit, again');
  });

  it('a dialog insists on an answer', async () => {
    expect(await inAllLanguages({ covers: ['consent'] })).toEqual(all('dialog, again'));
  });

  it.each(['returning', 'ghost'] as const)('it is covered by what can’t be put aside: %s', async (cover) => {
    expect(await endOf({ covers: [cover] })).toBe('dialog, again');
  });
});

describe('what only lies in the way is put aside', () => {
  it.each(['cookie-banner', 'upgrade', 'alert-fired', 'toast'] as const)('%s', async (cover) => {
    expect(await inAllLanguages({ covers: [cover] })).toEqual(all('captured'));
  });

  it('all at once, over a chart that comes late', async () => {
    const covers = ['cookie-banner', 'upgrade', 'alert-fired', 'toast'] as const;
    expect(await endOf({ covers, behaviour: 'late', lateMs: 500 })).toBe('captured');
  });
});

describe('the symbol', () => {
  it('is as the user saved it where the signal names none', async () => {
    expect(await endOf({ symbol: 'ETHUSDT' })).toBe('captured');
  });

  it.each(['BYBIT:ETHUSDT', 'ETHUSDT', 'BYBIT:ETHUSDT.P'])('is changed to the signal’s: %s', async (symbol) => {
    const [saved, changed] = await Promise.all([
      capture({ symbol: 'BTCUSDT' }),
      capture({ symbol: 'BTCUSDT' }, { view: { symbol, resolution: '60' } }),
    ]);
    expect(changed.image).not.toEqual(saved.image);
  });

  it('changes in the picture alone: the user’s chart stays as it was saved', async () => {
    const before = tradingView.saves();
    expect(await endOf({}, { view: { symbol: 'ETHUSDT', resolution: '60' }, cookies: SESSION })).toBe('captured');
    expect(tradingView.saves()).toBe(before);
  });

  it('can’t be shown: it does not exist, or the chart keeps its own', async () => {
    const ends = await Promise.all([
      endOf({}, { view: { symbol: 'NOSUCHPAIR' } }),
      endOf({}, { view: { symbol: 'NASDAQ:AAPL' } }),
      endOf({ behaviour: 'fixed-symbol' }, { view: { symbol: 'ETHUSDT' } }),
    ]);
    expect(new Set(ends)).toEqual(new Set(['wrong_symbol, final']));
  });

  it('a resolution that the chart does not take is no reason to fail', async () => {
    expect(await endOf({ behaviour: 'fixed-symbol' }, { view: { resolution: '60' } })).toBe('captured');
  });
});
