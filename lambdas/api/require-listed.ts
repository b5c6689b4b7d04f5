import { environment } from '../../core/aws/environment.ts';
import { ApiError } from '../../core/http/errors.ts';
import type { ExchangeName } from '../../core/market/candle.ts';
import { MarketError } from '../../core/market/error.ts';
import { listedSymbols, symbolsLike } from '../../core/market/listed-symbols.ts';

/** What the exchanges say of symbols. */

const ADDRESSES = {
  bybit: () => environment('BYBIT_REST_URL'),
  binance: () => environment('BINANCE_REST_URL'),
} satisfies Record<ExchangeName, () => string>;

/** So many of the exchange's symbols are named to who asked for one that it does not have. */
const NAMED = 20;

/** @throws ApiError `unknown_symbol` for the first that the exchange does not trade, `unavailable` where it can't be asked */
export async function requireListed(exchange: ExchangeName, symbols: readonly string[]): Promise<void> {
  const listed = await listedSymbols(exchange, ADDRESSES[exchange]()).catch((cause: unknown) => {
    if (!(cause instanceof MarketError)) throw cause;
    throw new ApiError('unavailable', {}, { 'retry-after': String(cause.retryAfter ?? 10) }, { cause });
  });
  const known = new Set(listed);
  const unknown = symbols.find((symbol) => !known.has(symbol));
  if (unknown === undefined) return;
  throw new ApiError('unknown_symbol', { exchange, symbol: unknown, valid: symbolsLike(unknown, listed, NAMED) });
}
