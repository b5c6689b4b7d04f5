/** An exchange's candle route with a market of its own, in Binance's shape, for tests of what draws it. */

import { createServer } from 'node:http';

const INTERVAL_MS: Record<string, number> = { '1m': 60_000, '15m': 900_000, '1h': 3_600_000 };

/** What the market wanders around. */
const PRICES: Record<string, number> = { BTCUSDT: 67_000, ETHUSDT: 3_400 };

export interface Market {
  url: string;
  close(): Promise<void>;
}

export async function createMarket(): Promise<Market> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const step = INTERVAL_MS[url.searchParams.get('interval') ?? ''];
    const limit = Number(url.searchParams.get('limit'));
    const price = PRICES[url.searchParams.get('symbol') ?? ''];
    if (url.pathname !== '/api/v3/klines' || step === undefined || price === undefined) {
      response.writeHead(400).end(JSON.stringify({ code: -1121, msg: 'Invalid symbol.' }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(klines(step, limit, price)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The market has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The newest candles, oldest first: a walk whose every step depends on the candle's time alone. */
function klines(step: number, limit: number, price: number): unknown[] {
  const newest = Math.floor(Date.now() / step);
  return Array.from({ length: limit }, (_, index) => {
    const number = newest - limit + 1 + index;
    const [open, close] = [price * level(number), price * level(number + 1)];
    const reach = (price * (1 + 3 * noise(number * 7))) / 3_350;
    return [
      number * step,
      open.toFixed(2),
      (Math.max(open, close) + reach * noise(number * 3)).toFixed(2),
      (Math.min(open, close) - reach * noise(number * 5)).toFixed(2),
      close.toFixed(2),
      (5 + 60 * noise(number * 11) ** 3).toFixed(5),
      (number + 1) * step - 1,
    ];
  });
}

/** Around 1. */
function level(number: number): number {
  const waves = [97, 41, 17, 7, 3].map((period, index) => Math.sin(number / period) / (96 * (index + 1)));
  return 1 + waves.reduce((sum, wave) => sum + wave, 0) + (noise(number) - 0.5) / 480;
}

/** A number in [0, 1) that looks random and is always the same for the same input. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}
