import { DescribeTasksCommand, ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../config/schema.ts';
import type { Trade } from '../../core/market/trade.ts';
import { METRICS } from '../../core/metrics.ts';
import type { Intercept } from '../../local/aws/gateway.ts';
import { AwsError } from '../../local/aws/service.ts';
import { unneededGrants } from './grants.ts';
import { type Listening, listen, plantGoneConnection } from './listen.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { logLines, measuredSeries, seriesNames } from './log-lines.ts';
import { marketTable, operator } from './operator.ts';
import { Storage } from './storage.ts';
import { collectorProcess, expectAsTold, storedTrades } from './stored-trades.ts';

/** Collectors by the REST routes: tasks of the local ECS, each a process of the container's own program. */

let run: TestRun;
let ecs: ECSClient;
let dashboard: Listening;
let gone: Awaited<ReturnType<typeof plantGoneConnection>>;
/** What happens to the next launches of a life, by its `startedBy`. */
const launches = new Map<string, Intercept>();

/** The first push finds its table failing, and comes later. */
let failsToPush = true;

const intercept: Intercept = (call, next) => {
  if (failsToPush && call.operation === 'Query' && call.request.body.includes('AUDIENCE#all')) {
    failsToPush = false;
    throw new AwsError('ValidationException', 'The table is not to be asked now', 400);
  }
  if (call.service !== 'ecs' || call.operation !== 'RunTask') return next();
  const { startedBy } = z.object({ startedBy: z.string() }).parse(JSON.parse(call.request.body.toString()));
  const planned = launches.get(startedBy);
  launches.delete(startedBy);
  return planned ? planned(call, next) : next();
};

/** ECS answers that many launches of a life with an error of its own. */
function failing(startedBy: string, times: number): void {
  if (times === 0) return;
  launches.set(startedBy, async () => {
    failing(startedBy, times - 1);
    throw new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500);
  });
}
/** Then the launch is left to its queue. */
const SDK_TRIES = 3;

beforeAll(async () => {
  const { collectors } = configSchema.parse({});
  run = await startTestRun({
    intercept,
    variables: { COLLECTORS: JSON.stringify({ ...collectors, maxRunning: 3 }), FLUSH_SECONDS: '1' },
  });
  ecs = new ECSClient(operator(run));
  gone = await plantGoneConnection(run);
  dashboard = await listen(run);
}, 120_000);
afterAll(async () => {
  ecs?.destroy();
  dashboard?.socket.terminate();
  await run?.close();
});

const collectorShape = z.looseObject({ pid: z.string(), name: z.string(), status: z.string(), restarts: z.number() });
const WAIT = { timeout: 60_000, interval: 200 };

async function start(body: object): Promise<string> {
  const { status, json } = await run.api('POST', '/api/collectors/start', { body });
  expect(status).toBe(200);
  return String(json['pid']);
}
const stop = (pid: string) => run.api('POST', '/api/collectors/stop', { body: { pid } });

async function list(query = ''): Promise<z.infer<typeof collectorShape>[]> {
  const { json } = await run.api('GET', `/api/collectors/status${query}`);
  return z.object({ collectors: z.array(collectorShape) }).parse(json).collectors;
}
/** The states in which dashboards were shown a collector. */
const pushed = (name: string) => {
  const own = dashboard.heard.filter(({ type, data }) => type === 'collector.changed' && data['name'] === name);
  return new Set(own.map(({ data }) => collectorShape.parse(data).status));
};
const named = async (name: string) => (await list('?all=true')).find((it) => it.name === name);

/** As if the task died: nobody of ours asked for it. */
async function end(pid: string): Promise<void> {
  await ecs.send(new StopTaskCommand({ cluster: pid.split('/')[1], task: pid, reason: 'It ended' }));
}
async function ecsStatus(pid: string): Promise<string | undefined> {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: pid.split('/')[1], tasks: [pid] }));
  return tasks?.[0]?.lastStatus;
}

