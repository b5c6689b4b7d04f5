import { normalizeBookChanges, normalizeTrades, OrderBook, streamNormalized } from 'tardis-dev';

/** Trades and books as tardis-dev gives and keeps them. Not TypeScript: its packages are not there when types are checked. */
export async function collect(baseUrl, symbols, heard) {
  process.env.WSS_URL_BYBIT_SPOT = `${baseUrl}/v5/public/spot`;
  const books = new Map(symbols.map((symbol) => [symbol, new OrderBook()]));
  for await (const message of streamNormalized(
    { exchange: 'bybit-spot', symbols },
    normalizeTrades,
    normalizeBookChanges,
  )) {
    if (message.type === 'trade') {
      heard.trade(message.symbol, message.id);
    } else {
      books.get(message.symbol).update(message);
      if (!message.isSnapshot) heard.change();
    }
  }
}
