/** The HTML of the stand-in's pages. What moves on them is in `page/chart-page.js`. */

import { type ChartDefinition, currenciesOf, RESOLUTIONS } from './charts.ts';

/** Where the page finds its files. */
export interface AssetPaths {
  charts: string;
  script: string;
  style: string;
}

/** What `page/chart-page.js` reads from the page. */
interface PageData {
  id: string;
  symbol: string;
  resolution: string;
  quote: string;
  base: string;
  behaviour: string;
  lateMs: number;
}

const DRAWING_TOOLS = [
  'M14 4v8m0 4v8M4 14h8m4 0h8',
  'M6 22 22 6',
  'M5 7h18M5 12h18M5 17h18M5 22h18',
  'M5 21V7h6v14m6 0V11h6v10',
  'M6 22c4-1 3-7 8-9l8-7',
  'M7 7h14M14 7v15',
  'm6 9 5 5-5 5m8 1h8',
  'M6 18 18 6l4 4-12 12H6z',
  'M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12m5 11 5 5',
  'M9 13V9a5 5 0 0 1 10 0v4M7 13h14v9H7z',
  'M4 14s4-6 10-6 10 6 10 6-4 6-10 6-10-6-10-6m10-2a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
];
const SIDE_PANELS = [
  'M7 8h14M7 14h14M7 20h9',
  'M14 6a8 8 0 1 0 0 16 8 8 0 0 0 0-16m0 3v5l3 2',
  'M6 20v-6h4v6m2 0V8h4v12m2 0v-9h4v9',
  'M6 7h16v11H12l-4 4z',
];
const RANGES = ['1D', '5D', '1M', '3M', '6M', 'YTD', '1Y', '5Y', 'All'];

/** The page of a chart. `replay` puts the words into the picture that tell invented candles from real ones. */
export function chartPage(chart: ChartDefinition, replay: boolean, assets: AssetPaths): string {
  const { base, quote } = currenciesOf(chart.symbol);
  const data: PageData = {
    id: chart.id,
    symbol: `BINANCE:${chart.symbol}`,
    resolution: RESOLUTIONS[chart.interval],
    base,
    quote,
    behaviour: chart.behaviour,
    lateMs: chart.lateMs ?? 3_000,
  };
  const name = quote === '' ? base : `${base} / ${quote}`;
  const exchange = replay ? 'Replay' : 'Binance';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(chart.symbol)} chart</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="application/json" id="chart-data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script src="${assets.charts}" defer></script>
<script src="${assets.script}" defer></script>
</head>
<body>
<header class="bar top">
  <span class="item symbol">${icon('M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12m5 11 5 5')}<b>${escapeHtml(chart.symbol)}</b></span>
  <span class="item strong">${escapeHtml(chart.interval)}</span>
  <span class="item">${icon('M9 6v3m0 10v3M6 9h6v10H6zm12-5v3m0 9v4m-3-13h6v9h-6z')}</span>
  <span class="item">${icon('M5 19c5 0 5-12 9-12s2 6 9 6')}Indicators</span>
  <span class="item">${icon('M14 6a8 8 0 1 0 8 8m-8-4v4l3 2m1-12v5h5')}Alert</span>
  ${replay ? '<span class="replay">REPLAY MARKET</span>' : ''}
  <span class="space"></span>
  <span class="item">${icon('M11 8l-5 6 5 6M17 8l5 6-5 6')}</span>
  <span class="item">${icon('M9 14a5 5 0 1 0 10 0 5 5 0 1 0-10 0M5 9h4l2-3h6l2 3h4v13H5z')}</span>
  <span class="publish">Publish</span>
</header>
<nav class="bar left">${DRAWING_TOOLS.map((path) => `<span class="tool">${icon(path)}</span>`).join('')}</nav>
<main>
  <div class="legend">
    <div class="title">${coin(base)}${escapeHtml(name)} · ${escapeHtml(RESOLUTIONS[chart.interval])} · ${exchange}<i class="dot"></i>
      <span class="values" id="ohlc"></span></div>
    <div class="study">Vol<span class="values" id="volume"></span></div>
  </div>
  <div id="chart"></div>
  <div id="spinner"></div>
</main>
<aside class="bar right">${SIDE_PANELS.map((path) => `<span class="tool">${icon(path)}</span>`).join('')}</aside>
<footer class="bar bottom">
  ${RANGES.map((range) => `<span class="range">${range}</span>`).join('')}
  <span class="space"></span>
  <span id="clock"></span>
  <span class="range">log</span><span class="range on">auto</span>
</footer>
</body>
</html>
`;
}

/** What TradingView shows for a chart that does not exist. */
export function notFoundPage(assets: AssetPaths): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Page not found</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}"></head>
<body class="message"><h1>This isn’t the page you’re looking for</h1>
<p>The chart does not exist or is not shared.</p></body>
</html>
`;
}

function icon(path: string): string {
  return `<svg viewBox="0 0 28 28" width="28" height="28"><path d="${path}"/></svg>`;
}

function coin(base: string): string {
  return `<span class="coin">${escapeHtml(base.slice(0, 1))}</span>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
