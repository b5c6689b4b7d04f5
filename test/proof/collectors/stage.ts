import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { createExchanges, type Exchanges } from '../../../local/exchanges/server.ts';
import { type Outputs, startLocalRun } from '../../../local/run.ts';
import { replayRun } from '../../replay-run.ts';

/** A local run whose collectors take both exchanges from a seeded server, on which things can be made to go wrong. */

export const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
export const EXCHANGES: readonly ExchangeName[] = ['bybit', 'binance'];
const TIMEFRAME = '1m';

export interface Stage {
  exchanges: Exchanges;
  /** Of what was stored: the client of the program reads its address here. */
  environment: Record<string, string>;
  /** A request with the admin key; throws at an answer that is not 200. */
  api(method: string, path: string, body?: object): Promise<unknown>;
  /** Starts the exchange's collector. */
  start(exchange: ExchangeName): Promise<void>;
  stop(exchange: ExchangeName): Promise<void>;
  /** Kills the collector's process as a machine that dies does. */
  kill(exchange: ExchangeName): void;
  /** The process of the exchange's collector. */
  processOf(exchange: ExchangeName): number;
  close(): Promise<void>;
}

const status = z.object({ collectors: z.array(z.object({ pid: z.string(), exchange: z.string() })) });

export async function openStage(seed: string): Promise<Stage> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'vigia-collectors-'));
  const exchanges = await createExchanges({ seed, port: 0 });
  const run = await startLocalRun({
    ...replayRun(dataDirectory),
    environment: {
      BYBIT_WS_URL: exchanges.webSocketUrl,
      BYBIT_REST_URL: exchanges.url,
      BINANCE_WS_URL: exchanges.webSocketUrl,
      BINANCE_REST_URL: exchanges.url,
    },
    onProgress: console.error,
    onProblem: console.error,
  });
  const { apiUrl, adminApiKey, aws } = run.outputs;
  const api: Stage['api'] = async (method, path, body) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { 'x-api-key': adminApiKey, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    exchanges,
    environment: {
      AWS_ENDPOINT_URL: aws.endpointUrl,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      MARKET_TABLE: await marketTable(aws),
      HOT_HOURS: '1',
    },
    api,
    start: async (exchange) => {
      const body = { exchange, timeframe: TIMEFRAME, symbols: SYMBOLS, channels: ['trades', 'orderbook', 'candles'] };
      await api('POST', '/api/collectors/start', body);
    },
    stop: async (exchange) => {
      const { collectors } = status.parse(await api('GET', '/api/collectors/status'));
      const pid = collectors.find((one) => one.exchange === exchange)?.pid;
      await api('POST', '/api/collectors/stop', { pid });
    },
    processOf,
    kill: (exchange) => process.kill(processOf(exchange), 'SIGKILL'),
    close: async () => {
      await run.close();
      await exchanges.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function marketTable({ endpointUrl: endpoint, region, ...credentials }: Outputs['aws']): Promise<string> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  client.destroy();
  const name = TableNames.find((table) => table.includes('Market'));
  if (name === undefined) throw new Error(`No table of market data among ${TableNames.join(', ')}`);
  return name;
}

/** The process of the exchange's collector, by the name in its environment: a child of this one. */
function processOf(exchange: ExchangeName): number {
  const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isCollector(pid, exchange));
  if (found === undefined) throw new Error(`No collector of ${exchange} runs`);
  return Number(found);
}

function isCollector(pid: string, exchange: ExchangeName): boolean {
  try {
    const parent = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1];
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return parent === String(process.pid) && variables.some((one) => one.startsWith(`COLLECTOR_NAME=${exchange}_`));
  } catch {
    // It has gone by now.
    return false;
  }
}
