/* global LightweightCharts, openCover */

// Runs in the browser: loads the candles, draws them, and tells the page's state by the objects that TradingView's own
// chart page has: `TradingViewApi`, with methods as the Charting Library documents them, and `ChartApiInstance`, which
// knows whether the data connection stands.

const data = JSON.parse(document.getElementById('chart-data').textContent);

const UP = '#089981';
const DOWN = '#f23645';
const THEMES = {
  light: { background: '#ffffff', text: '#131722', grid: '#f0f2f7', border: '#e0e3eb' },
  dark: { background: '#131722', text: '#b2b5be', grid: '#1e222d', border: '#2a2e39' },
};
const POLL_MS = 2_000;

let bars = [];
let series;
let volume;
let chart;
let decimals = 2;
let onDataReady = [];
let themeName = wantedTheme();

function wantedTheme() {
  const asked = new URLSearchParams(location.search).get('theme');
  if (asked === 'dark' || asked === 'light') return asked;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** What is shown, or asked for and on its way. */
let shown = { symbol: data.symbol, resolution: data.resolution };
/** Whether the market has the symbol; unknown until it has answered. */
let known;
let connected = true;
const connection = new AbortController();
let followTimer;

const activeChart = {
  symbol: () => shown.symbol,
  resolution: () => shown.resolution,
  /** Null for a symbol that does not exist. */
  symbolExt: () => (known === false ? null : { symbol: shown.symbol.split(':').at(-1), full_name: shown.symbol }),
  /** Calls back once candles are there, at once when they are; tells whether they are. */
  dataReady(callback) {
    if (bars.length > 0) callback?.();
    else if (callback) onDataReady.push(callback);
    return bars.length > 0;
  },
  exportData: async () => ({
    schema: ['time', 'open', 'high', 'low', 'close', 'volume'].map((plotTitle, index) =>
      index === 0
        ? { type: 'time' }
        : { type: 'value', sourceType: index === 5 ? 'study' : 'series', plotTitle, sourceTitle: shown.symbol },
    ),
    data: bars.map((bar) => Float64Array.from(bar)),
  }),
  setSymbol: (symbol, callback) => change({ symbol }, callback),
  setResolution: (resolution, callback) => change({ resolution }, callback),
};

window.is_authenticated = data.signedIn;
window.ChartApiInstance = { connected: () => connected };
window.TradingViewApi = {
  activeChart: () => activeChart,
  getTheme: () => themeName,
  async changeTheme(name) {
    themeName = name === 'dark' ? 'dark' : 'light';
    applyTheme();
  },
};

function applyTheme() {
  const theme = THEMES[themeName];
  document.documentElement.dataset.theme = themeName;
  chart?.applyOptions({
    layout: { background: { color: theme.background }, textColor: theme.text },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    rightPriceScale: { borderColor: theme.border },
    timeScale: { borderColor: theme.border },
  });
}

function draw() {
  chart = LightweightCharts.createChart(document.getElementById('chart'), {
    autoSize: true,
    layout: { fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily },
    localization: { priceFormatter: price },
    rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.1 }, entireTextOnly: true },
    timeScale: { timeVisible: true, secondsVisible: false, barSpacing: 8, rightOffset: 10 },
  });
  series = chart.addSeries(LightweightCharts.CandlestickSeries, {
    upColor: UP,
    downColor: DOWN,
    wickUpColor: UP,
    wickDownColor: DOWN,
    borderVisible: false,
    priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals },
  });
  volume = chart.addSeries(LightweightCharts.HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  applyTheme();
  series.setData(bars.map(candleOf));
  volume.setData(bars.map(volumeOf));
}

const candleOf = ([time, open, high, low, close]) => ({ time, open, high, low, close });
const volumeOf = ([time, open, , , close, value]) => ({ time, value, color: `${close >= open ? UP : DOWN}66` });

const price = (value) =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

function writeLegend() {
  const last = bars.at(-1);
  const before = bars.at(-2) ?? last;
  const [, open, high, low, close, amount] = last;
  const change = close - before[4];
  const sign = change >= 0 ? '+' : '−';
  const percent = ((Math.abs(change) / before[4]) * 100).toFixed(2);
  const fields = [
    ['O', price(open)],
    ['H', price(high)],
    ['L', price(low)],
    ['C', price(close)],
    ['', `${sign}${price(Math.abs(change))} (${sign}${percent}%)`],
  ];
  const className = close >= open ? 'up' : 'down';
  document
    .getElementById('ohlc')
    .replaceChildren(...fields.flatMap(([label, value]) => [label, element('b', className, value)]));
  const volumeText = amount.toLocaleString('en-US', { maximumFractionDigits: 2 });
  const base = shown.symbol === data.symbol ? data.base : '';
  document.getElementById('volume').replaceChildren(element('b', className, `${volumeText} ${base}`));
}

