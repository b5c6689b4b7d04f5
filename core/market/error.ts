/** How asking an exchange can end badly. */

import type { ExchangeName } from './candle.ts';

export type MarketErrorKind =
  /** The exchange answered that it has no such symbol: asking again is no use. */
  | 'unknown_symbol'
  /** Too many requests: `retryAfter` says how long to stay away. */
  | 'rate_limited'
  /** No answer in time, no connection, a server error, or an address that the exchange refuses. */
  | 'unreachable'
  /** An answer that does not fit what the exchange documents. */
  | 'unexpected';

export class MarketError extends Error {
  readonly kind: MarketErrorKind;
  readonly exchange: ExchangeName;
  /** Seconds; only of `rate_limited`, where the exchange said it. */
  readonly retryAfter: number | null;

  constructor(
    kind: MarketErrorKind,
    exchange: ExchangeName,
    message: string,
    detail: { retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(`${exchange}: ${message}`, detail.cause === undefined ? {} : { cause: detail.cause });
    this.name = 'MarketError';
    this.kind = kind;
    this.exchange = exchange;
    this.retryAfter = detail.retryAfter ?? null;
  }
}
