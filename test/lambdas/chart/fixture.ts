import type { ChartInput, ChartMarket, Look, SignalFacts } from '../../../lambdas/chart/input.ts';

export const NOW = Date.parse('2026-03-11T10:07:30Z');
export const FIFTEEN = 900_000;
const LAST_OPEN = Date.parse('2026-03-11T10:00:00Z');

/** 120 candles of 15 minutes that swing around `price` by 2 %, in as many decimals as given. */
export function marketAround(price: number, decimals: number, changes: Partial<ChartMarket> = {}): ChartMarket {
  const at = (i: number) => price * (1 + 0.02 * Math.sin(i / 9) + 0.004 * Math.sin(i * 1.7));
  const candles = Array.from({ length: 120 }, (_, i) => {
    const [open, close] = [at(i), at(i + 1)];
    return {
      openTime: LAST_OPEN - (119 - i) * FIFTEEN,
      open: open.toFixed(decimals),
      high: (Math.max(open, close) * 1.002).toFixed(decimals),
      low: (Math.min(open, close) * 0.998).toFixed(decimals),
      close: close.toFixed(decimals),
      volume: (100 + 80 * Math.sin(i / 5)).toFixed(3),
    };
  });
  return { source: 'binance', symbol: 'ETHUSDT', timeframe: '15m', candles, exact: true, replay: false, ...changes };
}

export function signalOf(changes: Partial<SignalFacts> = {}): SignalFacts {
  return {
    ticker: 'BINANCE:ETHUSDT',
    exchange: 'BINANCE',
    symbol: 'ETHUSDT',
    price: '2456.78',
    indicator: '🐸 ADX DEF APIDEVS 👑',
    signal_type: 'Divergencia Alcista 🟢',
    direction: 'long',
    timeframe: '15m',
    timestamp: null,
    receivedAt: new Date(NOW - 10 * FIFTEEN).toISOString(),
    message: '🚦 Señal de compra detectada',
    ...changes,
  };
}

export const LOOK: Look = { width: 1280, height: 720, theme: 'dark', language: 'es', timezone: 'Europe/Madrid' };

export function inputOf(
  changes: { signal?: Partial<SignalFacts>; market?: ChartMarket | null; look?: Partial<Look> } = {},
): ChartInput {
  const market = changes.market === undefined ? marketAround(2456.78, 2) : changes.market;
  return { signal: signalOf(changes.signal), market, look: { ...LOOK, ...changes.look } };
}
