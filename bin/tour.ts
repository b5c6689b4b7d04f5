import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type VigiaClient, vigiaClient } from '../client/index.ts';
import { expectStatus, good, receipt, send } from './tour/answers.ts';
import { captureCharts } from './tour/captures.ts';
import { openDashboard } from './tour/pushes.ts';
import { collect, runJob, scheduleJob } from './tour/tasks.ts';
import { until } from './tour/waiting.ts';

/**
 * `npm run tour`: walks the life of a tenant over HTTP, against a system that runs, then has a collector, a job and a
 * schedule, and prints what it sees. Ends with 1 where something is not as it was promised.
 */

const USAGE = `npm run tour -- [options]

  --data DIR   the local run whose state lives in DIR (.local)
  --url URL    any other running system, with
  --key KEY    an API key of it that may do everything,
  --socket URL and where its WebSocket is, to listen to pushes too`;

interface Options {
  apiUrl: string;
  apiKey: string;
  webSocketUrl?: string | undefined;
  /** A chart that can be captured. */
  chartId?: string | undefined;
}

/** One alert of each kind that people send. */
const ALERTS: readonly [kind: string, body: string][] = [
  [
    'labelled lines, in Spanish',
    '🪙 Ticker: BINANCE:BTCUSDT\n💰 Precio: $67,890.50\n📊 Señal: Divergencia Alcista 🟢\n🔧 Indicador: ADX DEF [APIDEVS]\n⏰ Timeframe: 15',
  ],
  ["TradingView's own sentence", 'BTCUSDT Crossing 65,000.00'],
  ['a sentence', 'Supertrend Buy Signal on BYBIT:ETHUSDT.P at 2,512.40 (1h)'],
  ['JSON', '{"ticker":"BYBIT:SOLUSDT","close":"151.23","action":"sell","indicator":"Supertrend","interval":"240"}'],
  ['broken JSON', '{"symbol": "XAUUSD", "price": 2650.10, "action": "buy",}'],
  ['an order fill', 'order buy @ 0.5 filled on ETHUSDT. New strategy position is 0.5'],
  ['pipes', 'BINANCE:BNBUSDT | SELL | Price: 612.5 | RSI 74 | TF 5m'],
  ['nothing that can be read', 'hola 👋'],
];
/** Three more than there are kinds: the quota ends the tour's third. */
const QUOTA = ALERTS.length + 2;

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '.local' },
      url: { type: 'string' },
      key: { type: 'string' },
      socket: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if ((values.url === undefined) !== (values.key === undefined)) throw new Error(`--url needs --key\n\n${USAGE}`);
  if (values.url !== undefined && values.key !== undefined) {
    return { apiUrl: values.url, apiKey: values.key, webSocketUrl: values.socket };
  }
  const file = join(resolve(values.data), 'outputs.json');
  try {
    const outputs = z
      .object({
        apiUrl: z.string(),
        webSocketUrl: z.string(),
        adminApiKey: z.string(),
        demoUser: z.object({ chartId: z.string().optional() }),
      })
      .parse(JSON.parse(readFileSync(file, 'utf8')));
    const { apiUrl, webSocketUrl, adminApiKey, demoUser } = outputs;
    return { apiUrl, apiKey: adminApiKey, webSocketUrl, chartId: demoUser.chartId };
  } catch {
    throw new Error(`${file} tells of no local run: start it first, or name a system with --url and --key`);
  }
}

function heading(text: string): void {
  console.log(`\n${text}`);
}

async function sendAlerts(vigia: VigiaClient, webhookUrl: string): Promise<string[]> {
  const ids: string[] = [];
  for (const [kind, body] of ALERTS) {
    const started = performance.now();
    const response = await send(webhookUrl, body);
    const milliseconds = Math.round(performance.now() - started);
    const { signal_id: id } = await receipt(`The alert of ${kind}`, response);
    const signal = good('The signal', await vigia.GET('/api/signals/{id}', { params: { path: { id } } }));
    const { ticker, price, direction, signal_type, indicator, timeframe, parse_status } = signal;
    console.log(`  ${kind} (${milliseconds} ms): ${parse_status}`);
    console.log(`    ${JSON.stringify({ ticker, price, direction, signal_type, indicator, timeframe })}`);
    ids.push(id);
  }
  return ids;
}

