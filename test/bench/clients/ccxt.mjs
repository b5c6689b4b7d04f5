import { pro } from 'ccxt';

const LEVELS = 200;
const DECIMALS = { price: 0.1, amount: 0.0001 };

/** Trades and books as ccxt gives and keeps them. Not TypeScript: its packages are not there when types are checked. */
export async function collect(baseUrl, ids, heard) {
  // Counted where a message has been taken: a watcher is told of several at once.
  class Bybit extends pro.bybit {
    handleTrades(client, message) {
      super.handleTrades(client, message);
      for (const { s, i } of message.data) heard.trade(s, i);
    }

    handleOrderBook(client, message) {
      super.handleOrderBook(client, message);
      if (message.type === 'delta') heard.change();
    }
  }
  const exchange = new Bybit();
  exchange.urls.api.ws.public.spot = `${baseUrl}/v5/public/spot`;
  // An address without TLS needs it.
  await exchange.loadHttpProxyAgent();
  exchange.setMarkets(ids.map(marketOf));
  const symbols = ids.map((id) => marketOf(id).symbol);
  const forever = async (watch) => {
    for (;;) await watch();
  };
  await Promise.all([
    forever(() => exchange.watchTradesForSymbols(symbols)),
    forever(() => exchange.watchOrderBookForSymbols(symbols, LEVELS)),
  ]);
}

function marketOf(id) {
  const base = id.slice(0, -'USDT'.length);
  const kind = { type: 'spot', spot: true, active: true };
  return {
    id,
    symbol: `${base}/USDT`,
    base,
    quote: 'USDT',
    baseId: base,
    quoteId: 'USDT',
    ...kind,
    precision: DECIMALS,
  };
}