test('a collector starts, collects, is refused twice, and stops', async () => {
  const body = { timeframe: '1m', symbol: 'ETHUSDT' };
  const started = await run.api('POST', '/api/collectors/start', { body });
  const pid = String(started.json['pid']);
  expect(started.status).toBe(200);
  expect(started.json).toEqual({ message: 'Collector iniciado para ETHUSDT en timeframe 1m', pid });
  expect(pid).toMatch(/^arn:aws:ecs:.*:task\//);
  expect(await run.api('POST', '/collectors/start/', { body })).toMatchObject({ status: 409, json: { pid } });
  await expect.poll(async () => (await named('bybit_ETHUSDT_1m'))?.status, WAIT).toBe('running');
  expect(await list('?symbol=ETHUSDT&timeframe=1m')).toMatchObject([
    { pid, exchange: 'bybit', timeframe: '1m', symbol: 'ETHUSDT', stoppedAt: null, reason: null },
  ]);
  expect(await list('?symbol=BTCUSDT')).toEqual([]);

  const one = async () => (await run.api('GET', '/collectors/status/bybit_ETHUSDT_1m')).json['statistics'];
  const collecting = [{ exchange: 'bybit', symbol: 'ETHUSDT', bookInStep: true, circuit: 'closed', gaps: 0 }];
  await expect.poll(one, WAIT).toMatchObject(collecting);
  // The sweep measures what a collector says of itself.
  run.cloud.runSchedules();

  // It began within the minute, and within the five.
  const market = { exchange: 'bybit', symbol: 'ETHUSDT' };
  for (const timeframe of ['1m', '5m']) {
    const path = `/api/collectors/candles?symbol=ethusdt&timeframe=${timeframe}`;
    const candles = async () => (await run.api('GET', path)).json['candles'];
    const first = expect.objectContaining({ ...market, timeframe, complete: false, openTime: expect.any(String) });
    await expect.poll(candles, WAIT).toEqual(expect.arrayContaining([first]));
  }
  const book = async () => (await run.api('GET', '/collectors/orderbook?symbol=ETHUSDT&depth=3')).json;
  const side = [1, 2, 3].map(() => ({ price: expect.any(String), quantity: expect.any(String) }));
  await expect.poll(book, WAIT).toMatchObject({ ...market, inStep: true, bids: side, asks: side });

  const short = pid.slice(pid.lastIndexOf('/') + 1);
  const usage = async () => (await run.api('GET', `/metrics/process/${short}`)).json;
  await expect.poll(usage, WAIT).toMatchObject({
    ...{ pid, kind: 'collector', name: 'bybit_ETHUSDT_1m', ended: false, network: null },
    cpu: { percent: expect.any(Number), capacity_percent: 25 },
    memory: { bytes: expect.any(Number), capacity_bytes: 512 * 2 ** 20 },
  });
  expect((await run.api('GET', `/metrics/process/history?pid=${encodeURIComponent(pid)}&limit=1`)).json).toMatchObject({
    pid,
    resolution: '1m',
    points: [{ at: expect.any(String) }],
  });
  expect((await run.api('GET', '/metrics/system/detailed')).json).toMatchObject({
    ...{ collectors: 1, jobs: 0, cpu: { capacity_percent: 25 } },
    processes: [{ pid }],
  });

  expect((await run.api('GET', '/health')).json).toMatchObject({
    status: 'healthy',
    collectors: { running: 1, starting: 0, error: 0, stale: 0 },
  });
  expect((await run.api('GET', '/debug/tasks')).json['tasks']).toMatchObject([
    {
      ...{ kind: 'collector', name: 'bybit_ETHUSDT_1m', wanted: 'running', status: 'running' },
      ...{ due: null, stale: null, generation: 1, pid },
    },
  ]);

  expect(await stop(pid.slice(pid.lastIndexOf('/') + 1))).toMatchObject({
    status: 200,
    json: { message: 'Collector detenido exitosamente' },
  });
  expect(await list()).toEqual([]);
  expect(await list('?all=true')).toMatchObject([{ pid, status: 'stopped', uptime: 0 }]);
  const again = await stop(pid);
  expect([again.status, again.json['error'], again.json['pid']]).toEqual([
    404,
    'Collector no encontrado o ya detenido',
    pid,
  ]);
  await expect.poll(() => ecsStatus(pid), WAIT).toBe('STOPPED');
  await expect.poll(() => pushed('bybit_ETHUSDT_1m'), WAIT).toEqual(new Set(['starting', 'running', 'stopped']));
  expect(await gone.items()).toEqual([]);
  await expect.poll(book, WAIT).toMatchObject({ inStep: false, bids: side });
}, 120_000);

test('trades are stored as the exchange tells them, each once, through a SIGKILL and a SIGTERM', async () => {
  const [ofBinance, ofBybit] = [
    { exchange: 'binance', symbol: 'BTCUSDT' },
    { exchange: 'bybit', symbol: 'BTCUSDT' },
  ] as const;
  const both = [ofBinance, ofBybit];
  await Promise.all(
    both.map(({ exchange, symbol }) => start({ timeframe: '1m', symbol, exchange, channels: ['trades'] })),
  );
  const counts = () => Promise.all(both.map(async (market) => (await storedTrades(run, market)).trades.length));
  const haveMoreThan = (before: readonly number[]) =>
    expect.poll(async () => (await counts()).every((count, i) => count > (before[i] ?? 0)), WAIT).toBe(true);
  await haveMoreThan([0, 0]);
  const [killed, stopped] = ['binance_BTCUSDT_1m', 'bybit_BTCUSDT_1m'];
  const { pid, variables } = collectorProcess(killed);
  const [binanceUrl = '', bybitUrl = ''] = ['BINANCE_REST_URL', 'BYBIT_REST_URL'].map((name) => variables.get(name));
  const before = await counts();
  process.kill(pid, 'SIGKILL');
  await haveMoreThan(before);
  expect(await named(killed)).toMatchObject({ restarts: 1 });
  const end = async (name: string) => {
    const arn = (await named(name))?.pid ?? '';
    await stop(arn);
    await expect.poll(() => ecsStatus(arn), WAIT).toBe('STOPPED');
  };
  const received = (await run.api('GET', `/collectors/status/${stopped}`)).json['statistics'];
  await Promise.all([killed, stopped].map(end));
  await expectAsTold(run, ofBinance, binanceUrl);
  await expectAsTold(run, ofBybit, bybitUrl);
  const { trades } = await storedTrades(run, ofBybit, 7);
  const [{ trades: seen = Number.NaN } = {}] = z.array(z.looseObject({ trades: z.number() })).parse(received);
  expect(trades.length).toBeGreaterThanOrEqual(seen);

  const stats = (await run.api('GET', '/api/collectors/storage/stats')).json;
  expect(stats['symbols']).toContainEqual(
    expect.objectContaining({ ...ofBybit, trades: trades.length, lastTradeAt: trades[0]?.timestamp }),
  );
  const [middle] = trades.slice(trades.length / 2);
  const page = await run.api('GET', `/collectors/trades/?symbol=btcusdt&to=${middle?.timestamp}&limit=1`);
  expect(page.json['trades']).toEqual([trades.find(({ timestamp }) => timestamp < (middle?.timestamp ?? ''))]);
  const cursor = String(page.json['next_cursor']);
  expect(await run.api('GET', `/api/collectors/trades?symbol=ETHUSDT&cursor=${cursor}`)).toMatchObject({ status: 400 });
}, 120_000);

test('what both exchanges paid for one symbol at the same time is put side by side, with how far their clocks are off', async () => {
  const [ofBybit = [], ofBinance = []] = await Promise.all(
    (['bybit', 'binance'] as const).map(async (exchange) => {
      const { trades } = await storedTrades(run, { exchange, symbol: 'BTCUSDT' });
      return trades.map(({ timestamp, ...trade }) => ({ ...trade, timestamp, at: Date.parse(timestamp) }));
    }),
  );
  const times = [...ofBybit, ...ofBinance].map(({ at }) => at);
  const [from, to] = [Math.min(...times), Math.max(...times) + 1].map((at) => new Date(at).toISOString());
  const { status, json } = await run.api('GET', `/api/collectors/correlation?symbol=btcusdt&from=${from}&to=${to}`);
  expect(status).toBe(200);
  const near = ofBybit.filter(({ at }) => ofBinance.some((other) => Math.abs(other.at - at) <= 100));
  expect(json).toMatchObject({
    symbol: 'BTCUSDT',
    windowMs: 100,
    from,
    to,
    pairs: new Set(near.map(({ at }) => at)).size,
    feeds: [
      { exchange: 'bybit', trades: ofBybit.length, clockSkewMs: expect.any(Number) },
      { exchange: 'binance', trades: ofBinance.length, clockSkewMs: expect.any(Number) },
    ],
  });
  const side = z.object({ tradeId: z.string(), price: z.string(), timestamp: z.string() });
  const pair = z.looseObject({ bybit: side, binance: side, apartMs: z.number().min(-100).max(100) });
  const prices = z.array(pair).parse(json['prices']);
  // By chance they may not have traded at the same time; then there is none to show.
  expect(prices.length > 0).toBe(Number(json['pairs']) > 0);
  for (const { bybit, binance, apartMs } of prices) {
    expect(ofBybit).toContainEqual(expect.objectContaining(bybit));
    expect(ofBinance).toContainEqual(expect.objectContaining(binance));
    expect(apartMs).toBe(Date.parse(binance.timestamp) - Date.parse(bybit.timestamp));
  }
  const tooLong = `symbol=BTCUSDT&from=${from}&to=${new Date(Date.parse(from ?? '') + 700_000).toISOString()}`;
  expect(await run.api('GET', `/collectors/correlation?${tooLong}`)).toMatchObject({ status: 400 });
});

test('what can’t be started is refused, naming what is valid', async () => {
  const refused = async (body: object) => {
    const { status, json } = await run.api('POST', '/api/collectors/start', { body });
    return [status, json['code'], JSON.stringify(json)];
  };
  const timeframe = await refused({ timeframe: '2m', symbol: 'ETHUSDT' });
  expect(timeframe).toEqual([400, 'invalid_body', expect.stringContaining('30m')]);
  const symbol = await refused({ timeframe: '1m', symbol: 'ETHUSDX', exchange: 'binance' });
  expect(symbol).toEqual([422, 'unknown_symbol', expect.stringContaining('"valid":["ETHUSDC","ETHUSDT"')]);
  expect((await refused({ symbol: 'ETHUSDT' })).slice(0, 2)).toEqual([400, 'invalid_body']);
  expect((await refused({ name: 'bybit_trades', timeframe: '1m' })).slice(0, 2)).toEqual([400, 'invalid_body']);
  const { status, json } = await run.api('POST', '/api/collectors/stop', { body: {} });
  expect([status, json['error']]).toEqual([400, 'PID requerido']);
});

test('one that ends unasked comes back, a change of symbols reaches it, and a stop wins over a launch on its way', async () => {
  const [trades, refused, raced] = await Promise.all([
    start({ name: 'binance_trades' }),
    start({ timeframe: '5m', symbol: 'BTCUSDT' }),
    start({ timeframe: '5m', symbol: 'SOLUSDT', exchange: 'binance' }),
  ]);
  expect(await run.api('POST', '/api/collectors/start', { body: { name: 'bybit_trades' } })).toMatchObject({
    status: 429,
    json: { code: 'too_many_collectors', limit: 3 },
  });
  await expect.poll(async () => (await list()).map(({ status }) => status), WAIT).toEqual(Array(3).fill('running'));
  const all = (await list()).map(({ name }) => name);
  const first = await run.api('GET', '/api/collectors/status?limit=2');
  const cursor = encodeURIComponent(String(first.json['next_cursor']));
  const next = await run.api('GET', `/api/collectors/status?limit=2&cursor=${cursor}`);
  const shown = [first, next].flatMap(({ json }) => z.array(collectorShape).parse(json['collectors']));
  expect(shown.map(({ name }) => name)).toEqual(all);
  expect(next.json['next_cursor']).toBeNull();
  expect((await run.api('GET', `/api/collectors/status?all=true&cursor=${cursor}`)).status).toBe(400);

  failing('c/binance_trades/2', SDK_TRIES);
  launches.set('c/bybit_BTCUSDT_5m/2', async () => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ tasks: [], failures: [{ reason: 'Capacity is unavailable at this time.' }] }),
  }));
  launches.set('c/binance_SOLUSDT_5m/2', async (_, next) => {
    expect((await stop(raced)).status).toBe(200);
    return next();
  });
  await Promise.all([trades, refused, raced].map(end));
  expect((await run.api('POST', '/api/collectors/symbols?symbol=xrpusdt', { body: {} })).json['symbols']).toContain(
    'XRPUSDT',
  );
  const followed = () =>
    dashboard.heard.some(
      ({ data }) => data['name'] === 'binance_trades' && String(data['symbols']).includes('XRPUSDT'),
    );
  await expect.poll(followed, WAIT).toBe(true);

  await expect
    .poll(() => named('bybit_BTCUSDT_5m'), WAIT)
    .toMatchObject({
      status: 'starting',
      restarts: 2,
      reason: 'Capacity is unavailable at this time.',
    });
  expect((await stop(refused)).status).toBe(200);

  await expect
    .poll(() => named('binance_trades'), WAIT)
    .toMatchObject({
      status: 'running',
      restarts: 1,
      reason: expect.stringContaining('It ended'),
      symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'],
    });
  const { pid = '' } = (await named('binance_trades')) ?? {};
  expect(pid).not.toBe(trades);
  expect(await stop(trades)).toMatchObject({ status: 404, json: { pid: trades, current_pid: pid } });
  expect((await run.api('DELETE', '/collectors/symbols/XRPUSDT')).status).toBe(204);

  expect(await named('binance_SOLUSDT_5m')).toMatchObject({ status: 'stopped', restarts: 1 });
  const second = (await named('binance_SOLUSDT_5m'))?.pid ?? '';
  await expect.poll(() => ecsStatus(second), WAIT).toBe('STOPPED');
  run.cloud.runSchedules();
  await expect.poll(() => unneededGrants(run, 'collectors'), WAIT).toEqual([]);
  const { collectorsRunning, collectorsStale, collectorsInError, collectorRestarts, feedMessages, feedLag } = METRICS;
  const ours = seriesNames([
    collectorsRunning,
    collectorsStale,
    collectorsInError,
    collectorRestarts,
    feedMessages,
    feedLag,
  ]);
  await expect.poll(() => [...measuredSeries(logLines(run))], WAIT).toEqual(expect.arrayContaining([...ours]));
  expect((await stop(pid)).status).toBe(200);
  expect(run.problems).toEqual([]);
}, 120_000);

