import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBars } from '../../../local/tradingview/candles.ts';
import { currenciesOf, DEMO_CHART } from '../../../local/tradingview/charts.ts';
import { createTradingView, type TradingView } from '../../../local/tradingview/server.ts';
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
    expect(files).toHaveLength(3);
    for (const path of files) expect((await get(path)).status).toBe(200);
  });

  it('gets its candles from its own origin, as the market has them', async () => {
    const answer: unknown = await (await get(`/bars/${DEMO_CHART.id}`)).json();
    expect(answer).toEqual(await fetchBars(market.url, DEMO_CHART, 500));
    const newest: unknown = await (await get(`/bars/${DEMO_CHART.id}?newest`)).json();
    expect(newest).toMatchObject({ bars: [expect.any(Array), expect.any(Array)] });
  });

  it.each(['/chart/unknown/', '/chart/', '/', '/bars/unknown', '/static/nothing.js'])('%s is none', async (path) => {
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
    tradingView.define({ id: 'nomarket', symbol: 'NOSUCHPAIR', interval: '1h', behaviour: 'normal' });
    expect((await get('/bars/nomarket')).status).toBe(502);
  });
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