async function fillQuota(webhookUrl: string): Promise<void> {
  const [, first = ''] = ALERTS[0] ?? [];
  const repeat = await receipt('The repeat', await send(webhookUrl, first));
  console.log(
    `  the first alert again: ${repeat.duplicate ? 'a duplicate, not counted' : 'a new signal (its 35 s have passed)'}`,
  );
  for (let sent = 1; ; sent += 1) {
    const response = await send(webhookUrl, `BTCUSDT buy at ${60_000 + sent}`);
    console.log(`  alert ${sent} more: ${response.status}`);
    if (response.status === 429) {
      console.log(`  ${await response.text()}, again after ${response.headers.get('retry-after')} s`);
      return;
    }
    if (response.status !== 200 || sent > QUOTA) throw new Error('The quota was not kept');
  }
}

async function watchImages(vigia: VigiaClient, id: string): Promise<void> {
  const asking = async () => {
    const query = { limit: 200 };
    const page = await vigia.GET('/api/users/{id}/signals', { params: { path: { id }, query } });
    const { signals } = good('The list', page);
    const ended = signals.filter(({ screenshot_status }) => ['completed', 'failed'].includes(screenshot_status));
    console.log(`  ${ended.length} of ${signals.length}`);
    return ended.length === signals.length ? signals : undefined;
  };
  for (const { ticker, screenshot_status, screenshot_source, screenshot } of await until('The images', asking)) {
    const size = screenshot ? `${screenshot.width}×${screenshot.height}, ${screenshot.bytes} bytes` : '';
    console.log(`  ${ticker ?? '(no ticker)'}: ${screenshot_status}, ${screenshot_source}, ${size}`);
  }
}

async function noteResults(vigia: VigiaClient, ids: string[]): Promise<void> {
  const results = [
    { result: 'win', exit_price: '68120.50', profit_loss: '230.38' },
    { result: 'loss', profit_loss: '-80.1' },
    { result: 'win', profit_loss: '0.00000001' },
    { result: 'breakeven', profit_loss: '0' },
    { result: 'skip', notes: 'No la tomé' },
  ] as const;
  for (const [index, body] of results.entries()) {
    const path = { id: ids[index] ?? '' };
    const patched = good('The result', await vigia.PATCH('/api/signals/{id}', { params: { path }, body }));
    console.log(`  ${patched.ticker}: ${patched.result} ${patched.profit_loss ?? ''}`);
  }
}

async function readFigures(vigia: VigiaClient, id: string): Promise<void> {
  const path = { id };
  console.log(
    `  ${JSON.stringify(good('The statistics', await vigia.GET('/api/users/{id}/stats', { params: { path } })))}`,
  );
  for (const group_by of ['symbol', 'indicator', 'day'] as const) {
    const answer = await vigia.GET('/api/users/{id}/analytics', { params: { path, query: { group_by } } });
    console.log(`  by ${group_by}:`);
    for (const group of good('The analysis', answer).groups) console.log(`    ${JSON.stringify(group)}`);
  }
  const query = { result: 'win', q: 'btc' } as const;
  const wins = good('The list', await vigia.GET('/api/users/{id}/signals', { params: { path, query } }));
  console.log(`  wins that say "btc": ${wins.signals.length}`);
}

