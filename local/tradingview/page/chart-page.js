/* global LightweightCharts */

// Runs in the browser: loads the candles, draws them, and tells the page's state by the object that TradingView's own
// chart page has, with methods as the Charting Library documents them.

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

const activeChart = {
  symbol: () => data.symbol,
  resolution: () => data.resolution,
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
        : { type: 'value', sourceType: index === 5 ? 'study' : 'series', plotTitle, sourceTitle: data.symbol },
    ),
    data: bars.map((bar) => Float64Array.from(bar)),
  }),
};

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
  document.getElementById('volume').replaceChildren(element('b', className, `${volumeText} ${data.base}`));
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

async function load(query) {
  const response = await fetch(`/bars/${data.id}${query}`);
  if (!response.ok) throw new Error(`No candles: ${response.status}`);
  const answer = await response.json();
  decimals = Math.max(decimals, answer.decimals);
  return answer.bars;
}

async function follow() {
  for (const bar of await load('?newest')) {
    const known = bars.at(-1)[0];
    if (bar[0] < known) continue;
    if (bar[0] === known) bars.pop();
    bars.push(bar);
    series.update(candleOf(bar));
    volume.update(volumeOf(bar));
  }
  writeLegend();
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

async function start() {
  applyTheme();
  writeClock();
  setInterval(writeClock, 1_000);
  if (data.behaviour === 'crash') crash();
  while (data.behaviour === 'hang');
  if (data.behaviour === 'never-ready') return;
  if (data.behaviour === 'late') await new Promise((resolve) => setTimeout(resolve, data.lateMs));

  bars = await load('');
  if (data.behaviour === 'blank') {
    document.getElementById('chart').append(document.createElement('canvas'));
  } else {
    draw();
    setInterval(follow, POLL_MS);
  }
  writeLegend();
  document.body.classList.add('ready');
  for (const callback of onDataReady) callback();
  onDataReady = [];
}

start();
