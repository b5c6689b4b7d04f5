import type { VigiaClient } from '../../client/index.ts';
import { expectStatus, good } from './answers.ts';
import { until } from './waiting.ts';

/** What runs as tasks: a collector of market data, and a job with its log and its schedule. */

const MARKET = { symbol: 'ETHUSDT', timeframe: '15m', exchange: 'bybit' } as const;
const ENDED = ['succeeded', 'failed', 'stopped', 'timed_out'];

export async function collect(vigia: VigiaClient): Promise<void> {
  const started = await vigia.POST('/api/collectors/start', { body: MARKET });
  if (started.response.status === 409) return console.log('  runs already, and is left alone');
  const { pid, message } = good('The start', started);
  console.log(`  ${message}: ${pid}`);
  const query = { symbol: MARKET.symbol };
  await until('The collector runs', async () => {
    const { collectors } = good('The status', await vigia.GET('/api/collectors/status', { params: { query } }));
    return collectors.find((it) => it.pid === pid && it.status === 'running');
  });
  const trade = await until('A trade', async () => {
    const { trades } = good('The trades', await vigia.GET('/api/collectors/trades', { params: { query } }));
    return trades[0];
  });
  console.log(`  ${JSON.stringify(trade)}`);
  const book = await vigia.GET('/api/collectors/orderbook', { params: { query: { ...query, depth: 1 } } });
  console.log(`  ${JSON.stringify(good('The book', book))}`);
  const candles = await vigia.GET('/api/collectors/candles', { params: { query: { ...query, timeframe: '15m' } } });
  console.log(`  ${JSON.stringify(good('The candles', candles).candles[0])}`);
  good('The stop', await vigia.POST('/api/collectors/stop', { body: { pid } }));
  expectStatus('stopping it again', (await vigia.POST('/api/collectors/stop', { body: { pid } })).response, 404);
}

export async function runJob(vigia: VigiaClient): Promise<void> {
  const script = 'for (let line = 1; line <= 3; line += 1) console.log("line", line)';
  const body = { name: 'tour', command: ['node', '-e', script], queue: true };
  const { id } = good('The job', await vigia.POST('/jobs', { body }));
  const params = { path: { job_id: id } };
  const job = await until('The job ends', async () => {
    const now = good('The job', await vigia.GET('/jobs/{job_id}', { params }));
    return ENDED.includes(now.status) ? now : undefined;
  });
  console.log(`  ${id}: ${job.status}, exit code ${job.exit_code}, ${job.duration} s; ${job.reason}`);
  if (job.status !== 'succeeded') throw new Error('The job did not succeed');
  const logs = await until('What it printed', async () => {
    const page = good('The log', await vigia.GET('/logs/{job_id}', { params }));
    return page.logs.length >= 3 ? page.logs : undefined;
  });
  for (const { timestamp, message } of logs) console.log(`  ${timestamp} ${message}`);
  const forecast = await vigia.GET('/jobs/forecast', { params: { query: { name: 'tour' } } });
  console.log(`  the next one needs ${JSON.stringify(good('The forecast', forecast))}`);
  console.log(`  all tasks use ${JSON.stringify(good('The metrics', await vigia.GET('/metrics/system')))}`);
}

export async function scheduleJob(vigia: VigiaClient): Promise<void> {
  const body = { name: 'tour', command: ['node', '-v'], cron: '0 9 ? * MON-FRI *', timezone: 'Europe/Madrid' };
  const made = good('The schedule', await vigia.POST('/schedules', { body }));
  console.log(`  at nine in Madrid, from Monday to Friday: ${made.next_runs.join(', ')}`);
  const { response } = await vigia.DELETE('/schedules/{id}', { params: { path: { id: made.id } } });
  expectStatus('deletion', response, 204);
}
