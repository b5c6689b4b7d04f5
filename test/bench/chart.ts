/**
 * Built-in charts against the same chart of the same pixels by lightweight-charts in a warm Chromium: one browser and
 * one page that stay, and for each image the page's content and a screenshot.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { chromiumBinary } from '../../lambdas/browser/binary.ts';
import { launchFlags } from '../../lambdas/browser/flags.ts';
import { reachOf } from '../../lambdas/browser/reach.ts';
import { drawSignalChart } from '../../lambdas/chart/chart.ts';
import type { ChartInput } from '../../lambdas/chart/input.ts';
import { PALETTES } from '../../lambdas/chart/theme.ts';
import { inputOf, marketAround } from '../lambdas/chart/fixture.ts';

const ROUNDS = 7;
const IMAGES_A_ROUND = 15;
const WARM_UP = 5;
const SIZE = { width: 1920, height: 1080 };
const LIBRARY = fileURLToPath(
  new URL('lightweight-charts.standalone.production.js', import.meta.resolve('lightweight-charts')),
);

interface Round {
  imagesPerMinute: number;
  p50: number;
  p95: number;
  /** Milliseconds of all processes that take part. */
  cpu: number;
  bytes: number;
}

/** One row a way, medians over the rounds, and their ratio; the two ways take turns, so that noise is unfair to both. */
export default async function chartBench(): Promise<object[]> {
  const chromiumPage = await openPage();
  const library = readFileSync(LIBRARY, 'utf8');
  const rounds: Record<'builtin' | 'lightweight_charts', Round[]> = { builtin: [], lightweight_charts: [] };
  const browserPid = chromiumPage.browser.process()?.pid ?? 0;
  const builtin = (image: number) => drawSignalChart(inputOfImage(image));
  const rival = (image: number) => screenshot(chromiumPage.page, library, inputOfImage(image));
  try {
    for (let image = 0; image < WARM_UP; image += 1) {
      await builtin(image);
      await rival(image);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.builtin.push(await measure(builtin, ownCpu));
      rounds.lightweight_charts.push(await measure(rival, () => ownCpu() + treeCpu(browserPid)));
    }
  } finally {
    await chromiumPage.close();
  }
  const rows = Object.entries(rounds).map(([way, measured]) => ({
    bench: 'chart',
    way,
    ...SIZE,
    ...summary(measured),
  }));
  const ratios = rounds.builtin.map(
    (round, i) => round.imagesPerMinute / (rounds.lightweight_charts[i]?.imagesPerMinute ?? Number.NaN),
  );
  return [...rows, { bench: 'chart', rate_against_chromium: round2(median(ratios)), target: 3 }];
}

/** A price of its own for each image, so that nothing drawn can be used again. */
function inputOfImage(image: number): ChartInput {
  const price = 2456.78 + image;
  const market = marketAround(price, 2, { replay: true });
  return inputOf({ market, signal: { price: price.toFixed(2) }, look: SIZE });
}

