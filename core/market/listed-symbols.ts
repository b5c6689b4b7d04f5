/** Which spot symbols an exchange trades. */

import * as z from 'zod/mini';
import type { ExchangeName } from './candle.ts';
import { MarketError } from './error.ts';
import { getJson } from './request.ts';

const bybitAnswer = z.object({
  retCode: z.literal(0),
  result: z.object({ list: z.array(z.object({ symbol: z.string(), status: z.string() })) }),
});
const binanceAnswer = z.array(z.object({ symbol: z.string() }));

/**
 * All of an exchange's spot symbols.
 * https://bybit-exchange.github.io/docs/v5/market/instrument and, because Binance's `exchangeInfo` has ten megabytes,
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#symbol-price-ticker
 * @param baseUrl `https://api.bybit.com`
 * @throws MarketError
 */
export async function listedSymbols(exchange: ExchangeName, baseUrl: string): Promise<string[]> {
  if (exchange === 'bybit') {
    const { body } = await getJson(exchange, '/v5/market/instruments-info', { category: 'spot' }, { baseUrl });
    const { data } = bybitAnswer.safeParse(body);
    if (!data) throw new MarketError('unexpected', exchange, 'instruments of an unknown shape');
    return data.result.list.flatMap(({ symbol, status }) => (status === 'Trading' ? [symbol] : []));
  }
  const { body } = await getJson(exchange, '/api/v3/ticker/price', {}, { baseUrl });
  const { data } = binanceAnswer.safeParse(body);
  if (!data) throw new MarketError('unexpected', exchange, 'prices of an unknown shape');
  return data.map(({ symbol }) => symbol);
}

/** The `count` symbols whose beginning is most like the one asked for. */
export function symbolsLike(symbol: string, listed: readonly string[], count: number): string[] {
  const shared = (other: string) => {
    let length = 0;
    while (length < symbol.length && other[length] === symbol[length]) length += 1;
    return length;
  };
  return listed.toSorted((a, b) => shared(b) - shared(a) || a.localeCompare(b)).slice(0, count);
}
