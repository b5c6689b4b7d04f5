import { createExchanges } from './exchanges/server.ts';
import { createTradingView, type TradingView } from './tradingview/server.ts';

/** The outside world: real, or servers of our own that speak as it does. */

export type MarketData = 'live' | 'replay';

export interface OutsideWorld {
  marketData: MarketData;
  /** Put in place of what the template says, in every function that has the variable. */
  environment: Record<string, string>;
  /** With the replay market only. */
  tradingView: TradingView | undefined;
  close(): Promise<void>;
}

/** What the caller's environment may put in the place of real and replayed values alike. */
const GIVEN = [
  'BYBIT_WS_URL',
  'BYBIT_REST_URL',
  'BINANCE_WS_URL',
  'BINANCE_REST_URL',
  'TRADINGVIEW_URL',
  'TELEGRAM_API_URL',
  'DISCORD_API_URL',
  // `allowed`: notifications go to webhooks on this machine too, for who tries out a receiver.
  'LOOPBACK_RECEIVERS',
  // The browser to make captures with, where the package's own does not run.
  'CHROME_PATH',
];

/** A market that starts from this is the same at every start. */
const SEED = 'vigia';
const PROBE = 'https://api.bybit.com/v5/market/time';
const PROBE_MS = 2000;

/** `wanted` undefined: live where the exchanges can be reached. */
export async function openOutsideWorld(
  wanted: MarketData | undefined,
  ports: { exchanges: number; tradingView: number },
  environment: NodeJS.ProcessEnv,
): Promise<OutsideWorld> {
  const given = Object.fromEntries(
    GIVEN.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  const marketData = wanted ?? ((await isReachable(PROBE)) ? 'live' : 'replay');
  if (marketData === 'live') {
    return {
      marketData,
      environment: { ...given, MARKET_DATA: 'live' },
      tradingView: undefined,
      close: async () => {},
    };
  }
  const exchanges = await createExchanges({ seed: SEED, port: ports.exchanges });
  const tradingView = await createTradingView({ port: ports.tradingView, marketUrl: exchanges.url });
  return {
    marketData,
    environment: {
      BYBIT_WS_URL: exchanges.webSocketUrl,
      BYBIT_REST_URL: exchanges.url,
      BINANCE_WS_URL: exchanges.webSocketUrl,
      BINANCE_REST_URL: exchanges.url,
      TRADINGVIEW_URL: tradingView.url,
      ...given,
      MARKET_DATA: 'replay',
    },
    tradingView,
    close: async () => {
      await tradingView.close();
      await exchanges.close();
    },
  };
}

async function isReachable(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    return false;
  }
}
