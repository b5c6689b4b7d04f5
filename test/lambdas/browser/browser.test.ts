import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createWarmBrowser, type WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { decodePng } from '../../../lambdas/browser/png.ts';
import type { BrowserSettings } from '../../../lambdas/browser/settings.ts';
import { parentOf, processesWith, until } from './processes.ts';

const SETTINGS: BrowserSettings = { tradingViewUrl: 'https://www.tradingview.com', assetHosts: [], mode: 'shared' };

let browser: WarmBrowser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

function start(): WarmBrowser {
  browser = createWarmBrowser(SETTINGS);
  return browser;
}

/** The process of the browser that runs a job. */
function pidOf(warm: WarmBrowser): Promise<number> {
  return warm.withContext(async (context) => context.browser().process()?.pid ?? 0);
}

/** The profile directories of a process's browsers. */
function profiles(owner = process.pid): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`vigia-browser-${owner}-`));
}

it('one browser serves job after job, in a context that ends with its job', async () => {
  const warm = start();
  const first = await pidOf(warm);
  const contexts = await warm.withContext(async (context) => {
    await context.newPage();
    return context.browser().browserContexts().length;
  });
  expect(contexts).toBe(2);
  expect(await pidOf(warm)).toBe(first);
  expect(await warm.withContext(async (context) => context.browser().browserContexts().length)).toBe(2);
});

it('three jobs at once, a fourth waits', async () => {
  const warm = start();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const began: number[] = [];
  const jobs = [1, 2, 3, 4].map((number) =>
    warm.withContext(async () => {
      began.push(number);
      await released;
    }),
  );
  await until(() => began.length === 3);
  expect(began).toEqual([1, 2, 3]);
  release();
  await Promise.all(jobs);
  expect(began).toEqual([1, 2, 3, 4]);
});

it('a failing job fails alone and gives its place back', async () => {
  const warm = start();
  for (let count = 0; count < 4; count += 1) {
    await expect(warm.withContext(async () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  }
  expect(await pidOf(warm)).toBeGreaterThan(0);
});

it('a browser that was killed is replaced, its profile removed', async () => {
  const warm = start();
  const first = await pidOf(warm);
  const [profile = ''] = profiles();
  process.kill(first, 'SIGKILL');
  expect(await pidOf(warm)).not.toBe(first);
  expect(profiles()).toHaveLength(1);
  expect(existsSync(join(tmpdir(), profile))).toBe(false);
});

it('a browser that hangs is replaced', async () => {
  const warm = start();
  const first = await pidOf(warm);
  process.kill(first, 'SIGSTOP');
  expect(await pidOf(warm)).not.toBe(first);
  expect(profiles()).toHaveLength(1);
});

it('is renewed after a hundred jobs', async () => {
  const warm = start();
  const pids: number[] = [];
  for (let count = 0; count < 102; count += 1) pids.push(await pidOf(warm));
  expect(new Set(pids.slice(0, 100)).size).toBe(1);
  expect(pids[100]).not.toBe(pids[0]);
  expect(pids[101]).toBe(pids[100]);
  expect(profiles()).toHaveLength(1);
});

it('closing leaves neither process nor profile', async () => {
  const warm = start();
  await pidOf(warm);
  const [profile = 'none'] = profiles();
  expect(processesWith(profile).length).toBeGreaterThan(0);
  await warm.close();
  await until(() => processesWith(profile).length === 0);
  expect(profiles()).toEqual([]);
});

it('the browser gets none of the function’s environment', async () => {
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  const warm = start();
  const pid = await pidOf(warm);
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  expect(environment).toContain('FONTCONFIG_PATH=');
  expect(environment).not.toMatch(/AWS_|SECRET|secret/);
});

it('a page’s process may not ask for more memory than the function can spare', async () => {
  const limits = await start().withContext(async (context) => {
    await context.newPage();
    const [profile = 'none'] = profiles();
    const renderers = processesWith('--type=renderer').filter((pid) => parentOf(pid) === processesWith(profile)[0]);
    return Promise.all(renderers.map((pid) => readFile(`/proc/${pid}/limits`, 'utf8')));
  });
  expect(limits.length).toBeGreaterThan(0);
  for (const limit of limits) expect(limit).toMatch(/Max data size +1342177280 +1342177280 /);
});

it('dies with the process that owns it, and its profile goes at the next start', async () => {
  const source = `
    import { createWarmBrowser } from ${JSON.stringify(join(import.meta.dirname, '../../../lambdas/browser/browser.ts'))};
    const warm = createWarmBrowser(${JSON.stringify(SETTINGS)});
    await warm.withContext(async () => {
      console.log('ready');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const [profile = 'none'] = profiles(owner.pid);
  expect(processesWith(profile).length).toBeGreaterThan(0);
  owner.kill('SIGKILL');
  await until(() => processesWith(profile).length === 0);
  await pidOf(start());
  expect(profiles(owner.pid)).toEqual([]);
});

it('emoji are drawn in colour', async () => {
  const picture = await start().withContext(async (context) => {
    const page = await context.newPage();
    await page.setContent('<p style="font: 40px sans-serif">🐸🟢</p>');
    return decodePng(await page.screenshot({ clip: { x: 0, y: 0, width: 160, height: 120 } }));
  });
  let green = 0;
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const at = (y * picture.width + x) * picture.channels;
      if ((picture.data[at + 1] ?? 0) > (picture.data[at] ?? 0) + 40) green += 1;
    }
  }
  expect(green).toBeGreaterThan(500);
});

it('a page sees a language that dates and numbers can be written in', async () => {
  const seen = await start().withContext(async (context) => {
    const page = await context.newPage();
    return page.evaluate('[navigator.language, Intl.NumberFormat(navigator.language).format(1234.5)]');
  });
  expect(seen).toEqual(['en-US', '1,234.5']);
});
