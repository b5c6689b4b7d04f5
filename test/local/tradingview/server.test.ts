import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBars } from '../../../local/tradingview/candles.ts';
import { type ChartDefinition, currenciesOf, DEMO_CHART, LANGUAGES } from '../../../local/tradingview/charts.ts';
import { createTradingView, type TradingView } from '../../../local/tradingview/server.ts';
import { WORDS } from '../../../local/tradingview/words.ts';
import { createMarket, type Market } from './market.ts';

let market: Market;
let tradingView: TradingView;

beforeAll(async () => {
  market = await createMarket();
  tradingView = await createTradingView({ port: 0, marketUrl: market.url });
});

afterAll(async () => {
  await tradingView.close();
  await market.close();
});

const get = (path: string) => fetch(`${tradingView.url}${path}`);

describe('a chart page', () => {
  it('names its symbol and says that its market is a replay', async () => {
    const response = await get(`/chart/${DEMO_CHART.id}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('BINANCE:BTCUSDT');
    expect(page).toContain('REPLAY MARKET');
  });

  it('does not say so where the market is a real one', async () => {
    const live = await createTradingView({ port: 0, marketUrl: market.url, replay: false });
    const page = await (await fetch(`${live.url}/chart/${DEMO_CHART.id}/`)).text();
    await live.close();
    expect(page).toContain('BTC / USDT · 15 · Binance');
    expect(page).not.toMatch(/replay market/i);
  });

  it('finds every file that it names', async () => {
    const page = await (await get(`/chart/${DEMO_CHART.id}/`)).text();
    const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(4);
    for (const path of files) expect((await get(path)).status).toBe(200);
  });

  it('gets its candles from its own origin, as the market has them', async () => {
    const bars = `/bars/${DEMO_CHART.id}?symbol=BINANCE:BTCUSDT&resolution=15`;
    const answer: unknown = await (await get(bars)).json();
    expect(answer).toEqual({ symbol: 'BINANCE:BTCUSDT', ...(await fetchBars(market.url, DEMO_CHART, 500)) });
    const newest: unknown = await (await get(`${bars}&newest`)).json();
    expect(newest).toMatchObject({ bars: [expect.any(Array), expect.any(Array)] });
  });

  it.each([
    ['ethusdt', 'BINANCE:ETHUSDT'],
    ['BYBIT:ETHUSDT.P', 'BYBIT:ETHUSDT.P'],
  ])('also of another symbol: %s', async (symbol, full) => {
    const answer: unknown = await (await get(`/bars/${DEMO_CHART.id}?symbol=${symbol}&resolution=60`)).json();
    expect(answer).toMatchObject({ symbol: full, bars: { length: 500 } });
  });

  it.each([
    'symbol=NOSUCHPAIR&resolution=15',
    'symbol=NASDAQ:BTCUSDT&resolution=15',
    'symbol=BTCUSDT&resolution=7',
    '',
  ])('none for %s', async (query) => expect((await get(`/bars/${DEMO_CHART.id}?${query}`)).status).toBe(404));

  it.each(['/chart/unknown/', '/', '/bars/unknown', '/static/nothing.js'])('%s is none', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('isn’t the page');
  });

  it('can be defined while the server runs', async () => {
    expect((await get('/chart/added/')).status).toBe(404);
    tradingView.define({ id: 'added', symbol: 'ETHUSDT', interval: '1h', behaviour: 'normal' });
    expect(await (await get('/chart/added/')).text()).toContain('ETH / USDT · 60');
  });

  it('says when the market does not answer', async () => {
    const lost = await createTradingView({ port: 0, marketUrl: 'http://127.0.0.1:1' });
    const bars = `${lost.url}/bars/${DEMO_CHART.id}?symbol=BTCUSDT&resolution=15`;
    expect((await fetch(bars)).status).toBe(502);
    await lost.close();
  });
});

describe('a session', () => {
  const ask = async (chart: Partial<ChartDefinition>, cookie = '') => {
    tradingView.define({ id: 'asked', symbol: 'BTCUSDT', interval: '1h', behaviour: 'normal', ...chart });
    const response = await fetch(`${tradingView.url}/chart/asked/`, { headers: { cookie }, redirect: 'manual' });
    return { status: response.status, to: response.headers.get('location'), text: await response.text() };
  };
  const SESSION = 'theme=dark; sessionid=abc';

  it('opens what is its owner’s alone, until it expires', async () => {
    expect(await ask({ access: 'owner' }, SESSION)).toMatchObject({ status: 200 });
    expect(await ask({ access: 'owner' })).toMatchObject({ status: 403 });
    expect(await ask({ access: 'owner', sessionExpired: true }, SESSION)).toMatchObject({ status: 403 });
    expect(await ask({ access: 'nobody' }, SESSION)).toMatchObject({ status: 403 });
  });

  it('counts no more on any page once it is expired, the first one included', async () => {
    const root = async () =>
      (await fetch(`${tradingView.url}/chart/`, { headers: { cookie: 'sessionid=old' } })).text();
    expect(await root()).toContain('class="is-authenticated');
    tradingView.expire('old');
    expect(await root()).toContain('class="is-not-authenticated');
    expect(await ask({ access: 'owner' }, 'sessionid=old')).toMatchObject({ status: 403 });
  });

  it('is counted by its pages and by the connections that were open at once', async () => {
    const headers = { cookie: 'sessionid=counted' };
    const connect = async () => {
      const connection = new AbortController();
      await fetch(`${tradingView.url}/connection`, { headers, signal: connection.signal });
      return connection;
    };
    expect(tradingView.visitsWith('counted')).toEqual({ pages: 0, connections: 0 });
    await (await fetch(`${tradingView.url}/chart/`, { headers })).text();
    const open = [await connect(), await connect()];
    expect(tradingView.visitsWith('counted')).toEqual({ pages: 1, connections: 2 });
    for (const connection of open) connection.abort();
  });

  it('is told in the page’s first tag', async () => {
    expect((await ask({}, SESSION)).text).toContain('class="is-authenticated');
    expect((await ask({ sessionExpired: true }, SESSION)).text).toContain('class="is-not-authenticated');
  });

  it('without one, some charts send to sign in, in the account’s language', async () => {
    const sent = await ask({ access: 'sign-in', language: 'de' });
    expect(sent).toMatchObject({ status: 302, to: '/accounts/signin/?next=/chart/asked/' });
    expect(await (await get(sent.to ?? '')).text()).toContain('<html lang="de"');
  });
});

it.each(LANGUAGES)('every page of it can be had in %s', async (language) => {
  for (const access of ['anyone', 'nobody'] as const) {
    tradingView.define({ id: 'spoken', symbol: 'BTCUSDT', interval: '1h', behaviour: 'normal', access, language });
    const text = await (await get('/chart/spoken/')).text();
    expect(text).toContain(`<html lang="${language}"`);
    expect(text).toContain(access === 'anyone' ? WORDS[language].publish : WORDS[language].notShared.title);
  }
});

it('a taken port is an error', async () => {
  const port = Number(new URL(tradingView.url).port);
  await expect(createTradingView({ port, marketUrl: market.url })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it.each([
  ['BTCUSDT', 'BTC', 'USDT'],
  ['ETHBTC', 'ETH', 'BTC'],
  ['USDT', 'USDT', ''],
  ['AAPL', 'AAPL', ''],
])('%s is %s in %s', (symbol, base, quote) => expect(currenciesOf(symbol)).toEqual({ base, quote }));
