/**
 * The HTML of the stand-in's chart pages, in the order and with the class names of TradingView's own. What moves on
 * them is in `page/chart-page.js`, what lies over them in `page/covers.js`.
 */

import { type ChartDefinition, currenciesOf, RESOLUTIONS } from './charts.ts';
import { WORDS, type Words } from './words.ts';

/** Where the page finds its files. */
export interface AssetPaths {
  charts: string;
  covers: string;
  script: string;
  style: string;
}

/** Who asks, and of which market. */
export interface Visit {
  signedIn: boolean;
  /** Puts the words into the picture that tell invented candles from real ones. */
  replay: boolean;
}

/** What the scripts read from the page. */
interface PageData {
  id: string;
  symbol: string;
  resolution: string;
  quote: string;
  base: string;
  behaviour: string;
  lateMs: number | null;
  covers: readonly string[];
  signedIn: boolean;
  market: string;
  words: Words;
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

/** The page of a chart, as `visit` is shown it. */
export function chartPage(chart: ChartDefinition, visit: Visit, assets: AssetPaths): string {
  const { base, quote } = currenciesOf(chart.symbol);
  const language = chart.language ?? 'en';
  const words = WORDS[language];
  const data: PageData = {
    id: chart.id,
    symbol: `BINANCE:${chart.symbol}`,
    resolution: RESOLUTIONS[chart.interval],
    base,
    quote,
    behaviour: chart.behaviour,
    lateMs: chart.lateMs ?? null,
    covers: chart.covers ?? [],
    signedIn: visit.signedIn,
    market: visit.replay ? 'Replay' : 'Binance',
    words,
  };
  const name = quote === '' ? base : `${base} / ${quote}`;
  return `<!doctype html>
<html lang="${language}" dir="ltr" class="${htmlClass(visit.signedIn)}">
<head>
<meta charset="utf-8">
<title>${escapeHtml(chart.symbol)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="application/json" id="chart-data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script src="${assets.charts}" defer></script>
<script src="${assets.covers}" defer></script>
<script src="${assets.script}" defer></script>
</head>
<body class="chart-page">
<div class="js-rootresizer__contents">
<header class="layout__area--top bar top">
  <span class="item symbol" id="header-toolbar-symbol-search">${icon('M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12m5 11 5 5')}<b>${escapeHtml(chart.symbol)}</b></span>
  <span class="item strong" id="header-toolbar-intervals">${escapeHtml(chart.interval)}</span>
  <span class="item">${icon('M9 6v3m0 10v3M6 9h6v10H6zm12-5v3m0 9v4m-3-13h6v9h-6z')}</span>
  <span class="item">${icon('M5 19c5 0 5-12 9-12s2 6 9 6')}${escapeHtml(words.indicators)}</span>
  <span class="item">${icon('M14 6a8 8 0 1 0 8 8m-8-4v4l3 2m1-12v5h5')}${escapeHtml(words.alert)}</span>
  ${visit.replay ? '<span class="replay">REPLAY MARKET</span>' : ''}
  <span class="space"></span>
  <span class="item">${icon('M11 8l-5 6 5 6M17 8l5 6-5 6')}</span>
  <span class="item">${icon('M9 14a5 5 0 1 0 10 0 5 5 0 1 0-10 0M5 9h4l2-3h6l2 3h4v13H5z')}</span>
  <span class="publish">${escapeHtml(words.publish)}</span>
</header>
<nav class="layout__area--left bar left">${DRAWING_TOOLS.map((path) => `<span class="tool">${icon(path)}</span>`).join('')}</nav>
<main class="layout__area--center"><div class="chart-container active"><div class="chart-gui-wrapper">
  <div class="legend" data-name="legend">
    <div class="title"><span class="coin" id="coin">${escapeHtml(base.slice(0, 1))}</span><span id="title">${escapeHtml(name)} · ${escapeHtml(RESOLUTIONS[chart.interval])} · ${data.market}</span><i class="dot"></i>
      <span class="values" id="ohlc"></span></div>
    <div class="study">Vol<span class="values" id="volume"></span></div>
  </div>
  <div id="chart" class="chart-markup-table"></div>
  <div id="spinner"></div>
</div></div></main>
<aside class="layout__area--right bar right">${SIDE_PANELS.map((path) => `<span class="tool">${icon(path)}</span>`).join('')}</aside>
<footer class="layout__area--bottom bar bottom">
  ${RANGES.map((range) => `<span class="range">${range}</span>`).join('')}
  <span class="space"></span>
  <span id="clock"></span>
  <span class="range">log</span><span class="range on">auto</span>
</footer>
</div>
<div id="overlap-manager-root"></div>
</body>
</html>
`;
}

/** How TradingView's pages tell in their first tag whether they know who asks. */
export function htmlClass(signedIn: boolean): string {
  return signedIn ? 'is-authenticated is-pro' : 'is-not-authenticated is-not-pro';
}

function icon(path: string): string {
  return `<svg viewBox="0 0 28 28" width="28" height="28"><path d="${path}"/></svg>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