function writeTitle() {
  const symbol = shown.symbol.split(':').at(-1);
  const isOwn = shown.symbol === data.symbol && data.quote !== '';
  const name = isOwn ? `${data.base} / ${data.quote}` : symbol;
  document.getElementById('coin').textContent = symbol.slice(0, 1);
  document.getElementById('title').textContent = `${name} · ${shown.resolution} · ${data.market}`;
  document.querySelector('#header-toolbar-symbol-search b').textContent = symbol;
  if (shown.resolution !== data.resolution) {
    document.getElementById('header-toolbar-intervals').textContent = shown.resolution;
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function writeClock() {
  document.getElementById('clock').textContent = `${new Date().toISOString().slice(11, 19)} UTC`;
}

/** The candles of what is shown; none where the market has no such symbol. */
async function load(of, newest = false) {
  const query = new URLSearchParams({ ...of, ...(newest ? { newest: '' } : {}) });
  const response = await fetch(`/bars/${data.id}?${query}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`No candles: ${response.status}`);
  const answer = await response.json();
  decimals = Math.max(decimals, answer.decimals);
  return answer;
}

async function follow() {
  const of = shown;
  const answer = await load(of, true);
  if (of !== shown || !connected) return;
  for (const bar of answer.bars) {
    const last = bars.at(-1)[0];
    if (bar[0] < last) continue;
    if (bar[0] === last) bars.pop();
    bars.push(bar);
    series.update(candleOf(bar));
    volume.update(volumeOf(bar));
  }
  writeLegend();
}

/** Another symbol or resolution: the candles go at once, the new ones come when the market has answered. */
async function change(wanted, callback) {
  if (data.behaviour === 'fixed-symbol' || data.behaviour === 'never-ready') return;
  shown = { ...shown, ...wanted };
  bars = [];
  known = undefined;
  clearInterval(followTimer);
  document.body.classList.remove('ready');
  series?.setData([]);
  volume?.setData([]);
  writeTitle();
  // As pages do by themselves when a signed-in user's chart is changed.
  if (data.signedIn) fetch('/savechart/', { method: 'POST', body: JSON.stringify(shown) }).catch(() => undefined);
  await show();
  callback?.();
}

/** Loads what is shown and draws it, unless something else is asked for meanwhile. */
async function show() {
  const of = shown;
  const answer = await load(of);
  if (of !== shown) return;
  known = answer !== undefined;
  if (!answer) return;
  shown.symbol = answer.symbol;
  bars = answer.bars;
  if (data.behaviour === 'blank') {
    document.getElementById('chart').append(document.createElement('canvas'));
  } else {
    if (!chart) draw();
    else {
      series.applyOptions({ priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals } });
      series.setData(bars.map(candleOf));
      volume.setData(bars.map(volumeOf));
    }
    followTimer = setInterval(follow, POLL_MS);
  }
  writeTitle();
  writeLegend();
  document.body.classList.add('ready');
  for (const callback of onDataReady) callback();
  onDataReady = [];
}

/** The account opened one connection too many elsewhere: this page's is closed. */
function disconnect() {
  connected = false;
  connection.abort();
  clearInterval(followTimer);
  openCover('connection-limit', data.words);
}

/** Elements nested so deep that laying them out overflows the native stack of the page's process. */
function crash() {
  let outer = document.createElement('div');
  for (let depth = 0; depth < 8_000; depth += 1) {
    const around = document.createElement('div');
    around.append(outer);
    outer = around;
  }
  document.body.append(outer);
  return document.body.offsetHeight;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function start() {
  fetch('/connection', { signal: connection.signal }).catch(() => undefined);
  applyTheme();
  writeClock();
  setInterval(writeClock, 1_000);
  const asked = new URLSearchParams(location.search);
  for (const name of ['symbol', 'resolution']) {
    const value = asked.get(name === 'symbol' ? name : 'interval');
    if (value && data.behaviour !== 'fixed-symbol') shown[name] = value;
  }
  for (const cover of data.covers) openCover(cover, data.words);
  if (data.behaviour === 'crash') crash();
  while (data.behaviour === 'hang');
  if (data.behaviour === 'never-ready') return;
  if (data.behaviour === 'restricted') {
    connected = false;
    openCover('restricted', data.words);
    return;
  }
  if (data.behaviour === 'connection-limit' && data.lateMs === null) {
    disconnect();
    return;
  }
  if (data.behaviour === 'late') await pause(data.lateMs ?? 3_000);
  await show();
  if (data.behaviour !== 'connection-limit') return;
  await pause(data.lateMs);
  disconnect();
}

start();
