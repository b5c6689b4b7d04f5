import { describe, expect, it, onTestFinished } from 'vitest';
import { binance } from '../../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../../containers/collector/exchanges/bybit.ts';
import { systemClock } from '../../../../containers/collector/feed/clock.ts';
import { Connection } from '../../../../containers/collector/feed/connection.ts';
import {
  CONNECTION_SETTINGS,
  type ConnectionSettings,
} from '../../../../containers/collector/feed/connection-settings.ts';
import type { Data, Exchange } from '../../../../containers/collector/feed/exchange.ts';
import type { Trade } from '../../../../core/market/trade.ts';
import { type SeededExchanges, START, seededExchanges, until } from '../exchanges/seeded.ts';

/** Milliseconds where the real settings have seconds. */
const QUICK: ConnectionSettings = {
  ...CONNECTION_SETTINGS,
  retry: { base: 5, cap: 20, openAfter: 4, openFor: 50 },
  stableAfter: 20,
  overlap: 20,
  watchEvery: 5,
};

function connect(exchanges: SeededExchanges, exchange: Exchange, settings: Partial<ConnectionSettings> = {}) {
  const heard: Data[] = [];
  let sessionCount = 0;
  const sessions: (number | undefined)[] = [];
  const refused = new Map<string, string>();
  const subscribed: string[] = [];
  const malformed: string[] = [];
  const connection = new Connection({
    exchange: { ...exchange, requestSpacing: exchange.requestSpacing === 0 ? 0 : 210 },
    baseUrl: exchanges.webSocketUrl,
    settings: { ...QUICK, ...settings },
    clock: systemClock,
    random: Math.random,
    nextSession: () => (sessionCount += 1),
    listener: {
      data: (data) => heard.push(data),
      subscribed: (topic) => subscribed.push(topic),
      isReady: () => true,
      current: (session) => sessions.push(session),
      refused: (topic, reason) => refused.set(topic, reason),
      malformed: (reason) => malformed.push(reason),
    },
  });
  onTestFinished(() => connection.stop());
  const trades = (): Trade[] => heard.flatMap((data) => (data.kind === 'trades' ? data.trades : []));
  return { connection, heard, sessions, refused, subscribed, malformed, trades };
}

const topicsOf = (exchange: Exchange, ...symbols: string[]) =>
  new Set(symbols.map((symbol) => exchange.topic('trades', symbol)));

/** Every trade that the market made of `symbol` from the start on, by id. */
function marketIds(exchanges: SeededExchanges, exchange: Exchange, name: string): string[] {
  const symbol = exchanges.market.symbol(name);
  if (symbol === undefined) throw new Error(`no ${name}`);
  const trades = exchanges.market.trades({ exchange: exchange.name, symbol }, START + 1, exchanges.now());
  return trades.map(({ id }) => (exchange.name === 'bybit' ? `229${String(id).padStart(16, '0')}` : String(id)));
}

describe.each([bybit, binance])('the connection to $name', (exchange) => {
  it('brings the trades of all topics as they are made', async () => {
    const exchanges = await seededExchanges();
    const { connection, trades, subscribed } = connect(exchanges, exchange);
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
    connection.follow(topicsOf(exchange, ...symbols));
    await until(() => subscribed.length === symbols.length);
    exchanges.pass(30_000);
    const expected = symbols.map((symbol) => marketIds(exchanges, exchange, symbol));
    await until(() => trades().length >= expected.flat().length);
    for (const [i, symbol] of symbols.entries()) {
      const made = trades().filter((trade) => trade.symbol === symbol);
      expect(made.map((trade) => trade.tradeId)).toEqual(expected[i]);
      for (const trade of made) {
        expect(trade).toMatchObject({ exchange: exchange.name, side: expect.stringMatching(/^(buy|sell)$/) });
        expect(trade.timestamp).toBeGreaterThan(START);
      }
    }
  });
});
