/** Bybit and Binance without the internet: their public REST and streams over the seeded market, on one loopback port. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import { binanceAnswer } from './binance.ts';
import { bybitAnswer } from './bybit.ts';
import { RestLimits } from './limits.ts';
import { createMarket, type Market } from './market.ts';
import { Faults } from './streams/faults.ts';
import type { World } from './streams/protocol.ts';
import { type Streams, serveStreams } from './streams/streams.ts';

export interface Exchanges {
  /** Base of both exchanges' REST paths: `http://127.0.0.1:41234`. */
  url: string;
  /** Base of both exchanges' streams: `ws://127.0.0.1:41234`. */
  webSocketUrl: string;
  market: Market;
  streams: Streams;
  faults: Faults;
  limits: RestLimits;
  close(): Promise<void>;
}

/**
 * Starts the server on 127.0.0.1; `port` 0 takes a free one, a taken port rejects. The same seed shows the same market
 * at any start; `clock` (epoch milliseconds) is the real one unless a test sets it, and every `streamEvery` milliseconds
 * what happened since is sent to subscribers. An exchange's time never goes back, whatever the clock does.
 */
export async function createExchanges(options: {
  seed: string;
  port: number;
  clock?: () => number;
  streamEvery?: number;
}): Promise<Exchanges> {
  const { seed, port, clock = Date.now, streamEvery = 50 } = options;
  const market = createMarket({ seed });
  const faults = new Faults();
  const limits = new RestLimits();
  let latest = 0;
  const now = () => {
    latest = Math.max(latest, clock());
    return latest;
  };
  const world: World = { market, faults, now };
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://exchanges');
    const { headers, refusal } = limits.admit(
      url?.pathname ?? '',
      url?.searchParams ?? new URLSearchParams(),
      performance.now(),
    );
    const { status, body } = refusal ?? answer(world, request.method ?? 'GET', url);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    // The page that stands in for TradingView reads candles from another origin.
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*', ...headers });
    response.end(text);
  });
  await listen(server, port);
  const streams = serveStreams(server, world, streamEvery);
  const address = `127.0.0.1:${addressOf(server).port}`;
  return {
    url: `http://${address}`,
    webSocketUrl: `ws://${address}`,
    market,
    streams,
    faults,
    limits,
    close: () =>
      new Promise((resolve, reject) => {
        streams.close();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function answer({ market, faults, now: clock }: World, method: string, url: URL | null): Answer {
  if (url === null) return { status: 400, body: { error: 'Bad request' } };
  if (method !== 'GET') return { status: 405, body: { error: 'Method not allowed' } };
  const now = url.pathname === '/api/v3/depth' ? clock() - faults.snapshotAge : clock();
  const isMissing = faults.shortHistory && url.pathname === '/api/v3/historicalTrades';
  const found = isMissing
    ? undefined
    : (bybitAnswer(market, url.pathname, url.searchParams, now) ??
      binanceAnswer(market, url.pathname, url.searchParams, now));
  return found ?? { status: 404, body: { error: 'Not found' } };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The exchange server has no port');
  return address;
}
