/** The pairs of the seeded market. Prices are what the market wanders around, not what it starts from. */

export interface MarketSymbol {
  symbol: string;
  base: string;
  quote: string;
  /** In the quote currency. */
  price: number;
  /** Decimals of a price: the tick is `10^-priceDecimals`. */
  priceDecimals: number;
  /** Decimals of a quantity: a lot is `10^-lotDecimals`. */
  lotDecimals: number;
  /** Usual volume of a day in the base currency. */
  dailyVolume: number;
  /** Usual change of a day: 0.03 is 3 %. */
  volatility: number;
}

type Row = [
  base: string,
  quote: string,
  price: number,
  priceDecimals: number,
  lotDecimals: number,
  volume: number,
  volatility: number,
];

const ROWS: Row[] = [
  ['BTC', 'USDT', 98_000, 2, 5, 18_000, 0.022],
  ['ETH', 'USDT', 3_400, 2, 4, 320_000, 0.031],
  ['SOL', 'USDT', 165, 2, 3, 3_100_000, 0.038],
  ['BNB', 'USDT', 890, 2, 3, 210_000, 0.026],
  ['XRP', 'USDT', 2.25, 4, 1, 110_000_000, 0.034],
  ['DOGE', 'USDT', 0.18, 5, 0, 900_000_000, 0.042],
  ['ADA', 'USDT', 0.55, 4, 1, 130_000_000, 0.038],
  ['AVAX', 'USDT', 18.5, 3, 2, 4_200_000, 0.041],
  ['LINK', 'USDT', 15.8, 3, 2, 4_600_000, 0.039],
  ['PEPE', 'USDT', 0.0000062, 8, 0, 12_000_000_000_000, 0.052],
  ['SUI', 'USDT', 2.1, 4, 1, 45_000_000, 0.046],
  ['LTC', 'USDT', 92, 2, 3, 480_000, 0.032],
  ['DOT', 'USDT', 3.1, 4, 2, 11_000_000, 0.038],
  ['TRX', 'USDT', 0.29, 5, 1, 180_000_000, 0.018],
  ['NEAR', 'USDT', 2.4, 4, 1, 16_000_000, 0.045],
  ['ATOM', 'USDT', 3.2, 4, 2, 5_200_000, 0.036],
  ['SHIB', 'USDT', 0.0000098, 8, 0, 900_000_000_000, 0.043],
  ['JASMY', 'USDT', 0.0107, 6, 1, 1_400_000_000, 0.051],
  ['BTC', 'USDC', 98_000, 2, 5, 4_200, 0.022],
  ['ETH', 'USDC', 3_400, 2, 4, 61_000, 0.031],
  ['BTC', 'EUR', 84_500, 2, 5, 900, 0.022],
];

export const MARKET_SYMBOLS: ReadonlyMap<string, MarketSymbol> = new Map(
  ROWS.map(([base, quote, price, priceDecimals, lotDecimals, dailyVolume, volatility]) => {
    const symbol = base + quote;
    return [symbol, { symbol, base, quote, price, priceDecimals, lotDecimals, dailyVolume, volatility }];
  }),
);

/** `units(1234, 2)` is `12.34`: an exact decimal of a whole number of ticks or lots. */
export function units(count: number, decimals: number): string {
  const digits = String(count).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