/** The chain's own modules, with the operator's credentials. */
async function chainModules() {
  const { endpoint, region, credentials } = operator(run);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  vi.stubEnv('MARKET_TABLE', (await marketTable(run)).TableName);
  vi.stubEnv('HOT_HOURS', '48');
  return {
    ...(await import('../../core/market/hot-trades.ts')),
    ...(await import('../../core/market/hot-markets.ts')),
  };
}
afterAll(() => vi.unstubAllEnvs());

test('hours of trades that are over are archived when their time comes', async () => {
  const { BEGINNING, appendGap, appendTrades, noteMarket } = await chainModules();
  const market = { exchange: 'bybit', symbol: 'OLDUSDT' } as const;
  const HOUR = 3_600_000;
  const begin = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
  const trade = (tradeId: string, timestamp: number): Trade => ({
    ...market,
    tradeId,
    side: 'buy',
    price: '1.5',
    quantity: '2',
    timestamp,
    receivedAt: timestamp,
  });
  await noteMarket(market, Date.now());
  let end = BEGINNING;
  for (const link of [
    trade('11', begin),
    { from: { tradeId: '11', timestamp: begin }, to: { tradeId: '19', timestamp: begin + HOUR } },
    trade('19', begin + HOUR),
    trade('20', begin + 2 * HOUR),
  ]) {
    const added =
      'from' in link
        ? await appendGap(market, end, link, Date.now())
        : await appendTrades(market, end, [link], Date.now());
    end = added?.end ?? end;
  }
  run.cloud.runSchedules();
  const storage = new Storage(run);
  const name = (hour: number, after: { tradeId: string; timestamp: number }) => {
    const place = `${String(after.timestamp).padStart(13, '0')}-${after.tradeId.padStart(20, '0')}`;
    const day = new Date(hour).toISOString().slice(0, 13).replace('T', '/');
    return `exchange=bybit/symbol=OLDUSDT/day=${day}-${place}.parquet`;
  };
  const first = { tradeId: '11', timestamp: begin };
  await expect
    .poll(() => storage.objects('symbol=OLDUSDT'), WAIT)
    .toEqual([
      `gaps/${name(begin + HOUR, first)}`,
      `trades/${name(begin, BEGINNING.last)}`,
      `trades/${name(begin + HOUR, first)}`,
    ]);
  const stats = await run.api('GET', '/api/collectors/storage/stats');
  expect(stats.json['archive']).toMatchObject({
    files: 2,
    bytes: expect.any(Number),
    markets: [{ ...market, files: 2, lastTradeAt: new Date(begin + HOUR).toISOString() }],
  });
  expect((await run.api('GET', '/debug/storage')).json['markets']).toContainEqual({
    ...market,
    chainEnd: { tradeId: '20', timestamp: new Date(begin + 2 * HOUR).toISOString() },
    chainTrades: end.total,
    archivedUntil: { tradeId: '19', timestamp: new Date(begin + HOUR).toISOString() },
    archiveFiles: 2,
    archiveBytes: z.object({ bytes: z.number() }).parse(stats.json['archive']).bytes,
  });
  storage.close();
  await expect.poll(() => unneededGrants(run, 'archive'), WAIT).toEqual([]);
  expect(run.problems).toEqual([]);
}, 120_000);
