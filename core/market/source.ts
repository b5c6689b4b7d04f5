/** Which exchange and spot symbol can show the market that a signal speaks of. */

import type { ExchangeName } from './candle.ts';

export interface CandleMarket {
  exchange: ExchangeName;
  /** As the exchange writes it: `BTCUSDT`. */
  symbol: string;
  /** The signal's own market; else the nearest one, which a picture must say. */
  exact: boolean;
}

/** Exchanges that, as TradingView names them, list crypto pairs and hardly anything else. */
const CRYPTO_EXCHANGES = new Set(
  `BINANCE BINANCEUS BYBIT OKX OKEX OKCOIN BITMEX COINBASE KRAKEN KUCOIN BITGET MEXC GATE GATEIO HUOBI HTX BITFINEX
  BITSTAMP GEMINI DERIBIT PHEMEX BINGX CRYPTO CRYPTOCOM POLONIEX BITTREX UPBIT BITHUMB BITVAVO WHITEBIT WOONETWORK BLOFIN
  COINEX LBANK DYDX HYPERLIQUID BITRUE BTSE WEEX PIONEX TOOBIT ASCENDEX XT DELTA BITKUB BITFLYER COINW COINDCX`.split(
    /\s+/,
  ),
);

/** Bases that name a crypto pair on any broker (`OANDA:BTCUSD`) or on none (`ETHEUR`). */
const CRYPTO_BASES = new Set(
  `BTC ETH SOL BNB XRP DOGE ADA AVAX LINK PEPE SUI LTC BCH DOT TRX TON NEAR SHIB UNI APT ARB OP ATOM XLM ETC FIL HBAR ICP
  INJ AAVE MATIC POL XMR ALGO`.split(/\s+/),
);

const FIAT = new Set('USD EUR GBP JPY CHF AUD CAD NZD TRY BRL'.split(' '));

/** Dollars in the order in which one stands in for another. */
const DOLLARS = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'DAI', 'USD'];
const QUOTES = [...DOLLARS, 'EUR', 'GBP', 'TRY', 'BRL', 'AUD', 'BTC', 'ETH', 'BNB'];
/** A quote that no stock, future or forex pair has. */
const CRYPTO_QUOTES = new Set(['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD']);

/**
 * The markets to ask for candles of `exchange`:`symbol` (as TradingView writes them, either may be null), best first;
 * the next is for where an exchange does not know the one before. Empty where neither Bybit nor Binance can have it:
 * stocks, forex, futures, indices, spreads.
 */
export function candleSource(exchange: string | null, symbol: string | null): CandleMarket[] {
  const pair = symbol === null ? undefined : cryptoPair(exchange?.toUpperCase() ?? null, symbol.toUpperCase());
  if (pair === undefined) return [];
  const named = exchange?.toUpperCase();
  const exchanges: ExchangeName[] = named === 'BYBIT' ? ['bybit', 'binance'] : ['binance', 'bybit'];
  const quotes = DOLLARS.includes(pair.quote) ? [...new Set([pair.quote, 'USDT'])] : [pair.quote];
  return quotes
    .filter((quote) => quote !== 'USD' && quote !== pair.base)
    .flatMap((quote) =>
      exchanges.map((name) => ({
        exchange: name,
        symbol: pair.base + quote,
        exact: named === name.toUpperCase() && symbol?.toUpperCase() === pair.base + quote,
      })),
    );
}

interface Pair {
  base: string;
  quote: string;
}

function cryptoPair(exchange: string | null, symbol: string): Pair | undefined {
  const pair = splitPair(symbol);
  if (pair === undefined) return undefined;
  if (FIAT.has(pair.base) || DOLLARS.includes(pair.base)) return undefined;
  const onCryptoExchange = exchange !== null && CRYPTO_EXCHANGES.has(exchange);
  const known = onCryptoExchange || CRYPTO_QUOTES.has(pair.quote) || CRYPTO_BASES.has(pair.base);
  return known ? pair : undefined;
}

/** `XBTUSD` → BTC and USD, `BTC-USDT-SWAP` → BTC and USDT; undefined for what is no pair of two currencies. */
function splitPair(symbol: string): Pair | undefined {
  const plain = symbol
    .replace(/\.(P|PS|PERP)$/, '')
    .replace(/[-_](SWAP|PERP)$/, '')
    .replace(/(USDT|USDC|USD)PERP$/, '$1')
    .replace(/(USDT|USDC|USD)M$/, '$1')
    .replace(/^([A-Z0-9]+)[-_/]([A-Z]+)$/, '$1$2')
    .replace(/^XBT/, 'BTC');
  if (!/^[A-Z0-9]{4,24}$/.test(plain)) return undefined;
  const quote = QUOTES.find((name) => plain.endsWith(name) && plain.length > name.length);
  return quote === undefined ? undefined : { base: plain.slice(0, -quote.length), quote };
}
