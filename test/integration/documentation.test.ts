import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { routes } from '../../lambdas/api/routes.ts';
import { createWarmBrowser, type WarmBrowser } from '../../lambdas/browser/browser.ts';
import { startTestRun, type TestRun } from './local-run.ts';

/** The document's pages, as a browser gets them. */

let run: TestRun;
let browser: WarmBrowser;

beforeAll(async () => {
  run = await startTestRun();
  browser = createWarmBrowser({ tradingViewUrl: run.outputs.apiUrl, assetHosts: [], mode: 'shared' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await run?.close();
});

/** Opens a page and waits for a text in it; with what it asked for and complained of on the way. */
function open(path: string, text: string) {
  return browser.withContext(async (context) => {
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 1000 });
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http')) hosts.add(host);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${run.outputs.apiUrl}${path}`);
    await page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout: 20_000 });
    // Swagger UI draws an operation when it is opened.
    await page.evaluate("document.querySelector('.opblock-summary-control')?.click()");
    await page.waitForFunction("!document.querySelector('.opblock') || document.querySelector('.responses-wrapper')");
    const content = z.string().parse(await page.evaluate('document.body.innerText'));
    return { title: await page.title(), content, hosts: [...hosts], complaints };
  });
}

describe.each([
  ['/docs', 'Vigía · API'],
  ['/redoc', 'Vigía · Referencia de la API'],
])('%s', (path, title) => {
  test('shows every operation, asks nobody else for anything and breaks no rule of its policy', async () => {
    const page = await open(path, 'Takes an alert as TradingView sends it');
    expect(page.title).toBe(title);
    for (const { summary } of routes) expect(page.content).toContain(summary);
    expect(page.hosts).toEqual([new URL(run.outputs.apiUrl).host]);
    expect(page.complaints).toEqual([]);
  }, 60_000);

  test('has a policy without inline scripts', async () => {
    const { headers } = await fetch(`${run.outputs.apiUrl}${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
  });
});

test('a file is sent compressed to who takes that, and not at all to who has it', async () => {
  const address = `${run.outputs.apiUrl}/docs/redoc.js`;
  const whole = await fetch(address, { headers: { 'accept-encoding': 'identity' } });
  const compressed = await fetch(address);
  expect([whole.status, whole.headers.get('content-encoding')]).toEqual([200, null]);
  expect([compressed.status, compressed.headers.get('content-encoding')]).toEqual([200, 'gzip']);
  expect(await compressed.text()).toBe(await whole.text());
  const etag = whole.headers.get('etag') ?? '';
  expect(compressed.headers.get('etag')).toBe(etag);
  const known = await run.api('GET', '/docs/redoc.js', { headers: { 'if-none-match': etag } });
  expect(known.status).toBe(304);
  expect((await run.api('GET', '/docs/passwords.txt')).json).toMatchObject({ code: 'not_found' });
});

test('a slash at the end is no difference to any route', async () => {
  for (const { method, path } of routes) {
    const filled = path.replaceAll(/\{[^}]+\}/g, 'none');
    const [bare, slashed] = await Promise.all([filled, `${filled}/`].map((it) => run.api(method, it)));
    expect([slashed?.status, slashed?.json['code']], `${method} ${path}`).toEqual([bare?.status, bare?.json['code']]);
    expect(bare?.json['code']).not.toBe('method_not_allowed');
  }
  const { webhookUrl } = run.outputs.demoUser;
  expect((await run.alert(`${webhookUrl}/`, 'BTCUSDT buy')).json).toMatchObject({ success: true });
});

test('the outputs tell where they are', () => {
  expect(run.outputs.docsUrl).toBe(`${run.outputs.apiUrl}/docs`);
});
