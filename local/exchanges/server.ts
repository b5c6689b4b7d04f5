/** Bybit and Binance without the internet: their public REST over the seeded market, on one loopback port. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import { binanceAnswer } from './binance.ts';
import { bybitAnswer } from './bybit.ts';
import { createMarket, type Market } from './market.ts';

export interface Exchanges {
  /** Base of both exchanges' REST paths: `http://127.0.0.1:41234`. */
  url: string;
  market: Market;
  close(): Promise<void>;
}

/**
 * Starts the server on 127.0.0.1; `port` 0 takes a free one, a taken port rejects. The same seed shows the same market
 * at any start; `clock` (epoch milliseconds) is the real one unless a test sets it.
 */
export async function createExchanges(options: {
  seed: string;
  port: number;
  clock?: () => number;
}): Promise<Exchanges> {
  const { seed, port, clock = Date.now } = options;
  const market = createMarket({ seed });
  const server = createServer((request, response) => {
    const { status, body } = answer(market, request.method ?? 'GET', request.url ?? '/', clock());
    const text = JSON.stringify(body);
    // The page that stands in for TradingView reads candles from another origin.
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(text);
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${addressOf(server).port}`,
    market,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function answer(market: Market, method: string, target: string, now: number): Answer {
  const url = URL.parse(target, 'http://exchanges');
  if (url === null) return { status: 400, body: { error: 'Bad request' } };
  if (method !== 'GET') return { status: 405, body: { error: 'Method not allowed' } };
  const found =
    bybitAnswer(market, url.pathname, url.searchParams, now) ??
    binanceAnswer(market, url.pathname, url.searchParams, now);
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
