import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { captureChart } from '../../../lambdas/browser/capture.ts';

/**
 * A chart page that is not what it should be: it tries all it can to reach another server of this machine, and shows
 * a chart only then. What it found out, and the cookies it came with, it tells its own server.
 */

const LOOK = { width: 640, height: 360, theme: 'light' } as const;

interface Listener {
  server: Server;
  port: number;
  visits: string[];
}

let secret: Listener;
let pages: Listener;
let browser: WarmBrowser;
const reports: { path: string; cookie: string; found: unknown }[] = [];

beforeAll(async () => {
  secret = await listen((_path, visits) => {
    visits.push('visited');
    return 'private';
  });
  pages = await listen((path) => (path.startsWith('/chart/') ? hostilePage(secret.port) : ''));
  browser = createWarmBrowser({ tradingViewUrl: `http://127.0.0.1:${pages.port}`, assetHosts: [], mode: 'shared' });
});

afterAll(async () => {
  await browser.close();
  for (const { server } of [secret, pages]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it('a page reaches its own origin and nothing else of this machine or beyond', async () => {
  await captureChart(browser, { chartId: 'hostile', look: LOOK });
  const report = reports.find(({ path }) => path.includes('hostile'));
  expect(report?.found).toEqual({
    own: 'reached',
    fetch: 'refused',
    localhost: 'refused',
    ipv6: 'refused',
    metadata: 'refused',
    file: 'refused',
    redirect: 'refused',
    image: 'refused',
    frame: 'refused',
    socket: 'refused',
    popup: 'refused',
    geolocation: 'denied',
    notifications: 'denied',
  });
  expect(secret.visits).toEqual([]);
});

it('cookies come with the capture they belong to, and nothing of one capture is seen by another', async () => {
  const captures = ['alice', 'bob', 'carol'].map((user) =>
    captureChart(browser, { chartId: user, look: LOOK, cookies: [{ name: 'sessionid', value: `of-${user}` }] }),
  );
  await Promise.all(captures);
  await captureChart(browser, { chartId: 'nobody', look: LOOK });
  const seen = (user: string) => reports.filter(({ path }) => path.includes(user));
  for (const user of ['alice', 'bob', 'carol']) {
    expect(seen(user)).toMatchObject([{ cookie: `sessionid=of-${user}` }]);
  }
  expect(seen('nobody')).toMatchObject([{ cookie: '' }]);
  expect(reports.map(({ path }) => new URL(path, 'http://x').searchParams.get('stored'))).toEqual(
    reports.map(() => 'null'),
  );
});

function hostilePage(secretPort: number): string {
  return `<!doctype html><title>Chart</title><canvas width="600" height="300"></canvas><script>
const outcome = (promise) => Promise.race([promise.then(() => 'reached', () => 'refused'),
  new Promise((resolve) => setTimeout(resolve, 1500, 'refused'))]);
const elementOutcome = (element, address) => outcome(new Promise((resolve, reject) => {
  element.onload = resolve; element.onerror = reject; element.src = address; document.body.append(element);
}));
const plain = { mode: 'no-cors' };
const attempts = {
  own: () => outcome(fetch('/own')),
  fetch: () => outcome(fetch('http://127.0.0.1:${secretPort}/', plain)),
  localhost: () => outcome(fetch('http://localhost:${secretPort}/', plain)),
  ipv6: () => outcome(fetch('http://[::1]:${secretPort}/', plain)),
  metadata: () => outcome(fetch('http://169.254.169.254/latest/meta-data/', plain)),
  file: () => outcome(fetch('file:///etc/passwd', plain)),
  redirect: () => outcome(fetch('/redirect', plain)),
  image: () => elementOutcome(new Image(), 'http://127.0.0.1:${secretPort}/image.png'),
  frame: () => outcome(new Promise((resolve) => {
    addEventListener('message', resolve);
    const frame = document.createElement('iframe');
    frame.src = 'http://127.0.0.1:${secretPort}/frame';
    document.body.append(frame);
  })),
  socket: () => outcome(new Promise((resolve, reject) => {
    const socket = new WebSocket('ws://127.0.0.1:${secretPort}/');
    socket.onopen = resolve; socket.onerror = reject;
  })),
  popup: () => outcome(new Promise((resolve) => {
    addEventListener('message', resolve);
    open('http://127.0.0.1:${secretPort}/popup');
  })),
  geolocation: async () => (await navigator.permissions.query({ name: 'geolocation' })).state,
  notifications: async () => Notification.permission,
};
const stored = localStorage.getItem('mark');
localStorage.setItem('mark', location.pathname);
const done = Promise.all(Object.entries(attempts).map(async ([name, attempt]) => [name, await attempt()]))
  .then((found) => fetch('/report' + location.pathname + '?stored=' + stored, { method: 'POST', body: JSON.stringify(Object.fromEntries(found)) }))
  .then(() => {
    alert('in the way');
    const pen = document.querySelector('canvas').getContext('2d');
    for (let x = 0; x < 600; x += 1) pen.fillRect(x, 20 + (x * 7919) % 250, 1, 20);
  });
window.TradingViewApi = { activeChart: () => ({
  symbol: () => 'TEST', resolution: () => '1', dataReady: (callback) => { done.then(callback); return false; },
}) };
</script>`;
}

async function listen(answer: (path: string, visits: string[]) => string): Promise<Listener> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/redirect') {
      response.writeHead(302, { location: `http://127.0.0.1:${secret.port}/redirected` }).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (path.startsWith('/report')) {
        const found: unknown = JSON.parse(Buffer.concat(chunks).toString());
        reports.push({ path, cookie: request.headers.cookie ?? '', found });
      }
      response.writeHead(200, { 'content-type': 'text/html' }).end(answer(path, visits));
    });
  });
  server.on('upgrade', (_request, socket) => {
    visits.push('upgrade');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return { server, port: address.port, visits };
}
