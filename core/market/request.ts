/** One GET to an exchange's public REST, with its ends told apart. */

import type { ExchangeName } from './candle.ts';
import { MarketError } from './error.ts';

/** For which Bybit shuts an address out: https://bybit-exchange.github.io/docs/v5/rate-limit */
const BAN_SECONDS = 600;

export interface RestOptions {
  /** `https://api.bybit.com`, without a trailing slash. */
  baseUrl: string;
  /** Milliseconds for the whole request; 5 s unless told otherwise. */
  timeout?: number;
  /** `JSON.parse` unless told otherwise. */
  parse?: (text: string) => unknown;
}

export interface RestAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON. */
  body: unknown;
}

/**
 * The answer of 2xx and of 4xx that explain themselves in JSON. Throws `MarketError`: `rate_limited` at 429, at 418
 * (Binance's ban for ignoring 429) and at Bybit's 403 for too many requests, `unreachable` at any other 403 and at 451
 * (refused countries and addresses), at 5xx, at a time-out and without a connection, `unexpected` for what is not JSON.
 */
export async function getJson(
  exchange: ExchangeName,
  path: string,
  query: Record<string, string>,
  options: RestOptions,
): Promise<RestAnswer> {
  const url = `${options.baseUrl}${path}?${new URLSearchParams(query)}`;
  const timeout = options.timeout ?? 5000;
  const unreachable = (cause: unknown) => {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    return new MarketError('unreachable', exchange, late ? `no answer in ${timeout} ms` : 'no connection', { cause });
  };
  // One signal over headers and body: a body that trickles in forever must end as well.
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'error' }).catch((cause) => {
    throw unreachable(cause);
  });
  const text = await response.text().catch((cause) => {
    throw unreachable(cause);
  });
  refuseFailedStatus(exchange, response, text);
  try {
    return { status: response.status, headers: response.headers, body: (options.parse ?? JSON.parse)(text) };
  } catch (cause) {
    throw new MarketError('unexpected', exchange, `status ${response.status}, the answer is not JSON`, { cause });
  }
}

function refuseFailedStatus(exchange: ExchangeName, response: Response, text: string): void {
  const { status } = response;
  if (status === 429 || status === 418) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfter = Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
    throw new MarketError('rate_limited', exchange, `too many requests (status ${status})`, { retryAfter });
  }
  if (status === 403 && text.includes('access too frequent')) {
    throw new MarketError('rate_limited', exchange, 'too many requests (status 403)', { retryAfter: BAN_SECONDS });
  }
  if (status === 403 || status === 451) {
    throw new MarketError('unreachable', exchange, `refuses this address (status ${status})`);
  }
  if (status >= 500) throw new MarketError('unreachable', exchange, `status ${status}`);
}