async function exportSignals(vigia: VigiaClient, id: string): Promise<void> {
  const path = { id };
  const asked = good('The export', await vigia.POST('/api/users/{id}/exports', { params: { path }, body: {} }));
  const { url, rows } = await until('The export', async () => {
    const params = { path: { id, export_id: asked.id } };
    const answer = await vigia.GET('/api/users/{id}/exports/{export_id}', { params });
    const { status, url, rows } = good('The export', answer);
    console.log(`  ${status}`);
    if (status === 'failed') throw new Error('The export failed');
    return status === 'completed' && url ? { url, rows } : undefined;
  });
  const [header, ...lines] = (await (await fetch(url)).text()).split('\r\n');
  console.log(`  ${rows} rows; ${header}\n  ${lines[0]}`);
}

async function readAudit(vigia: VigiaClient, id: string): Promise<void> {
  const params = { path: { id }, query: { limit: 5 } };
  const { audit_logs } = good('The audit log', await vigia.GET('/api/users/{id}/audit-logs', { params }));
  for (const entry of audit_logs) console.log(`  ${JSON.stringify(entry)}`);
}

async function rotate(vigia: VigiaClient, id: string, oldUrl: string): Promise<string> {
  const path = { id };
  good('The quota', await vigia.PATCH('/api/users/{id}', { params: { path }, body: { signals_quota: null } }));
  const rotated = await vigia.POST('/api/users/{id}/webhook-token', { params: { path }, body: {} });
  const { webhook_url } = good('The new token', rotated);
  expectStatus('an alert by the old token', await send(oldUrl, 'BTCUSDT buy at 1'), 404);
  expectStatus('an alert by the new one', await send(webhook_url, 'BTCUSDT buy at 2'), 200);
  return webhook_url;
}

async function tour(): Promise<void> {
  const options = readOptions();
  const vigia = vigiaClient(options);
  const id = `tour-${randomUUID()}`;
  const path = { id };

  heading(`A tenant is created at ${options.apiUrl}`);
  const body = { id, plan: 'free', signals_quota: QUOTA, rate_per_minute: null, rate_per_hour: null } as const;
  const { webhook_url, webhook_token, ...user } = good('The user', await vigia.POST('/api/users', { body }));
  console.log(`  ${JSON.stringify(user)}`);
  heading('and configured');
  const settings = { screenshot_resolution: '720p', screenshot_theme: 'light', timezone: 'Europe/Madrid' } as const;
  const config = await vigia.PATCH('/api/users/{id}/config', { params: { path }, body: settings });
  console.log(`  ${JSON.stringify(good('The settings', config))}`);
  const dashboard = options.webSocketUrl && (await openDashboard(vigia, options.webSocketUrl));
  heading('Alerts come in');
  const ids = await sendAlerts(vigia, webhook_url);
  heading('A duplicate, and the quota');
  await fillQuota(webhook_url);
  heading('Images');
  await watchImages(vigia, id);
  heading('Results');
  await noteResults(vigia, ids);
  heading('Statistics and analysis');
  await readFigures(vigia, id);
  heading('An export');
  await exportSignals(vigia, id);
  heading('The latest calls in the audit log');
  await readAudit(vigia, id);
  heading('A new webhook token');
  const newUrl = await rotate(vigia, id, webhook_url);
  heading('Captures of TradingView charts');
  await captureCharts(vigia, newUrl, options.chartId);
  heading('A collector of market data');
  await collect(vigia);
  heading('A job');
  await runJob(vigia);
  heading('A schedule');
  await scheduleJob(vigia);
  heading('What a dashboard was told meanwhile');
  if (dashboard) dashboard.report(id);
  else console.log('  nobody listened: --socket was not given');
  heading('The tenant is deleted');
  expectStatus('deletion', (await vigia.DELETE('/api/users/{id}', { params: { path } })).response, 204);
  expectStatus('reading it', (await vigia.GET('/api/users/{id}', { params: { path } })).response, 404);
  const last = await vigia.GET('/api/signals/{id}', { params: { path: { id: ids[0] ?? '' } } });
  expectStatus('reading a signal of it', last.response, 404);
  expectStatus('an alert', await send(newUrl, 'BTCUSDT buy at 3'), 404);
}

tour().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