async function openPage(): Promise<{ browser: Browser; page: Page; close(): Promise<void> }> {
  const binary = await chromiumBinary();
  const profile = await mkdtemp(join(tmpdir(), 'vigia-bench-'));
  const browser = await puppeteer.launch({
    executablePath: binary.executablePath,
    args: launchFlags(chromium.args, reachOf('http://127.0.0.1', []), 'shared'),
    env: { ...binary.environment, HOME: profile },
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    defaultViewport: SIZE,
  });
  return {
    browser,
    page: await browser.newPage(),
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function screenshot(page: Page, library: string, input: ChartInput): Promise<Uint8Array> {
  // The window outlives its content, and with it the last image's mark and names: hence the braces around the script.
  await page.evaluate('window.drawn = false');
  await page.setContent(pageOf(library, input));
  await page.waitForFunction('window.drawn === true');
  return page.screenshot();
}

/** Header, candles, volume, marker and both price lines, as the built-in chart has them. */
function pageOf(library: string, { signal, market, look }: ChartInput): string {
  const palette = PALETTES[look.theme];
  const candles = (market?.candles ?? []).map((candle) => ({
    time: candle.openTime / 1000,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
    volume: Number(candle.volume),
  }));
  const signalTime = candles.at(-11)?.time;
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: ${palette.background}; color: ${palette.text}; font: 500 32px sans-serif; }
    header, footer { display: flex; justify-content: space-between; padding: 16px 44px; } b { font-size: 64px; }
    #chart { height: 840px; } footer { font-size: 26px; color: ${palette.muted}; }</style>
    <header><b>${signal.symbol}</b><b>${signal.price}</b></header>
    <div id="chart"></div><footer>Velas: Binance spot, ${market?.symbol}<b style="font-size: 32px">Vigía</b></footer>
    <script>${library}</script><script>{
    const palette = ${JSON.stringify(palette)}, data = ${JSON.stringify(candles)};
    const chart = LightweightCharts.createChart(document.getElementById('chart'), {
      width: ${look.width}, height: 840, layout: { background: { color: palette.background }, textColor: palette.muted, fontSize: 26 },
      grid: { vertLines: { visible: false }, horzLines: { color: palette.line } }, timeScale: { timeVisible: true } });
    const candles = chart.addSeries(LightweightCharts.CandlestickSeries, {
      upColor: palette.up, downColor: palette.down, wickUpColor: palette.up, wickDownColor: palette.down, borderVisible: false });
    candles.setData(data);
    const volume = chart.addSeries(LightweightCharts.HistogramSeries, { priceScaleId: '', lastValueVisible: false });
    volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    volume.setData(data.map((c) => ({ time: c.time, value: c.volume, color: c.close >= c.open ? palette.upVolume : palette.downVolume })));
    candles.createPriceLine({ price: ${signal.price}, color: palette.signal, lineStyle: 2 });
    LightweightCharts.createSeriesMarkers(candles, [
      { time: ${signalTime}, position: 'belowBar', shape: 'arrowUp', color: palette.signal, text: 'LARGO' }]);
    chart.timeScale().fitContent();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true; }));
    }</script>`;
}

async function measure(draw: (image: number) => Promise<Uint8Array>, cpu: () => number): Promise<Round> {
  const durations: number[] = [];
  const cpuBefore = cpu();
  let bytes = 0;
  for (let image = 0; image < IMAGES_A_ROUND; image += 1) {
    const start = performance.now();
    bytes = (await draw(image)).length;
    durations.push(performance.now() - start);
  }
  const sorted = durations.toSorted((a, b) => a - b);
  const seconds = durations.reduce((a, b) => a + b, 0) / 1000;
  return {
    imagesPerMinute: (IMAGES_A_ROUND / seconds) * 60,
    p50: sorted[Math.floor(IMAGES_A_ROUND * 0.5)] ?? 0,
    p95: sorted[Math.floor(IMAGES_A_ROUND * 0.95)] ?? 0,
    cpu: (cpu() - cpuBefore) / IMAGES_A_ROUND,
    bytes,
  };
}

function summary(rounds: readonly Round[]): object {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    images_per_minute: round2(of((round) => round.imagesPerMinute)),
    p50_ms: round2(of((round) => round.p50)),
    p95_ms: round2(of((round) => round.p95)),
    cpu_ms_per_image: round2(of((round) => round.cpu)),
    image_bytes: of((round) => round.bytes),
  };
}

/** Milliseconds of this process. */
function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of a process and all that come from it, also of those that ended and were waited for. */
function treeCpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; behind it the state is field 3, so that utime to cstime are 14 to 17.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  // The kernel counts in hundredths of a second.
  const own = fields.reduce((total, ticks) => total + Number(ticks) * 10, 0);
  return childrenOf(pid).reduce((total, child) => total + treeCpu(child), own);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const round2 = (value: number) => Math.round(value * 100) / 100;
