/**
 * Captures through the warm browser against a bare loop over the same page: the same flags and the same page, but one
 * browser, `newPage`, `goto`, wait for the page's ready flag, `screenshot`, `close`, and no more.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import puppeteer, { type Browser } from 'puppeteer-core';
import { chromiumBinary } from '../../lambdas/browser/binary.ts';
import { createWarmBrowser } from '../../lambdas/browser/browser.ts';
import { captureChart } from '../../lambdas/browser/capture.ts';
import { launchFlags, REFUSED_DEFAULTS } from '../../lambdas/browser/flags.ts';
import { reachOf } from '../../lambdas/browser/reach.ts';
import { DEMO_CHART } from '../../local/tradingview/charts.ts';
import { createTradingView } from '../../local/tradingview/server.ts';
import { createMarket } from '../local/tradingview/market.ts';
import { median, percentile, round } from './figures.ts';

/** Each with browsers of its own: how fast one is differs from the next one's by more than is to be measured. */
const SERIES = 3;
/** Of one series: fewer images in all than one browser lasts for, whose successor would be another process. */
const ROUNDS = 7;
const IMAGES_A_ROUND = 12;
const AT_ONCE = 3;
const LOOK = { width: 1920, height: 1080, theme: 'dark' } as const;

interface Round {
  imagesPerMinute: number;
  p50: number;
  p95: number;
  cpuSeconds: number;
  peakBytes: number;
}

type Rounds = Record<'captureChart' | 'bareLoop', Round[]>;

/** One row a way, medians over the rounds; the two ways take turns, so that a busy machine is unfair to both. */
export default async function browserBench(): Promise<object[]> {
  const market = await createMarket();
  const tradingView = await createTradingView({ port: 0, marketUrl: market.url });
  const series: (Rounds & { imageBytes: number })[] = [];
  try {
    for (let count = 0; count < SERIES; count += 1) series.push(await measureSeries(tradingView.url));
  } finally {
    await tradingView.close();
    await market.close();
  }
  const [captures, bares] = [series.flatMap((one) => one.captureChart), series.flatMap((one) => one.bareLoop)];
  const ratios = captures.map((one, index) => one.imagesPerMinute / (bares[index]?.imagesPerMinute ?? Number.NaN));
  return [
    { bench: 'browser', way: 'captureChart', ...summary(captures) },
    { bench: 'browser', way: 'bareLoop', ...summary(bares) },
    {
      bench: 'browser',
      rate_against_bare: round(median(ratios)),
      lower_quartile: round(percentile(ratios, 0.25)),
      upper_quartile: round(percentile(ratios, 0.75)),
      target: 0.95,
      image_bytes: series[0]?.imageBytes,
    },
  ];
}

async function measureSeries(tradingViewUrl: string): Promise<Rounds & { imageBytes: number }> {
  const warm = createWarmBrowser({ tradingViewUrl, assetHosts: [], mode: 'shared' });
  const bare = await bareBrowser(tradingViewUrl);
  let imageBytes = 0;
  const ways = {
    captureChart: async () => {
      const { image } = await captureChart(warm, { chartId: DEMO_CHART.id, look: LOOK });
      imageBytes = image.length;
    },
    bareLoop: () => bareCapture(bare.browser, `${tradingViewUrl}/chart/${DEMO_CHART.id}/?theme=${LOOK.theme}`),
  };
  try {
    for (const way of Object.values(ways)) await way();
    const warmPid = browserPids().find((pid) => pid !== bare.browser.process()?.pid) ?? 0;
    const pids = { captureChart: warmPid, bareLoop: bare.browser.process()?.pid ?? 0 };
    const rounds: Rounds = { captureChart: [], bareLoop: [] };
    for (let count = 0; count < ROUNDS; count += 1) {
      const order = ['captureChart', 'bareLoop'] as const;
      for (const way of count % 2 === 0 ? order : order.toReversed()) {
        rounds[way].push(await measure(ways[way], pids[way]));
      }
    }
    return { ...rounds, imageBytes };
  } finally {
    await warm.close();
    await bare.close();
  }
}

async function bareBrowser(url: string): Promise<{ browser: Browser; close(): Promise<void> }> {
  const binary = await chromiumBinary();
  const profile = await mkdtemp(join(tmpdir(), 'vigia-bench-'));
  const browser = await puppeteer.launch({
    executablePath: binary.executablePath,
    args: launchFlags(chromium.args, reachOf(url, []), 'shared'),
    ignoreDefaultArgs: REFUSED_DEFAULTS,
    env: { ...binary.environment, HOME: profile, TMPDIR: profile },
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    defaultViewport: { width: LOOK.width, height: LOOK.height },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function bareCapture(browser: Browser, address: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction('window.TradingViewApi?.activeChart().dataReady()');
  await page.screenshot();
  await page.close();
}

async function measure(capture: () => Promise<void>, pid: number): Promise<Round> {
  const cpuBefore = cpuOf(pid);
  const durations: number[] = [];
  let left = IMAGES_A_ROUND;
  let peakBytes = 0;
  const probe = setInterval(() => {
    peakBytes = Math.max(peakBytes, memoryOf(pid));
  }, 500);
  const since = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        const start = performance.now();
        await capture();
        durations.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - since) / 1_000;
  clearInterval(probe);
  return {
    imagesPerMinute: (IMAGES_A_ROUND / seconds) * 60,
    p50: percentile(durations, 0.5),
    p95: percentile(durations, 0.95),
    cpuSeconds: (cpuOf(pid) - cpuBefore) / IMAGES_A_ROUND,
    peakBytes,
  };
}

function summary(rounds: readonly Round[]): object {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    images_per_minute: round(of((one) => one.imagesPerMinute)),
    p50_ms: Math.round(of((one) => one.p50)),
    p95_ms: Math.round(of((one) => one.p95)),
    cpu_seconds_per_image: round(of((one) => one.cpuSeconds)),
    peak_memory_mb: Math.round(Math.max(...rounds.map((one) => one.peakBytes)) / 2 ** 20),
    rounds: rounds.length,
    images_a_round: IMAGES_A_ROUND,
    at_once: AT_ONCE,
  };
}

/** User and system time of this process and the browser's tree, those of its dead children included, in seconds. */
function cpuOf(pid: number): number {
  const ticks = treeOf(pid).map((one) => {
    const fields = statOf(one);
    return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  });
  const own = process.cpuUsage();
  return ticks.reduce((sum, value) => sum + value, 0) / 100 + (own.user + own.system) / 1e6;
}

/** Proportional set size of a process tree, in bytes. */
function memoryOf(pid: number): number {
  return treeOf(pid)
    .map((one) => Number(/^Pss:\s+(\d+)/m.exec(readProc(one, 'smaps_rollup'))?.[1] ?? 0) * 1_024)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function treeOf(root: number): number[] {
  const children = processes().filter((pid) => Number(statOf(pid)[1]) === root);
  return [root, ...children.flatMap(treeOf)];
}

/** This process's own browsers. */
function browserPids(): number[] {
  return processes().filter(
    (pid) => Number(statOf(pid)[1]) === process.pid && readProc(pid, 'comm').startsWith('chromium'),
  );
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fields of `/proc/<pid>/stat` after the name: state, parent, … */
function statOf(pid: number): string[] {
  return readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** Empty where the process has gone by now. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
