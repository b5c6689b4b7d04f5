import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createWarmBrowser, type WarmBrowser } from '../../lambdas/browser/browser.ts';
import { type CaptureRequest, captureChart } from '../../lambdas/browser/capture.ts';
import { CaptureError } from '../../lambdas/browser/capture-error.ts';
import { type ChartDefinition, LANGUAGES } from '../../local/tradingview/charts.ts';
import { createTradingView } from '../../local/tradingview/server.ts';
import { createPages } from '../lambdas/browser/listeners.ts';
import { batchWith, MISBEHAVIOURS, pageOf } from '../lambdas/browser/misbehaving-pages.ts';
import { memoryOf } from '../lambdas/browser/processes.ts';
import { createMarket } from '../local/tradingview/market.ts';

const CAPTURES = 500;
const EVERY = 50;
const AT_ONCE = 3;
const MISBEHAVING_MS = 4_000;
/** Of what it was after the first hundred, at the end. */
const LEVEL = 1.25;
/** The browser with all its pages: what the function's memory has room for. */
const MOST_MB = 2_400;

/** What a chart page can be, and how its capture must end. They come in turn. */
const PAGES: readonly [Partial<ChartDefinition>, Partial<CaptureRequest>, string][] = [
  [{}, {}, 'captured'],
  [{ covers: ['cookie-banner', 'upgrade'] }, {}, 'captured'],
  [{}, { view: { symbol: 'ETHUSDT', resolution: '60' } }, 'captured'],
  [{ access: 'owner' }, { cookies: [{ name: 'sessionid', value: 'x' }] }, 'captured'],
  [{ behaviour: 'late', lateMs: 300, covers: ['toast', 'alert-fired'] }, {}, 'captured'],
  [{ behaviour: 'crash' }, {}, 'crashed'],
  [{ access: 'nobody' }, {}, 'chart_not_shared'],
  [{ behaviour: 'hang' }, { deadlineMs: 2_000 }, 'timeout'],
];

/**
 * Memory and the temporary directory stay level over 500 captures (`npm run proof -- captures 100` takes fewer), and no
 * page takes more than itself down.
 */
export default async function captures(count = String(CAPTURES)): Promise<boolean> {
  const before = process.env['TMPDIR'];
  const directory = await mkdtemp(join(tmpdir(), 'vigia-captures-'));
  process.env['TMPDIR'] = directory;
  try {
    const level = await staysLevel(Number(count), directory);
    return (await endAlone()) && level;
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(directory, { recursive: true, force: true });
  }
}

async function staysLevel(count: number, directory: string): Promise<boolean> {
  const market = await createMarket();
  const tradingView = await createTradingView({ port: 0, marketUrl: market.url });
  const browser = createWarmBrowser({ tradingViewUrl: tradingView.url, assetHosts: [], mode: 'shared' });
  const rows: Awaited<ReturnType<typeof weigh>>[] = [];
  let wrong = 0;
  try {
    for (let done = 0; done < count; done += EVERY) {
      const numbers = Array.from({ length: Math.min(EVERY, count - done) }, (_, index) => done + index);
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
            if (!(await endsRight(browser, number, tradingView.define))) wrong += 1;
          }
        }),
      );
      const row = await weigh(browser, directory);
      rows.push(row);
      console.log(JSON.stringify({ captures: Math.min(done + EVERY, count), ...row, wrong }));
    }
  } finally {
    await browser.close();
    await tradingView.close();
    await market.close();
  }
  const [early, last] = [rows[1] ?? rows[0], rows.at(-1)];
  const isLevel = (name: keyof NonNullable<typeof last>) => (last?.[name] ?? 0) <= (early?.[name] ?? 0) * LEVEL;
  return wrong === 0 && (['browserMB', 'heapMB', 'tmpMB', 'tmpFiles'] as const).every(isLevel);
}

async function endsRight(
  browser: WarmBrowser,
  number: number,
  define: (chart: ChartDefinition) => void,
): Promise<boolean> {
  const [page, request, end] = PAGES[number % PAGES.length] ?? [{}, {}, 'captured'];
  const language = LANGUAGES[number % LANGUAGES.length] ?? 'en';
  const chartId = `chart${number % 100}`;
  define({ id: chartId, symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal', language, ...page });
  const look = { width: 1920, height: 1080, theme: number % 2 === 0 ? 'light' : 'dark' } as const;
  const ended = await captureChart(browser, { chartId, look, ...request }).then(
    () => 'captured',
    (error: unknown) => (error instanceof CaptureError ? error.reason : String(error)),
  );
  if (ended !== end) console.log(JSON.stringify({ capture: number, ended, expected: end }));
  return ended === end;
}

/** What is left of the heap then is kept by something; the process's own size is the allocator's affair. */
const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();

/** With nothing on its way: the browser's processes, this one, and all that lies in the temporary directory. */
async function weigh(browser: WarmBrowser, directory: string) {
  const { pid, contexts } = await browser.withContext(async (context) => ({
    pid: context.browser().process()?.pid ?? 0,
    contexts: context.browser().browserContexts().length - 2,
  }));
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) =>
        stat(join(file.parentPath, file.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    browserMB: megabytes(memoryOf(pid)),
    heapMB: megabytes(heapUsed + external),
    ownMB: megabytes(rss),
    tmpMB: megabytes(sizes.reduce((sum, size) => sum + size, 0)),
    tmpFiles: files.length,
    contexts,
  };
}

/** Each page that would take the browser with it, in a batch with two that behave. */
async function endAlone(): Promise<boolean> {
  const pages = await createPages(pageOf, 9);
  const browser = createWarmBrowser({ tradingViewUrl: pages.url, assetHosts: [], mode: 'shared' });
  let wrong = 0;
  try {
    for (const misbehaviour of MISBEHAVIOURS) {
      const batch = await batchWith(browser, misbehaviour, MISBEHAVING_MS);
      const isRight = batch.good.every((end) => end === 'captured') && batch.peakMB < MOST_MB;
      if (!isRight) wrong += 1;
      console.log(JSON.stringify({ misbehaviour, ...batch }));
    }
  } finally {
    await browser.close();
    await pages.close();
  }
  console.log(JSON.stringify({ misbehaviours: MISBEHAVIOURS.length, wrong }));
  return wrong === 0;
}
