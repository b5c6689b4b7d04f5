import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import puppeteer, { type BrowserContext, type CDPSession, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumBinary } from '../../../lambdas/browser/binary.ts';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { captureChart } from '../../../lambdas/browser/capture.ts';
import { confine } from '../../../lambdas/browser/confine.ts';
import { putCookies } from '../../../lambdas/browser/cookies.ts';
import { launchFlags } from '../../../lambdas/browser/flags.ts';
import { reachOf } from '../../../lambdas/browser/reach.ts';
import { hostilePage, LOOPBACK_NAMES, OTHER_NAMES, WAYS } from './hostile-page.ts';
import { createForbidden, createPages, type Forbidden, type Pages } from './listeners.ts';
import { until } from './processes.ts';

const LOOK = { width: 640, height: 360, theme: 'light' } as const;
const NAMES: readonly string[] = [...LOOPBACK_NAMES, ...OTHER_NAMES];
const REFUSED = Object.fromEntries([...NAMES, 'fetch', 'redirect', 'socket', 'file'].map((name) => [name, 'refused']));
const DENIED = { geolocation: 'denied', notifications: 'denied', camera: 'denied', 'clipboard-read': 'denied' };

let forbidden: Forbidden;
let pages: Pages;
let browser: WarmBrowser;

beforeAll(async () => {
  forbidden = await createForbidden();
  pages = await createPages(
    (id) => (id === 'leaving' ? leavingPage(forbidden.ports.http) : hostilePage(forbidden.ports)),
    forbidden.ports.http,
  );
  browser = createWarmBrowser({ tradingViewUrl: pages.url, assetHosts: [], mode: 'shared' });
});

afterAll(async () => {
  await browser.close();
  await pages.close();
  await forbidden.close();
});

beforeEach(() => forbidden.forget());

it('without bounds, each of a page’s ways and names reaches another server of this machine', async () => {
  const binary = await chromiumBinary();
  const profile = await mkdtemp(join(tmpdir(), 'vigia-unbound-'));
  const bounds = /--host-resolver-rules|--force-webrtc/;
  const unbound = await puppeteer.launch({
    executablePath: binary.executablePath,
    args: launchFlags(chromium.args, reachOf(pages.url, []), 'shared').filter((flag) => !bounds.test(flag)),
    env: { ...binary.environment, HOME: profile, TMPDIR: profile },
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
  });
  try {
    const page = await unbound.newPage();
    page.on('dialog', (dialog) => void dialog.dismiss());
    await page.goto(`${pages.url}/chart/unbound/`);
    const names = LOOPBACK_NAMES.map((name) => `name-${name}`);
    await until(() => names.length + WAYS.length <= forbidden.reached().length);
    expect(forbidden.reached()).toEqual([...WAYS, ...names].toSorted());
  } finally {
    await unbound.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
});

describe('a captured page', () => {
  it('reaches its own origin and nothing else of this machine or beyond', async () => {
    await captureChart(browser, { chartId: 'hostile', look: LOOK });
    expect(foundBy('hostile')).toMatchObject({ own: 'reached', ...REFUSED, ...DENIED });
    expect(forbidden.reached()).toEqual([]);
  });

  it('leaves no file behind', async () => {
    const [profile = ''] = (await readdir(tmpdir())).filter((name) => name.startsWith(`vigia-browser-${process.pid}-`));
    const files = await readdir(join(tmpdir(), profile), { recursive: true });
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => /mark|download/i.test(path))).toEqual([]);
  });

  it('goes nowhere else itself', async () => {
    const end = captureChart(browser, { chartId: 'leaving', look: LOOK, deadlineMs: 10_000 });
    await expect(end).rejects.toMatchObject({ reason: 'unreachable' });
    expect(forbidden.reached()).toEqual([]);
  });

  it('has its own cookies, and nothing of one capture is seen by another', async () => {
    const session = (user: string) => [
      { name: 'sessionid', value: `of-${user}` },
      { name: 'sessionid_sign', value: 'v3:x=' },
    ];
    const users = ['alice', 'bob', 'carol'];
    await Promise.all(
      users.map((user) => captureChart(browser, { chartId: user, look: LOOK, cookies: session(user) })),
    );
    await captureChart(browser, { chartId: 'nobody', look: LOOK });
    for (const user of [...users, 'nobody']) {
      const report = pages.reports.get(`/chart/${user}`);
      expect(report?.cookie).toBe(user === 'nobody' ? '' : `sessionid=of-${user}; sessionid_sign=v3:x=`);
      expect(report?.body).toMatchObject({ stored: null, heard: [], cached: 0, databases: 0 });
    }
  });
});

