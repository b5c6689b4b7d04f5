/**
 * What both exchanges let one address ask of their REST: all clients here have one address.
 *
 * - Binance counts weights by the minute, tells what was used, answers 429 beyond it, and bans for two minutes who goes on:
 *   https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits
 * - Bybit counts requests, and shuts out for ten minutes who makes too many: https://bybit-exchange.github.io/docs/v5/rate-limit
 */

import type { Answer } from './answer.ts';

const MINUTE = 60_000;
const BYBIT_WINDOW = 5_000;
const BYBIT_BAN = 600_000;
const BINANCE_BAN = 2 * MINUTE;
/** Requests after a 429 that are answered by another. */
const PATIENCE = 10;

const WEIGHTS: Record<string, (query: URLSearchParams) => number> = {
  '/api/v3/klines': () => 2,
  '/api/v3/exchangeInfo': () => 20,
  '/api/v3/ticker/price': (query) => (query.has('symbol') ? 2 : 4),
  '/api/v3/trades': () => 25,
  '/api/v3/historicalTrades': () => 25,
  '/api/v3/depth': (query) => {
    const limit = Number(query.get('limit') ?? 100);
    if (limit <= 100) return 5;
    if (limit <= 500) return 25;
    return limit <= 1000 ? 50 : 250;
  },
};

export interface Admission {
  headers: Record<string, string>;
  /** In place of what was asked for. */
  refusal?: Answer;
}

export class RestLimits {
  /** Weight a minute. */
  binance = 6000;
  /** Requests in five seconds. */
  bybit = 600;
  /** Requests that were refused so far. */
  refusals = 0;
  #minute = 0;
  #used = 0;
  #refused = 0;
  #binanceBannedUntil = 0;
  #bybitBannedUntil = 0;
  #bybitRequests: number[] = [];

  /** `now` in milliseconds of a clock that nobody sets: limits are about real requests, whatever time the market has. */
  admit(path: string, query: URLSearchParams, now: number): Admission {
    const admission = path.startsWith('/v5/') ? this.#admitBybit(now) : this.#admitBinance(path, query, now);
    if (admission.refusal) this.refusals += 1;
    return admission;
  }

  #admitBybit(now: number): Admission {
    this.#bybitRequests = this.#bybitRequests.filter((at) => now - at < BYBIT_WINDOW);
    this.#bybitRequests.push(now);
    if (this.#bybitRequests.length > this.bybit) this.#bybitBannedUntil = now + BYBIT_BAN;
    if (now >= this.#bybitBannedUntil) return { headers: {} };
    return { headers: {}, refusal: { status: 403, body: '403, access too frequent' } };
  }

  #admitBinance(path: string, query: URLSearchParams, now: number): Admission {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
      this.#refused = 0;
    }
    this.#used += WEIGHTS[path]?.(query) ?? 1;
    const headers = { 'x-mbx-used-weight-1m': String(this.#used) };
    if (this.#used > this.binance && now >= this.#binanceBannedUntil) {
      this.#refused += 1;
      if (this.#refused > PATIENCE) this.#binanceBannedUntil = now + BINANCE_BAN;
    }
    if (now < this.#binanceBannedUntil) {
      const msg = `Way too much request weight used; IP banned until ${Math.round(this.#binanceBannedUntil)}.`;
      return tooMany(418, msg, this.#binanceBannedUntil - now, headers);
    }
    if (this.#used <= this.binance) return { headers };
    const msg = `Too much request weight used; current limit is ${this.binance} request weight per 1 MINUTE.`;
    return tooMany(429, msg, (minute + 1) * MINUTE - now, headers);
  }
}

function tooMany(status: number, msg: string, wait: number, headers: Record<string, string>): Admission {
  const retryAfter = { 'retry-after': String(Math.ceil(wait / 1000)) };
  return { headers: { ...headers, ...retryAfter }, refusal: { status, body: { code: -1003, msg } } };
}