describe('deployed, where no address of this machine is allowed', () => {
  const reach = reachOf('https://www.tradingview.com', ['*.tradingview.com']);
  let deployed: WarmBrowser;

  beforeAll(() => {
    deployed = createWarmBrowser({
      tradingViewUrl: reach.origin,
      assetHosts: ['*.tradingview.com'],
      mode: 'shared',
    });
  });

  afterAll(() => deployed.close());

  const answerTo = (pathname: string) => {
    const header = (name: string, value: string) => ({ responseHeaders: [{ name, value }] });
    if (pathname === '/redirect') {
      return { responseCode: 302, ...header('location', `http://127.0.0.1:${forbidden.ports.http}/redirect`) };
    }
    const body = pathname.startsWith('/chart/') ? hostilePage(forbidden.ports) : '';
    return { responseCode: 200, ...header('content-type', 'text/html'), body: Buffer.from(body).toString('base64') };
  };

  /** Opens the hostile page as if TradingView's own server had sent it, and waits for what it reports. */
  const visit = (bound: (context: BrowserContext, page: Page, session: CDPSession) => Promise<void>) =>
    deployed.withContext(async (context) => {
      const page = await context.newPage();
      const [server, session] = [await page.createCDPSession(), await page.createCDPSession()];
      const report = Promise.withResolvers<{ found: Record<string, string> }>();
      server.on('Fetch.requestPaused', ({ requestId, request }) => {
        const { origin, pathname } = new URL(request.url);
        if (pathname.startsWith('/report')) report.resolve(JSON.parse(request.postData ?? ''));
        const answer =
          origin === reach.origin
            ? server.send('Fetch.fulfillRequest', { requestId, ...answerTo(pathname) })
            : server.send('Fetch.continueRequest', { requestId });
        answer.catch(() => undefined);
      });
      await server.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
      await bound(context, page, session);
      page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
      await page.goto(`${reach.origin}/chart/deployed/`);
      return (await report.promise).found;
    });

  it('a page reaches nothing', async () => {
    const found = await visit((context, page, session) => confine(context, page, session, reach, false));
    expect(found).toMatchObject({ own: 'reached', ...REFUSED, ...DENIED });
    expect(forbidden.reached()).toEqual([]);
  });

  it('nor would it if its requests went by unasked: Chromium resolves no other name and no address', async () => {
    const found = await visit(async () => undefined);
    expect(found).toMatchObject({ own: 'reached', ...REFUSED });
    expect(forbidden.reached()).toEqual([]);
  });

  it('a session’s cookies are for TradingView’s own host over https, out of the reach of scripts', async () => {
    await deployed.withContext(async (context) => {
      const session = await (await context.newPage()).createCDPSession();
      await putCookies(session, reach.origin, [{ name: 'sessionid', value: 'of-alice' }]);
      const sentTo = async (url: string) => (await session.send('Network.getCookies', { urls: [url] })).cookies;
      expect(await sentTo('https://www.tradingview.com/chart/abc/')).toMatchObject([
        { name: 'sessionid', domain: 'www.tradingview.com', secure: true, httpOnly: true, session: true },
      ]);
      for (const url of [
        'http://www.tradingview.com/',
        'https://tradingview.com/',
        'https://static.tradingview.com/',
        'https://any.www.tradingview.com/',
        'https://tradingview.com.example/',
        'https://example.com/',
        `http://127.0.0.1:${forbidden.ports.http}/`,
      ]) {
        expect(await sentTo(url)).toEqual([]);
      }
    });
  });
});

function foundBy(chart: string): unknown {
  const body = pages.reports.get(`/chart/${chart}`)?.body;
  return typeof body === 'object' && body !== null && 'found' in body ? body.found : undefined;
}

/** A page that goes away by itself as soon as it is there. */
function leavingPage(port: number): string {
  return `<!doctype html><title>Chart</title><script>location.href = 'http://127.0.0.1:${port}/left'</script>`;
}
